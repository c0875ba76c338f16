from django.apps import AppConfig


class GatewayConfig(AppConfig):
    name = "tracing.gateway"
    label = "gateway"
