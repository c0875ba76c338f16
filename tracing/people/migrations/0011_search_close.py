from django.db import migrations, models

from tracing.people.search.sql import SEARCH_AGAIN


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0010_numbers'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='nameword', name='name_word'),
        migrations.AddIndex(
            model_name='nameword',
            index=models.Index(fields=['word'], name='name_word_begins', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='nameword',
            index=models.Index(
                condition=models.Q(('people__gte', 100)), fields=['word'], name='name_word_common', opclasses=['varchar_pattern_ops']
            ),
        ),
        migrations.RunSQL(SEARCH_AGAIN, migrations.RunSQL.noop),
    ]
