"""A phrase is found whatever its case, accents and mark-up, in clear and by its hash, and covered as it stands there."""

import hashlib
import json

import pytest

from newsroom.versions.purging.wanted import Hashed, Phrase, covered, covered_in

FOUND = [
    ("Jane Doe", "<p>Then JANE  doe came.</p>", "<p>Then █ came.</p>"),
    ("jane doe", "<p>Then <strong>Jane</strong> Doe came.</p>", "<p>Then <strong>█ came.</p>"),
    ("Jane Doe", "<p>Ja<em>n</em>e Doe.</p>", "<p>█.</p>"),
    ("Jane Doe", "<a href='x' title=\"jane-doe\">She</a>", "<a href='x' title=\"█\">She</a>"),
    ("José", "Called Jose, JOSÉ or Jose\u0301.", "Called █, █ or █."),
    ("Nguyễn Thị Hằng", "bà nguyen thi hang kể", "bà █ kể"),
    ("+856 20 5555", "Call +856-20-5555 now", "Call +█ now"),
    ("Мария", "мария и Мариям", "█ и Мариям"),
    ("ນາງແກ້ວ", "ມື້ນີ້ນາງແກ້ວໄປ", "ມື້ນີ້█ໄປ"),
    ("王小明", "昨天王小明回家", "昨天█回家"),
    ("Jane Müller", "https://e.org/?q=jane%20m%c3%bcller&n=1", "https://e.org/?q=█&n=1"),
    ("Müller", "M&uuml;ller, M&#252;ller, M&#xFC;ller", "█, █, █"),
    ("ນາງແກ້ວ", "/?q=%E0%BA%99%E0%BA%B2%E0%BA%87%E0%BB%81%E0%BA%81%E0%BB%89%E0%BA%A7", "/?q=█"),
    ("مريم", "قالت مَرْيَم ذلك", "قالت █ ذلك"),
    ("a.*b", "a.*b, axxb", "█, axxb"),
]
LEFT = [
    ("Ann", "Annual report"),
    ("Jane Doe", "Jane and Doe"),
    ("Doe Jane", "Jane Doe"),
    ("王小明", "王大明"),
]


def hashed(text):
    return hashlib.sha256(text.encode()).hexdigest()


def by_hash(phrase):
    wanted = Hashed(hashed)
    wanted.add(hashed(phrase.subject), phrase.details)
    return wanted


@pytest.mark.parametrize(("typed", "text", "without"), FOUND)
def test_it_is_found_and_covered(typed, text, without):
    phrase = Phrase(typed)
    assert not phrase.problem
    assert phrase.found_in(text) == by_hash(phrase).found_in(text) != set()
    result = covered(text, phrase.found_in(text))
    assert result.replace("</strong>", "").replace("</em>", "") == without.replace("</strong>", "")
    assert not phrase.found_in(result)


@pytest.mark.parametrize(("typed", "text"), LEFT)
def test_other_words_stay(typed, text):
    phrase = Phrase(typed)
    assert phrase.found_in(text) == by_hash(phrase).found_in(text) == set()


@pytest.mark.parametrize("typed", ["", "a", "–", "one two three four five six seven eight nine"])
def test_what_would_find_everything_or_nothing_is_refused(typed):
    assert Phrase(typed).problem


def test_a_text_full_of_brackets_takes_no_time():
    assert covered("Jane Doe, Jane " + "<!>" * 60 + "x", {"Jane Doe"}).startswith("█, Jane ")


def test_in_json_it_is_covered_as_it_is_read():
    stored = json.dumps([{"changed": {"object": "Đường", "fields": ["name"]}}])
    assert json.loads(covered_in(stored, {"Đường"})) == [{"changed": {"object": "█", "fields": ["name"]}}]
    assert covered_in({"names": ["Đường", 3]}, {"Đường"}) == {"names": ["█", 3]}
