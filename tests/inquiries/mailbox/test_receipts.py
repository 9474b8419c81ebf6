"""Receipts: words that open a mailbox, from a form's nonce, and never stored."""

import re

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as some

from inquiries.mailbox import receipts
from inquiries.models import Inquiry
from tests.inquiries.conftest import receipt_on, reference_on

pytestmark = pytest.mark.django_db
numbers = some.integers(min_value=0, max_value=2**receipts.BITS - 1)


def test_it_has_at_least_96_random_bits():
    assert receipts.BITS >= 96
    assert len(receipts.word_list("en")) == len(set(receipts.word_list("en"))) == 2048
    assert 10**receipts.DIGITS >= 2**receipts.BITS


def test_its_words_are_short_and_plain():
    assert all(re.fullmatch("[a-z]{3,9}", word) for word in receipts.word_list("en"))
    assert list(receipts.word_list("en")) == sorted(receipts.word_list("en"))


@given(numbers)
@settings(max_examples=60, deadline=None)
def test_it_is_read_back_from_words_and_from_digits(number):
    assert receipts.read(" ".join(receipts.written(number, "en"))) == number
    assert receipts.read("  ".join(receipts.written(number, "xx"))) == number


@pytest.mark.parametrize("change", [
    str.upper,
    lambda text: text.replace(" ", "\n"),
    lambda text: text.replace(" ", ", "),
    lambda text: f"  {text}.",
    lambda text: text.replace(" ", "-"),
])  # fmt: skip
def test_it_does_not_mind_how_it_is_typed(change):
    number = 2**98 + 12345678901234567890
    assert receipts.read(change(" ".join(receipts.written(number, "en")))) == number


NUMBER = 12345678901234567890123456789
AS_THE_PAGE_SHOWS_IT = (
    "1. answer 2. tour 3. surfboard 4. option 5. marmalade 6. pecan 7. rope 8. trellis 9. chew"
)


@pytest.mark.parametrize("typed", [
    AS_THE_PAGE_SHOWS_IT,
    AS_THE_PAGE_SHOWS_IT.upper().replace(". ", ") "),
    AS_THE_PAGE_SHOWS_IT.replace(". ", "").replace(" ", ""),
    AS_THE_PAGE_SHOWS_IT.replace(" ", "\n"),
    "①answer ②tour ③surfboard ④option ⑤marmalade ⑥pecan ⑦rope ⑧trellis ⑨chew",
    "๑. answer ๒. tour ๓. surfboard ๔. option ๕. marmalade ๖. pecan ๗. rope ๘. trellis ๙. chew",
    "1 answer 4 option 7 rope 2 tour 5 marmalade 8 trellis 3 surfboard 6 pecan 9 chew",
    "1. answr 2. tour 3. surfboard 4. option 5. marmalade 6. pecan 7. rope 8. trellis 9. chew",
    "answertoursurfboardoptionmarmaladepecanropetrellischew",
    "answertour surfboard option marmalade pecan ropetrellis chew",
    "answer tour surf board option marmalade pecan rope trellis chew",
])  # fmt: skip
def test_a_receipt_is_read_with_the_numbers_of_the_page_and_without_spaces(typed):
    assert receipts.read(typed) == NUMBER


@given(numbers)
@settings(max_examples=40, deadline=None)
def test_every_receipt_is_found_however_it_is_typed(number):
    words, groups = receipts.written(number, "en"), receipts.written(number, "xx")
    assert number in receipts.readings("".join(words))
    assert receipts.read(" ".join(f"{place}. {word}" for place, word in enumerate(words, 1))) == number
    assert receipts.read(" ".join(f"{place}. {group}" for place, group in enumerate(groups, 1))) == number
    assert receipts.read("".join(f"{place}.{group}" for place, group in enumerate(groups, 1))) == number
    assert receipts.read("".join(groups)) == number


@pytest.mark.parametrize(
    "typed", ["1. answer 2. tour", "123456", "a" * 500, "answer" * 80, "1" * 36, "1. " * 150]
)
def test_numbers_and_letters_alone_are_no_receipt(typed):
    assert receipts.readings(typed) == []


def test_the_mailbox_opens_with_what_was_copied_from_the_page(client, ask):
    from tests.inquiries.conftest import MAILBOX

    words = receipt_on(ask())
    for typed in [" ".join(f"{n}. {w}" for n, w in enumerate(words, 1)), "".join(words)]:
        assert client.post(MAILBOX, {"receipt": typed}).status_code == 200


def test_digits_may_be_those_of_any_script():
    number = 2**98 + 98765432109876543210
    digits = " ".join(receipts.written(number, "xx"))
    for zero in "๐٠០":
        assert receipts.read("".join(chr(ord(zero) + int(c)) if c.isdigit() else c for c in digits)) == number


def test_one_slip_in_a_word_is_forgiven_and_two_are_not():
    words = ["dolphin", *receipts.written(7, "en")[1:]]
    number = receipts.read(" ".join(words))
    for typed in ["dophin", "dollphin", "dolfhin", "dlophin"]:
        assert receipts.read(" ".join([typed, *words[1:]])) == number
    assert receipts.read(" ".join(["dofin", *words[1:]])) is None


@pytest.mark.parametrize("text", ["", "apple", "one two three four five six seven eight nine", "1" * 29, "9" * 30, "\x00", "🙂" * 600])  # fmt: skip
def test_what_is_no_receipt_is_none(text):
    assert receipts.read(text) is None


def test_the_same_form_always_brings_the_same_one_and_another_form_another():
    nonce = receipts.new_nonce()
    assert receipts.number_for(nonce) == receipts.number_for(nonce)
    assert receipts.reference_for(nonce) == receipts.reference_for(nonce)
    assert receipts.number_for(nonce) != receipts.number_for(receipts.new_nonce())


def test_nobody_chooses_a_nonce():
    assert receipts.is_nonce(receipts.new_nonce())
    assert not receipts.is_nonce("chosen")
    assert not receipts.is_nonce("")


def test_a_page_in_a_language_without_a_list_shows_digits(ask):
    with translation.override("lo"):
        page = ask()
    shown = receipt_on(page)
    assert len(shown) == 6
    assert all(re.fullmatch("[0-9]{5}", group) for group in shown)


def test_the_reference_tells_no_order_and_no_date(ask):
    references = [reference_on(ask(message=f"Message {number}")) for number in range(6)]
    assert len(set(references)) == 6
    assert all(re.fullmatch("[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", reference) for reference in references)
    assert references != sorted(references) or references != sorted(references, reverse=True)


def test_a_double_click_shows_the_same_receipt_and_makes_one_inquiry(client):
    from tests.inquiries.conftest import FORM, a_form

    form = a_form()
    first, second = client.post(FORM, form), client.post(FORM, form)
    assert receipt_on(first) == receipt_on(second) != []
    assert reference_on(first) == reference_on(second)
    assert Inquiry.objects.count() == 1
    assert Inquiry.objects.get().entries.count() == 1


def test_a_changed_text_from_the_same_form_is_kept_too(client):
    from tests.inquiries.conftest import FORM, a_form

    form = a_form()
    client.post(FORM, form)
    client.post(FORM, form | {"message": "I forgot something.", "name": "Ann"})
    inquiry = Inquiry.objects.get()
    assert [entry.words["text"] for entry in inquiry.entries.all()] == [
        form["message"],
        "I forgot something.",
    ]
    assert inquiry.words["name"] == "Ann"


def test_after_an_hour_the_form_shows_the_receipt_to_nobody(client):
    from datetime import timedelta

    from tests.inquiries.conftest import FORM, a_form

    form = a_form()
    client.post(FORM, form)
    Inquiry.objects.update(received_at=Inquiry.objects.get().received_at - timedelta(minutes=61))
    again = client.post(FORM, form)
    assert receipt_on(again) == []
    assert reference_on(again)
    assert Inquiry.objects.count() == 1


def test_a_form_leads_to_an_address_where_a_reload_sends_nothing(client):
    from tests.inquiries.conftest import FORM, a_form

    answer = client.post(FORM, a_form(message="Once"))
    assert answer.status_code == 303
    assert answer["Cache-Control"] == "no-store"
    for _ in range(2):
        page = client.get(answer["Location"])
        assert len(receipt_on(page)) == 9
        assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert Inquiry.objects.get().entries.count() == 1


def test_its_address_shows_nothing_after_ten_minutes_nor_once_it_is_written_down(client, monkeypatch):
    import time

    from tests.inquiries.conftest import FORM, a_form

    form = a_form()
    first, second = client.post(FORM, form)["Location"], client.post(FORM, form)["Location"]
    assert "I have written it down" in client.get(first).text
    written = client.post(first, follow=True)
    for page in [written, client.get(first), client.get(second), client.post(FORM, form)]:
        assert receipt_on(page) == []
        assert reference_on(page)
    later = client.post(FORM, a_form(message="Another"))["Location"]
    assert receipt_on(client.get(later))
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 601)
    over = client.get(later)
    assert over.status_code == 410
    assert receipt_on(over) == []


def test_an_address_that_we_did_not_make_shows_nothing(client, inquiry):
    from newsroom.guard import encryption

    for token in ["x", encryption.encrypt(f"ticket {inquiry.pk}"), encryption.encrypt("received x")]:
        page = client.get(f"/inquiries/received/{token}/")
        assert page.status_code == 410
        assert receipt_on(page) == []
