"""CSV files of published resources as tables for texts."""

import io
from functools import cache

import pytest

from articles import documents
from articles.resources import documentstore

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/resource/tables/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Let files lie in a folder of the test."""
    settings.STORAGES = settings.STORAGES | {
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "documents"},
        }
    }


@cache
def cleaned(content):
    return documents.clean(io.BytesIO(content), filename="table.csv")


@pytest.fixture
def with_file(make_resource):
    def make(content, **values):
        resource = make_resource(link="", kind="data", state="draft", **values)
        resource.put_file(documentstore.keep(cleaned(content)))
        resource.publish()
        resource.save()
        return resource

    return make


@pytest.fixture
def figures(with_file):
    return with_file(
        "year;cases;“note”\n2006; 12,5 ;a\n2007;9;\n".encode(), title="Figures", publisher="UNODC"
    )


def test_an_editor_gets_the_rows_of_a_published_file(client, editor, figures):
    client.force_login(editor)
    [file] = client.get(LIST).json()["files"]
    assert (file["title"], file["publisher"]) == ("Figures", "UNODC")
    assert client.get(file["table"]).json() == {
        "rows": [["year", "cases", "“note”"], ["2006", "12,5", "a"], ["2007", "9", ""]],
        "is_whole": True,
        "source": "Figures, UNODC",
    }


@pytest.mark.parametrize(
    "content", ["a,b\n" + "1,2\n" * 201, ",".join("abcdefghijklm") + "\n" + "1," * 12 + "1\n"]
)
def test_a_file_with_too_many_rows_or_columns_says_so(client, editor, with_file, content):
    client.force_login(editor)
    resource = with_file(content.encode())
    told = client.get(f"/admin/articles/resource/{resource.pk}/table/").json()
    assert not told["is_whole"]
    assert len(told["rows"]) <= 201
    assert len(told["rows"][0]) <= 12


def test_nobody_gets_a_file_that_is_not_published_or_no_longer_there(client, editor, figures, make_resource):
    client.force_login(editor)
    address = f"/admin/articles/resource/{figures.pk}/table/"
    other = make_resource(slug="no-file", link="https://www.example.org/")
    assert client.get(f"/admin/articles/resource/{other.pk}/table/").status_code == 404
    documentstore.remove(figures.storage_key)
    answer = client.get(address)
    assert (answer.status_code, answer.json()["error"]) == (409, "This file can’t be read as a table.")
    figures.withdraw()
    figures.save()
    assert client.get(address).status_code == 404
    assert client.get(LIST).json() == {"files": []}


def test_only_staff_who_may_see_resources_ask_for_them(client, figures, django_user_model):
    assert client.get(LIST).status_code == 302
    client.force_login(django_user_model.objects.create_user("other", is_staff=True))
    assert client.get(LIST).status_code == 403
    assert client.get(f"/admin/articles/resource/{figures.pk}/table/").status_code == 403
