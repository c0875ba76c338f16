from __future__ import annotations

from django.urls import path

from tracing.desk.referrals import views

urlpatterns = [
    path("cases/<uuid:pk>/refer", views.refer_from_case, name="case_refer"),
    path("referrals", views.referral_list, name="referrals"),
    path("referrals/<uuid:pk>", views.referral, name="referral"),
    path("referrals/<uuid:pk>/accept", views.accept, name="referral_accept"),
    path("referrals/<uuid:pk>/decline", views.decline, name="referral_decline"),
    path("referrals/<uuid:pk>/end", views.end, name="referral_end"),
    path("referrals/<uuid:pk>/withdraw", views.withdraw, name="referral_withdraw"),
]
