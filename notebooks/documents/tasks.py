"""The periodic task of the trash, safe to lose and to repeat."""

from celery import shared_task

from notebooks.documents import trash


@shared_task(name="documents.end_old_trash")
def end_old_trash() -> None:
    trash.end_old_trash()
