"""The periodic tasks of documents: one line each, safe to lose and to repeat."""

from celery import shared_task

from notebooks.documents import lifecycle, trash


@shared_task(name="documents.end_old_trash")
def end_old_trash() -> None:
    trash.end_old_trash()


@shared_task(name="documents.delete_old_playgrounds")
def delete_old_playgrounds() -> None:
    lifecycle.delete_old_playgrounds()
