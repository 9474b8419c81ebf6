"""One address of every kind of page in the demo."""

SEED = "/news/help-comes-to-laotian-trafficking-victims/"
KINDS = [
    "/", "/news/", "/news/2006/", SEED, "/countries/", "/countries/laos/", "/topics/prevention/", "/about/",
    "/resources/", "/resources/palermo-protocol/", "/newsletter/", "/newsletter/october-2006/", "/newsletter/manage/",
    "/inquiries/", "/inquiries/mailbox/", "/feeds/", "/search/?q=shelter", "/search/?q=xylophone+shelter", "/nowhere/",
    "/get-help/", "/get-help/?country=thailand", "/get-help/card/?country=thailand", "/%00",
]  # fmt: skip
