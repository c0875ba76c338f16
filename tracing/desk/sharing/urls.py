from __future__ import annotations

from django.urls import path

from tracing.desk.sharing import views

urlpatterns = [
    path("cases/<uuid:pk>/shared", views.shared, name="case_shared"),
    path("cases/<uuid:pk>/share", views.share, name="case_share"),
    path("cases/<uuid:pk>/offer", views.offer, name="case_offer"),
    path("cases/<uuid:pk>/belongs", views.belongs, name="case_belongs"),
    path("shares/<uuid:pk>/renew", views.renew, name="share_renew"),
    path("shares/<uuid:pk>/end", views.end, name="share_end"),
    path("affiliations/<uuid:pk>/end", views.belongs_no_longer, name="affiliation_end"),
]
