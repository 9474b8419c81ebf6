"""Allowed values of SVG attributes and CSS properties: numbers, keywords, colours and names of usual fonts."""

import re
from collections.abc import Callable

_N = r"[-+]?+(?:\d{1,20}+(?:\.\d{0,20}+)?+|\.\d{1,20}+)(?:[eE][-+]?+\d{1,3}+)?+"
_UNIT = r"(?:px|pt|pc|mm|cm|in|em|ex|rem|ch|vw|vh|q|deg|grad|rad|turn|s|ms|%)?+"
_NUMBERS = re.compile(rf"[\s,]*+(?:{_N}{_UNIT}[\s,]*+)*+", re.I)
_PATH = re.compile(rf"\s*+(?:[MLHVCSQTA](?:[\s,]*+{_N})++[\s,]*+|Z[\s,]*+)*+", re.I)
_TOKEN = re.compile(
    rf"\s+|[,()/]|url\(#n\d+\)|#[0-9a-f]{{3,8}}(?![\w-])|(?P<number>{_N}{_UNIT})(?![\w-])|(?P<word>!?[a-z][a-z-]*\d?)",
    re.I,
)
_FONT_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d{1,3}")
LONGEST_FONT = 60

_KEYWORDS_TEXT = """
    !important a accumulate after-edge align all-small-caps alpha alphabetic arcs arithmetic atop auto
    auto-reverse auto-start-reverse b baseline before-edge bevel bidi-override blink block blur bold
    bolder bottom break-spaces brightness butt calc caption center central clip collapse color color-burn
    color-dodge compact condensed contents context-fill context-stroke contrast crispedges currentcolor
    cursive darken dashed default defer difference dilate discrete dotted double drop-shadow duplicate
    embed end erode evenodd exact exclusion expanded extra-condensed extra-expanded false fantasy fill
    fixed-position flex fractalnoise g gamma geometricprecision grayscale grid hanging hard-light hidden
    high-quality horizontal-tb hsl hsla hue hue-rotate huerotate icon identity ideographic in inherit
    initial inline inline-block inline-table invert isolate isolate-override italic justify keep-all
    large larger left lighten lighter line-through linear linearrgb list-item lr lr-tb ltr luminance
    luminancetoalpha luminosity marker markers mathematical matrix medium meet menu message-box middle
    miter miter-clip monospace multiply narrower new no-change non-rotation non-scaling-size
    non-scaling-stroke none nonzero normal nostitch nowrap objectboundingbox oblique opacity
    optimizelegibility optimizequality optimizespeed out over overlay overline pad petite-caps pixelated
    plaintext pre pre-line pre-wrap preserve r rect reflect repeat reset-size revert rgb rgba right rl
    rl-tb rotate round rtl run-in sans-serif saturate saturation scale scalex scaley screen scroll
    semi-condensed semi-expanded sepia serif sideways-rl skewx skewy slice small small-caps small-caption
    smaller soft-light solid spacing spacingandglyphs square srgb start status-bar stitch stretch stroke
    strokewidth sub super system-ui table tb tb-lr tb-rl text-after-edge text-before-edge text-bottom
    text-top titling-caps top translate translatex translatey transparent true turbulence ultra-condensed
    ultra-expanded underline unicase unset use-script userspaceonuse vertical-lr vertical-rl visible wavy
    wider wrap x-large x-small xmaxymax xmaxymid xmaxymin xmidymax xmidymid xmidymin xminymax xminymid
    xminymin xor xx-large xx-small
"""
_KEYWORDS = frozenset(_KEYWORDS_TEXT.split())
_COLOURS_TEXT = """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown
    burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan
    darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid
    darkred darksalmon darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet
    deeppink deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro
    ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink indianred indigo ivory khaki
    lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow
    lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
    lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine
    mediumblue mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise
    mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab
    orange orangered orchid palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru
    pink plum powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown
    seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan
    teal thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen
"""
_COLOURS = frozenset(_COLOURS_TEXT.split())
# The words in the names of usual fonts; readers are unlikely to have a font with another name.
_FONTS_TEXT = """
    adobe alternate american antiqua anton apple aptos arabic archer archivo arial arimo arvo avenir
    barlow baskerville batang bebas bengali bitstream bitter black blink bodoni bold book bookman bright
    bt cabin caladea calibri cambria candara caps carlito century chalkboard cjk code color comic cond
    condensed consolas console constantia copperplate corbel cormorant courier cousine crimson cursive
    daun deja dejavu demi devanagari didot din dingbats display dosis droid eb ebrima emoji ethiopic exo
    extra fantasy felt fira font franklin free frutiger futura gadugi garamond gautami gelasio georgia
    gill gotham gothic grande gulim heavy hebrew hei heiti helvetica hiragino hk hoefler ibm impact inter
    italic itc javanese jhenghei jp kaku kana karla kartika khmer kr lao latha lato leelawadee liberation
    libre light linotype lt lucida mac malgun mangal marker math medium menlo merriweather microsoft
    mincho minion monaco mono monospace montserrat moolboran ms mt myanmar myriad narrow neue new next
    nimbus nirmala noto nova nunito oblique old one open optima oswald ot padauk palatino papyrus penh
    phetsarath pingfang playfair plex poppins pro proxima ps psmt pt pyidaungsu quicksand raavi raleway
    regular roboto rockwell roman rounded rubik sans saysettha sc schoolbook segoe semi semibold serif
    shruti sim simhei simsun slab songti source std style sun sylfaen symbol system tahoma tamil tc text
    thai thin times tinos titillium trebuchet tunga typewriter ubuntu ui ultra unicode univers vera
    verdana vrinda vu web webdings wide wingdings work yahei zapf zawgyi
"""
_FONTS = frozenset(_FONTS_TEXT.split())

_GEOMETRY_TEXT = """
    amplitude azimuth baseFrequency bias cx cy diffuseConstant divisor dx dy elevation exponent
    fill-opacity flood-opacity fr fx fy height intercept k1 k2 k3 k4 kernelMatrix limitingConeAngle
    markerHeight markerWidth numOctaves offset order pathLength points pointsAtX pointsAtY pointsAtZ r
    radius refX refY rotate rx ry scale seed slope specularConstant specularExponent startOffset
    stdDeviation stop-opacity stroke-dashoffset stroke-miterlimit stroke-opacity stroke-width
    surfaceScale tableValues targetX targetY textLength values viewBox width x x1 x2 y y1 y2 z
"""
_GEOMETRY = frozenset(_GEOMETRY_TEXT.split())
_WORDS_FOR_NUMBERS = frozenset({"auto", "inherit", "none", "center", "left", "right", "top", "bottom"})
_VERSIONS = frozenset({"1.0", "1.1", "1.2", "2", "2.0"})


def known(name: str, value: str) -> str | None:
    """Return the allowed part of the value of an attribute or property, or None; references are renamed already."""
    value = value.strip()
    rule = _RULES.get(name)
    if rule is not None:
        return rule(value)
    if name in _GEOMETRY:
        return value if _NUMBERS.fullmatch(value) or value in _WORDS_FOR_NUMBERS else _plain(value, _CSS)
    return _plain(value, _KEYWORDS | _COLOURS)


_CSS = frozenset({"inherit", "initial", "unset", "!important", "none"})


def _plain(value: str, words: frozenset[str]) -> str | None:
    """Return a value that consists of numbers, colours and these words, or None for another one."""
    at = 0
    while at < len(value):
        found = _TOKEN.match(value, at)
        if found is None or (found["word"] and found["word"].lower() not in words):
            return None
        at = found.end()
    return value


def _family(value: str) -> str | None:
    """Return the known fonts of a font-family, or None if there are none."""
    important = " !important" if value.lower().endswith("!important") else ""
    listed = value.removesuffix("!important").split(",")
    names = [one.strip().strip("'\"").strip() for one in listed]
    kept = [one for one in names if _is_font(one) or one.lower() in _KEYWORDS]
    return ",".join(f"'{one}'" if " " in one else one for one in kept) + important if kept else None


def _is_font(name: str) -> bool:
    pieces = _FONT_PIECE.findall(name)
    bare = re.sub(r"[\s_-]", "", name)
    return (
        0 < len(name) <= LONGEST_FONT
        and "".join(pieces) == bare
        and all(one.lower() in _FONTS or one.isdigit() for one in pieces)
        and not bare.isdigit()
    )


def _font(value: str) -> str | None:
    """Return the font shorthand with known keywords, size and fonts, or None."""
    match = re.fullmatch(r"(.*?\d(?:[a-z%]+)?(?:\s*/\s*[\w.%]+)?)\s+(\D.*)", value, re.I | re.S)
    if match is None:
        return _plain(value, _KEYWORDS)
    looks, names = _plain(match[1], _KEYWORDS), _family(match[2])
    return f"{looks} {names or 'sans-serif'}" if looks else None


def _beginning(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    """Return a rule that keeps a value up to its first error, as viewers do."""

    def rule(value: str) -> str | None:
        found = pattern.match(value)
        return (found[0] if found else "").strip() or None

    return rule


_RULES: dict[str, Callable[[str], str | None]] = {
    "d": _beginning(_PATH),
    "points": _beginning(_NUMBERS),
    "font-family": _family,
    "font": _font,
    "version": lambda value: value if value in _VERSIONS else None,
}
