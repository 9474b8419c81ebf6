"""Patterns of how mail servers say that a mailbox does not exist, or refuse for other reasons, in a dozen languages.

They match text as plain() returns it: in lower case, without addresses, hosts and quotation marks.
"""

import re

_WHO = (
    r"(?:user|users|recipient|recipients|mailbox|mail box|account|accounts|address|addresses|addressee|rcpt|member"
    r"|inbox|alias|person|destination|subscriber|customer|id|local[- ]?part|userid|user ?name|mailhost|email name)"
)
_KIND = (
    r"(?:(?:local|virtual|e-?mail|mail|destination|delivery|envelope|final|active|valid|such|known|of the) )*"
)
_NOT = r"(?:not|n.?t)"

# A missing user, by name.
MISSING = re.compile(
    "|".join(
        [
            rf"\b(?:no|unknown|invalid|non-?exist\w*|inexist\w*|bad|wrong|illegal) {_KIND}{_WHO}\b(?! (?:(?:of|for) sender|error))",
            rf"\b{_WHO}\b[^.;:!?]{{0,40}}?\b(?:is |was |are |were )?(?:unknown|not (?:be )?found|missing|non-?existent|undefined)\b",
            rf"\b{_WHO}\b[^.;:!?]{{0,40}}?\b(?:does|do|did|has|have|could|can) ?{_NOT} (?:be )?(?:exist|found|have an? (?:\w+ )?account|been found)",
            rf"\b{_WHO}\b[^.;:!?]{{0,40}}?\b(?:is|are|was)? ?{_NOT} (?:exist|present|listed|known|registered|recogni[sz]ed|a known|a valid|an? (?:\w+ )?(?:user|mailbox))",
            rf"\b{_WHO}\b[^.;:!?]{{0,40}}?\b(?:is )?no longer (?:exists?|valid|here|in use|on|with|active|employed)",
            rf"\b{_WHO}\b[^.;:!?]{{0,20}}?\b(?:is |are |was )?(?:invalid|wrong|deleted|removed|terminated)\b",
            rf"\b{_NOT} (?:our|a|an) (?:\w+ )?(?:customer|user|recipient|mailbox|local address|active address)",
            r"no (?:one|body|person) (?:here |by that name|with that|at this|at that)",
            r"no mail ?box|nosuchuser|userunknown|user_unknown|recip(?:ient)?\s?notfound|bad(?:rcpt|recipient)to",
            r"(?:does|do) ?(?:not|n.?t) (?:list|have) (?:this|that|the|any) (?:such )?(?:user|recipient|mailbox|account)",
            r"null ?mx|name is not found",
            # Exchange Online to people, without the name and its domain
            r"(?<!domain )(?<!host )\bwas ?n.?t found at\b|\bwurde unter nicht gefunden|が で見つかりません|在 ?中? ?找不到",
            # German, Dutch, Scandinavian
            r"(?:benutzer|empfänger|postfach|mailadresse|e-?mail-?adresse|adresse|konto|adressat)\w*[^.;:]{0,30}(?:unbekannt|existiert nicht|nicht (?:gefunden|vorhanden|bekannt|existent)|ungültig|gibt es nicht)",
            r"unbekannte[rs]? (?:benutzer|empfänger|postfach|adresse|nutzer)|kein (?:solches postfach|solcher (?:benutzer|empfänger))",
            r"(?:gebruiker|ontvanger|mailbox|adres|postbus)[^.;:]{0,20}(?:onbekend|bestaat niet|niet gevonden)|onbekende (?:gebruiker|ontvanger)",
            r"(?:användaren|mottagaren|adressen|brugeren|modtageren|brukeren|mottakeren)[^.;:]{0,20}(?:finns inte|findes ikke|finnes ikke|okänd|ukendt|ukjent|eksisterer ikke)",
            # French, Spanish, Portuguese, Italian, Romanian
            r"(?:utilisateur|destinataire|compte|bo[iî]te|adresse)[^.;:]{0,40}(?:inconnue?|inexistante?|introuvable|n.existe pas|n.existe plus|invalide)",
            r"(?:usuario|destinatario|buz[oó]n|cuenta|direcci[oó]n|casilla)[^.;:]{0,40}(?:desconocid[oa]|no existe|inexistente|no (?:ha sido |fue |se )?encontrad[oa]|no v[aá]lid[oa])",
            r"no (?:existe|se (?:ha )?encontr\w+)[^.;:]{0,20}(?:usuario|persona|cuenta|buz[oó]n|destinatario|direcci[oó]n|casilla)",
            r"(?:usu[aá]rio|destinat[aá]rio|caixa|conta|endere[cç]o)[^.;:]{0,40}(?:desconhecid[oa]|inexistente|n[aã]o (?:existe|encontrad[oa])|inv[aá]lid[oa])",
            r"n[aã]o existe[^.;:]{0,20}(?:usu[aá]rio|conta|destinat[aá]rio|caixa)",
            r"(?:utente|destinatario|casella|indirizzo)[^.;:]{0,40}(?:sconosciut[oa]|inesistente|non (?:esiste|trovat[oa]|valid[oa]))|nessun utente",
            r"(?:utilizator|destinatar)[^.;:]{0,20}(?:necunoscut|inexistent|nu exist)",
            # Slavic
            r"(?:użytkownik|odbiorca|konto|skrzynka|adres)[^.;:]{0,30}(?:nieznan[ya]|nie istnieje|nie znaleziono)|nieznany (?:użytkownik|odbiorca)|nie ma takiego",
            r"(?:uživatel|adresát|schránka|příjemce)[^.;:]{0,20}(?:neexistuje|neznám|nenalezen)",
            r"(?:пользовател|получател|адресат|ящик|адрес|аккаунт|учетн)\w*[^.;:]{0,40}(?:не (?:найден|существует|зарегистрирован)|неизвестен|отсутствует)|(?:нет такого|неизвестный) (?:пользовател|получател|ящик|адрес)",
            # Turkish, Hungarian
            r"(?:kullanıcı|alıcı|posta kutusu|adres)[^.;:]{0,20}(?:bulunamadı|bilinmiyor|mevcut değil|yok)",
            r"(?:felhasználó|címzett|postafiók)[^.;:]{0,20}(?:ismeretlen|nem létezik|nem található)",
            # East Asia, Vietnamese, Thai, Indonesian
            r"(?:用户|用戶|邮箱|郵箱|收件人|收信人|帐号|账号|帳號|地址)[^。；]{0,8}(?:不存在|未找到|找不到|不正确|無效|无效)|找不到[^。；]{0,6}(?:收件人|用户|用戶|邮箱|郵箱|地址)|[无無]此(?:用户|用戶|帐号|帳號)|查[无無]此人",
            r"(?:ユーザー?|宛先|受信者|アドレス|メールボックス)[^。]{0,12}(?:存在しません|見つかりません|不明|ありません)|ディレクトリ[^。]{0,8}ありません",
            r"(?:사용자|수신자|수신인|메일함|계정|주소)[^.]{0,12}(?:존재하지 않|찾을 수 없|없습니다|알 수 없)",
            r"(?:người dùng|người nhận|địa chỉ|tài khoản|hộp thư)[^.;]{0,20}không (?:tồn tại|tìm thấy)",
            r"ไม่(?:พบ|มี)(?:ผู้ใช้|ผู้รับ|บัญชี|ที่อยู่)",
            r"(?:pengguna|penerima|alamat|akun)[^.;]{0,20}(?:tidak (?:ditemukan|dikenal|ada|terdaftar))",
        ]
    )
)

# Words that leave it open whether there still is such a mailbox: they count, and three of them decide.
DOUBTFUL = re.compile(
    "|".join(
        [
            rf"\b{_WHO}\b[^.;:!?]{{0,40}}?\b(?:unavailable|unavaiable|not available|not currently available|inactive|disabled|suspended|deactivated|blocked|locked|expired|closed|discontinued|frozen|archived|not active|not accepted|not local|not ok|undeliverable|incorrect)\b",
            rf"\b(?:inactive|disabled|expired|suspended|deactivated|invalid/inactive) {_KIND}{_WHO}\b",
            r"(?:recipients?|address) (?:is )?(?:rejected|denied|refused)(?=[ .:;]*(?:$|access denied|in reply))|rejected recipient",
            r"unroute?able|no route to|no longer accepts? (?:mail|messages)|no valid recipients?|bad destination",
            r"(?:host|domain)(?: or domain)?(?: name)? (?:is )?(?:not found|unknown|invalid|does not exist)|(?:no such|unknown) (?:host|domain)|nxdomain|name or service not known",
            r"domain (?:name )?(?:must exist|is not local|not found)|does not accept mail|not accept any mail",
            r"moved|has left|no longer (?:work|employed)|not permitted to receive|user has no|home directory",
            r"拒收|停用|禁用|冻结|凍結|休眠|휴면|무효|利用停止",
        ]
    )
)

# What is said of us, of the message, or of a mailbox that is sound but full: never a missing user.
OTHER = re.compile(
    "|".join(
        [
            r"\bblock(?:ed|s|ing)?[- ]?list|(?<!account is )(?<!mailbox is )(?<!user is )\bblock(?:ed|ing)?\b(?! (?:account|user|mailbox))|\bblack ?list|\bdeny ?list|\bwhite ?list|\ballow ?list",
            r"\b(?:rbl|dnsbl|spamhaus|spamcop|sorbs|barracuda|uceprotect|invaluement|senderbase|cloudmark|proofpoint|ironport)\b",
            r"\bspam\w*|\bjunk\b|\bvirus|\bmalware|\bphish|\babus|\bcomplain|\bunsolicited|\bbulk\b|\bsuspicious|\bsuspect",
            r"\bspf\b|\bdkim\b|\bdmarc\b|\bsender ?id\b|\barc\b|\bauthenticat|\bunauthenticated|\bauthoriz|notauthorized|\bauthoris|\bunauthori[sz]",
            r"\bpolic(?:y|ies)\b|\breputation|\bprohibit|\bforbid|\bbanned\b|\bban\b|\bnot allowed\b|\bnot permitted to send|\bdisallow",
            r"\brate\b|\bthrottl|\btoo (?:many|much|fast|large|big|long)|\blimit\w*|\bexceed\w*|\bfrequen|\bsimultaneous|\bconcurrent",
            r"\bquota|\bfull\b|\bstorage|\bdisk\b|\bspace\b|\bover ?quota|\bsize\b|\boverquota",
            r"\bgr[ea]y ?list|\btry (?:again|later)|\btemporar|\bcurrently unable|\bdeferred|\btimed? ?out|\blater\b",
            r"\brelay\w*(?!=)",
            r"\bsenders?\b|\bmail from\b|\benvelope from|\breturn[- ]path|\bfrom (?:address|domain|header)|\bfrom: |\bvalid from\b|\bcall ?back|\bcall ?out|\bverif",
            r"\breverse\b|\bptr\b|\brdns\b|\bhelo\b|\behlo\b|\bdns\b|\bmx record|\bresource record|\bstarttls\b|\btls\b|\bencrypt",
            r"\b(?:your|client|sending|connecting) (?:ip|server|host|network|domain|system|address|mail ?server)|\bip address|\bip\b",
            r"\bcontent\b|\bmessage (?:was )?(?:rejected|refused|blocked)|\bheaders?\b|\battachment|\bsubject\b|\burl\b|\bsyntax|\bmime\b|\b8bit|\bloop|\bhop count|\bhops\b",
            r"\bprotected\b|\bpreferences|\buser rules|\brestrict|\bonly accept|\bclosed group|\bmember of|\bmoderat|\bpermission|\bdoes not want",
            r"gesperrt|postfach[^.;]{0,20}voll|speicherplatz|überschritten|zu viele|absender|richtlinie",
            r"pleine?\b|saturée|expéditeur|dépass|lleno|llena|remitente|excedid|bloquead|cheia|remetente|piena|mittente|pełna|nadawc",
            r"переполнен|отправител|спам|заблокирован|превышен|已满|已滿|超过|超過|垃圾|发件人|寄件人|频率|拒绝.{0,4}ip|容量|送信元|迷惑|발신|스팸|용량",
        ]
    )
)

# Letters of East Asia stand beside an address without a blank, and are none of it.
# Each begins where its run of letters does: from every letter on, a long run would be read again.
ADDRESS = re.compile(r"(?:<|(?<![\w.!#$%&'*+/=?^{}~-]))[\w.!#$%&'*+/=?^{}~-]*+@[\w.@-]++>?", re.ASCII)
LINK = re.compile(r"https?://\S+", re.IGNORECASE)
MAY_BE_HOST = re.compile(r"[\w.-]++(?=[\s\[\]():,;'\"/>]|$)")
LAST_LABEL = re.compile(r"[a-z]{2,24}")
NUMERIC_HOST = re.compile(r"\[[\d.:a-f]++\]|\b\d{1,3}(?:\.\d{1,3}){3}\b")
TOLD_BY_LINK = re.compile(
    r"nosuchuser|disableduser|unknownuser|spamhaus|spamcop|barracuda|sorbs|block-?list|black-?list|dnsbl|\brbl\b",
    re.IGNORECASE,
)
EXCHANGE = re.compile(r"resolver\.(\w+)\.(\w+)")


def plain(words: str) -> str:
    """Return words in lower case without addresses, hosts, links and quotation marks, on one line."""
    told = " ".join(one for link in LINK.findall(words) for one in TOLD_BY_LINK.findall(link))
    text = EXCHANGE.sub(r"resolver \1 \2", words.casefold().replace("’", "'").replace("`", "'"))
    text = NUMERIC_HOST.sub(" ", MAY_BE_HOST.sub(_without_host, ADDRESS.sub(" ", LINK.sub(" ", text))))
    text = re.sub(r"\b[245]\d\d-(?=[\s\d])|[\"*_<>()\[\]{}|]", " ", text)
    return " ".join(f"{text} {told.lower()}".split())


def _without_host(run: re.Match[str]) -> str:
    """Return a run of letters, digits, dots and hyphens without the host that it ends with."""
    labels = run[0].split(".")
    if not LAST_LABEL.fullmatch(labels[-1]):
        return run[0]
    first = len(labels) - 1
    while first and labels[first - 1].strip("-"):
        first -= 1
    if first == len(labels) - 1:
        return run[0]
    before = ".".join([*labels[:first], ""]) if first else ""
    return f"{before} "
