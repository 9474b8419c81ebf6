"""The analysis of text: which words are the same word."""

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.search.analysis import text
from newsroom.search.querying import passages
from newsroom.search.querying.query import parse


def terms(words, language="en"):
    return text.analysed(words, language)[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Victims", "victim"), ("trafficked", "trafficking"), ("children", "child"), ("women’s", "woman"), ("sold", "sell"),
     ("M.o.U.", "MoU"), ("MoUs", "mou"), ("2,000", "2000"), ("café", "CAFE"), ("cafe\u0301", "café"), ("ﬁne", "fine"),
     ("naïve", "naive"), ("Straße", "strasse"), ("Łódź", "lodz"), ("Ｆｕｌｌ", "full"), ("soft\u00adhyphen", "softhyphen"),
     ("labour", "labor"), ("harbouring", "harbored"), ("labourers", "laborer"), ("organisations", "organization"),
     ("criminalised", "criminalize"), ("recognising", "recognized"), ("victimisation", "victimized"),
     ("centres", "center"), ("programme", "programs"), ("offences", "offense"), ("enquiries", "inquiry")],
)  # fmt: skip
def test_it_takes_both_for_the_same_word(one, other):
    assert terms(one) == terms(other) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [("police", "policy"), ("lao", "loa"), ("united", "unit1"), ("MoU", "mouse"), ("organise", "organ"),
     ("hour", "hor"), ("size", "sise"), ("supervise", "supervize")],
)  # fmt: skip
def test_it_keeps_words_apart(one, other):
    assert terms(one) != terms(other)


@pytest.mark.parametrize(
    "family",
    ["precise precisely precision", "supervise supervised supervision", "advertise advertisement",
     "promise promised promising", "exercise exercises exercising", "raise raised raising"],
)  # fmt: skip
def test_words_in_ise_that_have_no_other_spelling_stay_with_their_family(family):
    assert len({term for word in family.split() for term in terms(word)}) == 1


def test_a_stem_of_one_language_never_meets_a_word_of_another():
    # Indonesian takes a beginning off: without its letter, 'person' would find every 'son'.
    assert not set(terms("person", "id")) & set(terms("son", "en"))


@pytest.mark.parametrize(
    ("language", "words", "part"),
    [("th", "ผู้เสียหายจากการค้ามนุษย์", "เสียหาย"), ("lo", "ຜູ້ຖືກເຄາະຮ້າຍ", "ເຄາະຮ້າຍ"),
     ("km", "ជនរងគ្រោះ\u200bដោយសារ", "គ្រោះដោយ"), ("my", "လူကုန်ကူးခံရသူများ", "ကုန်ကူး"), ("zh-hans", "打击拐卖人口", "拐卖")],
)  # fmt: skip
def test_any_part_of_a_word_without_spaces_is_a_phrase_of_its_text(language, words, part):
    assert text.sequence(terms(part, language)) in text.sequence(terms(words, language))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["en", "th", "ar", "zh-hans", "vi"]))
def test_terms_are_plain_for_both_databases_and_the_same_for_both_normal_forms(words, language):
    found = terms(words, language)
    for term in found:
        assert term
        assert not any(c.isspace() or c in "'\"\\*:()&|!\0" for c in term)
        assert len(term.encode()) < 1000
    for token, start, end in text.tokens(words, language):
        assert token in found
        assert 0 <= start < end <= len(words)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_query(words):
    query = parse(words)
    for unit in [*query.units, *query.excluded]:
        assert unit.sequences
        assert all(unit.sequences)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab<>&\"' ก\u0301", max_size=60), st.text(alphabet="ab ก<", max_size=5))
def test_marking_changes_nothing_but_marks(words, typed):
    html = str(passages.marked(words, passages.found_in(words, "en", parse(typed))))
    plain = html.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in plain
    for entity, character in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")]:
        plain = plain.replace(entity, character)
    assert plain == words


def test_a_passage_shows_where_most_was_found():
    words = "Nothing here. " * 60 + "A safe house by the sea, and a house is safe. " + "Nothing more. " * 60
    shown = str(passages.passage(words, passages.found_in(words, "en", parse("safe house sea"))))
    assert shown.count("<mark>") == 5
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(unicodedata.normalize("NFC", shown)) < 400


def test_every_digit_of_unicode_is_known_and_nothing_else_is_changed():
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    told = [str(unicodedata.decimal(one)) if one.isdecimal() else one for one in every]
    assert list(every.translate(text.DIGITS)) == told
