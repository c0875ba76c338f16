from __future__ import annotations

from django.urls import path

from tracing.desk.orders import drafting, views

urlpatterns = [
    path("orders", views.order_list, name="orders"),
    path("orders/<uuid:pk>", views.order, name="order"),
    path("orders/<uuid:pk>/sign", views.sign, name="order_sign"),
    path("orders/<uuid:pk>/print", views.paper, name="order_print"),
    path("orders/<uuid:pk>/serve", views.serve, name="order_serve"),
    path("orders/<uuid:pk>/end", views.end, name="order_end"),
    path("orders/<uuid:pk>/withdraw", views.withdraw, name="order_withdraw"),
    path("people/<uuid:pk>/order", drafting.draft, name="person_order"),
]
