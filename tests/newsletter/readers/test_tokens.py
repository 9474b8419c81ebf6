"""Links that we have signed, and that lead nowhere."""

import base64

import pytest

from newsletter.readers import tokens

pytestmark = pytest.mark.django_db
LINKS = [tokens.CONFIRM, tokens.MANAGE, tokens.UNSUBSCRIBE, tokens.CHANGE_FROM, tokens.CHANGE_TO]


@pytest.mark.parametrize(
    "value", ["", "a", "AAAA", "!!!", "é", "A" * 21, base64.urlsafe_b64encode(b"x" * 16).decode()]
)
@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.name)
def test_a_signed_link_without_the_key_of_a_row_is_over(client, link, value):
    page = f"/newsletter/{link.name.replace('_', '/')}/{link._signer().sign(value)}/"
    assert client.get(page).status_code == 404
    assert client.post(page, {"x": "1"}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 404
