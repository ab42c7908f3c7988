"""Passwords that leaked or that are guessed first are refused, without asking anybody else."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from accounts.models import User
from accounts.passwords import is_listed, sha1_of


@pytest.mark.parametrize("password", ["Password123!", "qwertyuiop1", "tomoni12345", "aaaaaaaaaaaa", "grace hopper"])
def test_what_is_guessed_first_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(email="grace@example.org", name="Grace Hopper"))


@pytest.mark.parametrize("password", ["correct horse battery", "gözlük-pencere-42-deniz", "x" * 10 + "é日本語" * 30])
def test_what_is_long_and_odd_is_taken(password):
    validate_password(password, User(email="grace@example.org"))


@pytest.fixture(params=[False, True], ids=["sums", "sums with counts"])
def leaked(request, tmp_path, settings):
    """The administrator's file: 500 leaked passwords, sorted by their sums."""
    sums = sorted(sha1_of(f"leaked passphrase {number}") for number in range(500))
    path = tmp_path / "breached.txt"
    path.write_text("".join(f"{one}:{number}\r\n" if request.param else f"{one}\n" for number, one in enumerate(sums)))
    settings.TOMONI_BREACHED_PASSWORDS = str(path)
    return path


def test_every_line_of_the_file_is_found_and_nothing_else(leaked):
    assert all(is_listed(leaked, sha1_of(f"leaked passphrase {number}")) for number in range(500))
    assert not any(is_listed(leaked, sha1_of(f"another passphrase {number}")) for number in range(500))
    assert not is_listed(leaked, "0" * 40) and not is_listed(leaked, "F" * 40)


def test_a_leaked_password_is_refused_in_words(leaked):
    with translation.override("en"), pytest.raises(ValidationError, match="known from a leak"):
        validate_password("leaked passphrase 321")
    validate_password("unleaked passphrase 321")
