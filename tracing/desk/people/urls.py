from __future__ import annotations

from django.urls import path

from tracing.desk.people import views

urlpatterns = [
    path("people/<uuid:pk>", views.person, name="person"),
    path("people/<uuid:pk>/said", views.said, name="person_said"),
    path("people/<uuid:pk>/death", views.death, name="person_death"),
    path("people/<uuid:pk>/alive", views.alive, name="person_alive"),
    path("people/<uuid:pk>/apart", views.apart, name="person_apart"),
]
