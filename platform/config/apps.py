"""Registers the platform's own commands with Django, and its Celery application with whatever process this is."""

from django.apps import AppConfig

from config.celery import app

__all__ = ["ConfigConfig", "app"]  # without the Celery application, tasks would be sent to a default broker


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"
