"""Registers the execution app with Django, and with the runtimes whose end ends executions."""

from django.apps import AppConfig


class ExecutionConfig(AppConfig):
    name = "runtimes.execution"
    label = "execution"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from runtimes.allocation.endings import at_end
        from runtimes.execution.services import abort_with_runtime

        at_end(abort_with_runtime)
