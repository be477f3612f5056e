"""Charts drawn on the server: pure functions from figures to small dataclasses of ready geometry.

The SVG partials hold shapes only and serve pages and PDF alike: colours come from classes, with the
same colour as a presentation attribute where no stylesheet reaches (PDF). Every word stands in HTML
beside the drawing, each chart has a sentence that says what it shows, and its figures as a table.
Coordinates are text with a decimal point: templates would otherwise write them in the page's language.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.translation import gettext

WIDTH = 346.0  # of a trend line, in SVG units; the drawing is 352 wide, so that the last dot has room
TOP, FLOOR = 6.0, 88.0  # the highest value and the axis within it
BAR_WIDTH = 100.0
BAR_GAP = 0.6  # between the parts of a stacked bar

# The colours where CSS cannot reach; the same as the light theme's.
COLOURS = {
    "accent": "#0C5A60",
    "plommon": "#7B3F68",
    "success": "#4B7B2B",
    "warning": "#D6901A",
    "danger": "#B42F23",
    "quiet": "#DEDAD1",
    "gap": "#EFECE6",
    "now": "#0C5A60",
    "then": "#817C72",
    "goal": "#7B3F68",
}

Row = tuple[str, ...]


@dataclass(frozen=True)
class Key:
    """One entry of a legend: `mark` is now, then, goal (lines) or a tone (fields)."""

    mark: str
    label: str

    @property
    def is_line(self) -> bool:
        """Whether the entry stands for a line."""
        return self.mark in ("now", "then", "goal")

    @property
    def colour(self) -> str:
        """The entry's colour where CSS cannot reach."""
        return COLOURS[self.mark]


@dataclass(frozen=True)
class Chart:
    """What every chart has: a title, a sentence for those who do not see it, and its figures."""

    title: str
    summary: str
    rows: Sequence[Row]
    columns: Sequence[str] = ()
    legend: Sequence[Key] = ()
    template: str = ""


@dataclass(frozen=True)
class TrendChart(Chart):
    """A line over time; `pieces` are runs of known values, `gaps` what is not known."""

    pieces: Sequence[str] = ()
    previous: Sequence[str] = ()
    goal_y: str = ""
    dot: tuple[str, str] | None = None
    gaps: Sequence[tuple[str, str]] = ()
    template: str = "ui/chart_trend.html"


@dataclass(frozen=True)
class Part:
    """One part of a whole; `tone` is a colour name of COLOURS."""

    label: str
    value: int
    tone: str = "accent"


@dataclass(frozen=True)
class Segment:
    """A part as drawn."""

    x: str
    width: str
    tone: str
    colour: str


@dataclass(frozen=True)
class StackedChart(Chart):
    """A whole and its parts as one bar."""

    segments: Sequence[Segment] = ()
    template: str = "ui/chart_stacked.html"


@dataclass(frozen=True)
class Bar:
    """One bar: `value` of `of`; None is unknown and never drawn as nothing."""

    label: str
    value: float | None
    of: float = 100.0
    text: str = ""
    tone: str = "accent"


@dataclass(frozen=True)
class DrawnBar:
    """A bar as drawn."""

    label: str
    text: str
    width: str
    tone: str
    colour: str
    unknown: bool


@dataclass(frozen=True)
class BarChart(Chart):
    """Bars under each other, each with its word and its figure."""

    bars: Sequence[DrawnBar] = field(default_factory=tuple)
    template: str = "ui/chart_bars.html"


def _text(number: float) -> str:
    """A coordinate: at most two decimals, always with a point."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _figure(value: float | None, unit: str) -> str:
    """A value in the table behind the chart, in the page's language."""
    if value is None:
        return gettext("unknown")
    shown = number_format(value, 0 if float(value).is_integer() else 1)
    return f"{shown} {unit}".strip()


def _pieces(values: Sequence[float | None], low: float, high: float) -> list[list[tuple[float, float]]]:
    """The runs of known values as points; a value that is not known ends a run."""
    step = WIDTH / max(len(values) - 1, 1)
    span = (high - low) or 1.0
    runs: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((index * step, FLOOR - (value - low) / span * (FLOOR - TOP)))
    return [run for run in runs if run]


def _polyline(run: Sequence[tuple[float, float]]) -> str:
    """A run as the points of an SVG polyline; one lone value becomes a short line."""
    points = list(run) if len(run) > 1 else [*run, (run[0][0] + 1, run[0][1])]
    return " ".join(f"{_text(x)},{_text(y)}" for x, y in points)


def _gaps(values: Sequence[float | None]) -> list[tuple[str, str]]:
    """(x, width) of every place where the value is not known."""
    step = WIDTH / max(len(values) - 1, 1)
    gaps = []
    for index, value in enumerate(values):
        if value is None:
            start = max(index * step - step / 2, 0.0)
            gaps.append((_text(start), _text(min(start + step, WIDTH) - start)))
    return gaps


def trend(
    *,
    title: str,
    summary: str,
    labels: Sequence[str],
    values: Sequence[float | None],
    previous: Sequence[float | None] = (),
    goal: float | None = None,
    unit: str = "",
    value_label: str = "",
    previous_label: str = "",
    goal_label: str = "",
    from_zero: bool = False,
) -> TrendChart:
    """A line over the periods in `labels`, compared with the same periods before and with a goal.

    None among the values is a period whose value is not known: it is shown as a gap, never as zero.
    `from_zero` starts the axis at zero (counts); without it the axis begins at the lowest value.
    Raises ValueError when there are not as many values as labels.
    """
    if len(values) != len(labels) or (previous and len(previous) != len(labels)):
        raise ValueError("A trend needs one value for each label")
    known = [value for value in (*values, *previous, goal) if value is not None]
    high = max(known, default=1.0)
    low = 0.0 if from_zero else min(known, default=0.0)
    runs = _pieces(values, low, high)
    dot = (_text(runs[-1][-1][0]), _text(runs[-1][-1][1])) if runs else None
    goal_runs = _pieces([goal], low, high) if goal is not None else []
    legend = [
        Key("now", value_label or title),
        *([Key("then", previous_label)] if previous else []),
        *([Key("goal", goal_label)] if goal is not None else []),
        *([Key("gap", gettext("Not known"))] if None in values else []),
    ]
    columns = (gettext("Period"), value_label or title, *((previous_label,) if previous else ()))
    rows = [
        (label, _figure(values[i], unit), *((_figure(previous[i], unit),) if previous else ()))
        for i, label in enumerate(labels)
    ]
    return TrendChart(
        title=title,
        summary=summary,
        rows=rows,
        columns=columns,
        legend=legend,
        pieces=[_polyline(run) for run in runs],
        previous=[_polyline(run) for run in _pieces(previous, low, high)],
        goal_y=_text(goal_runs[0][0][1]) if goal_runs else "",
        dot=dot,
        gaps=_gaps(values),
    )


def stacked(*, title: str, summary: str, parts: Sequence[Part]) -> StackedChart:
    """A whole as one bar of its parts; parts of nothing are left out of the bar but stand in the legend."""
    total = sum(part.value for part in parts)
    segments, x = [], 0.0
    for part in parts:
        if not part.value or not total:
            continue
        width = part.value / total * BAR_WIDTH
        drawn = max(width - BAR_GAP, BAR_GAP) if x + width < BAR_WIDTH else width
        segments.append(Segment(_text(x), _text(drawn), part.tone, COLOURS[part.tone]))
        x += width
    return StackedChart(
        title=title,
        summary=summary,
        rows=[(part.label, number_format(part.value)) for part in parts],
        legend=[Key(part.tone, f"{number_format(part.value)} {part.label}") for part in parts],
        segments=segments,
    )


def bars(*, title: str, summary: str, bars: Sequence[Bar]) -> BarChart:
    """Bars under each other on one scale each, in the order given; unknown ones say so."""
    drawn = [
        DrawnBar(
            label=bar.label,
            text=gettext("unknown") if bar.value is None else bar.text or _figure(bar.value, ""),
            width=_text(min(max((bar.value or 0) / bar.of, 0), 1) * BAR_WIDTH if bar.of else 0),
            tone=bar.tone,
            colour=COLOURS[bar.tone],
            unknown=bar.value is None,
        )
        for bar in bars
    ]
    return BarChart(title=title, summary=summary, rows=[(bar.label, bar.text) for bar in drawn], bars=drawn)
