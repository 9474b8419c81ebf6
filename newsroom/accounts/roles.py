"""The roles of the staff and their permissions, written to the database after each migrate."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.db import connections, router


def _all(*models: str) -> list[str]:
    """Return the four permissions of each model, which are named as app.model."""
    return [
        f"{model.split('.')[0]}.{action}_{model.split('.')[1]}"
        for model in models
        for action in ("add", "change", "delete", "view")
    ]


_EDITORIAL = [
    *_all(
        "articles.article",
        "articles.page",
        "articles.resource",
        "pictures.image",
        "articles.callout",
        "articles.correction",
        "articles.country",
        "articles.fact",
        "articles.frontstory",
        "articles.formeraddress",
        "articles.hotline",
        "articles.law",
        "articles.returningpiece",
        "articles.styleword",
        "articles.topic",
    ),
    "articles.view_link",
    "articles.change_link",
    "pictures.publish_image",
    "articles.publish_article",
    "articles.publish_page",
    "articles.publish_resource",
    *_all("search.bestbet", "search.samewords", "search.needlist"),
    "sitesettings.view_sitesettings",
    "sitesettings.change_sitesettings",
]

# The permissions of each role. The admin restricts a writer's 'change' to own drafts and pictures.
ROLES: dict[str, list[str]] = {
    "Writer": [
        "articles.add_article",
        "articles.change_article",
        "articles.view_article",
        "articles.add_resource",
        "articles.change_resource",
        "articles.view_resource",
        "pictures.add_image",
        "pictures.change_image",
        "pictures.view_image",
        "articles.view_country",
        "articles.view_hotline",
        "articles.view_topic",
    ],
    "Editor": _EDITORIAL,
    "Newsletter manager": [
        "newsletter.view_domainpause",
        "newsletter.view_subscriber",
        "newsletter.change_subscriber",
        "newsletter.erase_subscriber",
        "newsletter.view_suppression",
        "newsletter.view_import",
        "newsletter.import_list",
        "newsletter.view_export",
        "newsletter.export_list",
        *_all("newsletter.issue", "newsletter.item"),
        "newsletter.send_issue",
        "outbox.confirm_clock",
        "articles.view_article",
        "articles.view_country",
        "articles.view_topic",
    ],
    # The desk checks membership of this group, not permissions, so that superusers stay out. Exporting needs a
    # permission as well.
    "Inquiry officer": ["inquiries.export_inquiry", "outbox.confirm_clock"],
    "Administrator": [
        *_EDITORIAL,
        *_all("auth.user"),
        "signin.view_signinevent",
        "outbox.view_lostmail",
        "outbox.confirm_clock",
        "backups.resume_site",
        "versions.purge_words",
    ],
}


def sync_after_migrate(sender: AppConfig, using: str = "default", **kwargs: Any) -> None:
    """Write the roles after the last app of a migrate, when all permissions exist; a receiver of post_migrate."""
    with_models = [config for config in installed.get_app_configs() if config.models_module]
    if sender.label == with_models[-1].label:
        sync(using)


def sync(using: str = "default") -> None:
    """Give every role exactly its permissions; missing ones are added at the next migrate."""
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    tables = connections[using].introspection.table_names()
    needed = {model._meta.db_table for model in (Group, Permission, Group.permissions.through)}
    if not router.allow_migrate_model(using, Group) or not needed.issubset(tables):
        return
    for label in sorted({name.split(".")[0] for names in ROLES.values() for name in names}):
        create_permissions(installed.get_app_config(label), verbosity=0, using=using)
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for role, names in ROLES.items():
        group, _created = Group.objects.using(using).get_or_create(name=role)
        group.permissions.set([known[name] for name in names if name in known])
