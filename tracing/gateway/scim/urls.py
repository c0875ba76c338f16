"""Addresses for directories. Views are loaded when they are first asked for."""

from __future__ import annotations

from django.urls import path, re_path

from tracing.gateway.scim.door import at_its_door

urlpatterns = [
    path("ServiceProviderConfig", at_its_door("about", "config", "GET"), name="scim-config"),
    path("ResourceTypes", at_its_door("about", "resource_types", "GET"), name="scim-resource-types"),
    path("ResourceTypes/<str:name>", at_its_door("about", "resource_type", "GET"), name="scim-resource-type"),
    path("Schemas", at_its_door("about", "schemas", "GET"), name="scim-schemas"),
    path("Schemas/<str:name>", at_its_door("about", "schema", "GET"), name="scim-schema"),
    path("Users", at_its_door("users", "users", "GET", "POST"), name="scim-users"),
    path("Users/<str:pk>", at_its_door("users", "user", "GET", "PUT", "PATCH", "DELETE"), name="scim-user"),
    path("Groups", at_its_door("groups", "groups", "GET", "POST"), name="scim-groups"),
    path("Groups/<str:pk>", at_its_door("groups", "group", "GET", "PUT", "PATCH", "DELETE"), name="scim-group"),
    re_path(r"^.*$", at_its_door("about", "nothing", "GET", "POST", "PUT", "PATCH", "DELETE"), name="scim-nothing"),
]
