"""Registers the allocation app with Django."""

from django.apps import AppConfig


class AllocationConfig(AppConfig):
    name = "runtimes.allocation"
    label = "allocation"
    default_auto_field = "django.db.models.BigAutoField"
