"""Registers the history app with Django."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "notebooks.history"
    label = "history"
    default_auto_field = "django.db.models.BigAutoField"
