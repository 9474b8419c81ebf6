"""Allow-lists for the text of a DOCX (WordprocessingML)."""

from articles.documents.office import drawingnames
from articles.documents.office.namespaces import W14, W
from articles.documents.office.rebuilding import Vocabulary, known, under

SPACES = {"w": W[1:-1], "w14": W14[1:-1], **drawingnames.SPACES}

_ELEMENTS = """
    document body hdr ftr footnotes endnotes footnote endnote styles numbering settings fonts p r t tab br cr
    sym noBreakHyphen softHyphen ptab fldChar instrText footnoteReference endnoteReference footnoteRef
    endnoteRef separator continuationSeparator lastRenderedPageBreak drawing pict object ruby rubyPr rubyAlign
    hps hpsRaise hpsBaseText lid rt rubyBase fldSimple hyperlink bookmarkStart bookmarkEnd txbxContent bdo dir
    tbl tblPr tblPrEx tblGrid gridCol tr trPr tc tcPr sectPr sdt sdtPr sdtEndPr sdtContent pPr rPr pStyle rStyle
    tblStyle keepNext keepLines pageBreakBefore framePr widowControl numPr ilvl numId suppressLineNumbers pBdr
    shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi
    adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection
    textAlignment textboxTightWrap outlineLvl cnfStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline
    shadow emboss imprint noProof vanish webHidden color w kern position sz szCs highlight u effect bdr fitText
    vertAlign rtl cs em lang eastAsianLayout specVanish oMath top left bottom right start end between bar
    insideH insideV tl2br tr2bl tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW
    tblCellSpacing tblInd tblBorders tblLayout tblCellMar tblLook tblCaption tblDescription gridBefore gridAfter
    wBefore wAfter cantSplit trHeight tblHeader hidden tcW gridSpan hMerge vMerge tcBorders noWrap tcMar
    tcFitText vAlign hideMark footnotePr endnotePr pos numFmt numStart numRestart headerReference
    footerReference type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols col formProt noEndnote titlePg
    rtlGutter docGrid background docDefaults rPrDefault pPrDefault style name basedOn next link uiPriority
    semiHidden unhideWhenUsed qFormat locked autoRedefine tblStylePr abstractNum abstractNumId multiLevelType
    lvl lvlText lvlJc lvlRestart isLgl suff legacy lvlOverride startOverride num numStyleLink styleLink
    numPicBullet lvlPicBulletId text richText dropDownList comboBox listItem date dateFormat picture docPartObj
    docPartGallery docPartUnique lock showingPlcHdr temporary equation group citation bibliography
    storeMappedDataAs calendar font panose1 charset family pitch sig notTrueType zoom displayBackgroundShape
    evenAndOddHeaders mirrorMargins gutterAtTop bookFoldPrinting bordersDoNotSurroundHeader
    bordersDoNotSurroundFooter defaultTabStop autoHyphenation consecutiveHyphenLimit hyphenationZone
    doNotHyphenateCaps characterSpacingControl printTwoOnOne strictFirstAndLastChars noPunctuationKerning
    hideSpellingErrors hideGrammaticalErrors compat compatSetting themeFontLang clrSchemeMapping decimalSymbol
    listSeparator drawingGridHorizontalSpacing drawingGridVerticalSpacing displayHorizontalDrawingGridEvery
    displayVerticalDrawingGridEvery doNotShadeFormData footnoteLayoutLikeWW8 noLeading spaceForUL ulTrailSpace
    useFELayout balanceSingleByteDoubleByteWidth doNotLeaveBackslashAlone doNotExpandShiftReturn
    adjustLineHeightInTable growAutofit doNotUseHTMLParagraphAutoSpacing splitPgBreakAndParaMark
    alignTablesRowByRow allowSpaceOfSameStyleInTable movie view
"""

_TEXT_EFFECTS = """
    glow shadow reflection textOutline textFill ligatures numForm numSpacing stylisticSets styleSet cntxtAlts
    props3d scene3d camera lightRig rot bevel bevelT bevelB extrusionClr contourClr solidFill gradFill noFill
    gsLst gs lin path fillToRect srgbClr schemeClr alpha tint shade lum lumMod lumOff hueMod sat satMod satOff
    prstDash round miter checkbox checked checkedState uncheckedState
"""

_ATTRIBUTES = """
    val abstractNumId accent1 accent2 accent3 accent4 accent5 accent6 after afterAutospacing afterLines
    alignment anchorLock asciiTheme before beforeAutospacing beforeLines bg1 bg2 bottom bottomFromText chapSep
    chapStyle char charSpace clear code color combine combineBrackets count countBy cs csb0 csb1 cstheme
    customMarkFollows customStyle default display distance dirty drop dropCap dxaOrig dyaOrig eastAsiaTheme end
    endChars equalWidth evenHBand evenVBand fill first firstColumn firstLine firstLineChars firstRow
    firstRowFirstColumn firstRowLastColumn fldCharType fldLock fmt followedHyperlink footer frame gutter h
    hAnchor hAnsiTheme hRule hSpace hanging hangingChars header hint history horzAnchor hyperlink id ilvl
    lastColumn lastRow lastRowFirstColumn lastRowLastColumn leader left leftChars leftFromText legacy
    legacyIndent legacySpace line linePitch lineRule lines lock noHBand noVBand num numId numPicBulletId
    oddHBand oddVBand offsetFrom orient other percent pos relativeTo restart right rightChars rightFromText sep
    shadow space start startChars sz t1 t2 tblpX tblpXSpec tblpY tblpYSpec tentative themeColor themeFill
    themeFillShade themeFillTint themeShade themeTint top topFromText type usb0 usb1 usb2 usb3 vAnchor vMerge
    vSpace vert vertAnchor vertCompress w wrap x xAlign y yAlign zOrder pitch colFirst colLast
"""

_EFFECT_ATTRIBUTES = """
    val algn ang b blurRad bwMode cap cmpd contourW dir dist endA endPos extrusionH fadeDir h id kx ky l lat lim
    lon path pos prst prstMaterial r rad rev rig scaled stA stPos sx sy t w
"""

_MATH = "m:e m:num m:den m:sub m:sup m:deg m:lim m:fName m:oMath"

_PARENTS = f"""
w:body w:background < w:document
w:footnote < w:footnotes
w:endnote < w:endnotes
w:p w:tbl w:sdt < w:body w:hdr w:ftr w:footnote w:endnote w:tc w:txbxContent w:sdtContent
w:sdt < w:p w:hyperlink w:tbl w:tr w:fldSimple w:dir w:bdo
w:sdtContent < w:sdt
w:tr < w:tbl w:sdtContent
w:tc < w:tr w:sdtContent
w:r < w:p w:hyperlink w:sdtContent w:fldSimple w:dir w:bdo w:rt w:rubyBase {_MATH}
w:hyperlink w:fldSimple w:dir w:bdo < w:p w:hyperlink w:sdtContent w:fldSimple w:dir w:bdo
w:t w:instrText w:fldChar w:drawing w:pict w:object w:ruby w:sym w:footnoteReference w:endnoteReference < w:r
w:rt w:rubyBase < w:ruby
w:txbxContent < wps:txbx v:textbox
w:style < w:styles
w:name < w:style
w:abstractNum w:num w:numPicBullet < w:numbering
w:lvl < w:abstractNum w:lvlOverride
w:lvlText < w:lvl
w:font < w:fonts
w:listItem < w:dropDownList w:comboBox
w:compatSetting < w:compat
w:dateFormat < w:date
w:tblCaption w:tblDescription < w:tblPr
m:oMathPara m:oMath < w:p w:hyperlink w:sdtContent m:oMathPara w:r w:fldSimple {_MATH}
m:r < m:oMath {_MATH}
"""

VOCABULARY = Vocabulary(
    spaces=SPACES,
    elements=known(w=_ELEMENTS, w14=_TEXT_EFFECTS, **drawingnames.ELEMENTS),
    attributes=frozenset(
        {f"w:{name}" for name in _ATTRIBUTES.split()}
        | {f"w14:{name}" for name in _EFFECT_ATTRIBUTES.split()}
        | {
            name if ":" in name else f"{prefix}:{name}"
            for prefix, names in drawingnames.ATTRIBUTES.items()
            for name in names.split()
        }
    ),
    parents=under(_PARENTS + drawingnames.PARENTS),
    texts=frozenset({"w:t", *drawingnames.TEXTS.split(), "c:v"}),
    figures=frozenset(drawingnames.FIGURES.split()),
    vital=frozenset(
        {"@w:val", "a:srgbClr@val", "a:schemeClr@val", "a:graphicData@uri", "w:compatSetting@w:name"}
    ),
    single=frozenset({"w:body", "w:pPr", "w:rPr", "w:tblPr", "w:trPr", "w:tcPr", "w:sdtPr", "w:sdtContent"}),
)

# The root element of each kind of part.
ROOTS = {
    "officeDocument": "w:document", "header": "w:hdr", "footer": "w:ftr", "footnotes": "w:footnotes",
    "endnotes": "w:endnotes", "styles": "w:styles", "numbering": "w:numbering", "settings": "w:settings",
    "fontTable": "w:fonts", "theme": "a:theme", "themeOverride": "a:themeOverride", "chart": "c:chartSpace",
    "chartUserShapes": "c:userShapes", "vmlDrawing": "-:xml",
}  # fmt: skip
