"""The periodic tasks of histories and of results: one line each, safe to lose and to repeat."""

from celery import shared_task

from notebooks.history import needed, recording, thinning


@shared_task(name="history.record_revisions")
def record_revisions() -> None:
    recording.record_finished_work()


@shared_task(name="history.thin_revisions")
def thin_revisions() -> None:
    thinning.thin_all()


@shared_task(name="history.clear_results")
def clear_results() -> None:
    needed.clear_results()
