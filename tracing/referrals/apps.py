from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "tracing.referrals"
    label = "referrals"
