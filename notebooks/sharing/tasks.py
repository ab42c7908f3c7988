"""The Celery tasks of sharing: each safe to lose and to repeat."""

from celery import shared_task

from notebooks.sharing import letters, limits, machines


@shared_task(name="sharing.send_letter")
def send_letter(letter: int) -> None:
    letters.send(letter)


@shared_task(name="sharing.sweep")
def sweep() -> None:
    """What nobody announces: letters whose nudge was lost, rights that expired, what is no longer needed."""
    for letter in letters.due():
        letters.nudge(send_letter, letter)
    machines.stop_where_the_right_is_gone()
    limits.forget_old()
    letters.forget_old()
