from __future__ import annotations

from django.urls import path

from tracing.desk.quality import views

urlpatterns = [
    path("quality", views.overview, name="quality"),
    path("quality/draw", views.draw, name="quality_draw"),
    path("quality/mine", views.mine, name="quality_mine"),
    path("quality/<uuid:pk>", views.review, name="quality_review"),
]
