"""Registers the app of people's secrets with Django."""

from django.apps import AppConfig


class UserdataConfig(AppConfig):
    name = "runtimes.userdata"
    label = "userdata"
    default_auto_field = "django.db.models.BigAutoField"
