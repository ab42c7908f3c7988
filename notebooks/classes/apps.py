"""Registers the classes app with Django."""

from django.apps import AppConfig


class ClassesConfig(AppConfig):
    name = "notebooks.classes"
    label = "classes"
    default_auto_field = "django.db.models.BigAutoField"
