"""The roles of the staff: one table, synced into groups after each migrate."""

from django.apps import apps as installed

EDITORIAL = [
    *(
        f"articles.{action}_{model}"
        for model in ["article", "page", "callout", "country", "topic", "image"]
        for action in ["add", "change", "delete", "view"]
    ),
    "articles.publish_article",
    "articles.publish_page",
    "articles.view_formeraddress",
    "sitesettings.change_sitesettings",
    "sitesettings.view_sitesettings",
]

ROLES = {
    "Writer": [
        "articles.add_article",
        "articles.change_article",
        "articles.view_article",
        "articles.add_image",
        "articles.view_image",
        "articles.view_country",
        "articles.view_topic",
    ],
    "Editor": EDITORIAL,
    "Newsletter manager": [],
    "Inquiry officer": [],
    "Administrator": [*EDITORIAL, "auth.add_user", "auth.change_user", "auth.view_user"],
}


def sync():
    """Give each role's group exactly the permissions of the table."""
    from django.contrib.auth.models import Group, Permission

    known = {
        f"{p.content_type.app_label}.{p.codename}": p
        for p in Permission.objects.select_related("content_type")
    }
    for role, names in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(known[name] for name in names if name in known)


def sync_after_migrate(sender, using="default", **kwargs):
    """Sync once all apps have their permissions, which is after the last app's migrate."""
    if sender is list(installed.get_app_configs())[-1] and using == "default":
        sync()
