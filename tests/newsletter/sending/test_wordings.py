"""What mail servers say when a mailbox is gone, and when the fault lies with us, in live sessions and in returns."""

import time
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.utils import timezone

from newsletter.models import AddressChange, Delivery, Subscriber, Suppression
from newsletter.sending import bounces, jobs, lifecycle, returnpaths
from newsletter.sending.bounces import Fate, reports
from newsroom.outbox.replies import classify
from tests.newsletter.sending.returns import CASES, RETURNS, dsn, plain

pytestmark = pytest.mark.django_db

GONE = [  # a missing user, by name
    (550, "5.1.1 <ann@example.org>: Recipient address rejected: User unknown in virtual mailbox table"),
    (550, "5.1.1 ann@example.org... User unknown"),
    (550, "5.2.1 ann@example.org... User unknown"),
    (550, "5.7.1 <ann@example.org>: no such user"),
    (553, "5.3.0 <ann@example.org>... Addressee unknown, relay=[192.0.2.25]"),
    (554, "delivery error: dd This user doesn't have a yahoo.com account (ann@yahoo.com) [-5] - mta1.yahoo.com"),
    (552, "1 Requested mail action aborted, mailbox not found"),
    (550, "5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's "
          "email address for typos or unnecessary spaces. https://support.google.com/mail/?p=NoSuchUser x - gsmtp"),
    (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ann@example.org not found by SMTP address lookup"),
    (550, "5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 Unknown user ann@example.org"),
    (550, "Message was not accepted -- invalid mailbox. Local mailbox ann@mail.ru is unavailable: user not found"),
    (550, "Mailbox not found. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000728"),
    (550, "sorry, no mailbox here by that name. (#5.1.1)"),
    (511, "sorry, no mailbox here by that name (#5.1.1 - chkuser)"),
    (550, "5.1.1 spam.hater@blackpool.gov.uk: user unknown"),
    (550, "5.1.1 User unknown in list.corporate-rates.example"),
    (551, "not our customer"),
    (550, "5.1.6 recipient no longer on server: ann@example.org"),
    (550, "5.1.1"),
    (550, "5.1.1 Benutzer unbekannt"), (550, "Empfängeradresse existiert nicht"), (550, "Utilisateur inconnu !"),
    (550, "La boîte aux lettres est inexistante"), (550, "no existe dicha persona"), (550, "El usuario no existe"),
    (550, "Usuário inexistente"), (550, "utente sconosciuto"), (550, "Пользователь не найден"), (550, "用户不存在"),
    (550, "宛先のメールボックスは存在しません"), (550, "사용자를 찾을 수 없습니다"), (550, "odbiorca nieznany"),
    (550, "Gebruiker onbekend"), (550, "Người nhận không tồn tại"),
]  # fmt: skip
IN_DOUBT = [  # there may be no such mailbox any more
    (550, "5.4.1 [ann@example.org]: Recipient address rejected: Access denied [HE1EUR01FT017.eop-EUR01.prod.protection.outlook.com]"),
    (550, "5.5.0 Requested action not taken: mailbox unavailable (S2017062302)."),
    (550, "Requested action not taken: mailbox unavailable"),
    (550, "5.2.1 The email account that you tried to reach is inactive. https://support.google.com/mail/?p=DisabledUser x"),
    (550, "User suspended: ann@163.com"),
    (550, "5.5.0 Le compte du destinataire est bloque. The recipient account is blocked. LPN007_426"),
    (550, "Unrouteable address"),
    (550, ""),
    (550, "5.1.2 Host unknown"),
]  # fmt: skip
OUR_FAULT = [  # a sound mailbox, whatever the code
    (550, "5.7.1 IP address blacklisted by recipient"),
    (550, "5.1.1 Blocked: see https://www.spamhaus.org/query/ip/192.0.2.7"),
    (553, "5.1.3 http://www.spamhaus.org/query/bl?ip=192.0.2.222"),
    (550, "5.1.1 ann@example.org - 192.0.2.7 has sent to too many recipients this hour"),
    (550, "5.1.1 Rate limited"),
    (550, "5.1.0 <bounces@news.example.org> sender rejected"),
    (550, "5.1.0 192.0.2.7 is not allowed to send from news.example.org per its SPF record"),
    (550, "5.1.8 sender's domain does not exist"),
    (550, "5.1.0 - Unknown address error 550-'5.7.1 <bounces@news.example.org>... Access denied'"),
    (550, "5.1.1 mailbox is full"), (552, "5.1.1 user is over quota"), (550, "5.1.1 Postfach voll"),
    (550, "5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages"),
    (550, "5.7.26 This mail has been blocked because the sender is unauthenticated."),
    (550, "5.1.1 user unknown: your IP is blocked for too many invalid recipients"),
    (550, "Verification failed for <bounces@news.example.org>: no such user. Sender verify failed"),
    (550, "Requested action not taken: mailbox unavailable invalid DNS MX or A/AAAA resource record"),
    (550, "5.7.1 message content rejected"), (550, "Administrative prohibition"), (550, "Access denied"),
    (550, "Rejected"), (554, "5.7.1 no access"), (550, "relay not permitted"), (550, "5.1.1 Greylisted, unknown user"),
    (550, "Почтовый ящик переполнен"), (550, "收件箱已满"), (550, "Absender gesperrt"), (550, "boîte pleine"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("result", "replies"), [("unknown", GONE), ("doubtful", IN_DOUBT), ("refused", OUR_FAULT)]
)
def test_only_words_and_codes_that_name_a_missing_user_do(result, replies):
    for code, words in replies:
        for spelled in (words, words.encode(), words.upper(), f"{words}\n"):
            found = classify(code, spelled, about_recipient=True)
            assert found.result.value == result, (code, spelled)
            assert len(found.code) <= 12
            assert "@" not in found.code


@pytest.mark.parametrize("words", ["5.1.1 no such user", "5.1.8 unknown", "no such user"])
def test_a_reply_to_the_senders_name_says_nothing_of_the_recipient(words):
    assert classify(550, words, about_recipient=False).result.value == "refused"


def test_after_the_text_only_words_count():
    assert classify(550, "5.1.1", True, by_words_alone=True).result.value == "refused"
    assert (
        classify(554, "delivery error: dd This user doesn't have an account here", True, True).result.value
        == "unknown"
    )


def send(make_issue, make_article):
    """Send an issue to everybody."""
    issue = make_issue(articles=[make_article()])
    lifecycle.schedule(issue, timezone.now())
    jobs.send_due()
    return issue


@pytest.mark.parametrize(("name", "expected"), CASES.items())
def test_the_shared_cases_have_their_expected_values(
    name, expected, site, make_issue, make_article, make_subscriber
):
    """Beside the tests lies a copy of each case of shared/cases."""
    text = (Path(__file__).parent / "cases" / name).read_text()
    reader = make_subscriber("ann@example.org")
    fates = []
    for _ in range(3):
        path = returnpaths.return_path(send(make_issue, make_article), reader)
        raw = text.replace("RETURN_PATH", path).replace("READER", reader.address).encode()
        fates.append(bounces.take(raw, path).value)
    assert fates[: len(expected)] == expected
    assert Suppression.objects.exists() == ("suppressed" in expected)


@pytest.mark.parametrize(("name", "fate", "raw"), [(name, *value) for name, value in RETURNS.items()])
def test_returns_of_many_kinds_are_understood(sent, name, fate, raw):
    issue, reader = sent
    path = returnpaths.return_path(issue, reader)
    mail = raw.replace("RETURN_PATH", path).replace("READER", reader.address)
    for lines in (mail, mail.replace("\n", "\r\n")):
        assert bounces.take(lines.encode(), path).value in {
            fate,
            *({"ignored", "noted"} if fate == "doubted" else ()),
        }
    if fate == "doubted":
        assert Delivery.objects.get().is_doubtful
    assert Suppression.objects.exists() == (fate == "suppressed")


def test_three_returns_among_five_issues_decide_and_fewer_do_not(
    site, make_issue, make_article, make_subscriber
):
    reader = make_subscriber("ann@example.org")
    doubted = dsn("550 5.5.0 Requested action not taken: mailbox unavailable", "5.5.0")

    def issue_comes_back(times=1):
        issue = send(make_issue, make_article)
        path = returnpaths.return_path(issue, reader)
        raw = doubted.replace("RETURN_PATH", path).replace("READER", "ann@example.org").encode()
        return [bounces.take(raw, path) for _ in range(times)][-1]

    assert issue_comes_back(times=4) is Fate.NOTED
    for _ in range(4):
        send(make_issue, make_article)
    assert issue_comes_back() is Fate.NOTED
    assert issue_comes_back() is Fate.NOTED
    send(make_issue, make_article)
    assert issue_comes_back() is Fate.SUPPRESSED
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.BOUNCED
    reader.confirm()  # the mailbox lives
    assert issue_comes_back() is Fate.NOTED


def test_what_came_back_from_a_former_address_does_not_count(site, make_issue, make_article, make_subscriber):
    reader = make_subscriber("ann@example.org")
    for _ in range(2):
        send(make_issue, make_article)
    Delivery.objects.update(is_doubtful=True)
    change = AddressChange.objects.create(
        subscriber=reader, address="new@example.net", address_key="new@example.net"
    )
    change.agree("old")
    change.agree("new")
    reader.refresh_from_db()
    assert reader.address == "new@example.net"
    assert not Delivery.objects.filter(is_doubtful=True).exists()


def test_no_words_however_long_hold_anybody_up():
    units = [
        "a",
        "user ",
        "user a",
        "deliver",
        "fail",
        "no local ",
        "<@",
        "5.",
        "550 ",
        "is was ",
        "(",
        "\n\n",
        "550-5.1.1 x\n",
        "not be ",
    ]
    for unit in units:
        words = unit * (2_000_000 // len(unit))
        began = time.process_time()
        classify(550, words, about_recipient=True)
        raw = plain(words).replace("RETURN_PATH", "bounces@example.org").encode()
        reports.answer_about(message_from_bytes(raw, policy=policy.default), "ann@example.org")
        assert time.process_time() - began < 3, unit
