from __future__ import annotations

from django.urls import path

from tracing.desk.sign_in import factors, mine, provider, second, views, watch

urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("sign-in/second", second.second, name="sign_in_second"),
    path("sign-in/passkey", second.passkey_in, name="passkey_in"),
    path("sign-in/passkey/ask", second.passkey_ask, name="passkey_ask"),
    path("sign-in/confirm", second.confirm, name="confirm"),
    path("sign-in/provider", provider.provider_go, name="provider_go"),
    path("sign-in/provider/return", provider.provider_back, name="provider_back"),
    path("sign-in/provider/finish", provider.provider_in, name="provider_in"),
    path("sign-in/factors", factors.factors, name="factors"),
    path("sign-in/factors/app", factors.factor_app, name="factor_app"),
    path("sign-in/factors/passkey", factors.factor_passkey, name="factor_passkey"),
    path("sign-in/factors/codes", factors.factor_codes, name="factor_codes"),
    path("sign-in/factors/<uuid:pk>/remove", factors.factor_remove, name="factor_remove"),
    path("sign-in/mine", mine.my_sign_ins, name="my_sign_ins"),
    path("sign-in/mine/end", mine.sessions_end, name="sessions_end"),
    path("sign-in/watch", watch.sign_in_watch, name="sign_in_watch"),
    path("sign-in/watch/<uuid:pk>/lift", watch.pause_lift, name="pause_lift"),
    path("sign-in/watch/<uuid:pk>/reset", watch.factors_reset, name="factors_reset"),
    path("sign-in/watch/<uuid:pk>/unlink", watch.provider_unlink, name="provider_unlink"),
]
