"""Charts: geometry from figures, and what is unknown stays unknown."""

import pytest
from django.template import Context, Template
from django.utils import translation

from qms.ui import charts


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def draw(chart):
    return Template("{% chart c %}").render(Context({"c": chart}))


def trend(values, **more: object):
    labels = [str(index) for index in range(len(values))]
    return charts.trend(title="Answers", summary="Rising.", labels=labels, values=values, **more)


def test_a_trend_runs_from_edge_to_edge_with_the_highest_value_on_top():
    assert trend([0, 10]).pieces == ["0,88 346,6"]
    assert trend([0, 10]).dot == ("346", "6")


def test_a_value_that_is_not_known_breaks_the_line_and_is_never_zero():
    chart = trend([1, None, 3, 4])
    assert len(chart.pieces) == 2
    assert len(chart.gaps) == 1
    assert chart.rows[1] == ("1", "unknown")
    assert any(key.mark == "gap" for key in chart.legend)


def test_a_trend_of_nothing_known_has_gaps_only():
    chart = trend([None, None])
    assert chart.pieces == []
    assert chart.dot is None
    assert len(chart.gaps) == 2


def test_equal_values_make_a_level_line():
    assert trend([5, 5, 5]).pieces == ["0,88 173,88 346,88"]


def test_counts_may_start_the_axis_at_zero():
    assert trend([5, 10], from_zero=True).pieces == ["0,47 346,6"]


def test_comparison_and_goal_share_the_scale():
    chart = trend([50, 100], previous=[0, 50], goal=100, previous_label="Before", goal_label="Goal")
    assert chart.goal_y == "6"
    assert chart.previous == ["0,88 346,47"]
    assert [key.mark for key in chart.legend] == ["now", "then", "goal"]
    assert chart.columns == ("Period", "Answers", "Before")


def test_a_trend_needs_one_value_for_each_label():
    with pytest.raises(ValueError, match="one value for each label"):
        charts.trend(title="x", summary="x", labels=["a"], values=[1, 2])


def test_the_parts_of_a_bar_fill_it():
    chart = charts.stacked(
        title="Audit",
        summary="60",
        parts=[
            charts.Part("met", 30, "success"),
            charts.Part("not", 0, "danger"),
            charts.Part("part", 30, "warning"),
        ],
    )
    assert [segment.tone for segment in chart.segments] == ["success", "warning"]
    assert (chart.segments[0].x, chart.segments[0].width) == ("0", "49.4")
    assert (chart.segments[1].x, chart.segments[1].width) == ("50", "50")
    assert len(chart.legend) == 3


def test_a_bar_of_nothing_is_drawn_as_unknown():
    chart = charts.stacked(title="Audit", summary="none", parts=[charts.Part("met", 0, "success")])
    assert chart.segments == []
    assert "c-gap" in draw(chart)


def test_bars_never_leave_their_track_and_unknown_ones_say_so():
    chart = charts.bars(
        title="Order",
        summary="Three.",
        bars=[charts.Bar("A", 150), charts.Bar("B", None), charts.Bar("C", 1, of=0)],
    )
    assert [bar.width for bar in chart.bars] == ["100", "0", "0"]
    assert chart.bars[1].unknown
    assert chart.rows[1] == ("B", "unknown")


@pytest.mark.parametrize("language", ["sv", "nb", "en"])
def test_coordinates_have_a_decimal_point_in_every_language(language):
    with translation.override(language):
        html = draw(trend([1.5, 2.25, 9.1]))
    points = html.split('points="')[1].split('"')[0]
    assert all(len(point.split(",")) == 2 for point in points.split(" "))


def test_the_table_behind_writes_figures_in_the_language_of_the_page():
    with translation.override("sv"):
        assert trend([1.5, 2], unit="%").rows[0] == ("0", "1,5 %")


@pytest.mark.parametrize(
    "chart",
    [
        charts.stacked(title="T", summary="What it shows & means", parts=[charts.Part("a", 1)]),
        charts.trend(title="T", summary="What it shows & means", labels=["a", "b"], values=[1, 2]),
    ],
)
def test_a_chart_carries_its_sentence_and_no_inline_style(chart):
    html = draw(chart)
    assert "<title>What it shows &amp; means</title>" in html
    assert 'role="img"' in html
    assert "style" not in html
    assert "<text" not in html


def test_the_figures_stand_in_a_table_behind_the_info_button():
    html = Template('{% chart_data c id="q1" note="How" %}').render(Context({"c": trend([1, 2])}))
    assert 'popovertarget="q1"' in html
    assert '<th scope="row">0</th>' in html
    assert "How" in html
