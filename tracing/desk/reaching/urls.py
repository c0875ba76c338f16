from __future__ import annotations

from django.urls import path

from tracing.desk.reaching import household, views

urlpatterns = [
    path("people/<uuid:pk>/ways", views.ways_page, name="person_ways"),
    path("people/<uuid:pk>/ways/add", views.add, name="person_way_add"),
    path("people/<uuid:pk>/ways/address", views.address, name="person_address"),
    path("people/<uuid:pk>/ways/address/<uuid:row>/end", views.address_end, name="person_address_end"),
    path("people/<uuid:pk>/ways/<uuid:way>", views.change, name="person_way"),
    path("people/<uuid:pk>/household", household.together, name="person_household"),
    path("people/<uuid:pk>/household/<uuid:row>/leave", household.leave, name="person_household_leave"),
    path("people/<uuid:pk>/answers", household.answers, name="person_answers"),
    path("people/<uuid:pk>/answers/<uuid:row>/end", household.answers_end, name="person_answers_end"),
    path("people/<uuid:pk>/confidential", household.confidential, name="person_confidential"),
    path("people/<uuid:pk>/confidential/<uuid:row>/end", household.confidential_end, name="person_confidential_end"),
]
