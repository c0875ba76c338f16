from __future__ import annotations

from django.urls import path

from tracing.desk.users.views import accounts, grants, reviews, roles, sheet, who

urlpatterns = [
    path("users", accounts.users, name="users"),
    path("users/new", accounts.user_new, name="user_new"),
    path("users/unused", accounts.users_unused, name="users_unused"),
    path("users/list", sheet.users_sheet, name="users_sheet"),
    path("users/list/send", sheet.users_sheet_send, name="users_sheet_send"),
    path("users/list/links", sheet.users_sheet_links, name="users_sheet_links"),
    path("users/list/form", sheet.users_sheet_form, name="users_sheet_form"),
    path("users/waiting", grants.users_waiting, name="users_waiting"),
    path("users/waiting/grant/<uuid:pk>", grants.grant_answer, name="grant_answer"),
    path("users/waiting/link/<uuid:pk>", grants.link_confirm, name="link_confirm"),
    path("users/who", who.users_who, name="users_who"),
    path("users/who/export", who.users_who_export, name="users_who_export"),
    path("users/reviews", reviews.reviews, name="reviews"),
    path("users/reviews/<uuid:pk>", reviews.review, name="review"),
    path("users/reviews/<uuid:pk>/close", reviews.review_close, name="review_close"),
    path("users/reviews/<uuid:pk>/export", reviews.review_export, name="review_export"),
    path("users/role/<uuid:pk>/end", grants.membership_end, name="membership_end"),
    path("users/role/<uuid:pk>/training", grants.membership_training, name="membership_training"),
    path("users/<uuid:pk>", accounts.user, name="user"),
    path("users/<uuid:pk>/grant", grants.user_grant, name="user_grant"),
    path("users/<uuid:pk>/close", accounts.user_close, name="user_close"),
    path("users/<uuid:pk>/reopen", accounts.user_reopen, name="user_reopen"),
    path("users/<uuid:pk>/link", accounts.user_link, name="user_link"),
    path("roles", roles.roles, name="roles"),
    path("roles/new", roles.role_new, name="role_new"),
    path("roles/<uuid:pk>", roles.role, name="role"),
    path("roles/<uuid:pk>/confirm", roles.role_confirm, name="role_confirm"),
    path("roles/<uuid:pk>/end", roles.role_end, name="role_end"),
]
