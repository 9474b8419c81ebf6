"""The demo: loaded once, the same at every start, and gone without a trace."""

import re

import pytest

from tests.servers import Server, wait_until

COUNTS = """
from django.apps import apps
for model in apps.get_models():
    if model._meta.label != "sessions.Session":
        print(model._meta.label, model._default_manager.count())
from articles.models import Article
print(sorted(Article.objects.values_list("pk", "updated_at")))
"""


@pytest.fixture(scope="module")
def loaded():
    """Return a site with the demo content, not started."""
    from tests.conftest import database_url

    site = Server(database_url(), copy_of="demo")
    yield site
    site.remove()


def state(site):
    done = site.manage("shell", "--no-imports", "-c", COUNTS)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask(site, code):
    """Return what the code prints in the site."""
    done = site.manage("shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_second_load_changes_nothing(loaded):
    before = state(loaded)
    assert loaded.manage("demo", "--load-only").returncode == 0
    assert state(loaded) == before


def test_it_brings_at_least_30_articles_over_ten_years_and_eight_countries(loaded):
    found = ask(
        loaded,
        "from articles.models import Article as A, Country as C;"
        "p = A.objects.published(); years = {a.display_date.year for a in p};"
        "print(p.count(), max(years) - min(years), C.objects.filter(articles__in=p).distinct().count())",
    )
    articles, years, countries = map(int, found.split())
    assert articles >= 30
    assert years >= 9
    assert countries >= 8


def test_no_number_of_the_demo_can_be_dialled_and_some_are_due(loaded):
    found = ask(
        loaded,
        "from articles.models import Hotline as H; from articles.places.telephone import dialled;"
        "numbers = [n for h in H.objects.all() for n in (h.number_local, h.number_international, h.text_number) if n];"
        "print(len(numbers) > 40, [n for n in numbers if dialled(n)], [h.country.iso_code for h in H.objects.to_verify()])",
    )
    assert found == "True [] ['PH', 'PG', 'MM']"


def test_the_checks_find_nothing_in_any_article_of_the_demo(loaded):
    checked = loaded.manage("check_articles")
    assert checked.stdout.splitlines() == ["49 articles checked, 0 findings."]


def test_all_rich_text_of_the_demo_is_clean(loaded):
    code = (
        "from django.apps import apps; from newsroom.richtext.sanitiser import sanitise\n"
        "for m in apps.get_models():\n"
        "  for f in m._meta.fields:\n"
        "    if f.name.endswith('_html'):\n"
        "      for pk, html in m._default_manager.values_list('pk', f.name):\n"
        "        if sanitise(html) != html: print(m.__name__, pk)"
    )
    assert ask(loaded, code) == ""


def test_its_staff_have_their_roles_and_its_password(loaded):
    code = (
        "from django.contrib.auth.models import User\n"
        "for u in User.objects.order_by('username'):\n"
        f"  print(u.username, [g.name for g in u.groups.all()], u.check_password({loaded.password!r}))"
    )
    assert ask(loaded, code).splitlines() == [
        "admin ['Administrator'] True",
        "editor ['Editor'] True",
        "inquiries ['Inquiry officer'] True",
        "writer ['Writer'] True",
    ]


def test_a_second_one_runs_beside_it_with_a_password_that_only_the_owner_can_read(server, make_server):
    site = make_server(copy_of="tables", DEMO_PASSWORD="", WORKERS="1")
    # Loaded already as far as the demo can tell: what is asked here needs no content.
    ask(site, "from newsroom.sitesettings.models import SiteSettings as S; S.objects.create(is_demo=True)")
    site.start()
    assert site.url != server.url
    assert site.get("/")[0] == server.get("/")[0] == 200
    wait_until(lambda: "password: " in site.output)
    password = re.search(r"password: (\S+)", site.output)[1]
    assert len(password) >= 12
    kept = site.data_dir / "secrets" / "demo-password"
    assert kept.stat().st_mode & 0o077 == 0
    site.stop()
    site.lines.clear()
    site.start()
    wait_until(lambda: f"password: {password}" in site.output)


def start_real_site(site, password="four-lanterns-at-sea"):
    return site.manage(
        "init_site", "--no-input", "--name", "Harbour News", "--admin-username", "maria",
        "--admin-email", "maria@example.org", DJANGO_SUPERUSER_PASSWORD=password,
    )  # fmt: skip


def test_init_site_makes_a_site_with_drafts_and_an_administrator_once_and_no_demo_joins_it(make_server):
    site = make_server(copy_of="tables")
    weak = start_real_site(site, password="password")
    assert weak.returncode == 1
    assert ask(site, "from django.contrib.auth.models import User; print(User.objects.count())") == "0"

    done = start_real_site(site)
    assert done.returncode == 0, done.stderr
    assert re.search(r"Times are in UTC\..* TIME_ZONE=\w+/\w+", done.stdout)
    found = ask(
        site,
        "from articles.models import Page; from django.contrib.auth.models import User;"
        "print(sorted(Page.objects.values_list('path', 'state')), User.objects.get().is_superuser)",
    )
    paths = ["about", "accessibility", "contact", "how-you-can-help", "privacy", "stay-safe"]
    assert found == f"{[(path, 'draft') for path in paths]} True"
    again = start_real_site(site)
    assert again.returncode == 1
    assert "content already" in again.stderr

    demo = site.manage("demo", "--load-only")  # keeps out of a real site
    assert demo.returncode == 1
    assert "no demo" in demo.stderr
    assert len(demo.stderr.splitlines()) == 1


def test_init_site_says_nothing_of_a_time_zone_that_is_set(settings):
    from newsroom.management.commands.init_site import line_of_the_zone

    settings.TIME_ZONE = "Asia/Vientiane"
    assert line_of_the_zone() == ""


def test_clear_demo_removes_what_the_demo_brought_and_nothing_else(loaded):
    ask(
        loaded,
        "from articles.models import *\n"
        "mine = Article.objects.create(title='Mine', slug='mine', body_html='<p>x</p>')\n"
        "mine.countries.add(Country.objects.get(iso_code='LA'))\n"
        "Hotline.objects.create(country=Country.objects.get(iso_code='TH'), name='Mine', number_local='123')",
    )
    assert loaded.manage("clear_demo").returncode != 0  # nobody said yes
    done = loaded.manage("clear_demo", "--yes")
    assert done.returncode == 0, done.stderr
    found = ask(
        loaded,
        "from articles.models import *; from newsroom.pictures.models import Image;"
        "from django.contrib.auth.models import User;"
        "print([a.slug for a in Article.objects.all()], [c.slug for c in Country.objects.all()],"
        "[h.name for h in Hotline.objects.all()], Fact.objects.count(), Law.objects.count(),"
        "Page.objects.count(), Resource.objects.count(), Topic.objects.count(), Callout.objects.count(), Image.objects.count(),"
        "User.objects.count())",
    )
    assert found == "['mine'] ['laos', 'thailand'] ['Mine'] 0 0 0 0 0 0 0 0"
    folders = [loaded.data_dir / name for name in ("media", "documents")]
    assert [p for folder in folders for p in folder.rglob("*") if p.is_file()] == []
    assert loaded.manage("clear_demo", "--yes").returncode == 1
