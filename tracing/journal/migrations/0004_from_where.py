"""From where each entry and look came, numbers and seals for looks, and how much each member of staff looked at by the hour."""

from django.db import migrations, models

import tracing.base.ids

CREATE = """
ALTER TABLE journal_entry ADD COLUMN address inet, ADD COLUMN session varchar(16);
ALTER TABLE journal_look ADD COLUMN address inet, ADD COLUMN session varchar(16), ADD COLUMN number bigint;
CREATE INDEX journal_entry_actor ON journal_entry (actor_id, at) WHERE actor_id IS NOT NULL;
CREATE INDEX journal_look_unsealed ON journal_look (at, id) WHERE number IS NULL;
CREATE INDEX journal_look_number ON journal_look (number) WHERE number IS NOT NULL;
DROP TRIGGER journal_look_append_only ON journal_look;
CREATE TRIGGER journal_look_append_only BEFORE UPDATE OR DELETE ON journal_look
    FOR EACH ROW EXECUTE FUNCTION journal_append_only('numbered');
"""
DROP = """
DROP TRIGGER journal_look_append_only ON journal_look;
CREATE TRIGGER journal_look_append_only BEFORE UPDATE OR DELETE ON journal_look
    FOR EACH ROW EXECUTE FUNCTION journal_append_only('never');
DROP INDEX journal_entry_actor;
ALTER TABLE journal_look DROP COLUMN address, DROP COLUMN session, DROP COLUMN number;
ALTER TABLE journal_entry DROP COLUMN address, DROP COLUMN session;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_who_sees_what")]

    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.CreateModel(
            name="LookSeal",
            fields=[
                ("first", models.BigIntegerField(primary_key=True, serialize=False)),
                ("last", models.BigIntegerField(unique=True)),
                ("at", models.DateTimeField()),
                ("previous", models.BinaryField()),
                ("digest", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="LookTally",
            fields=[
                ("id", models.UUIDField(default=tracing.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("actor_id", models.UUIDField()),
                ("span", models.CharField(choices=[("hour", "hour"), ("day", "day")], max_length=4)),
                ("at", models.DateTimeField()),
                ("persons", models.IntegerField()),
                ("looks", models.IntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["span", "at"], name="look_tally_at")],
                "constraints": [models.UniqueConstraint(fields=["actor_id", "span", "at"], name="one_tally_of_a_span")],
            },
        ),
    ]
