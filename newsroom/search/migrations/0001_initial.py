import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from newsroom.search import store


def create_terms(apps, schema_editor):
    """Create the table of terms as this database's own full text search wants it."""
    for statement in store.of(schema_editor.connection).CREATE:
        schema_editor.execute(statement)


def drop_terms(apps, schema_editor):
    """Drop the table of terms."""
    for statement in store.of(schema_editor.connection).DROP:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='BestBet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('queries', models.TextField(help_text='One a line, as people type it. Case, order, plurals and accents make no difference.', max_length=1000, verbose_name='queries')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('link', models.CharField(max_length=300, validators=[django.core.validators.RegexValidator('\\A(/(?![/\\\\])|https?://)[^\\s\\\\]*\\Z', 'Start with / or https://.')], verbose_name='link')),
                ('text', models.CharField(blank=True, help_text='One sentence under the title.', max_length=300, verbose_name='text')),
            ],
            options={
                'verbose_name': 'best bet',
                'verbose_name_plural': 'best bets',
                'ordering': ['title', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DocumentText',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('title_terms', models.TextField()),
                ('summary_terms', models.TextField()),
                ('frequent_terms', models.TextField()),
                ('language', models.CharField(max_length=10)),
                ('title', models.TextField()),
                ('summary', models.TextField()),
                ('text', models.TextField()),
                ('spellings', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='IndexState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('must_purge', models.BooleanField(default=False)),
                ('reindexed_kind', models.PositiveSmallIntegerField(default=0)),
                ('reindexed_key', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='FacetSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('facet', models.CharField(max_length=20)),
                ('members', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('facet', 'members'), name='search_facet_set')],
            },
        ),
        migrations.CreateModel(
            name='Spelling',
            fields=[
                ('word', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('backwards', models.CharField(max_length=40)),
                ('documents', models.IntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['backwards'], name='search_spelling_backwards')],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.PositiveSmallIntegerField()),
                ('object_id', models.BigIntegerField()),
                ('public_from', models.DateTimeField()),
                ('public_until', models.DateTimeField(null=True)),
                ('first_day', models.DateField(null=True)),
                ('last_day', models.DateField(null=True)),
                ('year', models.PositiveSmallIntegerField(null=True)),
                ('fingerprint', models.BigIntegerField()),
                ('countries', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='search.facetset')),
                ('topics', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='search.facetset')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='search_document_once')],
            },
        ),
        migrations.RunPython(create_terms, drop_terms),
    ]
