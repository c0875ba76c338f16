from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "tracing.places"
    label = "places"
