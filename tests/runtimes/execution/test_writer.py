"""What a kernel says, however it is cut into messages and flushes, gives the outputs that Jupyter gives."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtimes.execution.outputs import OutputList
from runtimes.execution.terminal import append_text, shown_text
from runtimes.execution.writer import PIECE, Limits, OutputWriter

LIMITS = Limits(shown=2**20, kept=2**22, blob=64 * 1024)
SMALL = Limits(shown=100, kept=300, blob=1000)

texts = st.text(st.sampled_from("ab😀\r\b\n\x1b\0"), max_size=12)
names = st.sampled_from(["stdout", "stderr"])
displays = st.sampled_from(["", "p", "q"])
messages = st.one_of(
    st.builds(lambda name, text: ("stream", {"name": name, "text": text}), names, texts),
    st.builds(lambda text, name: ("display_data", display(text, name)), texts, displays),
    st.builds(lambda text, name: ("update_display_data", display(text, name)), texts, displays),
    st.builds(lambda wait: ("clear_output", {"wait": wait}), st.booleans()),
    st.builds(lambda text: ("error", {"ename": "E", "evalue": text, "traceback": [text]}), texts),
    st.just(("flush", {})),
    st.just(("crash", {})),
)


def display(text, name=""):
    return {"data": {"text/plain": text}, "metadata": {}, "transient": {"display_id": name} if name else {}}


def in_jupyter(said):
    """The outputs as nbclient makes them, one message after the other."""
    outputs: list[Any] = []
    clearing = False
    for kind, content in said:
        if kind == "clear_output":
            outputs, clearing = (outputs, True) if content["wait"] else ([], False)
        if kind in {"display_data", "update_display_data"}:
            name = content["transient"].get("display_id")
            for output in outputs:
                if name and output.get("name") == name:
                    output["data"] = content["data"]
        if kind not in {"stream", "display_data", "error"}:
            continue
        outputs, clearing = ([] if clearing else outputs), False
        if kind == "stream" and outputs and outputs[-1].get("stream") == content["name"]:
            outputs[-1]["text"] = append_text(outputs[-1]["text"], content["text"])
        elif kind == "stream":
            outputs.append({"stream": content["name"], "text": append_text("", content["text"])})
        elif kind == "error":
            outputs.append({"error": content["evalue"]})
        else:
            outputs.append({"data": content["data"], "name": content["transient"].get("display_id")})
    return outputs, clearing


def simplified(output):
    match output["output_type"]:
        case "stream":
            return {"stream": output["name"], "text": output["text"]}
        case "error":
            return {"error": output["evalue"]}
        case _:
            return {"data": output["data"], "name": output.get("transient", {}).get("display_id")}


class Log:
    """A writer and the log that it fills; `crash` makes a new writer from the log."""

    def __init__(self, limits=LIMITS):
        self.limits, self.ops, self.texts, self.blobs, self.now = limits, [], [], {}, 0.0
        self.hidden = {}
        self.writer = OutputWriter(limits)

    def flush(self, *, is_last=False, after=1.0):
        self.now += after
        flush = self.writer.flush(self.now, is_last=is_last)
        assert flush.first == len(self.ops) + 1
        self.ops += flush.ops
        self.texts = ([] if flush.forget_texts else self.texts) + flush.texts
        self.blobs |= flush.blobs
        self.hidden = self.hidden if flush.hidden is None else flush.hidden
        return flush

    def crash(self):
        """All that was flushed survives; the agent says the rest again, which is the same as flushing first."""
        self.flush()
        self.writer = OutputWriter(self.limits, self.replayed(), len(self.ops), json.loads(json.dumps(self.hidden)))

    def say(self, kind, content):
        if kind == "flush":
            self.flush()
        elif kind == "crash":
            self.crash()
        elif kind == "update_display_data":
            self.writer.update_display(content["transient"].get("display_id", ""), content)
        else:
            self.writer.feed(kind, content)

    def replayed(self):
        outputs = OutputList()
        for op in self.ops:
            outputs.apply(op)
        return outputs


@settings(max_examples=400, deadline=None)
@given(st.lists(messages, max_size=25))
def test_replaying_the_log_gives_what_jupyter_gives(said):
    log = Log()
    for kind, content in said:
        log.say(kind, content)
    log.flush(is_last=True)
    outputs, clearing = in_jupyter(said)
    replayed = log.replayed()
    assert [simplified(output) for output in replayed.outputs] == outputs
    assert replayed.clearing == clearing
    assert replayed.value() == log.writer.outputs.value()


@settings(max_examples=300, deadline=None)
@given(st.lists(texts, max_size=10), st.sets(st.integers(0, 9)))
def test_text_gives_the_same_however_it_is_cut(pieces, flushed_after):
    log = Log()
    for number, piece in enumerate(pieces):
        log.say("stream", {"name": "stdout", "text": piece})
        if number in flushed_after:
            log.flush()
    log.flush(is_last=True)
    text = "".join(output["text"] for output in log.replayed().outputs)
    assert text == append_text("", "".join(pieces))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text("ab😀\n", max_size=40), max_size=12), st.sets(st.integers(0, 11)), st.booleans())
def test_p27_what_is_not_shown_is_kept_to_the_last_byte(pieces, flushed_after, crashes):
    log = Log(SMALL)
    for number, piece in enumerate(pieces):
        log.say("stream", {"name": "stdout", "text": piece})
        if number in flushed_after:
            log.crash() if crashes else log.flush()
    log.flush(is_last=True)
    written = "".join(pieces)
    outputs = log.replayed().outputs
    shown = "".join(output["text"] for output in outputs)
    kept = "".join(piece.text for piece in log.texts)
    assert len(shown.encode()) <= SMALL.shown
    widest = len("😀".encode())  # a character that does not fit whole is not shown at all
    if len(written.encode()) <= SMALL.shown - (widest - 1) + SMALL.kept:
        assert shown + kept == written
    if hidden := outputs and outputs[0].get("hidden"):
        assert hidden["bytes"] == len(written.encode()) - len(shown.encode())
        assert hidden["lines"] == written.count("\n") - shown.count("\n")
        assert kept.endswith(hidden["tail"])
    assert [piece.number for piece in log.texts] == list(range(len(log.texts)))


def test_p31_a_progress_bar_costs_one_short_operation_a_flush():
    log = Log()
    for flush in range(5):
        for step in range(10_000):
            log.say("stream", {"name": "stderr", "text": f"\r{flush * 10_000 + step:6d}/50000 |####|"})
        [op] = log.flush(after=0.05).ops
        assert len(json.dumps(op)) < 150
    assert shown_text(log.replayed().outputs[0]["text"]) == " 49999/50000 |####|"


def test_p31_what_is_cleared_within_a_flush_is_never_said():
    log = Log()
    for number in range(1000):
        log.say("clear_output", {"wait": True})
        log.say("display_data", {"data": {"image/png": f"{number}" * 100_000}, "metadata": {}})
    flush = log.flush()
    assert [op["op"] for op in flush.ops] == ["clear", "add"]
    assert len(flush.blobs) == 1


def test_a_very_long_text_is_cut_into_operations_that_fit_a_frame():
    log = Log()
    log.say("stream", {"name": "stdout", "text": "😀" * 100_000})
    assert all(len(json.dumps(op)) < 250_000 for op in log.flush().ops)
    assert log.replayed().outputs[0]["text"] == "😀" * 100_000
    assert max(len(op.get("text", "")) for op in log.ops) == PIECE


def test_figures_of_hidden_text_are_told_twice_a_second():
    log = Log(SMALL)
    told = 0
    for _ in range(100):
        log.say("stream", {"name": "stdout", "text": "x" * 200})
        told += sum(op["op"] == "hidden" for op in log.flush(after=0.05).ops)
    assert 9 <= told <= 11
    log.flush(is_last=True)
    assert log.replayed().outputs[0]["hidden"]["bytes"] == 100 * 200 - SMALL.shown


def test_p27_text_beyond_what_is_kept_is_counted_and_said_to_be_gone():
    log = Log(SMALL)
    log.say("stream", {"name": "stdout", "text": "x" * 10**6})
    log.flush(is_last=True)
    hidden = log.replayed().outputs[0]["hidden"]
    assert hidden["bytes"] == 10**6 - SMALL.shown
    assert hidden["tail"].endswith("no more of it was kept.\n")
    assert sum(len(piece.text) for piece in log.texts) < 400


def test_very_many_displays_become_text():
    log = Log()
    for number in range(3000):
        log.say("display_data", display(f"<{number}>"))
    log.flush(is_last=True)
    outputs = log.replayed().outputs
    assert len(outputs) <= 2001
    assert outputs[-1]["text"].endswith("<2999>\n")


def test_an_output_nested_too_deeply_is_replaced_by_a_sentence():
    log = Log()
    deep: list[Any] = []
    value = deep
    for _ in range(100_000):
        value.append([])
        value = value[0]
    log.say("display_data", {"data": {"application/json": deep}, "metadata": {}})
    log.flush()
    assert log.replayed().outputs[0]["data"] == {"text/plain": "This output is nested too deeply to be shown."}


@pytest.mark.parametrize("value", ["NUL \0", "\ud800", float("nan"), "\u202eright to left", "\x1b[31m"])
def test_p37_difficult_values_stay_as_they_are(value):
    log = Log()
    log.say("display_data", {"data": {"application/json": {"x": value}}, "metadata": {}})
    log.flush()
    assert repr(log.replayed().outputs[0]["data"]["application/json"]["x"]) == repr(value)
