"""What a browser complains of while a test uses it."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

_REPORT = """addEventListener('securitypolicyviolation', e =>
    console.error(`CSP: ${e.violatedDirective} blocked ${e.blockedURI} (${e.sourceFile}:${e.lineNumber})`))"""
# A navigation that another one overtakes, and a download, end this way.
_ABORTED = "net::ERR_ABORTED"
# htmx says so of every request without an answer, also where a navigation overtook it: `_failed` tells which.
_UNANSWERED = ("htmx:sendError", "htmx:afterRequest")


@dataclass
class Watch:
    """Collects console errors and warnings, page errors, failed requests and reports of the policy.

    A test that provokes something says so with `allow(pattern)`.
    """

    found: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def context(self, context: BrowserContext) -> None:
        """Watch every page of this context."""
        context.add_init_script(_REPORT)
        context.on("page", self._page)

    def allow(self, *patterns: str) -> None:
        """Remarks that match one of these regular expressions are expected."""
        self.allowed += patterns

    @property
    def remarks(self) -> list[str]:
        """What was found and not expected."""
        return [text for text in self.found if not any(re.search(p, text) for p in self.allowed)]

    def _page(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"error in the page: {error}"))
        page.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_UNANSWERED):
            self.found.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        if request.failure != _ABORTED:
            self.found.append(f"failed: {request.method} {request.url}: {request.failure}")
