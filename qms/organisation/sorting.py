"""Alphabetical order as each language has it: å ä ö last in Swedish, æ ø å in Norwegian.

Not left to the database's collation: an installation may lack the right one, and the same list must not
be sorted differently on another machine.
"""

from django.db.models import CharField, F, Func, Value
from django.db.models.functions import Collate, Lower
from django.utils.translation import get_language

# Letters that come after z, in their order; the characters after "z" in ASCII stand in for them.
_AFTER_Z = {"nb": ("æäøöå", "{{||}"), "sv": ("åäæøö", "{||}}")}
# Letters sorted as another one.
_AS = ("éèêëáàâíìîóòôúùûüñç", "eeeeaaaiiiooouuuync")


def alphabetical(field: str) -> Collate:
    """An expression to order by: `field` (text) in the alphabet of the current language."""
    return alphabetical_in((get_language() or "sv")[:2], field)


def alphabetical_in(language: str, field: str) -> Collate:
    """The same for a language (its two letters): an index may hold it."""
    last, stand_in = _AFTER_Z.get(language, _AFTER_Z["sv"])
    folded = Func(
        Lower(F(field)),
        Value(last + _AS[0]),
        Value(stand_in + _AS[1]),
        function="TRANSLATE",
        output_field=CharField(),
    )
    return Collate(folded, "C")


def alphabetical_sql(language: str, column: str) -> str:
    """The same as SQL, for a question that is written so."""
    last, stand_in = _AFTER_Z.get(language, _AFTER_Z["sv"])
    return f"TRANSLATE(LOWER({column}), '{last}{_AS[0]}', '{stand_in}{_AS[1]}') COLLATE \"C\""
