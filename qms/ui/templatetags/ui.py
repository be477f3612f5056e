"""The template tags of the house; built in, so that no template has to load them.

docs/ui.md shows each with an example; the development page /ui/ shows them in all states. The small
ones that lists repeat are made in Python because they are rendered hundreds of times on a page.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from html import escape

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template import loader
from django.template.context import Context
from django.utils.formats import number_format
from django.utils.safestring import SafeString

from qms.contributions import Figure
from qms.http import page_before
from qms.ui import dates, fields, fixed, icons, markup
from qms.ui.charts import Chart
from qms.ui.components import Chip, Option, StateLike, Tab, TimelineEntry, WhyNot
from qms.ui.html import filled

register = template.Library()


@register.simple_tag
def icon(name: str, color: str = "", label: str = "") -> SafeString:
    """One icon; with `label` it speaks for itself, else the word must stand beside it."""
    return icons.icon(name, color=color, label=label)


register.tag("fixed", fixed.fixed)
register.simple_tag(markup.state)
register.simple_tag(markup.avatar)
register.simple_tag(markup.person)
register.filter(markup.short_day)


@register.simple_tag
def state_tag(state: StateLike) -> SafeString:
    """A state in the head of a page."""
    return filled(
        '<span class="ds-tag" data-color="{}">{}{}</span>', state.tone, icons.icon(state.icon), state.label
    )


@register.simple_tag(name="due")
def due_tag(value: date | datetime | None, closed: object = None, *, inside: bool = False) -> SafeString:
    """The due date of a matter; pass what tells that it is closed (`closed=record.closed_at`)."""
    return markup.due(value, closed=bool(closed), inside=inside)


@register.filter(name="due")
def due_filter(value: date | datetime | None) -> SafeString:
    """The due date of an open matter."""
    return markup.due(value)


@register.filter
def day(value: date | datetime | None) -> SafeString:
    """A date that is no deadline: "20 November", with the year when it is another."""
    if value is None:
        return SafeString("")
    return filled('<time datetime="{}">{}</time>', dates.as_day(value).isoformat(), dates.day_text(value))


@register.filter
def weekday(value: date | datetime | None) -> SafeString:
    """A day in a sentence: "Thursday 19 November"."""
    if value is None:
        return SafeString("")
    return filled('<time datetime="{}">{}</time>', dates.as_day(value).isoformat(), dates.weekday_text(value))


@register.filter
def moment(value: datetime | None) -> SafeString:
    """When something happened: "today 09:22", "yesterday 08:40", "16 Nov 08:05"."""
    if value is None:
        return SafeString("")
    return filled('<time datetime="{}">{}</time>', value.isoformat(), dates.moment_text(value))


@register.filter
def size(count: int) -> str:
    """A file's size for people; `count` is in bytes."""
    if count < 1_000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{number_format(round(count / 1_000))} kB"
    return f"{number_format(round(count / 1_000_000, 1), 1)} MB"


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, size: str = "", hide_label: bool = False) -> dict[str, object]:
    """A form field with label, help and errors; the same for every kind of control."""
    return fields.field_context(bound, size=size, hide_label=hide_label)


@register.inclusion_tag("ui/fields.html")
def form_fields(form: BaseForm) -> dict[str, object]:
    """All fields of a form, hidden ones too, in their order. Those that the form names as `folded`, which few
    need, lie under its `folded_label` where the first of them stands: open when one is filled in or has to
    be put right."""
    visible, names = form.visible_fields(), getattr(form, "folded", ())
    folded = [bound for bound in visible if bound.name in names]
    return {
        "hidden": form.hidden_fields(),
        "visible": [bound for bound in visible if bound not in folded[1:]],
        "folded": folded,
        "label": getattr(form, "folded_label", ""),
        "is_open": any(bound.errors or bound.value() for bound in folded),
    }


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, object]:
    """What has to be put right before the form can be sent; takes the focus when the page opens."""
    lines = [{"text": error, "target": ""} for error in form.non_field_errors()]
    for bound in form:
        target = "" if bound.is_hidden else fields.focus_id(bound)
        name = bound.label if str(bound.label).endswith(("?", ".")) else f"{bound.label}:"
        lines += [{"text": f"{name} {error}", "target": target} for error in bound.errors]
    return {"lines": lines, "id": f"errors-{form.prefix or 'form'}"}


@register.inclusion_tag("ui/crumbs.html")
def crumb_trail(crumbs: Sequence[tuple[object, str | None]] | None, label: str) -> dict[str, object]:
    """Where the page stands: (text, address) from the top; the last has no address."""
    return {"crumbs": crumbs, "label": label}


@register.inclusion_tag("ui/figure.html")
def figure(label: str, figure: Figure | None) -> dict[str, object]:
    """One number with its comparison; None (the offer failed) and a value of None are unknown."""
    return {"label": label, "figure": figure}


@register.inclusion_tag("ui/timeline.html")
def timeline(entries: Iterable[TimelineEntry]) -> dict[str, object]:
    """What happened, newest first."""
    return {"entries": entries}


@register.simple_tag
def options(options: Iterable[Option]) -> SafeString:
    """The options of a select that a page writes itself: in Python, since a unit list has hundreds."""
    return SafeString(
        "".join(
            f'<option value="{escape(one.value)}"{" selected" * one.chosen}>{escape(one.label)}</option>'
            for one in options
        )
    )


@register.inclusion_tag("ui/tabs.html")
def tabs(tabs: Iterable[Tab], label: str) -> dict[str, object]:
    """Links among views of one thing."""
    return {"tabs": tabs, "label": label}


@register.inclusion_tag("ui/chips.html")
def chips(chips: Iterable[Chip], clear_url: str = "") -> dict[str, object]:
    """The active filters, each a link that takes it away."""
    return {"chips": chips, "clear_url": clear_url}


@register.inclusion_tag("ui/whynot.html")
def whynot(reasons: Iterable[WhyNot]) -> dict[str, object]:
    """What cannot be done now and why."""
    return {"reasons": reasons}


@register.inclusion_tag("ui/more.html")
def more(
    url: str, shown: int, total: int | None = None, step: int = 25, attrs: str = ""
) -> dict[str, object]:
    """How much of a list is shown and the way to the rest; no button when `url` is empty.

    `attrs` are further attributes of the link (hx-get …), already safe.
    """
    return {"url": url, "shown": shown, "total": total, "step": step, "attrs": attrs}


@register.simple_tag
def chart(chart: Chart) -> SafeString:
    """A chart with its legend; the same partial in pages and in PDF."""
    return loader.get_template(chart.template).render({"chart": chart})  # type: ignore[return-value]


@register.inclusion_tag("ui/chart_data.html")
def chart_data(chart: Chart, id: str, note: str = "") -> dict[str, object]:
    """The info button of a chart and the table behind it; `note` says how the figures are counted."""
    return {"chart": chart, "id": id, "note": note}


@register.simple_block_tag
def empty_state(content: str, icon: str, text: str) -> str:
    """A place without records: what it means, and inside the block what to do."""
    return loader.render_to_string(
        "ui/empty_state.html", {"icon": icon, "text": text, "content": SafeString(content.strip())}
    )


@register.simple_block_tag
def written(content: str) -> SafeString:
    """What stands inside, under a name (`as`), for what a page shows twice."""
    return SafeString(content)


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> str:
    """A box over the page, opened by `<button popovertarget="id">`."""
    return loader.render_to_string("ui/dialog.html", {"id": id, "title": title, "content": content})


@register.simple_block_tag
def facts(content: str, inline: bool = False, sheet: bool = False) -> SafeString:
    """A list of facts; inside it one {% fact %} for each."""
    return filled(
        '<dl class="facts{}"{}>{}</dl>',
        " sheet" if sheet else "",
        SafeString(" data-inline") if inline else "",
        SafeString(content),
    )


@register.simple_block_tag
def fact(content: str, label: str) -> SafeString:
    """One fact: its name and, inside the block, its value; left out when the value is empty."""
    value = content.strip()
    return filled("<div><dt>{}</dt><dd>{}</dd></div>", label, SafeString(value)) if value else SafeString("")


@register.simple_tag
def municipality() -> str:
    """The municipality's name; works on error pages too, where no context processor runs."""
    return str(settings.MUNICIPALITY)


@register.simple_tag(takes_context=True)
def came_from(context: Context) -> str:
    """The page of ours that the request was made from, or nothing: never a foreign address."""
    request = context.get("request")
    return page_before(request) if request else ""


@register.simple_tag(takes_context=True)
def address_with(context: Context, **changes: object) -> str:
    """The page's own address with some of its parameters changed; an empty value takes one away."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return f"?{query.urlencode()}"
