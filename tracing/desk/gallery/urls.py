from __future__ import annotations

from django.urls import path

from tracing.desk.gallery import views

urlpatterns = [path("gallery", views.gallery, name="gallery")]
