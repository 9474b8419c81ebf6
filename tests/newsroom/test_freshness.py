"""Promise 1 over the wire, in short: what was changed a second ago is seen on every page, feed and search result."""

from tests.soak.freshness import Editor, stale_pages


def test_promise_1_what_was_changed_a_second_ago_is_seen_by_everybody(make_server):
    server = make_server(copy_of="demo")
    server.start()
    editor = Editor(server)
    try:
        assert stale_pages(server, editor, 2) == []
    finally:
        editor.close()
