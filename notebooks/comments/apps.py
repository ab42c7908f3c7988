"""Registers the comments app with Django."""

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    name = "notebooks.comments"
    label = "comments"
    default_auto_field = "django.db.models.BigAutoField"
