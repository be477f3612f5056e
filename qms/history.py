"""Field history: which field of a row was changed, when and by whom."""

from functools import cache
from typing import Any

from simple_history import models
from simple_history.manager import HistoryManager


class _Histories(HistoryManager):  # type: ignore[misc]
    """simple-history makes the class of the manager anew each time a row is saved or its history asked for:
    half of what writing a line of history costs. It is always the same."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        """The manager's class for these querysets."""
        return super().from_queryset(queryset_class, class_name)


class HistoricalRecords(models.HistoricalRecords):  # type: ignore[misc]
    """A model's history, with a manager that is made once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(history_manager=_Histories, **options)
