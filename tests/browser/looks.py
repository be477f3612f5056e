"""What is looked at on a page besides its words: accessibility, width, colours."""

from functools import cache

from django.conf import settings
from playwright.sync_api import Page

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN_AXE = """async only => (await axe.run(document, {runOnly: only, resultTypes: ['violations']}))
    .violations.map(v => `${v.id} (${v.help}): ` +
        v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | '))"""
_OVERFLOW = """() => {
  const width = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > width) found.push('the page scrolls sideways');
  for (const e of document.querySelectorAll('main *, .top *, .bottom *, .rail *')) {
    if (e.closest('svg, .board, .views, thead, .ds-sr-only, [popover]:not(:popover-open)')) continue;
    const box = e.getBoundingClientRect();
    if (box.width && box.right > width + 1) found.push('outside: ' + e.tagName + '.' + e.className);
    const ownText = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (ownText && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1)
      found.push('spills: ' + e.textContent.trim().slice(0, 60));
  }
  return found.slice(0, 5);
}"""

# A label that only a screen reader says is enough where the same words are a heading above the field, and for
# a box to tick beside what it chooses. What the keyboard does not reach is there for machines alone.
_UNLABELLED = """() => {
  const seen = e => e.checkVisibility() && e.clientWidth > 1 && !e.closest('.ds-sr-only');
  const words = e => e.textContent.trim().replace(/\\s+/g, ' ');
  const headings = [...document.querySelectorAll('main :is(h1, h2, h3, legend, summary)')]
    .filter(seen).map(words);
  const found = [];
  for (const e of document.querySelectorAll('main :is(input, select, textarea)')) {
    if (['hidden', 'submit', 'file', 'checkbox'].includes(e.type) || e.tabIndex < 0) continue;
    if (!e.checkVisibility()) continue;
    const labels = [...(e.labels ?? [])];
    if (labels.some(seen)) continue;
    if (labels.some(label => headings.some(heading => heading.startsWith(words(label))))) continue;
    found.push('no label to be seen: ' + (e.name || e.id));
  }
  return found;
}"""


@cache
def _axe() -> str:
    return (settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def axe(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """What axe finds on the page: all of WCAG 2.2 AA and its best practice, or only `rules`.

    Only where scripts run: axe waits for timers, which stand still in a browser without them.
    """
    if not page.evaluate("'axe' in window"):
        # Through the debugger: the page's own policy stays in force.
        browser = page.context.new_cdp_session(page)
        browser.send("Runtime.evaluate", {"expression": _axe()})
        browser.detach()
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": AXE_TAGS}
    found: list[str] = page.evaluate(_RUN_AXE, only)
    return found


def overflow(page: Page) -> list[str]:
    """What is wider than the screen or spills out of its box."""
    page.wait_for_load_state()  # words can be read before the styles have come
    found: list[str] = page.evaluate(_OVERFLOW)
    return found


def unlabelled(page: Page) -> list[str]:
    """Fields whose label cannot be seen: one who comes back to a filled form would not know what is asked."""
    found: list[str] = page.evaluate(_UNLABELLED)
    return found


def overflow_with_large_text(page: Page) -> list[str]:
    """The same with text at 200 %, as people set it in their browser: widths measured in text follow."""
    browser = page.context.new_cdp_session(page)
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    found = overflow(page)
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    browser.detach()
    return found
