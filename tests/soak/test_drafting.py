"""`make soak`: three people change published pieces for a week; no byte of any public answer differs meanwhile."""

from tests.soak.drafting import play

DAYS = 7
NOT_CRAWLED = ("/admin/", "/leave/", "/static/")


def test_a_week_of_drafts_changes_no_byte_of_any_public_answer(make_server):
    server = make_server(copy_of="demo").start()
    compared = play(server, DAYS, NOT_CRAWLED)
    print(f"{compared} addresses")
    assert compared > 150
