"""Writing while others read: the short form of the soak."""

from tests.soak.publishing import hold, publish_under_load


def test_40_articles_while_four_readers_load_pages(make_server):
    server = make_server(copy_of="tables")
    server.start("serve")
    answers, output = publish_under_load(server, 40)
    hold(answers, output, 40)
