"""What a new issue starts from."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.issues import drafting
from newsletter.models import Issue


@pytest.fixture
def ago():
    now = timezone.now()
    return lambda days: now - timedelta(days=days)


def test_a_new_issue_holds_everything_published_since_the_last_one(make_article, make_issue, ago):
    make_issue(created_at=ago(30))
    make_article(title="Before", published_at=ago(31))
    newer = make_article(title="Newer", published_at=ago(2), dek="Its dek.")
    older = make_article(title="Older", published_at=ago(20))
    make_article(title="Draft", state="draft", published_at=None)
    make_article(title="Later", published_at=ago(-2))
    issue = drafting.new_issue(since=drafting.last_time(), language="en", grouping="")
    assert [item.article for item in issue.items.all()] == [newer, older]
    assert issue.items.first().blurb == "Its dek."
    assert issue.state == Issue.State.DRAFT


def test_the_first_issue_looks_back_a_month(db, ago):
    assert ago(32) < drafting.last_time() < ago(30)


def test_a_correction_does_not_hide_what_came_before_it(make_issue, ago):
    issue = make_issue(created_at=ago(9))
    make_issue(corrects=issue, created_at=ago(2))
    assert drafting.last_time() == ago(9)


def test_it_groups_by_the_subject_that_most_articles_share(make_article, make_country):
    laos = make_country()
    nepal = make_country(iso_code="NP", name="Nepal", slug="nepal")
    in_both = make_article(countries=[laos, nepal])
    in_nepal = make_article(countries=[nepal])
    nowhere = make_article()
    assert drafting.grouped([in_both, nowhere, in_nepal], "countries") == [
        ("Nepal", [in_both, in_nepal]),
        ("More news", [nowhere]),
    ]
    assert drafting.grouped([in_both, nowhere], "") == [("", [in_both, nowhere])]
    assert drafting.grouped([], "topics") == []


def test_of_several_translations_it_takes_the_one_in_its_language(make_article, ago):
    original = make_article()
    lao = make_article(language="lo", translation_of=original)
    thai = make_article(language="th", translation_of=original)
    other = make_article(language="th", title="Only in Thai")
    for language, expected in [("en", original), ("lo", lao), ("th", thai), ("vi", original)]:
        found = drafting.published_since(ago(1), language)
        assert set(found) == {expected, other}, language


def test_two_issues_of_a_month_have_different_addresses(db, ago):
    first, second = (drafting.new_issue(since=ago(1), language="en", grouping="") for _ in range(2))
    assert second.slug == f"{first.slug}-2"


def test_a_correction_names_what_it_corrects(make_issue):
    issue = make_issue(subject="Of the river " * 11, language="lo")
    correction = drafting.new_correction(issue)
    assert correction.corrects == issue
    assert correction.language == "lo"
    assert correction.subject.startswith("Correction: Of the river")
    correction.full_clean()
