"""Registers the collaboration app with Django."""

from django.apps import AppConfig


class CollaborationConfig(AppConfig):
    name = "notebooks.collaboration"
    label = "collaboration"
    default_auto_field = "django.db.models.BigAutoField"
