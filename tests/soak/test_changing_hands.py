"""`make soak`: the site's socket changes hands for a minute while visitors come; none is lost."""

from tests.newsroom.server.test_changing_hands import hand_on

SECONDS = 60


def test_no_visitor_is_lost_in_a_minute_of_changes(make_server):
    changes, visitors = hand_on(make_server(copy_of="tables"), SECONDS)
    print(f"{changes} changes, {visitors.served} pages, {len(visitors.lost)} lost")
    assert visitors.lost == [] and changes > SECONDS and visitors.served > 10 * SECONDS
