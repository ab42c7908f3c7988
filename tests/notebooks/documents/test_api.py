"""The REST API, by session and by access token."""

import base64
import gzip
import hashlib
import json
import re
import uuid

import brotli
import pytest
from asgiref.sync import sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from accounts.models import AccessToken
from notebooks.collaboration import ydoc
from notebooks.documents import services
from notebooks.documents.models import Notebook
from notebooks.documents.storage import storage_of
from runtimes.allocation.choosing import default_plan, default_type
from runtimes.allocation.models import RuntimeType
from runtimes.allocation.services import request_runtime
from runtimes.execution.services import accept_run
from tests.notebooks.documents.files import code, file_of, stream

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(client, ada):
    client.force_login(ada)

    def call(method, path, body=None, **others):
        content = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        return getattr(client, method)(f"/api{path}", **content, **others)

    return call


def test_a_notebook_is_made_listed_renamed_trashed_and_restored(api) -> None:
    made = api("post", "/notebooks", {"name": "A"}).json()
    assert [row["id"] for row in api("get", "/notebooks").json()] == [made["id"]]
    assert made["role"] == "owner" and made["owner"] == "Ada"

    path = f"/notebooks/{made['id']}"
    assert api("patch", path, {"name": "B"}).json()["name"] == "B"
    assert api("delete", path).status_code == 204
    assert api("get", path).status_code == 404
    assert api("get", "/notebooks").json() == []
    assert api("post", f"{path}/restore").json()["name"] == "B"
    assert api("get", path).json()["name"] == "B"


def test_a_file_is_imported_and_its_notices_are_told(client, ada) -> None:
    client.force_login(ada)
    file = SimpleUploadedFile("日本.ipynb", file_of(code("1", id=None)))

    response = client.post("/api/notebooks/import", {"file": file})

    assert response.status_code == 201
    assert response.json()["name"] == "日本.ipynb"
    assert response.json()["notices"] == ["Cells without an id were given one. (cell 1)"]
    told = client.get(f"/api/notebooks/{response.json()['id']}").json()
    assert (told["owner"], told["role"], told["size"] > 0) == (ada.display_name, "owner", True)
    assert told["size"] == storage_of(ada), "it is her only notebook"
    exported = client.get(f"/api/notebooks/{response.json()['id']}/ipynb")
    assert json.loads(exported.content)["cells"][0]["source"] == ["1"]


@pytest.mark.parametrize(("raw", "sentence"), [(b"PK\x03\x04", "zip archive"), (b"[1,\n2", "line 2"), (b"", "empty")])
def test_p40_a_bad_file_is_a_422_with_a_sentence(client, ada, raw, sentence) -> None:
    client.force_login(ada)

    response = client.post("/api/notebooks/import", {"file": SimpleUploadedFile("x.ipynb", raw)})

    assert response.status_code == 422
    assert response.json()["code"] == "bad-notebook"
    assert sentence in response.json()["message"]


def test_what_is_said_of_a_file_is_said_in_the_language_of_who_uploads_it(client, ada) -> None:
    client.force_login(ada)
    japanese = {"accept-language": "ja"}
    bad = SimpleUploadedFile("x.ipynb", file_of(code("1", {"output_type": "stream", "name": 5, "text": ""})))
    mended = SimpleUploadedFile("x.ipynb", file_of(code("1", id=None)))

    refused = client.post("/api/notebooks/import", {"file": bad}, headers=japanese)
    made = client.post("/api/notebooks/import", {"file": mended}, headers=japanese)

    assert refused.json()["message"] == "セル 1 の出力 1：“name”：5 は string 型である必要があります。"
    assert made.json()["notices"] == ["ID のないセルには、ID を付けました。（セル 1）"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "/notebooks", "no object"),
        ("post", "/notebooks", {"name": "x" * 256}),
        ("post", "/notebooks", {"name": 5}),
        ("patch", "/notebooks/{}", {"name": ""}),
        ("put", "/notebooks/{}/shares", {"email": "x"}),
        ("put", "/notebooks/{}/shares", [{"email": "nobody", "role": "viewer"}]),
        ("post", "/notebooks/import", {}),
        ("post", "/runtimes", {"notebook": "x"}),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_a_sentence(api, notebook, method, path, body) -> None:
    response = api(method, path.format(notebook.pk), body)

    assert response.status_code == 422
    assert response.json()["code"] and response.json()["message"].endswith((".", "changed."))


def test_json_that_is_none_is_refused_in_a_sentence(client, ada) -> None:
    client.force_login(ada)

    response = client.post("/api/notebooks", data=b"{", content_type="application/json")

    assert response.status_code == 400
    assert response.json()["message"]


def test_an_access_token_is_enough_and_a_session_needs_its_csrf_token(ada, client) -> None:
    _, secret = AccessToken.objects.issue(ada, "test")
    strict = Client(enforce_csrf_checks=True)
    bearer = {"Authorization": f"Bearer {secret}"}

    assert strict.post("/api/notebooks", "{}", content_type="application/json", headers=bearer).status_code == 201
    assert strict.get("/api/notebooks").status_code == 401
    strict.force_login(ada)
    refused = strict.post("/api/notebooks", "{}", content_type="application/json")
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["message"]


def test_the_document_is_a_yjs_update_with_a_tag(api, notebook) -> None:
    response = api("get", f"/notebooks/{notebook.pk}/document")

    assert len(ydoc.read_document(ydoc.open_document(response.content)).cells) == 1
    assert response.headers["X-Tomoni-Epoch"] == "1"
    assert response.headers["X-Tomoni-Sequence"] == "0"
    again = api("get", f"/notebooks/{notebook.pk}/document", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("encoding", "unpack"), [("gzip", gzip.decompress), ("br", brotli.decompress)])
def test_a_large_document_comes_compressed(api, ada, encoding, unpack) -> None:
    notebook = services.import_notebook(ada, "x.ipynb", file_of(code("text " * 10_000)))
    plain = api("get", f"/notebooks/{notebook.pk}/document")

    response = api("get", f"/notebooks/{notebook.pk}/document", headers={"Accept-Encoding": encoding})

    assert response.headers["Content-Encoding"] == encoding
    assert len(response.content) < len(plain.content) / 10
    assert unpack(response.content) == plain.content


def test_outputs_come_by_execution(api, ada) -> None:
    cells = [code("1", stream("one"), id="a", execution_count=3), code("2", stream("\ud800\0"), id="b"), code(id="c")]
    notebook = services.import_notebook(ada, "x.ipynb", file_of(*cells))
    path = f"/notebooks/{notebook.pk}/outputs"

    found = api("get", path).json()["executions"]

    assert [result["outputs"][0]["text"] for result in found.values()] == ["one", "\ud800\0"]
    first = next(iter(found))
    assert found[first]["count"] == 3 and found[first]["state"] == "done"
    assert list(api("get", f"{path}?execution={first}").json()["executions"]) == [first]
    assert api("get", f"{path}?execution={uuid.uuid4()}").json() == {"executions": {}}
    packed = api("get", path, headers={"Accept-Encoding": "gzip"})
    assert json.loads(gzip.decompress(packed.content))["executions"] == found


def with_large_output(ada, kind, value) -> tuple[Notebook, str]:
    output = {"output_type": "display_data", "data": {kind: value}, "metadata": {}}
    notebook = services.import_notebook(ada, "x.ipynb", file_of(code("", output)))
    body = value if isinstance(value, str) else json.dumps(value)
    return notebook, body


PICTURE = base64.b64encode(b"\x89PNG" + bytes(100_000)).decode()


def test_a_large_picture_is_fetched_as_a_picture(api, ada) -> None:
    notebook, body = with_large_output(ada, "image/png", PICTURE)
    digest = hashlib.sha256(body.encode()).hexdigest()

    response = api("get", f"/notebooks/{notebook.pk}/blobs/{digest}?type=image/png")

    assert response.content == base64.b64decode(PICTURE)
    assert response.headers["Content-Type"] == "image/png"
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("kind", "served"),
    [
        ("text/html", "text/plain; charset=utf-8"),
        ("application/javascript", "text/plain; charset=utf-8"),
        ("image/svg+xml", "image/svg+xml"),
        ("application/xhtml+xml", "text/plain; charset=utf-8"),
        ("", "text/plain; charset=utf-8"),
    ],
)
def test_p58_what_could_run_is_never_served_as_a_page_of_ours(api, ada, kind, served) -> None:
    script = "<svg><script>alert(1)</script></svg>" * 3000
    notebook, body = with_large_output(ada, kind or "text/html", script)
    digest = hashlib.sha256(body.encode()).hexdigest()

    response = api("get", f"/notebooks/{notebook.pk}/blobs/{digest}?type={kind.replace('+', '%2B')}")

    assert response.headers["Content-Type"] == served
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_p57_a_part_of_another_notebook_is_not_there(api, ada, notebook) -> None:
    _, body = with_large_output(ada, "text/plain", "x" * 100_000)
    digest = hashlib.sha256(body.encode()).hexdigest()

    assert api("get", f"/notebooks/{notebook.pk}/blobs/{digest}").status_code == 404
    assert api("get", f"/notebooks/{notebook.pk}/blobs/nothing").status_code == 404


@pytest.fixture
async def own_thread():
    """Closes the connection of the thread in which an async test runs its synchronous parts."""
    yield
    await sync_to_async(connections.close_all)()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_thread")
async def test_the_text_of_a_stream_is_a_download(ada, async_client, notebook) -> None:
    raw = file_of(code("", stream("long text\n")))
    imported = await sync_to_async(services.import_notebook)(ada, "x.ipynb", raw)
    await async_client.aforce_login(ada)
    found = (await async_client.get(f"/api/notebooks/{imported.pk}/outputs")).json()["executions"]
    path = f"/api/notebooks/{{}}/executions/{next(iter(found))}/text?index={{}}"

    response = await async_client.get(path.format(imported.pk, 0))

    assert b"".join([part async for part in response.streaming_content]) == b"long text\n"
    assert response.headers["Content-Disposition"] == 'attachment; filename="output-0.txt"'
    assert (await async_client.get(path.format(imported.pk, 1))).status_code == 404
    assert (await async_client.get(path.format(imported.pk, -1))).status_code == 422
    assert (await async_client.get(path.format(notebook.pk, 0))).status_code == 404


def test_people_are_given_roles(api, notebook, ada, cleo) -> None:
    path = f"/notebooks/{notebook.pk}/shares"

    given = api("put", path, [{"email": cleo.email, "role": "editor"}]).json()

    assert [(row["email"], row["role"]) for row in given] == [(ada.email, "owner"), (cleo.email, "editor")]
    assert api("get", path).json() == given


def test_a_runtime_is_asked_for_listed_and_ended(api, notebook) -> None:
    made = api("post", "/runtimes", {"notebook": str(notebook.pk)}).json()
    assert (made["state"], made["notebook"]) == ("requested", str(notebook.pk))
    assert api("post", "/runtimes", {"notebook": str(notebook.pk)}).json()["id"] == made["id"]
    assert [row["id"] for row in api("get", "/runtimes").json()] == [made["id"]]

    assert api("delete", f"/runtimes/{made['id']}").status_code == 204
    assert all(row["state"] == "stopping" for row in api("get", "/runtimes").json())


def test_too_many_runtimes_are_refused_in_a_sentence(api, ada, notebook, settings) -> None:
    settings.TOMONI_RUNTIMES_PER_USER = 0

    response = api("post", "/runtimes", {"notebook": str(notebook.pk)})

    assert response.status_code == 409
    assert response.json()["code"] == "quota-reached"


def test_a_type_of_another_plan_is_refused_in_a_sentence(api, notebook) -> None:
    big = RuntimeType.objects.create(slug="big", name="High RAM")
    plan = default_plan()
    plan.types.set([default_type()])

    response = api("post", "/runtimes", {"notebook": str(notebook.pk), "type": big.slug})

    assert response.status_code == 409
    assert response.json()["code"] == "type-refused"
    assert "High RAM" in response.json()["message"]
    found = api("get", "/runtimes/types").json()
    assert ([kind["slug"] for kind in found["types"]], found["runtimes_at_once"]) == (["python"], 5)


def test_a_runtime_is_listed_with_its_notebook_and_its_log(api, notebook) -> None:
    made = api("post", "/runtimes", {"notebook": str(notebook.pk)}).json()

    assert [row["notebook_name"] for row in api("get", "/runtimes").json()] == [notebook.name]
    assert [line["what"] for line in api("get", f"/runtimes/{made['id']}/log").json()] == ["requested"]


def test_what_i_ran_is_listed_as_it_was_and_only_to_me(api, client, ada, bob, notebook) -> None:
    runtime = request_runtime(ada, str(notebook.pk))
    for number, code_ in enumerate(["first = 1", "second = '\ud83d'"]):
        accept_run(runtime, uuid.uuid4(), code_, by=ada, cell=f"cell{number}", batch="")

    rows = api("get", f"/notebooks/{notebook.pk}/executed").json()
    assert [(row["code"], row["cell"]) for row in rows] == [("second = '\ufffd'", "cell1"), ("first = 1", "cell0")]
    client.force_login(bob)
    assert api("get", f"/notebooks/{notebook.pk}/executed").json() == []


def test_all_runtimes_are_reset_but_not_too_often(api, notebook, settings) -> None:
    settings.TOMONI_RESETS_PER_HOUR = 1
    api("post", "/runtimes", {"notebook": str(notebook.pk)})

    assert api("post", "/runtimes/reset").json() == {"ended": 1}
    assert [row["state"] for row in api("get", "/runtimes").json()] == ["stopping"]
    refused = api("post", "/runtimes/reset")
    assert (refused.status_code, refused.json()["code"]) == (429, "too-often")
    assert re.search(r"try again in \d+ minutes?", refused.json()["message"])


def test_the_documentation_needs_nothing_from_elsewhere(api) -> None:
    page = api("get", "/docs").content.decode()
    schema = api("get", "/openapi.json").json()

    assert "https://" not in page and "<script>" not in page
    assert "/api/notebooks/{notebook_id}/document" in schema["paths"]
    assert Notebook.objects.count() == 0
