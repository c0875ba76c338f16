from __future__ import annotations

from django.urls import path

from tracing.desk.directories import views

urlpatterns = [
    path("directories", views.directories, name="directories"),
    path("directories/key", views.directory_key, name="directory_key"),
    path("directories/key/<uuid:pk>/revoke", views.directory_key_revoke, name="directory_key_revoke"),
    path("directories/group", views.directory_group, name="directory_group"),
    path("directories/group/<uuid:pk>/end", views.directory_group_end, name="directory_group_end"),
]
