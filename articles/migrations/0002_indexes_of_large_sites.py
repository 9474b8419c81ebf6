from django.conf import settings
from django.db import migrations, models


def of_pairs(relation, subject):
    """Index the pairs of articles and subjects, whose tables Django makes itself, so that it knows no indexes of theirs."""
    name = f"article_{relation}_added"
    return migrations.RunSQL(
        f"CREATE INDEX {name} ON articles_article_{relation} ({subject}_id, article_id)", f"DROP INDEX {name}"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_initial"),
        ("pictures", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            "article",
            models.Index(fields=["state", "-display_date", "-published_at", "-id"], name="article_by_date"),
        ),
        migrations.AddIndex(
            "article", models.Index(fields=["state", "-updated_at"], name="article_by_change")
        ),
        migrations.AddIndex(
            "article",
            models.Index(fields=["language", "state", "-published_at", "-id"], name="article_by_language"),
        ),
        migrations.AddIndex(
            "article", models.Index(fields=["-published_at", "-id"], name="article_by_publication")
        ),
        of_pairs("countries", "country"),
        of_pairs("topics", "topic"),
    ]
