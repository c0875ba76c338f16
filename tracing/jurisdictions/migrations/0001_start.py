import django.contrib.postgres.constraints
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import tracing.base.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        # Equality of keys inside an exclusion constraint; a trusted extension, so the owner of the database may add it.
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Town",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tracing.base.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("state", models.CharField(max_length=2)),
                ("county", models.CharField(blank=True, default="", max_length=80)),
                ("census_code", models.CharField(blank=True, default="", max_length=10)),
                ("population", models.PositiveIntegerField(blank=True, null=True)),
                ("latitude", models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True)),
                ("longitude", models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tracing.base.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("state", "State"),
                            ("region", "Region"),
                            ("department", "Health department"),
                            ("team", "Team"),
                            ("college", "College or university"),
                            ("school", "School"),
                            ("community", "Community organisation"),
                            ("laboratory", "Laboratory"),
                            ("contractor", "Contractor"),
                        ],
                        max_length=16,
                    ),
                ),
                ("time_zone", models.CharField(max_length=64)),
                ("active_from", models.DateField(blank=True, null=True)),
                ("active_until", models.DateField(blank=True, null=True)),
                ("phone", models.CharField(blank=True, default="", max_length=20)),
                ("sort_key", models.CharField(default="", max_length=200)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="jurisdictions.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TownDepartment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tracing.base.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("source", models.CharField(blank=True, default="", max_length=300)),
                (
                    "confidence",
                    models.CharField(
                        choices=[("high", "High"), ("medium", "Medium"), ("low", "Low")], default="medium", max_length=8
                    ),
                ),
                (
                    "town",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="department_rows",
                        to="jurisdictions.town",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="town_rows", to="jurisdictions.unit"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="town",
            name="region",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="towns_of_region", to="jurisdictions.unit"
            ),
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tracing.base.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("state", models.CharField(max_length=2)),
                ("state_names", models.JSONField(default=list)),
                ("time_zone", models.CharField(max_length=64)),
                ("zip_prefixes", models.JSONField(default=list)),
                ("zips_elsewhere", models.JSONField(default=dict)),
                ("version", models.CharField(max_length=40)),
                ("fingerprint", models.CharField(max_length=64)),
                ("loaded_at", models.DateTimeField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="profiles", to="jurisdictions.unit"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UnitAncestor",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tracing.base.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("depth", models.PositiveSmallIntegerField()),
                (
                    "ancestor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="descendant_rows",
                        to="jurisdictions.unit",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ancestor_rows",
                        to="jurisdictions.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ZipTown",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tracing.base.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("zip", models.CharField(max_length=5)),
                ("share", models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True)),
                ("is_main", models.BooleanField(default=False)),
                (
                    "town",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="zip_rows", to="jurisdictions.town"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlaceName",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tracing.base.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=120)),
                ("name_key", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[("village", "Village or post office"), ("short", "Short form of the town's name")],
                        default="village",
                        max_length=8,
                    ),
                ),
                ("ambiguous", models.BooleanField(default=False)),
                ("share", models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True)),
                (
                    "town",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="place_names", to="jurisdictions.town"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("name_key", "town"), name="place_name_once_a_town"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("share__isnull", True), models.Q(("share__gte", 0), ("share__lte", 1)), _connector="OR"
                        ),
                        name="place_name_share_is_a_part",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(fields=["kind", "sort_key"], name="unit_kind_sort"),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True), name="unit_is_not_its_own_parent"
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "state"), ("parent__isnull", False), _connector="OR"),
                name="unit_below_a_state_has_a_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("active_from__isnull", True),
                    ("active_until__isnull", True),
                    ("active_from__lt", models.F("active_until")),
                    _connector="OR",
                ),
                name="unit_active_from_before_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="towndepartment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("town"), "="),
                    (models.Func(models.F("valid_from"), models.F("valid_to"), function="daterange"), "&&"),
                ],
                name="town_has_one_department_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="towndepartment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_to__isnull", True),
                    ("valid_from__lt", models.F("valid_to")),
                    _connector="OR",
                ),
                name="town_department_from_before_to",
            ),
        ),
        migrations.AddIndex(
            model_name="town",
            index=models.Index(fields=["state", "code"], name="town_state_code"),
        ),
        migrations.AddConstraint(
            model_name="unitancestor",
            constraint=models.UniqueConstraint(fields=("ancestor", "unit"), name="unit_ancestor_once"),
        ),
        migrations.AddConstraint(
            model_name="ziptown",
            constraint=models.UniqueConstraint(fields=("zip", "town"), name="zip_town_once"),
        ),
        migrations.AddConstraint(
            model_name="ziptown",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_main", True)), fields=("zip",), name="zip_has_one_main_town"
            ),
        ),
        migrations.AddConstraint(
            model_name="ziptown",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__isnull", True), models.Q(("share__gte", 0), ("share__lte", 1)), _connector="OR"),
                name="zip_town_share_is_a_part",
            ),
        ),
    ]
