"""Rows into tables by COPY: a hundred times quicker than saving them one by one."""

import json
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_rows(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Copy rows into the model's own table: of a child only the columns that its parent has not.

    A row maps attribute names (`unit_id`) to values; what is left out takes its default. Either every
    row has its `id`, or none.
    """
    buffer, fields = StringIO(), model._meta.local_concrete_fields
    counted = [field for field in fields if isinstance(field, models.AutoField) and field.primary_key]
    names: list[str] = []
    for row in rows:
        given = [field for field in fields if field not in counted or field.attname in row]
        names = names or [connection.ops.quote_name(field.column) for field in given]
        values = (_text(field, row.get(field.attname, field.get_default())) for field in given)
        buffer.write("\t".join(values) + "\n")
    buffer.seek(0)
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.cursor.copy_expert(f"COPY {table} ({', '.join(names)}) FROM STDIN", buffer)


def _text(field: "models.Field[Any, Any]", value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(field, ArrayField):
        value = f"{{{','.join(map(str, value))}}}"  # keys alone: nothing to quote
    elif isinstance(value, dict | list):
        value = json.dumps(value)
    return str(value).translate(_ESCAPES)


def after_ids(model: type[models.Model]) -> None:
    """Let the model's sequence go on after the ids that were copied."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608
        )
