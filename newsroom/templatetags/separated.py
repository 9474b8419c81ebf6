"""A block tag that puts dots between elements in the HTML itself, for readers without our stylesheet."""

import re

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
TAG = re.compile(r"<(/?)[a-z][\w-]*+(?:\"[^\"]*+\"|'[^']*+'|[^<>\"'])*+(>?)", re.I)
DOT = "&nbsp;· "


class Separated(template.Node):
    """The content, with a dot between its top-level elements, each of which needs an end tag."""

    def __init__(self, nodes: NodeList) -> None:
        self.nodes = nodes

    def render(self, context: template.Context) -> SafeString:
        html = self.nodes.render(context)
        parts, depth, start = [], 0, 0
        for match in TAG.finditer(html):
            if not match[2]:  # no tag: it does not end
                continue
            depth += -1 if match[1] else 1
            if depth == 0:
                parts.append(html[start : match.end()].strip())
                start = match.end()
        return mark_safe(DOT.join(parts))  # noqa: S308 - the parts are what templates rendered


@register.tag
def separated(parser: Parser, token: Token) -> Separated:
    """Put dots between the elements up to {% endseparated %}."""
    nodes = parser.parse(["endseparated"])
    parser.delete_first_token()
    return Separated(nodes)
