"""Registers the sharing app with Django."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "notebooks.sharing"
    label = "sharing"
    default_auto_field = "django.db.models.BigAutoField"
