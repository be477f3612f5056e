"""{% fixed %} … {% endfixed %}: a part of a page that is the same for everybody, written once.

Head, foot and the words of the frame depend on nothing but the language; written anew they are a third of
the work for a page. What stands inside sees no variable of the page, so nothing of one person can be kept
and shown to another.
"""

from django.template import Node, NodeList
from django.template.base import Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language


class FixedNode(Node):
    """Keeps what it wrote, by language, for as long as the process has this template."""

    def __init__(self, nodes: NodeList) -> None:
        self.nodes = nodes
        self._written: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """What stands inside, in the language in force."""
        language = get_language()
        if language not in self._written:
            self._written[language] = self.nodes.render(context.new({}))
        return self._written[language]


def fixed(parser: Parser, token: Token) -> FixedNode:
    """What is the same on every page of a language: written once, without the page's variables."""
    nodes = parser.parse(("endfixed",))
    parser.delete_first_token()
    return FixedNode(nodes)
