"""`make soak`: an upgrade and the way back while a newsletter goes out: everybody gets it, and hardly anybody twice."""

import json
from collections import Counter

from tests.conftest import database_url
from tests.installation import Installation
from tests.mailserver import MailServer
from tests.newsroom.upgrading import releases
from tests.servers import wait_until
from tests.soak.killing import SET_UP, readers

READERS = 1500
PER_MINUTE = 600


def test_nobody_is_left_out_as_a_site_is_upgraded_while_it_sends(tmp_path):
    mail = MailServer(tmp_path / "mail", keep=False).start()
    site = Installation(tmp_path / "newsroom", database_url(), copy_of="tables", EMAIL_URL=mail.url,
                        MAIL_PER_MINUTE=str(PER_MINUTE))  # fmt: skip
    try:
        old, new = site.add("old"), site.add("new", releases.with_migration(releases.ADDS))
        addresses = readers(READERS)
        (tmp_path / "addresses.json").write_text(json.dumps(addresses))
        site.run(old, SET_UP.format(path=str(tmp_path / "addresses.json")))
        site.serve(old)
        for began_at, release, arguments in [(20, old, [str(new)]), (150, new, ["--back", "--yes"])]:
            wait_until(lambda number=began_at: len(mail.accepted) >= number, 120)
            done = site.manage(release, "upgrade", *arguments)
            assert done.returncode == 0, done.stdout + done.stderr
            assert len(mail.accepted) < READERS, "it was over before the upgrade was"
        wait_until(lambda: {one["to"] for one in mail.accepted} == set(addresses), 300)
        copies = Counter(one["to"] for one in mail.accepted)
        twice = [to for to, number in copies.items() if number > 1]
        print(f"{len(addresses)} readers; twice: {len(twice)}")
        assert twice == [], "the worker ends between two messages"
    finally:
        site.remove()
        mail.kill()
