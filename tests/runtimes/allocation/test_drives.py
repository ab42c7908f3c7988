"""People's drives in their runtimes: only where their owner has said so, and beside which machines are placed."""

import pytest
from django.db.models.functions import Now

from runtimes.allocation import attending, drives, lifecycle, line, services, tasks
from runtimes.allocation.drive_rows import Attachment
from runtimes.allocation.models import Host, Runtime
from runtimes.allocation.states import Reason
from runtimes.machines.provider import CannotAttach
from runtimes.userdata.drives import drive_of, grant, is_granted
from runtimes.userdata.models import Drive
from runtimes.userdata.services import forget_grants

from .conftest import age
from .test_hosts import fleet, pooled  # noqa: F401

PLACE = "/content/drive"
State = Attachment.State


class Keeper:
    """Notes which drive is shown where."""

    def __init__(self):
        self.shown = {}
        self.dropped = []
        self.refusal = ""
        self.kept = False

    def attach(self, name, drive, place):
        if self.refusal:
            raise CannotAttach(self.refusal)
        self.shown[name] = (drive.key, drive.bytes, place)

    def detach(self, name, place):
        assert self.shown.pop(name)[2] == place

    def keeps_drive(self, key):
        return self.kept

    def drop_drive(self, key):
        self.dropped.append(key)


@pytest.fixture
def keeper(ready, use):
    return use(Keeper())


@pytest.fixture
def nudged(monkeypatch):
    """Which runtimes' hosts were told that there is something to do."""
    told = []
    monkeypatch.setattr(tasks, "nudge", lambda task, runtime: told.append((task.name, runtime.pk)))
    return told


def row_of(runtime):
    return Attachment.objects.get(runtime=runtime)


def test_code_waits_for_its_owner_and_goes_on_when_they_agree(ada, ready, keeper, settings):
    settings.TOMONI_DRIVE_BYTES = 2**30
    assert drives.want(ready, PLACE).state == State.ASKING
    attending.attend(str(ready.pk))
    assert keeper.shown == {}

    drives.answer(ada, ready.audience, ready, "/content/elsewhere", granted=True)
    attending.attend(str(ready.pk))
    assert keeper.shown == {str(ready.pk): (str(Drive.objects.get(owner=ada).pk), 2**30, PLACE)}
    assert row_of(ready).state == State.ATTACHED


def test_a_no_is_a_no_until_code_asks_again(ada, ready, keeper):
    drives.want(ready, PLACE)
    drives.answer(ada, ready.audience, ready, PLACE, granted=False)
    assert row_of(ready).state == State.REFUSED

    assert drives.want(ready, PLACE).state == State.ASKING
    assert not is_granted(ada, ready.audience)


def test_what_is_granted_is_had_unasked_by_this_notebook_alone(ada, ready, keeper):
    grant(ada, "another-notebook")
    assert drives.want(ready, PLACE).state == State.ASKING
    grant(ada, ready.audience)
    assert drives.want(ready, PLACE).state == State.WANTED


def test_a_grant_is_its_givers_alone(bob, ready, keeper):
    grant(bob, ready.audience)
    assert drives.want(ready, PLACE).state == State.ASKING


def test_a_notebook_that_is_gone_has_no_grant(ada, ready):
    grant(ada, ready.audience)
    forget_grants(ready.audience)
    assert not is_granted(ada, ready.audience)


def test_taking_it_back_takes_it_off(ada, ready, keeper):
    drives.answer(ada, ready.audience, ready, PLACE, granted=True)
    attending.attend(str(ready.pk))
    assert keeper.shown

    drives.answer(ada, ready.audience, ready, PLACE, granted=False)
    attending.attend(str(ready.pk))
    assert not keeper.shown
    assert drives.look(ready) is None
    attending.attend(str(ready.pk))  # a nudge that comes twice


def test_what_the_host_cannot_do_is_told_and_may_be_tried_again(ada, ready, keeper):
    grant(ada, ready.audience)
    keeper.refusal = "The disk of this host is full."
    drives.want(ready, PLACE)
    attending.attend(str(ready.pk))
    row = row_of(ready)
    assert (row.state, row.sentence) == (State.FAILED, "The disk of this host is full.")

    keeper.refusal = ""
    drives.want(ready, PLACE)
    attending.attend(str(ready.pk))
    assert row_of(ready).state == State.ATTACHED


def test_it_is_at_one_place_at_a_time(ada, ready, keeper):
    grant(ada, ready.audience)
    drives.want(ready, PLACE)
    attending.attend(str(ready.pk))
    refused = drives.want(ready, "/content/other")
    assert refused.state == State.FAILED and PLACE in refused.sentence
    assert row_of(ready).state == State.ATTACHED


def test_a_lost_nudge_is_sent_again_by_whoever_looks(ada, ready, nudged, django_capture_on_commit_callbacks):
    grant(ada, ready.audience)
    with django_capture_on_commit_callbacks(execute=True):
        drives.want(ready, PLACE)
        drives.look(ready)
    assert nudged == [("allocation.attend_drive", ready.pk)]

    Attachment.objects.update(changed_at=age(ready, 60).changed_at)
    with django_capture_on_commit_callbacks(execute=True):
        drives.look(ready)
        drives.look(ready)
    assert nudged == [("allocation.attend_drive", ready.pk)] * 2


def test_a_machine_that_is_over_gets_none(ada, ready, keeper):
    grant(ada, ready.audience)
    drives.want(ready, PLACE)
    lifecycle.end(ready, Reason.RESET)
    attending.attend(str(ready.pk))
    assert keeper.shown == {}


def test_the_drive_of_a_deleted_account_is_deleted_by_its_host_alone(ada, ready, keeper, settings):
    mine, other = drive_of(ada, ready.host_id), Drive.objects.create(owner=None, host="elsewhere")
    attending.clear_away()
    assert keeper.dropped == []

    Runtime.objects.all().delete()
    ada.delete()
    attending.clear_away()
    assert keeper.dropped == [str(mine.pk)]
    assert list(Drive.objects.all()) == [other]


def test_a_machine_is_placed_beside_its_owners_drive(fleet, ada, bob):  # noqa: F811
    drive_of(ada, "west")
    for owner in (ada, bob):
        services.request_runtime(owner, "one")
    assert {runtime.owner: host for runtime, host in line.next_ones()} == {ada: "west", bob: "east"}


def test_of_the_boxes_that_wait_the_one_beside_the_drive_is_taken(fleet, ada):  # noqa: F811
    pooled(fleet, "east")
    (west,) = pooled(fleet, "west")
    drive_of(ada, "west")
    assert services.request_runtime(ada, "one").pk == west.pk


def test_a_drive_on_another_host_is_told_to_be_there(ada, ready, keeper):
    Host.objects.create(
        pk="west", places=1, memory=1, memory_free=1, memory_reserved=0, processors=1, load=0, heard_at=Now()
    )
    drive_of(ada, "west")
    keeper.kept = True  # a copy, which must not become a second truth
    grant(ada, ready.audience)
    drives.want(ready, PLACE)
    attending.attend(str(ready.pk))
    row = row_of(ready)
    assert row.state == State.FAILED and "west" in row.sentence and ready.host_id in row.sentence


def test_a_host_that_has_another_name_now_has_its_drives_still(ada, ready, keeper):
    drive_of(ada, "as-it-was-called")
    grant(ada, ready.audience)
    drives.want(ready, PLACE)
    attending.attend(str(ready.pk))
    assert row_of(ready).state == State.FAILED  # it is not among this host's files: some other host was meant

    keeper.kept = True
    drives.want(ready, PLACE)
    attending.attend(str(ready.pk))
    assert row_of(ready).state == State.ATTACHED
    assert Drive.objects.get(owner=ada).host == ready.host_id
