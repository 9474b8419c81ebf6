from django.db import migrations, models

import newsroom.sitesettings.exits


class Migration(migrations.Migration):

    dependencies = [
        ('sitesettings', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='sitesettings',
            name='exit_urls',
            field=models.TextField(blank=True, db_default='', default='', help_text='For pages in another language than the site’s own. A line each: the code of the language, a space, and the address, such as: th https://th.wikipedia.org/', max_length=2000, validators=[newsroom.sitesettings.exits.validate_exits], verbose_name='exit addresses of other languages'),
        ),
        migrations.AddField(
            model_name='sitesettings',
            name='hide_titles',
            field=models.BooleanField(db_default=False, default=False, help_text='Every page is then called by the site’s name alone: in the browser’s tabs and in its history. A title that a history holds already stays there.', verbose_name='hide titles'),
        ),
    ]
