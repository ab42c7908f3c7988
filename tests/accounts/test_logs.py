"""Each request has an id: in its answer, in what it logs, and on the page of an error."""

import json
import logging
import sys

import pytest

from accounts.logs import JsonLines, WithRequest, lines_about


@pytest.mark.django_db
def test_the_answer_carries_the_id_of_its_log_lines_and_no_clients_word_for_it(client, caplog):
    caplog.set_level("INFO", logger="tomoni.errors")
    caplog.handler.addFilter(WithRequest())
    answer = client.get("/feedback/1", headers={"X-Request-Id": "chosen by me"})
    request = answer["X-Request-Id"]
    assert len(request) == 8 and f"<code>{request}</code>" in answer.content.decode()
    assert {record.request_id for record in caplog.records} == {request}


def test_a_line_as_json_has_its_parts():
    try:
        raise ValueError("too late")
    except ValueError:
        record = logging.LogRecord("tomoni", logging.ERROR, __file__, 1, "It %s", ("broke",), sys.exc_info())
    record.request_id, record.runtime = "1a2b3c4d", "r-1"
    said = json.loads(JsonLines().format(record))
    assert (said["message"], said["request"], said["runtime"], said["level"]) == (
        "It broke",
        "1a2b3c4d",
        "r-1",
        "ERROR",
    )
    assert said["exception"].endswith("ValueError: too late")


@pytest.fixture
def logs(tmp_path):
    (tmp_path / "web-1.log").write_text(
        "one [11111111] began\n"
        "two [22222222] failed\nTraceback (most recent call last):\n  File x\nZeroDivisionError: by zero\n"
        "three [33333333] ended\n"
    )
    return tmp_path


def test_lines_of_a_request_come_with_their_traceback(logs):
    assert lines_about({"22222222"}, logs, 100) == [
        "two [22222222] failed",
        "Traceback (most recent call last):",
        "  File x",
        "ZeroDivisionError: by zero",
    ]
    assert lines_about({"11111111", "33333333"}, logs, 1) == ["three [33333333] ended"]


@pytest.mark.parametrize("asked", ["", "1", ".*", "began", "........", "11111111|33333333"])
def test_what_is_no_id_finds_nothing(logs, asked):
    assert lines_about({asked}, logs, 100) == []


def test_without_logs_here_there_are_none(tmp_path):
    assert lines_about({"11111111"}, tmp_path / "nowhere", 100) == []
