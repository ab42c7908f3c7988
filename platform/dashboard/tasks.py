"""The Celery tasks of the dashboard."""

from celery import shared_task

from dashboard import rollup


@shared_task(name="dashboard.roll_up")
def roll_up() -> None:
    rollup.roll_up()
