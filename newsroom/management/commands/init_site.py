"""`manage.py init_site`: starts a real site, with its first administrator and drafts of the standing pages."""

import getpass
import os
import sys
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from newsroom import demo
from newsroom.outbox import posting
from newsroom.search import firstbets, firstlists

PAGES = {
    "about": (
        "About Us",
        "header",
        "<p>Say in two sentences who you are and what this site is for.</p>"
        "<h2>Who we are</h2><p>Your organisation, its seat, and since when it works.</p>"
        "<h2>What we publish</h2><p>Which countries and topics, how often, and where the news comes from.</p>"
        "<h2>Who pays for it</h2><p>Name your funders. Readers trust a site that says so.</p>",
    ),
    "how-you-can-help": (
        "How You Can Help",
        "header",
        "<p>Say what a reader can do today.</p>"
        "<h2>Know the signs</h2><p>Link to a source that practitioners in your country use.</p>"
        "<h2>Report</h2><p>Whom to call, at which hours and in which languages. Test each number first.</p>"
        "<h2>Give or volunteer</h2><p>What you need, and what you don't.</p>",
    ),
    "contact": (
        "Contact Us",
        "header",
        "<p>Say who reads your mail, and how soon they answer.</p>"
        "<h2>Write to us</h2><p>Your mail address and your postal address.</p>"
        "<h2>If you are in danger</h2><p>Say that this is no emergency line, and name one that is.</p>",
    ),
    "stay-safe": (
        "Stay safe while you read",
        "footer",
        "<p>Say who may look into a reader's telephone, and what they would see there.</p>"
        "<h2>What a visit leaves behind</h2><p>The browser's history, the list of calls, the bill.</p>"
        "<h2>What you can do</h2><p>Have this part read by somebody who works with people at risk where you are.</p>"
        "<h2>Where to ask</h2><p>A number or a place that helps with watched telephones.</p>",
    ),
    "accessibility": (
        "Accessibility",
        "footer",
        "<p>Say in one sentence that everybody shall be able to use this site, and which standard you aim at: WCAG 2.2, "
        "level AA, is the usual one.</p>"
        "<h2>What works</h2><p>Every page can be read with a screen reader and by keyboard alone, in large letters, "
        "on a small screen and without JavaScript. Have somebody try it who depends on it, and say when that was.</p>"
        "<h2>What does not</h2><p>Name what you know to fall short: recordings without a transcript, documents of "
        "others as scanned pages, pictures that no words describe yet.</p>"
        "<h2>Tell us</h2><p>A mail address and another way to reach you, and within how many days you answer. Say that "
        "you send any text in another form to whoever asks.</p>"
        "<h2>If we don’t answer</h2><p>The authority or ombudsperson to complain to, where your law names one.</p>",
    ),
    "privacy": (
        "Privacy Policy and Disclaimer",
        "footer",
        "<p>This site sets no cookie for readers, and loads nothing from other sites.</p>"
        "<h2>What we keep</h2><p>Say what your web server logs, and for how many days.</p>"
        "<h2>The newsletter</h2><p>Say what you keep about its readers and for how long.</p>"
        "<h2>Who is responsible</h2><p>The name and address that your law asks for.</p>"
        "<h2>Disclaimer</h2><p>Who answers for the texts, and for links to other sites.</p>",
    ),
}


def store_settings(name: str, organisation: str) -> None:
    """Store the site settings, without the values of the demo."""
    site = demo.site_settings() or apps.get_model("sitesettings.SiteSettings")()
    site.name, site.organisation, site.is_demo = name, organisation, False
    site.tagline = site.contact_email = ""
    site.first_year = None
    site.save()


def store_pages() -> None:
    """Store the standing pages as drafts."""
    for order, (path, (title, menu, body)) in enumerate(PAGES.items()):
        page = apps.get_model("articles.Page")(
            title=title, path=path, menu=menu, menu_order=order, body_html=body
        )
        page.full_clean()
        page.save(force_insert=True)


def line_of_the_zone() -> str:
    """Return the line that sets the site's time zone to that of this machine, where it is UTC still; else nothing."""
    if settings.TIME_ZONE != "UTC":
        return ""
    here = Path("/etc/localtime").resolve()
    named = "/".join(here.parts[here.parts.index("zoneinfo") + 1 :]) if "zoneinfo" in here.parts else ""
    is_other = named in available_timezones() and named not in {"UTC", "Etc/UTC", "Universal", "Zulu"}
    return f"TIME_ZONE={named if is_other else 'Asia/Vientiane'}"


class Command(BaseCommand):
    help = "Start a real site: its settings, its first administrator, and drafts of the standing pages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", help="the name of the site")
        parser.add_argument("--organisation", default="", help="stands in the copyright line")
        parser.add_argument("--admin-username", help="the first administrator's name to sign in with")
        parser.add_argument("--admin-email", help="the first administrator's mail address")
        parser.add_argument(
            "--officer-email",
            help="the mail address of whoever reads and answers inquiries; an invitation goes there",
        )
        parser.add_argument(
            "--no-input",
            action="store_true",
            help="ask nothing; DJANGO_SUPERUSER_PASSWORD holds the password",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask for what is missing, and store it in one transaction; raises CommandError, and then changes nothing."""
        models = [apps.get_model("articles.Article"), apps.get_model("articles.Page")]
        if any(model._default_manager.exists() for model in models):
            raise CommandError("This site has content already; nothing was changed.")
        self.silent = options["no_input"] or not sys.stdin.isatty()
        name = self.ask("Name of the site", options["name"], "--name")
        username = self.ask("Administrator's username", options["admin_username"], "--admin-username")
        email = self.ask("Administrator's mail address", options["admin_email"], "--admin-email")
        officer_email = self.officer_email(options["officer_email"])
        administrator = self.administrator(username, email)
        with transaction.atomic():
            administrator.save(force_insert=True)
            administrator.groups.set(Group.objects.filter(name="Administrator"))
            store_settings(name, options["organisation"])
            store_pages()
            firstbets.load()
            firstlists.load()
            self.begin_inquiries(officer_email)
        self.stdout.write(
            f"{name} is ready. Sign in at /admin/ as {username}, fill in Site settings, "
            "and finish and publish the pages that wait there as drafts."
        )
        self.stdout.write(
            f"An invitation goes to {officer_email}. The Inquiry Corner opens once the desk's settings are filled in."
            if officer_email
            else "The Inquiry Corner stays closed until somebody has the role Inquiry officer (Users in the admin)."
        )

        if line := line_of_the_zone():
            self.stdout.write(
                f"Times are in UTC. Where your readers have another time, set it in the environment: {line}"
            )

    def administrator(self, username: str, email: str) -> User:
        """Return the first administrator, not yet saved; raises CommandError where a value is not valid."""
        if User.objects.filter(username=username).exists():
            raise CommandError(f"There is an account named {username} already.")
        administrator = User(username=username, email=email, is_staff=True, is_superuser=True)
        try:
            administrator.clean_fields(exclude=["password"])
            validate_email(email)
            password = self.password(administrator)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        administrator.set_password(password)
        return administrator

    def officer_email(self, given: str | None) -> str:
        """Return the mail address of the first inquiry officer, or "" where there is none yet."""
        if given is None and not self.silent:
            given = input("Mail address of who answers inquiries (empty: nobody yet): ")
        given = (given or "").strip()
        if given:
            try:
                validate_email(given)
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
        return given

    def begin_inquiries(self, officer_email: str) -> None:
        """Store the outline of the limits of confidence, and invite the first inquiry officer."""
        desk = apps.get_model("inquiries.DeskSettings").load()
        desk.confidence_limits = desk.confidence_limits or desk.OUTLINE
        desk.save()
        if officer_email:
            officer = User(username=officer_email, email=officer_email, is_staff=True)
            officer.set_unusable_password()
            officer.save()
            officer.groups.set(Group.objects.filter(name="Inquiry officer"))
            apps.get_model("inquiries.Admission").admit(officer)
            posting.post("invitation", officer.pk)

    def ask(self, question: str, given: str | None, option: str) -> str:
        """Return the value of an option, or ask for it; raises CommandError without an answer."""
        answer = given or ("" if self.silent else input(f"{question}: "))
        if not answer.strip():
            raise CommandError(f"{question} is missing: give {option}.")
        return answer.strip()

    def password(self, user: User) -> str:
        """Return a password that AUTH_PASSWORD_VALIDATORS accept; raises ValidationError or CommandError."""
        password = os.environ.get("DJANGO_SUPERUSER_PASSWORD", "")
        if not password and not self.silent:
            password = getpass.getpass("Administrator's password: ")
            if getpass.getpass("The same again: ") != password:
                raise CommandError("The two passwords differ; nothing was changed.")
        if not password:
            raise CommandError("The password is missing: put it in DJANGO_SUPERUSER_PASSWORD.")
        validate_password(password, user)
        return password
