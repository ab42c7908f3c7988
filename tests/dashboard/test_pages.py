"""What goes on, what went on, and whether all is well: true figures, in both languages, for administrators alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Mail, Online
from accounts.online import count_online, note_online
from dashboard import charts, figures, health
from dashboard.models import Announcement, Day
from dashboard.rollup import figures_of, roll_up
from runtimes.allocation.models import Canary, Host, Runtime
from runtimes.allocation.services import request_runtime
from runtimes.execution.models import Execution
from tests.dashboard.conftest import acts

pytestmark = pytest.mark.django_db

PAGES = (
    "",
    "history",
    "history?days=365",
    "history?days=x",
    "health",
    "audit",
    "runtimes",
    "hosts/",
    "abuse/",
    "people",
    "announcements",
)


@pytest.fixture
def runtime(ada, notebook):
    return request_runtime(ada, str(notebook.pk))


@pytest.mark.usefixtures("redis_server")
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_is_for_administrators_in_their_language(
    as_root, client_of, ada, runtime, redis_server, page, language
):
    AuditEntry.objects.create(actor=1, actor_email="x@example.org", act="person.suspended", detail={"a": 1})
    Day.objects.create(day=timezone.now().date(), runs=3)
    answer = as_root.get(f"/dashboard/{page}", headers={"Accept-Language": language})
    assert answer.status_code == 200 and f'lang="{language}"' in answer.content.decode()
    assert client_of(ada).get(f"/dashboard/{page}").status_code == 404


def test_the_figures_are_those_of_the_rows(ada, runtime, notebook):
    Execution.objects.create(audience=str(notebook.pk), runtime=runtime, by=ada, code=b"1")
    Mail.objects.create(to="x@example.org", subject="x", text="x")
    now = figures.now()
    assert (now["runtimes"]["requested"], now["waiting"], now["running"], now["runs_last_minute"]) == (1, 1, 1, 1)
    assert now["mail_waiting"] == 1 and 0 < now["host_memory_used"] < now["host_memory"]
    Runtime.objects.update(state="ready", memory_used=5)
    assert (figures.now()["runtimes"]["ready"], figures.now()["runtime_memory"]) == (1, 5)
    assert figures.now()["types"] == {"Python 3": 1}


def test_who_has_a_notebook_open_is_counted_for_a_while(monkeypatch):
    monkeypatch.setattr("accounts.online._noted", {})
    note_online([1, 2, 2])
    note_online([1])
    assert count_online() == 2
    Online.objects.filter(person=1).update(seen_at=timezone.now() - timedelta(minutes=2))
    assert count_online() == 1


def test_an_administrator_ends_a_machine(as_root, runtime):
    assert as_root.post(f"/dashboard/runtimes/{runtime.pk}/end").status_code == 302
    runtime.refresh_from_db()
    assert (runtime.state, runtime.reason) == ("stopping", "administrator") and acts() == ["runtime.ended"]


def test_a_day_is_counted_from_midnight_to_midnight(ada, bob, runtime, notebook):
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    hours = timedelta(hours=1)
    for state, at in (("done", noon), ("failed", noon), ("done", noon + 12 * hours)):
        Execution.objects.create(audience=str(notebook.pk), by=bob, code=b"1", state=state, queued_at=at)
    Runtime.objects.update(state="gone", ready_at=noon - 13 * hours, changed_at=noon + 13 * hours, reason="failed")
    counted = figures_of(date(2026, 3, 2))
    assert counted == {
        "people": 2,
        "new_people": 0,
        "runs": 2,
        "failed_runs": 1,
        "machines": 0,
        "failed_machines": 0,
        "machine_seconds": 24 * 3600,
        "feedback": 0,
    }
    before, after = figures_of(date(2026, 3, 1)), figures_of(date(2026, 3, 3))
    assert (before["machines"], before["machine_seconds"]) == (1, 3600)
    assert (after["runs"], after["failed_machines"], after["machine_seconds"]) == (1, 1, 3600)


def test_days_that_beat_slept_through_are_counted_afterwards():
    Day.objects.create(day=date(2026, 3, 1), runs=7)
    roll_up(date(2026, 3, 5))
    assert list(Day.objects.order_by("day").values_list("day", flat=True)) == [date(2026, 3, n) for n in range(1, 6)]
    roll_up(date(2026, 3, 5))
    assert Day.objects.count() == 5


def test_a_chart_has_a_bar_for_each_day():
    drawn = charts.chart("Runs", date(2026, 3, 1), 3, {date(2026, 3, 1): 2, date(2026, 3, 3): 1.5})
    assert [round(bar.height) for bar in drawn.bars] == [120, 0, 90] and (drawn.total, drawn.most) == ("3.5", "2")
    assert charts.chart("Runs", date(2026, 3, 1), 2, {}).most == "0"


def test_health_tells_what_is_wrong_and_what_to_do(settings, redis_server):
    Canary.objects.create(name="worker", seen_at=timezone.now())
    Canary.objects.create(name="beat", seen_at=timezone.now() - timedelta(minutes=5))
    Mail.objects.create(to="x@example.org", subject="x", text="x", tries=1)
    well = {part.name: part.is_well for part in health.parts()}
    assert well == {
        "PostgreSQL": True,
        "Redis": True,
        "Celery": True,
        "Celery beat": False,
        "Hosts": True,
        "Mail": False,
        "Storage": True,
    }
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    redis = next(part for part in health.parts() if part.name == "Redis")
    assert not redis.is_well and "Start Redis again" in redis.remedy


def test_health_names_a_host_that_fell_silent_and_none_that_said_goodbye():
    now = timezone.now()
    figures = dict.fromkeys(("places", "memory", "memory_free", "memory_reserved", "processors", "load"), 1)
    for name, heard_at in (("here", now), ("gone", now - timedelta(hours=1)), ("stopped", None)):
        Host.objects.create(name=name, heard_at=heard_at, **figures)
    hosts = next(part for part in health.parts() if part.name == "Hosts")
    assert (hosts.is_well, hosts.said) == (False, "1 answer, silent: gone")
    Host.objects.get(name="gone").delete()
    assert next(part for part in health.parts() if part.name == "Hosts").is_well


def test_an_announcement_is_on_every_page_until_it_ends(as_root, client_of, ada, client, notebook):
    as_root.post(
        "/dashboard/announcements", {"text_en": "Closed on <b>Sunday</b>", "text_ja": "日曜は休み", "level": "warning"}
    )
    row = Announcement.objects.get()
    browser = client_of(ada)
    assert "Closed on &lt;b&gt;Sunday" in browser.get("/").content.decode()
    assert "日曜は休み" in browser.get("/accounts/", headers={"Accept-Language": "ja"}).content.decode()
    assert "Closed on \\u003Cb\\u003ESunday" in browser.get(f"/notebooks/{notebook.pk}").content.decode()
    as_root.post(f"/dashboard/announcements/{row.pk}/end")
    assert "Closed on" not in browser.get("/").content.decode()
    assert acts() == ["announcement.made", "announcement.ended"]


def test_an_announcement_without_a_text_is_none(as_root):
    assert as_root.post("/dashboard/announcements", {"level": "info"}).status_code == 422
    assert acts() == []


def test_the_audit_log_is_searched_and_exported(as_root):
    for act, email in (("person.suspended", "root@example.org"), ("runtime.ended", "=evil@example.org")):
        AuditEntry.objects.create(actor=1, actor_email=email, act=act, detail={"reason": "x"})
    page = as_root.get("/dashboard/audit?act=runtime").content.decode()
    assert "runtime.ended" in page and "person.suspended" not in page
    lines = b"".join(as_root.post("/dashboard/audit/export", {"q": "evil"}).streaming_content).decode()
    assert "'=evil@example.org" in lines and "person.suspended" not in lines
    assert acts()[-1] == "audit.exported"


class TestMetrics:
    def test_from_this_machine_they_are_there(self, client, runtime, redis_server):
        answer = client.get("/metrics")
        assert answer.status_code == 200 and answer["Content-Type"].startswith("text/plain")
        text = answer.content.decode()
        assert 'tomoni_runtimes{state="requested"} 1.0' in text and 'tomoni_well{part="PostgreSQL"} 1.0' in text
        assert "# TYPE tomoni_people_online gauge" in text

    @pytest.mark.parametrize("headers", [{"REMOTE_ADDR": "10.0.0.7"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}])
    def test_from_elsewhere_they_are_not(self, client, headers):
        assert client.get("/metrics", **headers).status_code == 404

    def test_with_a_token_set_only_who_sends_it_reads_them(self, client, settings, redis_server):
        settings.TOMONI_METRICS_TOKEN = "a token"
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
        answer = client.get("/metrics", headers={"Authorization": "Bearer a token"}, REMOTE_ADDR="10.0.0.7")
        assert answer.status_code == 200
