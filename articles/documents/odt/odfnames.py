"""Allow-lists for the text, the styles, the charts and the formulas of an ODT (OpenDocument 1.3)."""

from articles.documents.office.rebuilding import Vocabulary, known, under

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = {
    "office": f"{_ODF}office:1.0", "text": f"{_ODF}text:1.0", "style": f"{_ODF}style:1.0", "draw": f"{_ODF}drawing:1.0",
    "table": f"{_ODF}table:1.0", "fo": f"{_ODF}xsl-fo-compatible:1.0", "svg": f"{_ODF}svg-compatible:1.0",
    "number": f"{_ODF}datastyle:1.0", "chart": f"{_ODF}chart:1.0", "dr3d": f"{_ODF}dr3d:1.0",
    "xlink": "http://www.w3.org/1999/xlink", "math": "http://www.w3.org/1998/Math/MathML",
    "loext": "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
    "xml": "http://www.w3.org/XML/1998/namespace", "-": "",
}  # fmt: skip

_OFFICE = """
    document-content document-styles font-face-decls styles automatic-styles master-styles body text chart
    binary-data
"""
_TEXT = """
    p h span a s tab line-break soft-page-break list list-item list-header section numbered-paragraph number
    bookmark bookmark-start bookmark-end bookmark-ref reference-mark reference-mark-start reference-mark-end
    reference-ref note note-citation note-body note-ref page-number page-count page-continuation date time
    chapter sequence sequence-decls sequence-decl sequence-ref variable-decls variable-decl variable-set
    variable-get user-field-decls user-field-decl user-field-get conditional-text hidden-text hidden-paragraph
    placeholder expression table-of-content table-of-content-source table-of-content-entry-template
    illustration-index illustration-index-source illustration-index-entry-template table-index
    table-index-source table-index-entry-template object-index object-index-source object-index-entry-template
    alphabetical-index alphabetical-index-source alphabetical-index-entry-template user-index user-index-source
    user-index-entry-template bibliography bibliography-source index-title index-title-template index-body
    index-entry-chapter index-entry-link-start index-entry-link-end index-entry-page-number index-entry-span
    index-entry-tab-stop index-entry-text index-source-styles index-source-style ruby ruby-base ruby-text
    list-style list-level-style-number list-level-style-bullet list-level-style-image outline-style
    outline-level-style notes-configuration linenumbering-configuration linenumbering-separator
    note-continuation-notice-forward note-continuation-notice-backward
"""
_STYLE = """
    style default-style default-page-layout page-layout page-layout-properties master-page header header-left
    header-first footer footer-left footer-first header-style footer-style header-footer-properties footnote-sep
    font-face text-properties paragraph-properties graphic-properties table-properties table-column-properties
    table-row-properties table-cell-properties section-properties list-level-properties
    list-level-label-alignment ruby-properties chart-properties drawing-page-properties map tab-stops tab-stop
    drop-cap background-image columns column column-sep region-left region-center region-right
"""
_DRAW = """
    frame image text-box object rect line ellipse circle polygon polyline path regular-polygon custom-shape
    enhanced-geometry equation handle connector measure caption g a glue-point contour-polygon contour-path
    image-map area-rectangle area-circle area-polygon gradient hatch fill-image marker stroke-dash opacity
    layer-set layer
"""
_TABLE = """
    table table-column table-columns table-header-columns table-column-group table-row table-rows
    table-header-rows table-row-group table-cell covered-table-cell shapes
"""
_NUMBER = """
    number-style currency-style percentage-style date-style time-style boolean-style text-style number fraction
    scientific-number currency-symbol text text-content embedded-text fill-character day month year era
    day-of-week week-of-year quarter hours minutes seconds am-pm boolean
"""
_CHART = """
    chart title subtitle footer legend plot-area wall floor axis grid series data-point data-label domain
    categories mean-value error-indicator regression-curve equation stock-gain-marker stock-loss-marker
    stock-range-line symbol-image label-separator
"""
_MATH = """
    math semantics mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle mpadded mphantom mfenced menclose msub
    msup msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd merror
"""

_ATTRIBUTES = {
    "office": "version value-type value boolean-value date-value time-value currency",
    "text": """active anchor-page-number anchor-type bullet-relative-size c caption-sequence-format
        consecutive-numbering continue-numbering count-empty-lines count-in-text-boxes display display-levels
        display-outline-level duration fixed footnotes-position increment index-scope is-hidden is-list-header level
        line-break line-number list-level-position-and-space-mode list-tab-stop-position min-label-distance
        min-label-width note-class number-lines number-position offset outline-level page-adjust placeholder-type
        protected ref-name reference-format relative-tab-stop-position restart-numbering restart-on-page row-number
        select-page separation-character space-before start-numbering-at start-value tab-ref time-value date-value
        use-caption use-index-marks use-index-source-styles use-outline-level use-soft-page-breaks use-tables
        label-followed-by ignore-case combine-entries alphabetical-separators capitalize-entries comma-separated
        sort-algorithm value value-type numbered-entries copy-outline-levels""",
    "style": """adjustment auto-text-indent auto-update background-transparency border-line-width
        border-line-width-bottom border-line-width-left border-line-width-right border-line-width-top char class color
        column-width default-outline-level diagonal-bl-tr diagonal-tl-br direction distance distance-after-sep
        distance-before-sep dynamic-spacing editable family first-page-number flow-with-text font-charset
        font-family-generic font-family-generic-asian font-family-generic-complex font-independent-line-spacing
        font-pitch font-pitch-asian font-pitch-complex font-relief font-size-asian font-size-complex font-size-rel
        font-size-rel-asian font-size-rel-complex font-style-asian font-style-complex font-weight-asian
        font-weight-complex footnote-max-height glyph-orientation-vertical height horizontal-pos horizontal-rel
        join-border justify-single-word layout-grid-base-height layout-grid-base-width layout-grid-color
        layout-grid-display layout-grid-lines layout-grid-mode layout-grid-print layout-grid-ruby-below
        layout-grid-ruby-height layout-grid-snap-to layout-grid-standard-mode leader-color leader-style leader-type
        leader-width legend-expansion length letter-kerning line-break line-height-at-least line-spacing line-style
        lines list-level may-break-between-rows min-row-height mirror num-format num-letter-sync
        number-wrapped-paragraphs overflow-behavior page-number page-usage position print print-content
        print-orientation print-page-order protect punctuation-wrap register-true rel-column-width rel-height
        rel-width repeat rotation-align rotation-angle row-height ruby-align ruby-position run-through scale-to
        scale-to-pages shadow shrink-to-fit snap-to-layout-grid tab-stop-distance table-centering text-align-source
        text-autospace text-blinking text-combine text-emphasize text-line-through-color text-line-through-mode
        text-line-through-style text-line-through-type text-line-through-width text-outline text-overline-color
        text-overline-mode text-overline-style text-overline-type text-overline-width text-position
        text-rotation-angle text-rotation-scale text-scale text-underline-color text-underline-mode
        text-underline-style text-underline-type text-underline-width type use-optimal-column-width
        use-optimal-row-height use-window-font-color vertical-align vertical-pos vertical-rel volatile width wrap
        wrap-contour wrap-contour-mode wrap-dynamic-threshold writing-mode writing-mode-automatic display
        cell-protect decimal-places filter-name""",
    "fo": """background-color border border-bottom border-left border-right border-top break-after break-before clip
        color column-count column-gap end-indent font-size font-style font-variant font-weight height
        hyphenate hyphenation-keep hyphenation-ladder-count hyphenation-push-char-count hyphenation-remain-char-count
        keep-together keep-with-next letter-spacing line-height margin margin-bottom margin-left margin-right
        margin-top max-height max-width min-height min-width orphans padding padding-bottom padding-left padding-right
        padding-top page-height page-width space-after space-before start-indent text-align text-align-last
        text-indent text-shadow text-transform widows width wrap-option""",
    "draw": """align angle auto-grow-height auto-grow-width blue border caption-angle caption-angle-type
        caption-escape caption-escape-direction caption-fit-line-length caption-gap caption-line-length
        caption-point-x caption-point-y caption-type color color-inversion color-mode concave
        concentric-gradient-fill-allowed contrast corner-radius corners cx cy decimal-places distance dots1 dots1-length
        dots2 dots2-length end-angle end-color end-guide end-intensity escape-direction fill fill-color
        fill-hatch-solid fill-image-height fill-image-ref-point fill-image-ref-point-x fill-image-ref-point-y
        fill-image-width fit-to-contour fit-to-size gamma glue-point-leaving-directions glue-point-type glue-points
        gradient-step-count green guide-distance guide-overhang handle-mirror-horizontal handle-mirror-vertical
        handle-switched image-opacity kind line-distance luminance marker-end-center marker-end-width
        marker-start-center marker-start-width mirror-horizontal mirror-vertical modifiers opacity parallel
        path-stretchpoint-x path-stretchpoint-y placing points red rotation secondary-fill-color shadow shadow-color
        shadow-offset-x shadow-offset-y shadow-opacity start-angle start-color start-guide start-intensity stroke
        stroke-linejoin style symbol-color text-path text-path-allowed text-path-mode text-path-scale
        text-path-same-letter-heights text-rotate-angle textarea-horizontal-align textarea-vertical-align transform type
        unit visible-area-height visible-area-left visible-area-top visible-area-width wrap-influence-on-position z-index
        frame-display-border extrusion extrusion-allowed id start-line-spacing-horizontal start-line-spacing-vertical
        end-line-spacing-horizontal end-line-spacing-vertical""",
    "svg": """cx cy d fill-rule fx fy gradientTransform gradientUnits height offset r rx ry spreadMethod stop-color
        stop-opacity stroke-color stroke-linecap stroke-opacity stroke-width viewBox width x x1 x2 y y1 y2 panose-1""",
    "table": """align border-color border-model direction end-x end-y number-columns-repeated number-columns-spanned
        number-matrix-columns-spanned number-matrix-rows-spanned number-rows-repeated number-rows-spanned
        is-sub-table print protected use-banding-columns-styles use-banding-rows-styles use-first-column-styles
        use-first-row-styles use-last-column-styles use-last-row-styles visibility display""",
    "number": """automatic-order calendar decimal-places display-factor format-source grouping
        min-decimal-places min-denominator-digits min-exponent-digits min-integer-digits min-numerator-digits position
        possessive-form style textual truncate-on-overflow denominator-value max-denominator-value""",
    "chart": """angle-offset attached-axis auto-position auto-size axis-label-position axis-position connect-bars
        data-label-number data-label-symbol data-label-text data-source-has-labels deep dimension display-equation
        display-label display-r-square error-category error-lower-indicator error-lower-limit error-margin
        error-percentage error-upper-indicator error-upper-limit gap-width group-bars-per-axis hole-size
        include-hidden-cells interpolation interval-major interval-minor-divisor japanese-candle-stick
        label-arrangement label-position label-position-negative legend-align legend-position lines
        link-data-style-to-source logarithmic maximum mean-value minimum origin overlap percentage pie-offset
        regression-type repeated reverse-direction right-angled-axes scale-text series-source solid-type
        sort-by-x-values spline-order spline-resolution stacked symbol-height symbol-name symbol-type symbol-width
        text-overlap three-dimensional tick-mark-position tick-marks-major-inner tick-marks-major-outer
        tick-marks-minor-inner tick-marks-minor-outer treat-empty-cells vertical visible""",
    "loext": """contextual-spacing opacity table-direction fill char-shading-value border padding decorative
        hyphenation-no-caps hyphenation-no-last-word hyphenation-word-char-count hyphenation-zone num-list-format-default
        vertical-justify rel-width-rel rel-height-rel""",
    "xlink": "actuate show type",
    "xml": "space",
    "dr3d": "projection lighting-mode shade-mode ambient-color",
    "math": "",
}

_MATH_ATTRIBUTES = """
    *display *mathvariant *stretchy *fence *form *separator *open *close *accent *accentunder *displaystyle
    *scriptlevel *mathsize *mathcolor *linethickness *notation *width *height *depth *columnalign *rowalign
    *columnspan *rowspan *lspace *rspace *symmetric *maxsize *minsize *largeop *movablelimits *bevelled
"""

_BLOCKS = """
    office:text text:section text:list-item text:list-header table:table-cell text:note-body draw:text-box
    text:index-body text:index-title style:header style:header-left style:header-first style:footer
    style:footer-left style:footer-first style:region-left style:region-center style:region-right
    text:numbered-paragraph
"""
_SHAPES = """
    draw:rect draw:line draw:ellipse draw:circle draw:polygon draw:polyline draw:path draw:regular-polygon
    draw:custom-shape draw:connector draw:measure draw:caption
"""

_CONTENT, _BOXES = " ".join(_BLOCKS.split()), " ".join(_SHAPES.split())
_PARENTS = f"""
office:text office:chart < office:body
text:p < {_CONTENT} {_BOXES} chart:title chart:subtitle chart:footer chart:data-label chart:label-separator
text:p < chart:equation
text:h < {_CONTENT}
text:list < {_CONTENT} {_BOXES}
text:section table:table < {_CONTENT} office:chart chart:chart table:shapes table:table-cell
text:list-item text:list-header < text:list
text:span text:a text:s text:ruby < text:p text:h text:span text:a text:ruby-base
table:table-cell table:covered-table-cell < table:table-row
text:note-citation text:note-body < text:note
style:master-page < office:master-styles
number:text < number:number-style number:currency-style number:percentage-style number:date-style
number:text < number:time-style number:boolean-style number:text-style
"""

_WORDS = """
    text:p text:h text:span text:a text:ruby-base text:ruby-text text:note-citation text:page-number
    text:page-count text:page-continuation text:date text:time text:chapter text:sequence text:sequence-ref
    text:bookmark-ref text:reference-ref text:note-ref text:variable-set text:variable-get text:user-field-get
    text:conditional-text text:hidden-text text:hidden-paragraph text:placeholder text:expression text:number
    text:index-entry-span text:index-title-template text:linenumbering-separator
    text:note-continuation-notice-forward text:note-continuation-notice-backward math:mi math:mn math:mo
    math:mtext math:ms
"""

VOCABULARY = Vocabulary(
    spaces=SPACES,
    elements=known(
        office=_OFFICE, text=_TEXT, style=_STYLE, draw=_DRAW, table=_TABLE, number=_NUMBER, chart=_CHART, math=_MATH,
        svg="title desc linearGradient radialGradient stop definition-src", loext="graphic-properties table-protection",
    ),
    attributes=frozenset(
        {f"{prefix}:{name}" for prefix, names in _ATTRIBUTES.items() for name in names.split()}
        | {f"math:{name}" for name in _MATH_ATTRIBUTES.split()}
    ),
    parents=under(_PARENTS),
    single=frozenset({"office:body", "office:text", "office:chart", "text:note-body", "text:note-citation"}),
    texts=frozenset(_WORDS.split()),
    vital=frozenset({"draw:image@xlink:href", "draw:object@xlink:href", "draw:fill-image@xlink:href"}),
)  # fmt: skip

# Elements in a paragraph that add invisible information to their text: they are replaced by it.
_UNWRAPPED = """
    bibliography-mark database-display database-name database-row-number sheet-name table-formula text-input
    title subject description keywords user-defined creation-date creation-time modification-date
    modification-time print-date print-time editing-cycles editing-duration page-variable-get paragraph-count
    word-count character-count table-count image-count object-count meta meta-field user-field-input
    variable-input alphabetical-index-mark-end toc-mark-end user-index-mark-end measure dde-connection
    execute-macro drop-down content-control
"""
UNWRAPPED = frozenset(_UNWRAPPED.split())

ROOTS = {"content.xml": "office:document-content", "styles.xml": "office:document-styles"}
FORMULA = "math:math"
