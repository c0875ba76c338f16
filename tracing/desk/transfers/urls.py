from __future__ import annotations

from django.urls import path

from tracing.desk.transfers import views

urlpatterns = [
    path("transfers", views.transfer_list, name="transfers"),
    path("transfers/<uuid:pk>/accept", views.accept, name="transfer_accept"),
    path("transfers/<uuid:pk>/decline", views.decline, name="transfer_decline"),
    path("transfers/<uuid:pk>/withdraw", views.withdraw, name="transfer_withdraw"),
    path("transfers/<uuid:pk>/return", views.give_back, name="transfer_return"),
]
