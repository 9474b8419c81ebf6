"""`make soak`: 200 inquiries with planted words leave none of them behind."""

from tests.conftest import database_url
from tests.mailserver import MailServer
from tests.servers import Server, wait_until
from tests.soak import asking

INQUIRIES = 200


def test_200_inquiries_leave_no_word_behind(tmp_path):
    hold_for(INQUIRIES, tmp_path)


def hold_for(count, tmp_path):
    """Ask, answer, export, purge, and look at every byte in between and after."""
    mail = MailServer(tmp_path / "mail").start()
    server = Server(database_url(), copy_of="demo", EMAIL_URL=mail.url)
    try:
        server.start()
        secrets = asking.plant(server, count)
        full = len(range(2, count, 3))
        wait_until(lambda: sum("planted-answer" in str(m.get_body()) for m in mail.messages) >= full, 300)
        asking.hold(secrets, asking.left_behind(server))
        pieces = asking.purge(server)
        assert len(pieces) > count * 3
        found = asking.left_behind(server)
        asking.hold(secrets, found)
        assert not any(piece.encode() in found for piece in pieces)
    finally:
        server.remove()
        mail.kill()
