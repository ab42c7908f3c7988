"""The Celery tasks of sharing: each safe to lose and to repeat."""

from celery import shared_task

from notebooks.sharing import letters, limits, machines


@shared_task(name="sharing.sweep")
def sweep() -> None:
    """What nobody announces: rights that expired, what is no longer needed."""
    machines.stop_where_the_right_is_gone()
    limits.forget_old()
    letters.forget_old()
