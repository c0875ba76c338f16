from __future__ import annotations

from django.urls import path

from tracing.desk.no_way import views

urlpatterns = [
    path("no-way", views.unreached_list, name="unreached"),
    path("no-way/<uuid:pk>", views.one, name="unreached_one"),
    path("no-way/<uuid:pk>/give-up", views.given_up, name="unreached_give_up"),
]
