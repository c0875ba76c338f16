from __future__ import annotations

from django.urls import path

import tracing.desk.call.dialling as dialling
import tracing.desk.call.views as views

urlpatterns = [
    path("next-call", views.next_call, name="next_call"),
    path("call/<uuid:pk>", views.call, name="call"),
    path("call/<uuid:pk>/ended", views.ended, name="call_ended"),
    path("call/<uuid:pk>/take", views.take, name="call_take"),
    path("call/<uuid:pk>/release", views.release, name="call_release"),
    path("call/<uuid:pk>/allow", views.allow, name="call_allow"),
    path("call/<uuid:pk>/again", views.again, name="call_again"),
    path("call/<uuid:pk>/dial", dialling.dial, name="call_dial"),
    path("call/<uuid:pk>/dial/state", dialling.state, name="call_dial_state"),
    path("telephone", dialling.telephone, name="telephone"),
]
