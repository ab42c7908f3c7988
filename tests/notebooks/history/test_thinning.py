"""Old revisions become fewer; what they would have told is told by those that stay."""

from datetime import datetime, timedelta

import pytest
from django.db.models.functions import Now

from notebooks.history.models import Revision
from notebooks.history.recording import record_finished_work
from notebooks.history.retention import Dated, superfluous
from notebooks.history.thinning import thin, thin_all

NOW = datetime.fromisoformat("2026-11-25T12:00:00+00:00")
MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


def left(ages, pinned=()):
    rows = [Dated(place, NOW - age, place in pinned) for place, age in enumerate(ages)]
    gone = superfluous(rows, NOW)
    return [ages[row.id] for row in rows if row.id not in gone]


def spread(step, start, end):
    return [start - step * count for count in range(int((start - end) / step))]


def test_all_of_the_last_day_stay() -> None:
    ages = [DAY * 400, *spread(MINUTE, DAY, timedelta())]
    assert left(ages) == ages


def test_an_hour_then_a_day_then_a_week_keep_one_each() -> None:
    first, last = DAY * 1000, timedelta()
    assert len(left([first, *spread(10 * MINUTE, 3 * DAY, 2 * DAY), last])) == 2 + 24
    assert len(left([first, *spread(HOUR, 20 * DAY, 10 * DAY), last])) == 2 + 11  # days begin at midnight
    assert len(left([first, *spread(DAY, 40 * WEEK, 30 * WEEK), last])) == 2 + 11


def test_of_a_stretch_the_last_stays() -> None:
    ages = [DAY * 400, 3 * DAY + 20 * MINUTE, 3 * DAY + 10 * MINUTE, 3 * DAY + 5 * MINUTE, HOUR]
    assert left(ages) == [ages[0], *ages[3:]]


def test_pinned_ones_and_the_first_and_the_last_stay() -> None:
    ages = [DAY * 365 + MINUTE * (9 - place) for place in range(9)]
    assert left(ages, pinned={4}) == [ages[0], ages[4], ages[8]]


def test_thinning_again_changes_nothing_more() -> None:
    ages = left([DAY * 400, *spread(7 * MINUTE, 9 * DAY, HOUR)])
    assert left(ages) == ages


@pytest.mark.django_db
def test_the_revision_that_stays_tells_of_those_that_went(writing, ada, bob) -> None:
    writing.type(ada, "a", ago=5000)
    writing.add(bob, "new", ago=4000)
    writing.type(ada, "b", ago=3000)
    record_finished_work()
    for place, revision in enumerate(writing.revisions):
        if place < 3:
            Revision.objects.filter(pk=revision.pk).update(at=datetime(2020, 1, 1, place, tzinfo=NOW.tzinfo))

    Revision.objects.filter(pk=writing.revisions[2].pk).update(at=datetime(2020, 1, 1, 1, 30, tzinfo=NOW.tzinfo))
    thin_all()

    first, heir, last = writing.revisions
    assert heir.authors == [ada.pk, bob.pk]
    assert heir.changes == {"added": 1, "changed": 1}
    assert last.changes == {"changed": 1}
    assert thin(writing.notebook.pk) == 0
    assert last.at <= Revision.objects.annotate(now=Now()).values_list("now", flat=True)[0]
    assert first.why == "created"
