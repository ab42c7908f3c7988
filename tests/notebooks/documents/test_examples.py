"""The notebooks that come with the platform: whole, the same in both languages, and each person's own to play with."""

import re

import nbformat
import pytest

from notebooks.documents import services
from notebooks.documents.copies import keep_playground
from notebooks.documents.examples import EXAMPLES, LANGUAGES, example_file
from notebooks.documents.models import Notebook

pytestmark = pytest.mark.django_db


def read(name, language):
    return nbformat.reads(example_file(name, language).decode(), as_version=4)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_a_valid_notebook_and_the_same_in_both_languages(name):
    kinds = []
    for language in LANGUAGES:
        notebook = read(name, language)
        nbformat.validate(notebook)
        kinds.append([(cell.cell_type, cell.metadata.get("tags")) for cell in notebook.cells])
        assert "```" not in "".join(cell.source for cell in notebook.cells), "a fence was not understood"
    assert kinds[0] == kinds[1] and ("code", None) in kinds[0]
    assert re.search(r"[\u3040-\u30ff]", read(name, "ja").cells[0].source)


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_links_lead_to_other_examples(client, ada, language):
    client.force_login(ada)
    links = {
        link
        for name in EXAMPLES
        for cell in read(name, language).cells
        for link in re.findall(r"\]\((/[^)]+)\)", cell.source)
    }
    assert {client.get(link).status_code for link in links} == {302} and len(links) == len(EXAMPLES)


def test_who_opens_one_gets_a_copy_in_their_language(client, ada):
    client.force_login(ada)
    address = client.get("/notebooks/welcome.ipynb?hl=ja")["Location"]
    page = client.get(address).content.decode()
    assert 'lang="ja"' in page
    notebook = Notebook.objects.get()
    assert (notebook.owner, notebook.is_playground, notebook.name) == (ada, True, "welcome.ipynb")
    assert "Tomoni へようこそ" in services.read_committed(notebook).cells[0].source
    assert client.get("/notebooks/welcome.ipynb?hl=en")["Location"] != address


def test_it_is_the_same_copy_until_it_is_kept(client, ada, bob):
    client.force_login(ada)
    first = client.get("/notebooks/snippets/importing_libraries.ipynb")["Location"]
    assert client.get("/notebooks/snippets/importing_libraries.ipynb")["Location"] == first
    keep_playground(Notebook.objects.get())
    assert client.get("/notebooks/snippets/importing_libraries.ipynb")["Location"] != first
    client.force_login(bob)
    assert client.get(first).status_code == 404
    assert Notebook.objects.filter(is_playground=True).count() == 1


def test_home_lists_them_and_shows_a_newcomer_where_to_begin(client, ada):
    client.force_login(ada)
    page = client.get("/").content.decode()
    assert "Show me how it works" in page and all(f"/notebooks/{name}.ipynb" in page for name in EXAMPLES)
    services.create_notebook(ada)
    assert "Show me how it works" not in client.get("/").content.decode()


@pytest.mark.parametrize("name", ["nothing", "../welcome", "welcome.en", "snippets/welcome"])
def test_what_is_no_example_is_not_there(client, ada, name):
    client.force_login(ada)
    assert client.get(f"/notebooks/{name}.ipynb").status_code == 404


def test_a_stranger_signs_in_and_lands_there(client):
    answer = client.get("/notebooks/welcome.ipynb")
    assert answer["Location"] == "/accounts/login/?next=/notebooks/welcome.ipynb"
