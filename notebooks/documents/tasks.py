"""The Celery tasks of documents: one line each, and each safe to lose and to repeat."""

from celery import shared_task

from notebooks.documents import lifecycle


@shared_task(name="documents.delete_old_playgrounds")
def delete_old_playgrounds() -> None:
    lifecycle.delete_old_playgrounds()
