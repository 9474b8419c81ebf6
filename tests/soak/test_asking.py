"""`make soak`: 200 inquiries leave no word behind; 100,000 guesses and 1,000 forms a minute slow nobody down."""

import statistics
import time

from tests.conftest import database_url
from tests.mailserver import MailServer
from tests.servers import Server
from tests.soak import asking, flooding

INQUIRIES = 200
GUESSES, GUESSERS = 100_000, 32  # over so many kept connections
WINDOWS = 2  # of ten minutes, that the guessing can touch
FORMS, SENDERS, A_MINUTE = 1_000, 16, 60
SLOWEST = 2  # times as long as without


def test_200_inquiries_leave_no_word_behind(tmp_path):
    mail = MailServer(tmp_path / "mail").start()
    server = Server(database_url(), copy_of="demo", EMAIL_URL=mail.url)
    try:
        assert asking.found_behind(server.start(), mail, asking.sign_in(server), INQUIRIES) == []
    finally:
        server.remove()
        mail.kill()


def test_100000_guesses_slow_no_public_page(make_server):
    server = make_server(copy_of="demo").start()
    reader = flooding.Reader(server)
    reader.read_for(5)
    without = reader.read_for(20)
    attack = flooding.Attack(server, "guess", count=GUESSES, connections=GUESSERS)
    during = reader.read_while(lambda: not attack.is_over())
    answers, seconds = attack.result()
    slower = statistics.median(during) / statistics.median(without)
    print(f"\n{answers} in {seconds} s over {GUESSERS} connections: {GUESSES / seconds:.0f} guesses a second")
    print(
        f"public pages without: {flooding.told(without)}; meanwhile: {flooding.told(during)}: {slower:.2f} times"
    )
    assert set(answers) == {422, 429} and sum(answers.values()) == GUESSES, answers
    assert answers[422] <= flooding.LIMIT * WINDOWS, answers
    assert slower <= SLOWEST


def test_1000_forms_a_minute_bury_nobody(make_server):
    server = make_server(copy_of="demo").start()
    began = time.monotonic()
    officer, opened = asking.sign_in(server), flooding.opened_long_ago(server)
    flood = flooding.flood_of_forms(server, officer, opened, FORMS, SENDERS, A_MINUTE)
    assert set(flood.answers) <= {200, 429}, flood.answers
    assert flood.answers[200] <= flooding.DOOR * 2, flood.answers  # a minute can touch two windows
    assert flood.opened == flood.sent and flood.on_top and flood.beside_the_spam
    print(f"\n{FORMS} forms in {flood.seconds} s; the inbox meanwhile: {flooding.told(flood.inbox)}")
    print(f"all in {time.monotonic() - began:.0f} s")
