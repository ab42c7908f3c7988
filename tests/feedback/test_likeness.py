"""Which messages are about the same thing."""

import pytest

from feedback.likeness import fingerprint


def error(message):
    return {"errors": [{"message": "earlier"}, {"message": message}]}


def test_a_broken_thing_is_known_by_where_it_broke():
    one = fingerprint("bug", "Help!", "/notebooks/1a2b", error("500 /api/runtimes/17"))
    assert one == fingerprint("bug", "It does not work.", "/notebooks/9f", error("500 /api/runtimes/4"))
    assert one != fingerprint("bug", "Help!", "/", error("500 /api/runtimes/17"))
    assert one != fingerprint("bug", "Help!", "/notebooks/1a2b", error("404 /api/runtimes/17"))


def test_an_idea_is_known_by_its_words():
    one = fingerprint("idea", "Please add dark mode", "/", error("500"))
    assert one == fingerprint("idea", "please　ADD dark-mode!", "/accounts/", {})
    assert one != fingerprint("question", "Please add dark mode", "/", {})
    assert fingerprint("idea", "ダークモードを追加してほしいです", "/", {})


@pytest.mark.parametrize("text", ["", "help", "please help", "!!! ???", "助けて"])
def test_too_few_words_are_like_nothing(text):
    assert fingerprint("idea", text, "/", {}) == ""


@pytest.mark.parametrize(
    "diagnostics", [{}, {"errors": []}, {"errors": "x"}, {"errors": [1]}, {"errors": [{"message": 1}]}]
)
def test_odd_diagnostics_count_as_none(diagnostics):
    assert fingerprint("bug", "It is all broken here", "/", diagnostics) == fingerprint(
        "bug", "It is all broken here", "/", {}
    )
