"""Conditions that the ORM has no word for."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet


class _AnyOf(Func):
    """column = ANY (array)."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


def any_of(column: str, values: QuerySet[Any, Any]) -> Q:
    """`column` is one of `values` (a query of one column): what `column__in` says, for use within an OR.

    PostgreSQL runs the query once and looks its results up in an index, so that several such conditions
    tied by OR are several looks into indexes. For `IN (SELECT …)` within an OR it reads every row instead
    (measured at 100,000 records: 40 ms against 1 ms).
    """
    return Q(_AnyOf(F(column), ArraySubquery(values)))
