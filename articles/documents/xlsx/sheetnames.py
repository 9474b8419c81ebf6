"""Allow-lists for the workbook, the sheets and the styles of an XLSX (SpreadsheetML)."""

from articles.documents.office import drawingnames
from articles.documents.office.namespaces import S
from articles.documents.office.rebuilding import Vocabulary, known, under

SPACES = {
    "s": S[1:-1],
    "x14": "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main",
    "x14ac": "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac",
    "xm": "http://schemas.microsoft.com/office/excel/2006/main",
    **drawingnames.SPACES,
}

_WORKBOOK = """
    workbook workbookPr bookViews workbookView sheets sheet definedNames definedName calcPr
"""
_SHEET = """
    worksheet chartsheet sheetPr tabColor outlinePr pageSetUpPr dimension sheetViews sheetView pane selection
    sheetFormatPr cols col sheetData row c v f is t r rPr sheetCalcPr sheetProtection autoFilter
    mergeCells mergeCell conditionalFormatting cfRule formula colorScale dataBar iconSet cfvo color
    dataValidations dataValidation formula1 formula2 hyperlinks hyperlink printOptions pageMargins pageSetup
    headerFooter oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter rowBreaks colBreaks brk
    ignoredErrors ignoredError drawing legacyDrawingHF picture tableParts tablePart extLst ext table
    tableColumns tableColumn calculatedColumnFormula totalsRowFormula tableStyleInfo sst si rFont
"""
_STYLES = """
    styleSheet numFmts numFmt fonts font b i strike condense extend outline shadow u vertAlign sz name family
    charset scheme fills fill patternFill fgColor bgColor gradientFill stop borders border left right top bottom
    diagonal vertical horizontal start end cellStyleXfs cellXfs xf alignment protection cellStyles cellStyle
    dxfs dxf tableStyles tableStyle tableStyleElement colors indexedColors rgbColor mruColors
"""
_NEWER = """
    conditionalFormattings conditionalFormatting cfRule dataBar cfvo borderColor negativeFillColor
    negativeBorderColor axisColor fillColor iconSet cfIcon dxf font fill patternFill fgColor bgColor border left
    right top bottom numFmt b i u strike color sparklineGroups sparklineGroup sparklines sparkline colorSeries
    colorNegative colorAxis colorMarkers colorFirst colorLast colorHigh colorLow dataValidations dataValidation
    formula1 formula2
"""
_ATTRIBUTES = """
    activeCell activeCellId activePane activeTab aboveAverage alignWithMargins allowBlank applyAlignment
    applyBorder applyFill applyFont applyNumberFormat applyProtection applyStyles autoEnd autoFilter
    autoFilterDateGrouping autoLine autoPageBreaks auto baseColWidth bestFit blackAndWhite borderId bottom
    builtinId bx ca calcId calcMode calcOnSave cellComments collapsed colorId copies count customBuiltin
    customFormat customHeight customWidth date1904 dataDxfId defaultColWidth defaultGridColor defaultRowHeight
    defaultThemeVersion degree del1 del2 dent diagonalDown diagonalUp differentFirst differentOddEven display2
    draft dt2D dtr dxfId enableFormatConditionsCalculation equalAverage errorStyle errors evalError fillId
    filterMode firstPageNumber firstSheet fitToHeight fitToPage fitToWidth fontId formatCells formatColumns
    formatRows formula formulaRange fullCalcOnLoad fullPrecision gridLines gridLinesSet gte guid2
    headerRowBorderDxfId headerRowCount headerRowDxfId headings hidden horizontal horizontalCentered
    horizontalDpi ht iLevel iconSet id imeMode indent indexed insertColumns insertHyperlinks insertRow
    insertRowShift insertRows iterate iterateCount iterateDelta justifyLastLine left localSheetId locked man
    manualBreakCount max maxLength maxVal min minLength minVal minimized numFmtId numberStoredAsText objects
    operator orientation outlineLevel outlineLevelCol outlineLevelRow pageOrder pane paperSize patternType
    percent phonetic pivot pivotButton pivotTables priority published quotePrefix rank readingOrder ref refMode
    reverse rgb right rightToLeft rows s scale scaleWithDoc scenarios selectLockedCells selectUnlockedCells
    sheet sheetId shrinkToFit showErrorMessage showColumnStripes showDropDown showFirstColumn showFormulas
    showGridLines showHorizontalScroll showInputMessage showLastColumn showOutlineSymbols showRowColHeaders
    showRowStripes showRuler showSheetTabs showValue showVerticalScroll showWhiteSpace showZeros si size sort
    spans sqref state stdDev stopIfTrue style summaryBelow summaryRight syncHorizontal syncRef syncVertical t
    tabRatio tabSelected textRotation theme thickBot thickTop timePeriod tint top totalsRowBorderDxfId
    totalsRowCount totalsRowDxfId totalsRowFunction totalsRowShown twoDigitTextYear type uniqueCount
    unlockedFormula useFirstPageNumber usePrinterDefaults val vertical verticalCentered verticalDpi view
    visibility width windowHeight windowWidth workbookViewId wrapText xSplit xWindow xfId xr ySplit yWindow
    zeroHeight zoomScale zoomScaleNormal zoomScalePageLayoutView zoomScaleSheetLayoutView zoomToFit
    applyWidthHeightFormats emptyCellReference calculatedColumn listDataValidation topLeftCell r r1 r2 sb eb
    position display header footer
"""
_NEWER_ATTRIBUTES = """
    priority type dxfId minLength maxLength border gradient direction negativeBarColorSameAsPositive
    negativeBarBorderColorSameAsPositive axisPosition showValue reverse iconSet custom iconId percent rgb theme
    tint auto val lineWeight dateAxis displayEmptyCellsAs markers high low first last negative displayXAxis
    displayHidden minAxisType maxAxisType rightToLeft manualMax manualMin gte stopIfTrue operator aboveAverage
    rank bottom allowBlank showErrorMessage showInputMessage errorStyle count patternType
"""

_PARENTS = """
s:sheets s:definedNames s:bookViews < s:workbook
s:definedName < s:definedNames
s:sheetData < s:worksheet
s:row < s:sheetData
s:c < s:row
s:v s:f s:is < s:c
s:si < s:sst
s:t < s:si s:is s:r
s:r < s:si s:is
s:formula < s:cfRule
s:formula1 s:formula2 < s:dataValidation
s:calculatedColumnFormula s:totalsRowFormula < s:tableColumn
xm:f < x14:cfvo x14:cfRule x14:sparkline x14:sparklineGroup x14:formula1 x14:formula2
xm:sqref < x14:conditionalFormatting x14:sparkline x14:dataValidation
x14:sparklineGroups x14:conditionalFormattings x14:dataValidations < s:ext
"""

VOCABULARY = Vocabulary(
    spaces=SPACES,
    elements=known(s=f"{_WORKBOOK} {_SHEET} {_STYLES}", x14=_NEWER, xm="f sqref", **drawingnames.ELEMENTS),
    attributes=frozenset(
        {f"s:*{name}" for name in _ATTRIBUTES.split()}
        | {f"x14:*{name}" for name in _NEWER_ATTRIBUTES.split()}
        | {"x14ac:dyDescent"}
        | {
            name if ":" in name else f"{prefix}:{name}"
            for prefix, names in drawingnames.ATTRIBUTES.items()
            for name in names.split()
        }
    ),
    parents=under(_PARENTS + drawingnames.PARENTS),
    texts=frozenset({"s:t", "s:v", "c:v", *drawingnames.TEXTS.split()}),
    figures=frozenset(drawingnames.FIGURES.split()),
    vital=frozenset({
        "s:sheet@r:id", "s:hyperlink@ref", "s:drawing@r:id", "s:legacyDrawingHF@r:id", "s:picture@r:id",
        "s:tablePart@r:id", "s:ext@uri", "a:ext@uri", "a:srgbClr@val", "a:schemeClr@val", "a:graphicData@uri",
        "c:chart@r:id", "c:userShapes@r:id", "a:hlinkClick@r:id", "asvg:svgBlip@r:embed", "s:definedName@name",
        "s:numFmt@formatCode", "s:row@r", "s:c@r", "s:mergeCell@ref", "s:conditionalFormatting@sqref",
        "s:dataValidation@sqref", "s:table@ref",
    }),
    single=frozenset({"s:sheets", "s:sheetData", "s:f", "s:v", "s:is", "s:t", "s:cols"}),
)  # fmt: skip

ROOTS = {
    "officeDocument": "s:workbook", "worksheet": "s:worksheet", "chartsheet": "s:chartsheet", "styles": "s:styleSheet",
    "sharedStrings": "s:sst", "table": "s:table", "drawing": "xdr:wsDr", "chart": "c:chartSpace",
    "chartUserShapes": "c:userShapes", "theme": "a:theme", "themeOverride": "a:themeOverride", "vmlDrawing": "-:xml",
}  # fmt: skip
