"""Entries and looks, partitioned by month and append-only: what Django's own migrations cannot say."""

from django.db import migrations

from tracing.journal.sql import CREATE, DROP


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_start")]

    operations = [migrations.RunSQL(CREATE, DROP)]
