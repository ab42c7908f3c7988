"""What the task adds: once, whatever is lost; a harmless picture, our log, what is alike, and the mails."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError
from PIL import Image

from accounts import mailing
from accounts.models import Mail
from feedback import completing, tasks
from feedback.models import Feedback, Screenshot
from feedback.services import Message, receive
from runtimes.allocation.services import request_runtime
from tests.feedback.conftest import png

pytestmark = pytest.mark.django_db


def completed(sender, text="The plot is empty.", **fields):
    row = receive(sender, Message(text, **{"kind": "bug", **fields}), "en")
    tasks.complete(row.pk)
    row.refresh_from_db()
    return row


def mails():
    return sorted(Mail.objects.values_list("to", "subject"))


def test_the_team_is_told_and_the_sender_thanked_once(ada, settings, mailoutbox):
    settings.TOMONI_FEEDBACK_EMAIL = ["one@example.org", "two@example.org"]
    row = completed(ada)
    tasks.complete(row.pk)
    assert mails() == [
        (ada.email, f"Your message F-{row.pk}"),
        ("one@example.org", f"F-{row.pk}: The plot is empty."),
        ("two@example.org", f"F-{row.pk}: The plot is empty."),
    ]
    thanks = Mail.objects.get(to=ada.email)
    assert f"/feedback/{row.pk}\n" in thanks.text and "> The plot is empty." in thanks.text
    mailing.send(thanks.pk)
    assert mailoutbox[0].to == [ada.email]


def test_thanks_come_in_the_senders_language_and_the_team_reads_english(ada):
    row = receive(ada, Message("図が表示されません。", kind="bug"), "ja")
    tasks.complete(row.pk)
    assert "お問い合わせ" in Mail.objects.get(to=ada.email).text
    assert "Answer it here" in Mail.objects.exclude(to=ada.email).get().text


def test_who_wants_no_answer_gets_no_mail(ada):
    completed(ada, contact=False)
    assert not Mail.objects.filter(to=ada.email).exists()


def test_the_picture_is_drawn_anew_without_its_metadata(ada):
    completed(ada, screenshot=png(GPS="35.68, 139.69"))
    shot = Screenshot.objects.get()
    assert shot.raw is None and shot.mime == "image/png" and b"35.68" not in bytes(shot.picture or b"")
    drawn = Image.open(io.BytesIO(bytes(shot.picture or b"")))
    assert drawn.size == (40, 20) and drawn.convert("RGB").getpixel((1, 1)) == (255, 0, 0) and drawn.info == {}


@pytest.mark.parametrize("raw", [b"<svg onload=alert(1)>", b"<html>", b"GIF89a", png()[:60], b"%PDF-1.4"])
def test_p61_what_is_no_picture_is_not_kept_and_the_message_is(ada, raw):
    row = completed(ada, screenshot=raw)
    shot = Screenshot.objects.get()
    assert row.completed_at and shot.raw is shot.picture is None and shot.problem


def test_our_log_of_the_requests_that_failed_comes_along(ada, settings, tmp_path):
    settings.TOMONI_HOME = tmp_path
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "web-1.log").write_text("x [1a2b3c4d] it broke\ny [99999999] of somebody else\n")
    row = completed(ada, diagnostics={"errors": [{"message": "500", "request": "1a2b3c4d"}, "odd", {"request": 7}]})
    assert row.log == "x [1a2b3c4d] it broke"


def test_what_happened_in_ones_own_machine_comes_along_and_in_no_others(ada, bob, notebook):
    runtime = request_runtime(ada, str(notebook.pk))
    assert f"runtime {runtime.pk}: requested" in completed(ada, runtime=runtime.pk).log
    assert completed(bob, runtime=runtime.pk).log == ""


def test_what_is_alike_is_grouped_under_the_first_that_is_open(ada, bob):
    first = completed(ada)
    again = completed(bob, "the PLOT is  empty!!")
    other = completed(bob, "The table is empty.")
    assert (again.original, other.original) == (first, None)
    assert completed(bob).original == first
    Feedback.objects.filter(pk=first.pk).update(state="closed")
    assert completed(bob).original is None


def test_while_redis_and_the_worker_are_away_nothing_is_lost(ada, monkeypatch, django_capture_on_commit_callbacks):
    def away(*_args, **_kwargs):
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(tasks.complete, "apply_async", away)
        with django_capture_on_commit_callbacks(execute=True):
            row = receive(ada, Message("It is broken."), "en")
    tasks.sweep()
    assert Feedback.objects.incomplete().exists()  # its own task may still come
    Feedback.objects.update(created_at=timezone.now() - completing.GRACE - timedelta(seconds=1))
    tasks.sweep()
    row.refresh_from_db()
    assert row.completed_at and Mail.objects.filter(to=ada.email).count() == 1


def test_a_task_that_dies_half_way_leaves_all_of_it_to_the_next(ada, monkeypatch):
    row = receive(ada, Message("It is broken.", screenshot=png()), "en")
    with monkeypatch.context() as broken:
        broken.setattr("feedback.completing.letters.thank", lambda _row: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.complete(row.pk)
    assert Screenshot.objects.get().raw and not Mail.objects.exists()
    tasks.complete(row.pk)
    assert Screenshot.objects.get().picture and Mail.objects.filter(to=ada.email).exists()
