"""Mail is written down first, and sent once, whatever is away meanwhile."""

import smtplib
import threading
from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts import mailing, tasks
from accounts.models import Mail
from accounts.outgoing import owe, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail():
    return write("ada@example.org", "Hello", "Text")


def age(mail, by):
    Mail.objects.filter(pk=mail.pk).update(created_at=timezone.now() - by, due_at=timezone.now() - by)


def test_a_mail_is_nudged_when_what_it_is_about_is_committed(monkeypatch, django_capture_on_commit_callbacks):
    nudged: list[int] = []
    monkeypatch.setattr("accounts.outgoing.nudge_mail", nudged.append)
    with django_capture_on_commit_callbacks() as callbacks:
        mail = write("ada@example.org", "Hello", "Text")
        assert nudged == []
    for callback in callbacks:
        callback()
    assert nudged == [mail.pk]


def test_a_task_that_comes_twice_sends_once(mail, mailoutbox):
    tasks.send_mail(mail.pk)
    tasks.send_mail(mail.pk)
    assert [(one.to, one.subject, one.body) for one in mailoutbox] == [(["ada@example.org"], "Hello", "Text")]
    assert Mail.objects.get().state == "sent"


def test_p24_while_redis_is_away_the_mail_waits_for_the_sweep(mail, mailoutbox, monkeypatch):
    def away(*_args, **_kwargs):
        raise OperationalError

    monkeypatch.setattr(tasks.send_mail, "apply_async", away)
    tasks.nudge_mail(mail.pk)
    tasks.sweep_mail()
    assert mailoutbox == []  # its own task may still come
    age(mail, mailing.GRACE)
    tasks.sweep_mail()
    assert len(mailoutbox) == 1


def test_a_mail_server_that_is_away_is_asked_again_until_days_have_passed(mail, mailoutbox, monkeypatch):
    def refuse(*_args):
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as away:
        away.setattr(EmailBackend, "send_messages", refuse)
        assert not mailing.send(mail.pk)
    assert (Mail.objects.get().state, Mail.objects.get().tries) == ("waiting", 1)
    age(mail, mailing.PATIENCE + timedelta(seconds=1))
    tasks.sweep_mail()
    assert Mail.objects.get().state == "failed" and mailoutbox == []


@pytest.mark.django_db(transaction=True)
def test_p23_a_task_that_comes_four_times_at_once_sends_one_mail(mail, mailoutbox):
    together = threading.Barrier(4)

    def send():
        together.wait(10)
        tasks.send_mail(mail.pk)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert len(mailoutbox) == 1


def test_one_mail_that_is_never_taken_holds_up_no_other(mail, mailoutbox, monkeypatch):
    write("bob@example.org", "Hello", "Text")
    Mail.objects.filter(pk=mail.pk).update(tries=1)
    Mail.objects.update(due_at=timezone.now() - mailing.GRACE)
    taken = EmailBackend.send_messages

    def refuse_ada(self, messages):
        if messages[0].to == ["ada@example.org"]:
            raise smtplib.SMTPRecipientsRefused({})
        return taken(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse_ada)
    tasks.sweep_mail()

    assert [one.to for one in mailoutbox] == [["bob@example.org"]]
    assert Mail.objects.get(pk=mail.pk).tries == 2


def test_a_mail_that_is_not_due_is_left_alone(mailoutbox):
    owe("comment", 1, after=3600)
    tasks.sweep_mail()
    assert Mail.objects.get().state == "waiting"


def test_what_was_sent_long_ago_is_forgotten(mail, mailoutbox):
    tasks.send_mail(mail.pk)
    Mail.objects.update(ended_at=timezone.now() - mailing.KEPT - timedelta(seconds=1))
    tasks.sweep_mail()
    assert not Mail.objects.exists()


def test_a_subject_is_one_line():
    assert write("ada@example.org", "Hello\r\nBcc: all@example.org", "").subject == "Hello Bcc: all@example.org"
