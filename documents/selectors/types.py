"""The types as the ground's lists know them: categories of documents that a municipality may change."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, overload

from asgiref.local import Local
from django.core.signals import request_started
from django.utils.functional import lazystr

from documents.models import DocumentType
from documents.models.types import ICONS, in_language
from qms.records.kinds import Category

_read = Local()


def types_forget(**kwargs: Any) -> None:
    """Read the types anew when they are next asked for."""
    _read.categories = None


request_started.connect(types_forget, dispatch_uid="documents.types_forget")


class TypeCategories(Sequence[Category]):
    """Every type as a category, in order. One query for each request in which they are asked for."""

    @property
    def _all(self) -> tuple[Category, ...]:
        if getattr(_read, "categories", None) is None:
            _read.categories = _categories(tuple(DocumentType.objects.values_list(*_Named._fields)))
        found: tuple[Category, ...] = _read.categories
        return found

    @overload
    def __getitem__(self, place: int) -> Category: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Category]: ...

    def __getitem__(self, place: int | slice) -> Category | Sequence[Category]:
        return self._all[place]

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Category]:
        return iter(self._all)


class _Named(NamedTuple):
    """The name of a type, said in the language of the moment it is shown."""

    key: str
    category: str
    name_sv: str
    name_nb: str
    name_en: str

    def __str__(self) -> str:
        return in_language(sv=self.name_sv, nb=self.name_nb, en=self.name_en)


@lru_cache(maxsize=8)
def _categories(rows: tuple[tuple[str, ...], ...]) -> tuple[Category, ...]:
    """Kept under the rows they are made of: whoever renames a type makes another key."""
    return tuple(Category(kind.key, lazystr(kind), ICONS[kind.category]) for kind in map(_Named._make, rows))
