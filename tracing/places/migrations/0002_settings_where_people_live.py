from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="place",
            name="kind",
            field=models.CharField(
                choices=[
                    ("school", "School"),
                    ("day_care", "Day care"),
                    ("college", "College"),
                    ("workplace", "Workplace"),
                    ("nursing_home", "Nursing home"),
                    ("assisted_living", "Assisted living"),
                    ("group_home", "Group home"),
                    ("congregate", "Other place where many live"),
                    ("military", "Military quarters"),
                    ("prison", "Prison"),
                    ("shelter", "Shelter"),
                    ("hospital", "Hospital"),
                    ("event", "Event"),
                ],
                max_length=20,
            ),
        ),
    ]
