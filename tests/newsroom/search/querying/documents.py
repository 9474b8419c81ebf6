"""The documents that the table of queries asks about: a name, and what the article says."""

DOCUMENTS = {
    # English
    "shelter": ("en", "2015-03", "A shelter opens in Vientiane",
        "Twelve beds for women who come home.",
        "<p>The shelter stands near the river. Its staff of five speak Lao and Thai. Survivors stay as long as they "
        "need; nobody asks for their papers on the first evening.</p>"),
    "police": ("en", "2016-05", "Police free workers from a fishing boat",
        "Nineteen men had not been paid for two years.",
        "<p>Officers boarded the vessel before dawn. The captain was arrested. The men said that brokers had "
        "promised them factory jobs and sold them to the boat’s owner.</p>"),
    "mou": ("en", "2010-09", "Laos and Thailand sign a memorandum",
        "The MoU covers return and reintegration.",
        "<p>The Memorandum of Understanding (MoU) was signed on Friday. Three further MoUs are planned with "
        "Vietnam, China and Myanmar.</p>"),
    "law": ("en", "2012-01", "What the anti-trafficking law says",
        "A guide for those who have to apply it.",
        "<p>The law defines trafficking in persons as an act, a means and a purpose. It punishes those who "
        "recruit, transport or receive a person by force or fraud. Prosecutors must protect the identity of "
        "witnesses.</p>"),
    "safe-house": ("en", "2018-11", "Three nights in a safe house",
        "A volunteer’s account.",
        "<p>The safe house has no sign at its door. “We keep the house quiet,” says the warden. Nothing here is "
        "said about where it stands.</p>"),
    "house-safe": ("en", "2018-12", "Is your house safe?",
        "Fire drills for dormitories.",
        "<p>A house is safe when everybody in it knows two ways out. Check the stairs every month.</p>"),
    "children": ("en", "2009-06", "Children who beg at the border",
        "What outreach workers have learned.",
        "<p>Every child has a story. Outreach teams went from market to market and wrote down what the children "
        "told them. Some had been taken from their families; others ran from violence.</p>"),
    "woman": ("en", "2019-02", "She left the karaoke bar",
        "One woman’s way back.",
        "<p>A woman of twenty came to the centre with nothing. She had been sold twice. Her sister brought her "
        "home.</p>"),
    "bricks": ("en", "2014-04", "Debt and bricks",
        "Families work off loans in the kilns.",
        "<p>Debt bondage binds whole families to a kiln. Owners keep the books, and the debts grow with every "
        "rainy season. Bonded labour is a crime, yet inspectors seldom visit.</p>"),
    "scam": ("en", "2023-09", "Forced to defraud strangers online",
        "Inside a compound for scams.",
        "<p>Graduates were lured by well-paid offers. In the compound they had to write to strangers and win "
        "their trust. Whoever refused was beaten. Embassies bought some of them free.</p>"),
    "aids": ("en", "2008-12", "Clinics along the road",
        "HIV tests for drivers and hostesses.",
        "<p>Mobile clinics offer tests for HIV and treat infections. The nurses hand out condoms and phone "
        "numbers that help.</p>"),
    "figures": ("en", "2020-07", "How many? The number behind the numbers",
        "Estimates, and why they differ.",
        "<p>An estimate of 2,450 victims in 2005 became 12.3 million world-wide in another report. Ask who "
        "counted, and how.</p>"),
    "train": ("en", "2011-10", "Training for border guards",
        "A course of five days.",
        "<p>Trainers teach guards to interview without frightening. After the training the guards identified "
        "more victims than in the year before.</p>"),
    "cafe": ("en", "2017-08", "A café that hires survivors",
        "Coffee, cake and a contract.",
        "<p>The café in Phnom Penh was founded by Zoë Müller and Søren Ångström. Its résumé workshop is free.</p>"),
    "sokha": ("en", "2013-03", "“I count the steps”: an interview",
        "Chanthavong Sisouphanh on ten years as an interpreter.",
        "<p>Interpreters hear everything and are asked nothing, says Chanthavong Sisouphanh, who works for courts "
        "in three provinces.</p>"),
    "palermo": ("en", "2007-12", "The Palermo Protocol in brief",
        "What states have promised each other.",
        "<p>The Protocol to Prevent, Suppress and Punish Trafficking in Persons supplements the United Nations "
        "convention of 2000. The U.N. counts its parties.</p>"),
    "fish": ("en", "2021-06", "Where your prawns come from",
        "Supply chains end in ponds and peeling sheds.",
        "<p>Buyers ask for certificates. Auditors announce their visits. Workers in peeling sheds told the "
        "reporters what happens on the days between.</p>"),
    "mark-up": ("en", "2022-02", "Notes on style",
        "How this site writes.",
        '<h2>Names</h2><p>We change <strong>every</strong> name. <a href="https://example.org/guide">Our guide'
        "</a> says why.</p><blockquote><p>Dignity first.</p></blockquote><table><caption>Forms</caption><tbody>"
        '<tr><th scope="row">Ms</th><td colspan="2">always</td></tr></tbody></table>'
        '<ul><li>no <abbr title="confidential address">CA</abbr></li></ul>'),
    "older": ("en", "2004-01", "Bulletin of January", "", "<p>The quarterly meeting took place in Savannakhet.</p>"),
    "newer": ("en", "2024-01", "Bulletin of this January", "", "<p>The quarterly meeting took place in Pakse.</p>"),
    "meeting-title": ("en", "2003-01", "A quarterly meeting of donors", "", "<p>Minutes are kept.</p>"),
    "meeting-dek": ("en", "2003-02", "Donors in Paris", "They hold a quarterly meeting.", "<p>Minutes are kept.</p>"),
    "amharic-neighbour": ("en", "2016-09", "A hotline in nine tongues",
        "Free of charge, day and night.",
        "<p>Dial four digits. The hotline answers in Lao, Khmer, Burmese and six further languages.</p>"),
    "visa": ("en", "2020-02", "Visas for victims",
        "Temporary residence, and its price.",
        "<p>A residence permit must not depend on testimony. Spain renews it every year; Portugal does not ask "
        "for a report to the police.</p>"),
    # Thai, Lao, Khmer, Burmese, Chinese, Japanese: no spaces between words
    "thai": ("th", "2018-01", "บ้านพักสำหรับผู้เสียหายจากการค้ามนุษย์",
        "ที่พักชั่วคราวในจังหวัดหนองคาย",
        "<p>ผู้เสียหายจากการค้ามนุษย์มีสิทธิได้รับที่พัก อาหาร และการรักษาพยาบาล เจ้าหน้าที่ตำรวจต้องแจ้งสิทธิเหล่านี้ให้ทราบ</p>"),
    "thai-sea": ("th", "2019-01", "แรงงานประมงกลับบ้าน",
        "",
        "<p>ลูกเรือสิบเก้าคนเดินทางกลับถึงบ้านแล้ว นายจ้างค้างค่าจ้างสองปี</p>"),
    "lao": ("lo", "2018-02", "ກົດໝາຍວ່າດ້ວຍການຕ້ານການຄ້າມະນຸດ",
        "ສິ່ງທີ່ຜູ້ຖືກເຄາະຮ້າຍຄວນຮູ້",
        "<p>ຜູ້ຖືກເຄາະຮ້າຍມີສິດໄດ້ຮັບການປົກປ້ອງ ການປິ່ນປົວ ແລະ ການຊ່ວຍເຫຼືອທາງກົດໝາຍ ຢູ່ນະຄອນຫຼວງວຽງຈັນ</p>"),
    "khmer": ("km", "2018-03", "ជំនួយសម្រាប់ជនរងគ្រោះ",
        "",
        "<p>ជនរងគ្រោះដោយសារ\u200bអំពើជួញដូរមនុស្ស អាចសុំជំនួយពីប៉ូលិស និងអង្គការក្រៅរដ្ឋាភិបាល នៅរាជធានីភ្នំពេញ</p>"),
    "burmese": ("my", "2018-04", "လူကုန်ကူးမှု တားဆီးရေး", "", "<p>လူကုန်ကူးခံရသူများ အကူအညီရနိုင်သည်</p>"),
    "chinese": ("zh-hans", "2018-05", "打击拐卖人口", "", "<p>受害者有权获得保护和法律援助。警方解救了二十名妇女。该法于2018年通过。</p>"),
    "japanese": ("ja", "2018-06", "人身取引の被害者を支える", "", "<p>シェルターは東京にあります。</p>"),
    # Vietnamese and European languages
    "vietnamese": ("vi", "2018-07", "Nạn nhân mua bán người được hỗ trợ",
        "Quyền của nạn nhân theo luật mới.",
        "<p>Nạn nhân được bố trí nơi tạm lánh, khám chữa bệnh và trợ giúp pháp lý tại Đồng Tháp và Lạng Sơn.</p>"),
    "vietnamese-bride": ("vi", "2018-08", "Cô dâu bị lừa sang biên giới", "",
        "<p>Công an giải cứu hai phụ nữ trẻ. Kẻ môi giới đã bị bắt giữ.</p>"),
    "spanish": ("es", "2019-03", "Las víctimas tienen derechos", "",
        "<p>La organización acompañó a treinta mujeres que denunciaron la explotación en los campos de Málaga.</p>"),
    "french": ("fr", "2019-04", "L’esclavage n’a pas disparu", "",
        "<p>Des employées de maison exploitées à Genève ont témoigné. L’avocate les a défendues.</p>"),
    "german": ("de", "2019-05", "Zwangsarbeit auf Baustellen", "",
        "<p>Die Beratungsstelle in Köln berät Betroffene. Größere Betriebe müssen prüfen, wer bei ihnen arbeitet.</p>"),
    "indonesian": ("id", "2019-06", "Korban perdagangan orang dipulangkan", "",
        "<p>Para pekerja migran dipulangkan dari Malaysia dan dibantu oleh kementerian.</p>"),
    "nepali": ("ne", "2019-07", "मानव बेचबिखन विरुद्ध", "", "<p>पीडितहरूलाई आश्रय र परामर्श दिइन्छ।</p>"),
    "russian": ("ru", "2019-08", "Помощь пострадавшим", "", "<p>Юристы бесплатно консультируют женщин, которых обманули.</p>"),
    # Never public
    "draft": ("en", "2020-01", "Zeppelin draft", "", "<p>zeppelin shelter</p>"),
    "scheduled": ("en", "2020-01", "Zeppelin to come", "", "<p>zeppelin shelter</p>"),
    "withdrawn": ("en", "2020-01", "Zeppelin withdrawn", "", "<p>zeppelin shelter</p>"),
}  # fmt: skip
HIDDEN = {"draft", "scheduled", "withdrawn"}
