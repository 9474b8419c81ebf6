"""No model is forgotten: what can be deleted is noted in the ledger of erasures, or has its reason not to be."""

import pytest
from django.apps import apps
from django.db import connection, models
from hypothesis import given
from hypothesis import strategies as st

from newsroom.backups import ledger
from newsroom.backups.erasures.key import keyed
from newsroom.backups.erasures.redoing import redos
from newsroom.backups.models import Erasure
from newsroom.backups.noted import Noted, NotesDeletion, identifier_of, kind_of
from tests.test_imports import APPS

# Why a deletion of these need not be done again.
EXEMPT = {
    "search.FacetSet": "made from what is public, and mended by the worker",
    "search.Document": "made from what is public, and mended by the worker",
    "search.DocumentText": "made from what is public, and mended by the worker",
    "search.Spelling": "made from what is public, and mended by the worker",
    "signin.SecondFactor": "noted by factors.py where it is taken away, and goes with its account",
    "signin.RecoveryCode": "goes with its factor, which is noted",
    "signin.FactorRequest": "one row an account, goes with it",
    "signin.SignInEvent": "a record, goes by its age",
    "search.IndexState": "one row, never deleted",
    "outbox.Mail": "holds no text; what waited in a backup is dropped, or somebody decides otherwise",
    "outbox.LostMail": "holds no text, and goes by its age",
    "outbox.Pause": "begins with each restore",
    "outbox.Trouble": "of the present mail server, found out anew",
    "outbox.Clock": "one row, written anew by the worker",
    "outbox.Beat": "of the present workers, found out anew",
    "filestore.Machine": "of the present machines, found out anew",
    "filestore.Store": "of the present place of files, found out anew",
    "filestore.Removal": "files that are still to be deleted",
    "pagecache.ContentVersion": "one row, which any change writes anew",
    "pagecache.ContentMark": "gone with the end of its transaction",
    "versions.Version": "goes with its piece, which is noted",
    "unsaved.UnsavedText": "goes with its piece and with its author, which are noted, and by its age",
    "versions.Trashed": "its coming and going are noted by trash/",
    "versions.GoneAddress": "a hash of an address; 404 instead of 410 is no harm",
    "versions.Leftover": "counters of tables",
    "versions.Purge": "a record, never deleted",
    "versions.ShareLink": "every restore ends all of them",
    "versions.Remark": "goes with its piece, which is noted",
    "versions.Review": "goes with its piece, which is noted",
    "versions.MailWish": "goes with its account; one that was taken back since costs a mail and a click",
    "alerts.Alert": "a record, never deleted",
    "sitesettings.SiteSettings": "one row, never deleted",
    "backups.Erasure": "the ledger itself",
    "backups.Owner": "one row, never deleted",
    "backups.PutBack": "a record, never deleted",
    "backups.BackupRun": "a record of backups, goes by its age",
    "articles.FeedHost": "one row, found out anew",
    "articles.Link": "made from what is stored, and goes by its age",
    "articles.LinkCheck": "made by the worker, and goes by its age",
    "articles.FrontStory": "names an article and a number, and goes with its article, which is noted",
    "articles.ReturningPiece": "goes with its article, which is noted",
    "articles.StyleWord": "advice on words; one that comes back holds nothing back",
    "articles.Acceptance": "goes with its article, which is noted",
    "articles.FormerAddress": "leads only to what is public",
    "newsletter.Leftover": "counters of tables",
    "newsletter.ImportRow": "goes with its list, which is noted when it is finished",
    "newsletter.Export": "a record without readers, never deleted",
    "newsletter.Suppression": "lifted where an address confirms, which is noted by readers/erasures.py",
    "inquiries.UnsavedAnswer": "goes with its inquiry, which is noted, and by its age",
    "newsletter.Wish": "handled within seconds; every restore drops all of them",
    "newsletter.Dispatch": "goes with its issue",
    "newsletter.Batch": "goes with its issue",
    "newsletter.Delivery": "goes with its issue",
    "newsletter.SeenEvent": "holds a digest, and goes by its age",
    "newsletter.DomainPause": "of other servers, and ends by its time",
    "newsletter.DomainTally": "counters of a day",
    "inquiries.Admission": "closed with an entry of its own, see Admission.close()",
    "inquiries.AccountChange": "a record that mails are made from",
    "inquiries.DeskSettings": "one row, never deleted",
    "inquiries.MonthlyFigures": "counts linked to no inquiry",
    "inquiries.Safe": "one row, never deleted",
    "inquiries.Entry": "goes with its inquiry",
    "inquiries.Event": "goes with its inquiry, or by its age",
    "inquiries.OfficerLanguages": "goes with its account",
}
OURS = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]


def test_every_model_is_noted_or_has_its_reason():
    noted = {model._meta.label for model in OURS if issubclass(model, Noted)}
    every = {model._meta.label for model in OURS}
    assert every - noted - EXEMPT.keys() == set()
    assert EXEMPT.keys() & noted == set()
    assert EXEMPT.keys() - every == set()


@pytest.mark.parametrize(
    "model", [model for model in OURS if issubclass(model, Noted)], ids=lambda model: model._meta.label
)
def test_its_managers_note_what_is_deleted_together_and_it_is_done_again(model):
    for manager in [model._default_manager, *model._meta.managers]:
        assert isinstance(manager.get_queryset(), NotesDeletion)
    assert kind_of(model) in redos()
    bases = [base for base in model.__mro__ if "delete" in vars(base)]
    assert bases.index(Noted) < bases.index(models.Model)


@pytest.mark.django_db
def test_rows_and_querysets_note_each_row_by_a_hash_that_is_in_the_backup(
    make_article, make_topic, make_callout
):
    rows = [make_article(), make_topic(), make_callout()]
    for row in rows:
        name = str(getattr(row, identifier_of(type(row))))
        row.delete()
        assert Erasure.objects.filter(kind=kind_of(type(row)), subject=keyed(name)).count() == 1
    several = [make_article().uuid for _ in range(3)]
    type(rows[0]).objects.filter(uuid__in=several).delete()
    assert set(Erasure.objects.values_list("subject", flat=True)) >= {keyed(str(one)) for one in several}


@pytest.mark.django_db
def test_thousands_are_noted_by_a_few_statements(django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        ledger.note_all("reader", [str(number) for number in range(5000)])
    assert Erasure.objects.count() == 5000 and connection.in_atomic_block


@pytest.mark.django_db
@given(st.text(), st.text())
def test_a_subject_is_known_by_its_text_alone(one, other):
    assert (keyed(one) == keyed(other)) == (one == other)
    assert len(keyed(one)) == 64 and (len(one) < 3 or one not in keyed(one))
