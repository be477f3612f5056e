"""What a page of figures is about, a question on it, and how a share is written."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from improvements.selectors.part import Part
from improvements.selectors.tally import Span
from qms.organisation.access import Access
from qms.ui.charts import Chart

Text = str | Promise


@dataclass(frozen=True)
class Asked:
    """What the page is about: who asks, of which part, over which days."""

    access: Access
    part: Part
    span: Span

    def address(self, **parameters: str) -> str:
        """The list with exactly the cases of the period, narrowed by `parameters`."""
        days = {"state": "all", "from": self.span.start.isoformat(), "to": self.span.end.isoformat()}
        return self.part.address("improvements:list", **(days | parameters))


def share(part: int, whole: int) -> int:
    """A share in whole percent."""
    return round(100 * part / whole)


def percent(part: int, whole: int) -> str:
    """The same in words."""
    return _("%(share)d%%") % {"share": share(part, whole)}


@dataclass(frozen=True)
class Question:
    """One question with its answer in words, the number behind it, a chart, and where the records are.

    `value` "" means unknown; then `words` say why. `note` tells how it is counted.
    """

    key: str
    ask: Text
    words: Text
    value: str = ""
    of: Text = ""
    chart: Chart | None = None
    icon: str = ""
    compared: Text = ""
    url: str = ""
    link: Text = ""
    note: Text = ""

    @property
    def unknown(self) -> bool:
        """Whether it cannot be answered."""
        return not self.value
