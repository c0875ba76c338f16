from __future__ import annotations

from django.urls import path

from tracing.desk.out_of_state import views

urlpatterns = [
    path("cases/<uuid:pk>/leave", views.leave, name="case_leave"),
    path("out-of-state", views.package_list, name="out_of_state"),
    path("out-of-state/<uuid:pk>", views.package, name="out_of_state_package"),
    path("out-of-state/<uuid:pk>/file", views.take_out, name="out_of_state_file"),
    path("out-of-state/<uuid:pk>/sent", views.sent, name="out_of_state_sent"),
    path("out-of-state/<uuid:pk>/answer", views.answer, name="out_of_state_answer"),
    path("out-of-state/<uuid:pk>/withdraw", views.withdraw, name="out_of_state_withdraw"),
]
