from __future__ import annotations

from django.urls import path

from tracing.desk.contacts import naming, places, school, told

urlpatterns = [
    path("cases/<uuid:pk>/naming", naming.naming, name="case_naming"),
    path("cases/<uuid:pk>/naming/household", naming.household, name="case_naming_household"),
    path("cases/<uuid:pk>/naming/<uuid:naming>", naming.line, name="case_naming_line"),
    path("cases/<uuid:pk>/places", places.places, name="case_places"),
    path("cases/<uuid:pk>/places/<uuid:visit>", places.take_back, name="case_place_back"),
    path("cases/<uuid:pk>/school", school.school, name="case_school"),
    path("people/<uuid:pk>/contact", told.told, name="person_contact"),
    path("places/<uuid:pk>/visits", places.at_place, name="place_visits"),
]
