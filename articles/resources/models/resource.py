"""Resources: reports, laws, plans, toolkits, organisations and the like, on other sites or as files here."""

import itertools
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from articles.dates import PartialDateField
from articles.models.address import address_of
from articles.models.publishing import Publishable, PublishableQuerySet
from articles.models.slugs import SlugField, unique_slug
from articles.models.subjects import HasSubjects
from articles.resources import documentstore
from articles.resources.languages import names_of, validate_languages
from newsroom.othersites.addresses import WebAddressField
from newsroom.richtext.fields import RichTextField

from .resourcefile import FILE_FIELDS, ResourceFile

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def keys_of(keys: Iterable[int]) -> str:
    """Return primary keys as a column holds them: ' 3 17 ', empty for none."""
    keys = list(keys)
    return f" {' '.join(map(str, keys))} " if keys else ""


ROW = ("title", "slug", "kind", "publisher", "display_date", "language", "file_extension")


class ResourceQuerySet(PublishableQuerySet["Resource"]):
    """Resources, the latest added first."""

    def get_by_natural_key(self, key: str) -> "Resource":
        return self.get(uuid=key)

    def for_cards(self) -> Self:
        """Return the resources with the columns that rows() in articles/lists/rows.py reads."""
        return self.only(*ROW, "summary")

    def newest(self, count: int) -> Self:
        """Return the latest added resources with what a short list shows, in one query."""
        return self.only(*ROW)[:count]

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the rows, and their files once that is committed."""
        keys = list(self.values_list("storage_key", flat=True))
        with transaction.atomic():
            deleted = super().delete()
            for key in keys:
                documentstore.remove_after_commit(key)
        return deleted

    # Django reads them from the function itself, where mypy knows no attributes.
    delete.alters_data = True  # type: ignore[attr-defined]  # Django's mark for templates
    delete.queryset_only = True  # type: ignore[attr-defined]  # Django's mark for templates


# A name of its own: mypy reads no base class that is a call.
_ResourceManager = models.Manager.from_queryset(ResourceQuerySet)


class ResourceManager(_ResourceManager["Resource"]):
    """Leaves the text of files, each maybe a book, to those who ask for it."""

    def get_queryset(self) -> models.QuerySet["Resource"]:
        return super().get_queryset().defer("file_text")


class Resource(ResourceFile, HasSubjects, Publishable):
    """A document or an organisation, described by its entry: a link to another site, a file here, or both."""

    class Kind(models.TextChoices):
        REPORT = "report", _("Report")
        LAW = "law", _("Law or treaty")
        PLAN = "plan", _("Action plan")
        TOOLKIT = "toolkit", _("Toolkit")
        TRAINING = "training", _("Training")
        DATA = "data", _("Data")
        ORGANISATION = "organisation", _("Organisation")
        VIDEO = "video", _("Video")

    NEEDED = ("kind",)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=250)
    slug = SlugField(_("slug"), help_text=_("The end of the address. It fills itself from the title."))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, blank=True)
    summary = models.CharField(
        _("summary"),
        max_length=400,
        blank=True,
        help_text=_("What it holds, in one or two sentences of your own; lists and feeds show it too."),
    )
    body_html = RichTextField(
        _("description"), blank=True, help_text=_("What it is good for, and what to mind. May stay empty.")
    )
    link = WebAddressField(
        _("link"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("Where it stands on its publisher's own site."),
    )
    publisher = models.CharField(
        _("publisher"), max_length=200, blank=True, help_text=_("Who stands for it: the body, not its site.")
    )
    display_date = PartialDateField(
        _("date of the document"),
        blank=True,
        help_text=_("As precise as you know it: 2006, August 2006 or 5 August 2006."),
    )
    countries = models.ManyToManyField(
        "articles.Country", verbose_name=_("countries"), blank=True, related_name="resources"
    )
    topics = models.ManyToManyField(
        "articles.Topic", verbose_name=_("topics"), blank=True, related_name="resources"
    )
    languages = models.CharField(
        _("languages of the document"), max_length=200, blank=True, validators=[validate_languages]
    )
    # Primary keys of the relations above as keys_of() writes them: one index filters and counts without their tables.
    country_keys = models.CharField(max_length=2000, blank=True, editable=False)
    topic_keys = models.CharField(max_length=2000, blank=True, editable=False)
    credit = models.CharField(
        _("source credit"),
        max_length=250,
        blank=True,
        help_text=_("Who let us have it, or allowed us to offer it: By courtesy of the ministry."),
    )
    language = models.CharField(
        _("language of title and summary"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = ResourceManager()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["-published_at", "-pk"]
        permissions = [("publish_resource", "Can publish and unpublish resources")]
        indexes = [
            # A covering index: every filter of the library reads it alone, without the wide rows.
            models.Index(
                fields=[
                    "state",
                    "-published_at",
                    "-id",
                    "kind",
                    "languages",
                    "display_date",
                    "country_keys",
                    "topic_keys",
                    "updated_at",
                ],
                name="resource_newest_first",
            ),
            models.Index(fields=["slug", "state", "published_at"], name="resource_by_slug"),
            models.Index(fields=["-published_at", "-id"], name="resource_by_publication"),  # the admin's list
            models.Index(fields=["state", "-display_date", "-published_at"], name="resource_by_date"),
            models.Index("state", Lower("title"), F("published_at").desc(), name="resource_by_title"),
        ]
        constraints = [
            *Publishable.Meta.constraints,
            unique_slug("resource"),
            models.CheckConstraint(condition=~Q(slug__regex=r"^[0-9]*$"), name="resource_slug_not_digits"),
            models.CheckConstraint(
                condition=~Q(state="published") | ~Q(link="", storage_key=""),
                name="resource_leads_somewhere",
                violation_error_message=_("Give a link or a file."),
            ),
            models.UniqueConstraint(
                fields=["storage_key"], condition=~Q(storage_key=""), name="resource_file_is_its_own"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str, ...]:
        return (str(self.uuid),)

    def get_absolute_url(self) -> str:
        return address_of("articles:resource", self.slug)

    def reindex(self) -> None:
        """Write the keys of its subjects into its columns, and update its entry in the search index."""
        noted = {
            "country_keys": keys_of(self.countries.order_by("pk").values_list("pk", flat=True)),
            "topic_keys": keys_of(self.topics.order_by("pk").values_list("pk", flat=True)),
        }
        if noted != {name: getattr(self, name) for name in noted}:
            Resource.objects.filter(pk=self.pk).update(**noted)
            vars(self).update(noted)
        super().reindex()

    def problems(self) -> "dict[str, list[StrOrPromise]]":
        """Return what a draft may lack and visitors need: sentences by field name."""
        leads = self.link or self.has_file
        return super().problems() | ({} if leads else {"link": [_("Give a link or a file.")]})

    def withdraw_for_good(self) -> None:
        """Take it off the site, and delete its file once that is committed; the entry stays in the admin."""
        with self.changing("state", "first_published_at", *FILE_FIELDS):
            self.withdraw()
            self.drop_file()

    # Templates must not call it; Django reads it from the function itself, where mypy knows no attributes.
    withdraw_for_good.alters_data = True  # type: ignore[attr-defined]  # Django's mark for templates

    @property
    def language_names(self) -> list[str]:
        """Return the languages of the document, each under its own name for itself."""
        return names_of(self.languages)


def mend_subjects() -> int:
    """Correct the keys of subjects that reindex() missed (loaddata, SQL, a deleted country); return the rows changed."""
    wanted = {
        pk: {"country_keys": "", "topic_keys": ""} for pk in Resource.objects.values_list("pk", flat=True)
    }
    for relation, column in [("countries", "country_keys"), ("topics", "topic_keys")]:
        pairs = (
            Resource.objects.order_by("pk", relation).values_list("pk", relation).exclude(**{relation: None})
        )
        for pk, rows in itertools.groupby(pairs, key=lambda pair: pair[0]):
            if pk in wanted:
                wanted[pk][column] = keys_of([key for _pk, key in rows])
    stored = Resource.objects.values_list("pk", "country_keys", "topic_keys")
    different = [pk for pk, *keys in stored if pk in wanted and keys != list(wanted[pk].values())]
    for pk in different:
        Resource.objects.filter(pk=pk).update(**wanted[pk])
    return len(different)
