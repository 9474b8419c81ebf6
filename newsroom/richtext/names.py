"""Which elements browsers treat alike when they read mark-up (HTML Standard, section 13.2.6), and ours for theirs."""

from .allowlist import INLINE

# What other editors and old pages write, and what we call it; line-through is no element but a style.
RENAMED = {
    "b": "strong", "i": "em", "h1": "h2", "h5": "h4", "h6": "h4", "tt": "code", "kbd": "code", "samp": "code",
    "acronym": "abbr", "strike": "s", "line-through": "s", "menu": "ul", "dir": "ul",
} | dict.fromkeys(
    ["div", "section", "article", "header", "footer", "main", "aside", "nav", "address", "center", "dl", "dt",
     "dd", "form", "fieldset", "legend", "details", "summary", "hgroup", "pre", "dialog", "search", "option",
     "optgroup"],
    "p",
)  # fmt: skip
LINES_COUNT = dict.fromkeys(["listing", "plaintext", "xmp"], "pre")

# Elements whose text no browser shows.
UNSEEN = {
    "script", "style", "template", "title", "iframe", "noembed", "noframes", "noscript", "audio", "video",
    "canvas", "object", "datalist", "meter", "progress", "rp", "desc", "metadata",
}  # fmt: skip
RAW = {
    "script",
    "style",
    "title",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "xmp",
    "textarea",
}  # hold text alone
VOID = {
    "area", "base", "basefont", "bgsound", "embed", "frame", "image", "img", "input", "keygen", "link", "meta", "param",
    "source", "track", "wbr",
}  # fmt: skip
PAGE = {"html", "head", "body", "frameset"}

FORMATTING = {
    "a",
    "b",
    "code",
    "em",
    "i",
    "s",
    "strike",
    "strong",
    "tt",
}  # stay open in the blocks that follow
PLAIN_INLINE = INLINE - FORMATTING | {"acronym", "kbd", "samp"}
ADDS_NOTHING_TWICE = {"strong", "em", "code", "cite", "s", "abbr"}

FOREIGN = {"svg", "math"}
HTML_WITHIN_FOREIGN = {"desc", "title", "foreignobject", "mi", "mo", "mn", "ms", "mtext", "annotation-xml"}
LEAVES_FOREIGN = {
    "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "h1", "h2",
    "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr", "ol", "p", "pre",
    "ruby", "s", "small", "span", "strong", "strike", "sub", "sup", "table", "tt", "u", "ul", "var",
}  # fmt: skip

ALL_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
SECTIONS = {"tbody", "thead", "tfoot"}
CELLS = {"td", "th", "caption"}
TABLE_TAGS = SECTIONS | CELLS | {"tr", "col", "colgroup"}
IN_TABLE = SECTIONS | {"table", "tr"}  # hold no words themselves
APART = {"template", "object", "applet", "marquee"}
WALLS = CELLS | APART | {"table"}  # no end tag reaches beyond them
CLOSES_P = {
    "address", "article", "aside", "blockquote", "center", "details", "dialog", "dir", "div", "dl", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "hgroup", "li", "dd", "dt", "listing", "main", "menu", "nav",
    "ol", "p", "plaintext", "pre", "search", "section", "summary", "table", "ul", "xmp",
} | ALL_HEADINGS  # fmt: skip
BLOCK_TAGS = CLOSES_P | APART | {"option", "optgroup", "legend"}
ITEMS = {"li": {"li"}, "dd": {"dd", "dt"}, "dt": {"dd", "dt"}}  # an item closes the one before it
PASSED_BY_ITEMS = {"address", "div", "p", "option", "legend"}
