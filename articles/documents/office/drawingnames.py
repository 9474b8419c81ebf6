"""Allow-lists for drawings, charts and formulas in DOCX and XLSX (DrawingML, OMML, and the older VML)."""

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
DRAWN = "http://schemas.openxmlformats.org/drawingml/2006"
WORD_2010 = "http://schemas.microsoft.com/office/word/2010"
SPACES = {
    "a": f"{DRAWN}/main", "pic": f"{DRAWN}/picture", "wp": f"{DRAWN}/wordprocessingDrawing",
    "xdr": f"{DRAWN}/spreadsheetDrawing", "c": f"{DRAWN}/chart", "cdr": f"{DRAWN}/chartDrawing",
    "wps": f"{WORD_2010}/wordprocessingShape", "wpg": f"{WORD_2010}/wordprocessingGroup",
    "wpc": f"{WORD_2010}/wordprocessingCanvas", "wp14": f"{WORD_2010}/wordprocessingDrawing",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
    "adec": "http://schemas.microsoft.com/office/drawing/2017/decorative",
    "a14": "http://schemas.microsoft.com/office/drawing/2010/main",
    "v": "urn:schemas-microsoft-com:vml", "o": "urn:schemas-microsoft-com:office:office",
    "w10": "urn:schemas-microsoft-com:office:word", "x": "urn:schemas-microsoft-com:office:excel",
    "m": f"{OFFICE}/math", "r": f"{OFFICE}/relationships",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "xml": "http://www.w3.org/XML/1998/namespace", "-": "",
}  # fmt: skip

ELEMENTS = {
    "a": """accent1 accent2 accent3 accent4 accent5 accent6 ahLst ahPolar ahXY alpha alphaBiLevel alphaCeiling
        alphaFloor alphaInv alphaMod alphaModFix alphaOff alphaOutset alphaRepl anchor arcTo avLst backdrop bevel
        bevelB bevelT bgFillStyleLst biLevel blend blip blipFill blue blueMod blueOff blur bodyPr bottom br
        buAutoNum buBlip buChar buClr buClrTx buFont buFontTx buNone buSzPct buSzPts buSzTx camera chExt chOff
        clrChange clrFrom clrMap clrRepl clrScheme clrTo close comp cont contourClr cs cubicBezTo custClr custDash
        custGeom cxn cxnLst cxnSp cxnSpLocks defPPr defRPr dk1 dk2 ds duotone ea effect effectDag effectLst
        effectRef effectStyle effectStyleLst end endCxn endParaRPr ext extLst extraClrSchemeLst extrusionClr fgClr
        bgClr fill fillOverlay fillRect fillRef fillStyleLst fillToRect flatTx fld fmtScheme folHlink font fontRef
        fontScheme gamma gd gdLst glow gradFill graphic graphicData graphicFrame graphicFrameLocks gray grayscl
        green greenMod greenOff grpFill grpSp grpSpLocks grpSpPr gs gsLst headEnd highlight hlink hlinkClick hsl
        hslClr hue hueMod hueOff innerShdw inv invGamma latin lightRig lin ln lnBlToTr lnDef lnRef lnSpc lnStyleLst
        lnTo lnTlToBr lstStyle lt1 lt2 lum lumMod lumOff lvl1pPr lvl2pPr lvl3pPr lvl4pPr lvl5pPr lvl6pPr lvl7pPr
        lvl8pPr lvl9pPr majorFont masterClrMapping minorFont miter moveTo noAutofit noFill norm normAutofit
        objectDefaults off outerShdw overrideClrMapping p pPr path pathLst pattFill pic picLocks pos prstClr prstDash
        prstGeom prstShdw prstTxWarp pt quadBezTo r rPr rect red redMod redOff reflection relOff right rot round
        rtl sat satMod satOff scene3d schemeClr scrgbClr shade snd softEdge solidFill sp sp3d spAutoFit spDef
        spLocks spPr spcAft spcBef spcPct spcPts srcRect srgbClr st stCxn stretch style sx sy sym sysClr t tab
        tabLst tailEnd theme themeElements tile tileRect tint top txBody txDef uFill uFillTx uLn uLnTx up useSpRect
        xfrm bright""",
    "pic": "pic nvPicPr cNvPr cNvPicPr blipFill spPr style",
    "wp": """anchor inline extent effectExtent docPr cNvGraphicFramePr simplePos positionH positionV align posOffset
        wrapNone wrapSquare wrapTight wrapThrough wrapTopAndBottom wrapPolygon start lineTo""",
    "wp14": "sizeRelH sizeRelV pctWidth pctHeight pctPosHOffset pctPosVOffset",
    "wps": "wsp cNvPr cNvSpPr cNvCnPr cNvFrPr spPr style txbx linkedTxbx bodyPr",
    "wpg": "wgp grpSp cNvPr cNvGrpSpPr cNvFrPr grpSpPr graphicFrame xfrm",
    "wpc": "wpc bg whole",
    "xdr": """wsDr twoCellAnchor oneCellAnchor absoluteAnchor from to col colOff row rowOff pos ext sp nvSpPr cNvPr
        cNvSpPr spPr style txBody pic nvPicPr cNvPicPr blipFill graphicFrame nvGraphicFramePr cNvGraphicFramePr
        xfrm cxnSp nvCxnSpPr cNvCxnSpPr grpSp nvGrpSpPr cNvGrpSpPr grpSpPr clientData""",
    "cdr": """relSizeAnchor absSizeAnchor from to ext x y sp nvSpPr cNvPr cNvSpPr spPr style txBody pic nvPicPr
        cNvPicPr blipFill cxnSp nvCxnSpPr cNvCxnSpPr grpSp nvGrpSpPr cNvGrpSpPr grpSpPr""",
    "c": """applyToEnd applyToFront applyToSides area3DChart areaChart auto autoTitleDeleted autoUpdate axId axPos
        backWall backward bandFmt bandFmts bar3DChart barChart barDir baseTimeUnit bubble3D bubbleChart bubbleScale
        bubbleSize builtInUnit cat catAx chart chartSpace clrMapOvr crossAx crossBetween crosses crossesAt custSplit
        custUnit dLbl dLblPos dLbls dPt dTable date1904 dateAx delete depthPercent dispBlanksAs dispEq dispRSqr
        dispUnits dispUnitsLbl doughnutChart downBars dropLines errBarType errBars errDir errValType explosion f
        firstSliceAng floor formatCode forward gapDepth gapWidth grouping h hMode hPercent hiLowLines
        holeSize idx intercept invertIfNegative layout layoutTarget lblAlgn lblOffset leaderLines legend
        legendEntry legendPos line3DChart lineChart logBase lvl majorGridlines majorTickMark majorTimeUnit majorUnit
        manualLayout marker max min minorGridlines minorTickMark minorTimeUnit minorUnit minus multiLvlStrCache
        multiLvlStrRef name noEndCap noMultiLvlLbl numCache numFmt numLit numRef ofPieChart ofPieType order
        orientation overlap overlay period perspective pictureFormat pictureOptions pictureStackUnit pie3DChart
        pieChart plotArea plotVisOnly plus pt ptCount rAngAx radarChart radarStyle rich rotX rotY roundedCorners
        scaling scatterChart scatterStyle secondPiePt secondPieSize separator ser serAx serLines shape showBubbleSize
        showCatName showDLblsOverMax showHorzBorder showKeys showLeaderLines showLegendKey showNegBubbles showOutline
        showPercent showSerName showVal showVertBorder sideWall size sizeRepresents smooth spPr splitPos splitType
        stockChart strCache strLit strRef style surface3DChart surfaceChart symbol thickness tickLblPos tickLblSkip
        tickMarkSkip title trendline trendlineLbl trendlineType tx txPr upBars upDownBars userShapes v val valAx
        varyColors view3D w wMode wireframe x xMode xVal y yMode yVal""",
    "asvg": "svgBlip",
    "adec": "decorative",
    "a14": "useLocalDpi",
    "v": """arc background curve f fill formulas group h handles image imagedata line oval path polyline rect
        roundrect shadow shape shapetype stroke textbox textpath""",
    "o": "lock extrusion",
    "w10": "anchorlock wrap bordertop borderbottom borderleft borderright",
    "x": "ClientData",
    "m": """acc accPr aln alnScr argPr argSz bar barPr baseJc begChr borderBox borderBoxPr box boxPr brk brkBin
        brkBinSub cGp cGpRule chr count ctrlPr d dPr deg degHide den diff dispDef e endChr eqArr eqArrPr f fName fPr
        func funcPr groupChr groupChrPr grow hideBot hideLeft hideRight hideTop interSp intLim intraSp jc lMargin
        lim limLoc limLow limLowPr limUpp limUppPr lit m mPr maxDist mc mcJc mcPr mcs mr nary naryLim naryPr noBreak
        nor num oMath oMathPara oMathParaPr objDist opEmu phant phantPr plcHide pos postSp preSp r rMargin rPr rSp
        rSpRule rad radPr sPre sPrePr sSub sSubPr sSubSup sSubSupPr sSup sSupPr scr sepChr show shp smallFrac strikeBLTR
        strikeH strikeTLBR strikeV sty sub subHide sup supHide t transp type vertJc wrapIndent wrapRight zeroAsc
        zeroDesc zeroWid mathPr mathFont defJc""",
}

ATTRIBUTES = {
    "a": """*a *accent1 *accent2 *accent3 *accent4 *accent5 *accent6 *algn *amt *anchor *anchorCtr *ang *b *bIns
        *baseline *bg1 *bg2 *blend *blurRad *builtIn *bwMode *cap *charset *cmpd *compatLnSpc *contourW *contrast
        *bright *cstate *cx *cy *d *defTabSz *dir *dirty *dist *dpi *dx *dy *dz *eaLnBrk *endA *endPos *extrusionH
        *extrusionOk *fadeDir *fill *flip *flipH *flipV *fmla *folHlink *fontAlgn *fontScale *forceAA *fov
        *fromWordArt *g *gdRefAng *gdRefR *gdRefX *gdRefY *grow *h *hR *hangingPunct *hidden *highlightClick
        *history *hlink *horzOverflow *hue *i *idx *id *indent *kern *kx *ky *l *lIns *lastClr *lat *latinLnBrk
        *len *lim *lnSpcReduction *lon *lum *lvl *marL *marR *maxAng *maxR *maxX *maxY *minAng *minR *minX *minY *n
        *noAdjustHandles *noChangeArrowheads *noChangeAspect *noChangeShapeType *noCrop *noDrilldown *noEditPoints
        *noGrp *noMove *noResize *noRot *noSelect *noTextEdit *noUngrp *normalizeH *numCol *panose *path
        *pitchFamily *pos *preferRelativeResize *prst *prstMaterial *r *rIns *rad *ref *rev *rig *rot *rotWithShape
        *rtl *rtlCol *sat *scaled *sp *spc *spcCol *spcFirstLastPara *stA *stAng *stPos *startAt *strike *stroke
        *swAng *sx *sy *sz *t *tIns *thresh *tx *tx1 *tx2 *txBox *ty *type *u *upright *useA *val *vert
        *vertOverflow *w *wR *wrap *x *y *z *zoom""",
    "pic": "*id *hidden *bwMode *rotWithShape *dpi *preferRelativeResize",
    "wp": """*allowOverlap *b *behindDoc *cx *cy *distB *distL *distR *distT *edited *hidden *id *l *layoutInCell
        *locked *r *relativeFrom *relativeHeight *simplePos *t *wrapText *x *y""",
    "wp14": "*relativeFrom",
    "wps": "*id *txBox *bwMode *normalEastAsianFlow *seq *rot *spcFirstLastPara *vertOverflow *horzOverflow *vert "
    "*wrap *lIns *tIns *rIns *bIns *numCol *spcCol *rtlCol *fromWordArt *anchor *anchorCtr *forceAA *upright "
    "*compatLnSpc *hidden",
    "wpg": "*id *hidden *bwMode",
    "xdr": """*bwMode *cx *cy *editAs *fLocksText *fLocksWithSheet *fPrintsWithSheet *fPublished *flipH *flipV
        *hidden *id *preferRelativeResize *rot *rotWithShape *txBox *x *y""",
    "cdr": "*id *hidden *bwMode *txBox *cx *cy",
    "c": """*val *idx *sourceLinked *formatCode *bg1 *bg2 *tx1 *tx2 *accent1 *accent2 *accent3 *accent4 *accent5
        *accent6 *hlink *folHlink""",
    "a14": "*val",
    "adec": "*val",
    "v": """*adj *arcsize *arrowok *aspect *chromakey *blacklevel *gain *gamma *grayscale *bilevel *color *color2
        *colors *control1 *control2 *coordorigin *coordsize *cropbottom *cropleft *cropright *croptop *dashstyle
        *endangle *endarrow *endarrowlength *endarrowwidth *endcap *eqn *ext *fillcolor *filled *fillok *fitpath
        *fitshape *focus *focusposition *focussize *from *gradientshapeok *imagealignshape *imageaspect *imagesize
        *inset *joinstyle *limo *linestyle *map *method *miterlimit *obscured *offset *offset2 *on *opacity *origin
        *path *points *polar *position *radiusrange *rotate *shadowok *size *startangle *startarrow
        *startarrowlength *startarrowwidth *strokecolor *stroked *strokeok *strokeweight *switch *textboxrect
        *textpathok *to *trim *type *v *weight *wrapcoords *xrange *xscale *yrange *matrix *angle v:ext""",
    "o": """o:allowincell o:allowoverlap o:bwmode o:clip o:cliptowrap o:connectangles o:connectlocs
        o:connectortype o:connecttype o:extrusionok o:forcedash o:hr o:hralign o:hrnoshade o:hrpct o:hrstd o:insetmode
        o:oned o:opacity2 o:preferrelative o:spt o:userdrawn o:bordertopcolor o:borderbottomcolor o:borderleftcolor
        o:borderrightcolor *aspectratio *rotation *grouping *text *verticies *adjusthandles *shapetype *position
        *cropping *selection""",
    "w10": "*type *side *anchorx *anchory *shadow *width",
    "x": "*ObjectType",
    "m": "m:val m:alnAt",
}

FIGURES = """wp:align wp:posOffset wp14:pctWidth wp14:pctHeight wp14:pctPosHOffset wp14:pctPosVOffset xdr:col
    xdr:colOff xdr:row xdr:rowOff cdr:x cdr:y"""

TEXTS = "a:t m:t"

PARENTS = """
a:t < a:r a:fld
a:r a:fld a:br < a:p
a:p < a:txBody xdr:txBody cdr:txBody c:rich c:txPr
c:v < c:pt c:tx
c:f < c:numRef c:strRef c:multiLvlStrRef
c:pt < c:numCache c:strCache c:numLit c:strLit c:lvl
c:formatCode < c:numCache c:numLit
c:tx < c:ser c:title c:dLbl c:trendlineLbl c:dispUnitsLbl
c:rich < c:tx
c:separator < c:dLbls c:dLbl
c:name < c:trendline
m:t < m:r
asvg:svgBlip a14:useLocalDpi adec:decorative < a:ext
"""
