"""A list of existing documents: which column says what."""

from collections.abc import Mapping

from qms.records.imports.importers import Columns

# What each column may be called in the row of headings; capitals and spaces around do not count.
NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "nummer", "dokumentnummer", "number"),
    "title": ("titel", "namn", "title", "tittel"),
    "type": ("typ", "dokumenttyp", "type"),
    "unit": ("enhet", "förvaltning", "unit", "enhetskod"),
    "owner": ("ägare", "dokumentägare", "ansvarig", "owner", "eier"),
    "decided_by": ("beslutad av", "beslutande", "fastställd av", "decided by", "vedtatt av"),
    "paragraph": ("paragraf", "§", "paragraph"),
    "decided_on": ("beslutsdatum", "beslutad", "decided on", "vedtaksdato"),
    "registry_number": ("diarienummer", "dnr", "registry number", "journalnummer"),
    "valid_from": ("gäller från", "giltig från", "valid from", "gjelder fra"),
    "review": ("översyn", "nästa översyn", "revideras", "review", "neste gjennomgang"),
    "laws": ("lagar", "lagstöd", "laws", "lover"),
    "file": ("fil", "filnamn", "file", "filnavn"),
}
COLUMNS = Columns(NAMES, needed=("title", "type", "unit", "file"), most_rows=5_000, long={"laws": 2_000})
