from __future__ import annotations

from django.urls import path

from tracing.desk.privacy import accounting, views

urlpatterns = [
    path("privacy", views.overview, name="privacy"),
    path("privacy/emergencies", views.emergencies_reviewed, name="privacy_emergencies"),
    path("privacy/emergencies/<uuid:pk>", views.emergency, name="privacy_emergency"),
    path("privacy/unusual", views.unusual_looks, name="privacy_unusual"),
    path("privacy/unusual/<uuid:pk>", views.unusual_look, name="privacy_look"),
    path("privacy/colleagues/<uuid:pk>", views.colleague, name="privacy_colleague"),
    path("privacy/staff", views.staff_list, name="privacy_staff"),
    path("privacy/staff/<uuid:pk>", views.member_of_staff, name="privacy_user"),
    path("privacy/people/<uuid:pk>", accounting.person, name="privacy_person"),
    path("privacy/people/<uuid:pk>/file", accounting.person_file, name="privacy_person_file"),
    path("privacy/given-out", accounting.disclosures, name="privacy_disclosures"),
]
