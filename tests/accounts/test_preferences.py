"""How a person likes the page lives with the account, and holds nothing else."""

import json

import pytest

from accounts.models import User

pytestmark = pytest.mark.django_db
ADDRESS = "/accounts/settings/"


def put(client, **change):
    return client.put(ADDRESS, json.dumps(change), content_type="application/json")


def test_what_is_chosen_is_there_again_and_changes_nothing_else(as_grace):
    assert put(as_grace, fontSize=18, vim=True).status_code == 200
    assert put(as_grace, theme="dark", language="ja", shortcuts={"runAll": ["Mod+M R"]}).status_code == 200

    expected = {"fontSize": 18, "vim": True, "theme": "dark", "language": "ja", "shortcuts": {"runAll": ["Mod+M R"]}}
    assert as_grace.get(ADDRESS).json() == expected
    grace = User.objects.get(email="grace@example.org")
    assert (grace.theme, grace.locale) == ("dark", "ja")


@pytest.mark.parametrize(
    "change",
    [
        {"unknown": 1},
        {"fontSize": 100},
        {"fontSize": True},
        {"vim": "yes"},
        {"theme": "pink"},
        {"theme": ["dark"]},
        {"language": "xx"},
        {"preview": "above"},
        {"shortcuts": {"runAll": "Mod+A"}},
        {"shortcuts": {"runAll": ["\n"]}},
        {"shortcuts": {"<script>": []}},
        {"shortcuts": {f"a{'b' * 50}": []}},
    ],
)
def test_what_there_is_not_is_refused_with_a_sentence(as_grace, change):
    response = put(as_grace, wrap=False, **change)
    assert response.status_code == 422
    assert response.json()["message"].startswith("There is no such setting")
    assert "wrap" not in as_grace.get(ADDRESS).json()


@pytest.mark.parametrize("body", ["", "[]", "nonsense", json.dumps({"shortcuts": {"runAll": ["x" * 70_000]}})])
def test_what_is_no_change_is_refused(as_grace, body):
    assert as_grace.put(ADDRESS, body, content_type="application/json").status_code == 422


def test_the_editor_begins_with_them(as_grace):
    put(as_grace, fontSize=20)
    made = as_grace.post("/api/notebooks", "{}", content_type="application/json").json()
    page = as_grace.get(f"/notebooks/{made['id']}").content.decode()
    assert '"fontSize": 20' in page
