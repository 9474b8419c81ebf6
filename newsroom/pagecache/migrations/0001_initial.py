from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from newsroom.pagecache import triggers


def remove_triggers(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers, which write into the tables that are about to go."""
    triggers.remove(editor.connection)


class Migration(migrations.Migration):
    """The content version; the triggers that raise it are laid after every migrate."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='ContentMark',
            fields=[
                ('transaction', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ContentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.RunPython(migrations.RunPython.noop, remove_triggers),
    ]
