"""Secrets, uploads and downloads that code of a notebook asks the page for."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.test_colab import WHEELS
from tests.e2e.test_machine_files import output, run, write

pytestmark = pytest.mark.e2e
ASK = "from google.colab import userdata\nprint(userdata.get('KEY'))"


def secrets(page: Page) -> None:
    page.get_by_role("button", name="Secrets", exact=True).click()
    expect(page.get_by_role("complementary", name="Secrets")).to_be_visible()


def test_a_secret_is_kept_shown_granted_and_taken_away_again(sign_in: SignIn) -> None:
    keeper = sign_in("keeper@example.org")
    page = keeper.open(keeper.new_notebook())
    secrets(page)
    page.get_by_role("button", name="Add new secret").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("KEY")
    page.get_by_label("Value", exact=True).fill("tr0ub4dor")
    page.get_by_role("button", name="Save", exact=True).click()
    access = page.get_by_role("switch", name="Notebook access to KEY")
    expect(access).to_be_checked()
    run(page, ASK)
    expect(output(page)).to_have_text(re.compile("tr0ub4dor"))

    expect(page.get_by_role("complementary")).not_to_contain_text("tr0ub4dor")
    page.get_by_role("button", name="Show the value of KEY").click()
    expect(page.get_by_role("complementary")).to_contain_text("tr0ub4dor")
    page.get_by_role("button", name="Hide").click()

    access.uncheck()
    page.reload()
    secrets(page)
    expect(page.get_by_role("switch", name="Notebook access to KEY")).not_to_be_checked()
    write(page, ASK)
    page.keyboard.press("Control+Enter")
    expect(output(page)).to_have_text(re.compile("Notebook does not have access to secret KEY"), timeout=30_000)

    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete KEY").click()
    expect(page.get_by_text("You have no secrets yet.")).to_be_visible()


def test_code_asks_for_files_and_hands_files_out(sign_in: SignIn, tmp_path: Path) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    run(page, "open('/content/表.csv', 'w').write('old')")
    for name, text in (("表.csv", "a,b\n1,2\n"), ("empty.txt", "")):
        (tmp_path / name).write_text(text)

    write(page, "from google.colab import files\nprint(files.upload())")
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog", name="The code asks for files")
    dialog.get_by_label("Choose files").set_input_files([tmp_path / "表.csv", tmp_path / "empty.txt"])
    dialog.get_by_role("button", name="Upload", exact=True).click()
    expect(output(page)).to_contain_text("{'empty.txt': b'', '表 (1).csv': b'a,b\\n1,2\\n'}")
    run(page, "import os\nprint(sorted(os.listdir('/content')))")
    expect(output(page)).to_contain_text("['empty.txt', '表 (1).csv', '表.csv']")

    with page.expect_download() as downloading:
        run(page, "from google.colab import files\nfiles.download('表 (1).csv')")
    assert downloading.value.suggested_filename == "表 (1).csv"
    assert Path(downloading.value.path()).read_text() == "a,b\n1,2\n"

    run(page, "files.view('/content/表.csv')")
    expect(page.get_by_role("complementary").filter(has_text="表.csv")).to_be_visible()


def test_who_brings_no_file_lets_the_code_go_on(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    write(page, "from google.colab import files\nprint(files.upload())")
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog", name="The code asks for files").get_by_role("button", name="Cancel").click(
        timeout=60_000
    )
    expect(output(page)).to_have_text(re.compile(r"^\s*\{\}"))


ASKED = """
from google.colab import output
from IPython.display import HTML, display
display(HTML('<p id="place">a place</p>'))
print(output.eval_js('document.querySelector("#place").textContent'))
print(output.eval_js('var kept = 20; new Promise((done) => setTimeout(() => done({twice: [kept, 22]}), 50))'))
print(output.eval_js('kept + 1'), output.eval_js('undefined'), output.eval_js('new Promise(() => 0)', timeout_sec=0.5))
try:
    output.eval_js('missing()')
except Exception as problem:
    print(type(problem).__name__, problem)
with output.redirect_to_element('#place'):
    print('put there')
"""
CALLED = """
import IPython
from google.colab import output
def add(a, b, times=1):
    if a == 0:
        raise ValueError('nothing to add')
    return IPython.display.JSON({'sum': (a + b) * times})
output.register_callback('add', add)
IPython.display.HTML('''<button>Add</button><p id="said"></p><script>
  const say = (text) => document.querySelector('#said').append(`${text}; `)
  const call = (...args) => google.colab.kernel.invokeFunction(...args).then(
    (result) => say(result.data['application/json']?.sum), (problem) => say(problem.message))
  document.querySelector('button').onclick = async () => {
    say(google.colab.kernel.accessAllowed)
    await call('add', [1, 2], {times: 10}); await call('add', [0, 1]); await call('other')
  }
</script>''')
"""


def test_python_asks_scripts_of_the_cell_and_puts_outputs_into_its_elements(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    run(page, ASKED)
    frame = output(page).frame_locator("iframe")
    said = frame.locator("main")
    for line in (
        "a place",
        "{'twice': [20, 22]}",
        "21 None None",
        "MessageError ReferenceError: missing is not defined",
    ):
        expect(said).to_contain_text(line)
    expect(frame.locator("#place")).to_have_text(re.compile("a place.*put there", re.DOTALL))
    run(page, "import os; print(os.listdir('/content'))")
    expect(output(page)).to_have_text(re.compile(r"\[\]"))


def test_scripts_of_an_output_call_functions_of_python_while_their_kernel_lives(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    run(page, CALLED)
    frame = output(page).frame_locator("iframe")
    frame.get_by_role("button", name="Add").click()
    expect(frame.locator("#said")).to_have_text(
        "true; 30; ValueError: nothing to add; LookupError: Function not found: other; "
    )

    page.keyboard.press("Escape")
    page.get_by_role("menuitem", name="Runtime", exact=True).click()
    page.get_by_role("menuitem", name="Restart session", exact=True).click()
    expect(page.get_by_role("status", name="Runtime")).to_have_text(re.compile("Connected"), timeout=60_000)
    expect(frame.locator("#said")).to_be_empty(timeout=20_000)  # it is a new frame
    frame.get_by_role("button", name="Add").click()
    expect(frame.locator("#said")).to_contain_text("false; No kernel hears this output")


def test_what_pip_changed_under_the_session_brings_a_button_that_restarts_it(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    wheel = "/tmp/worn-{}-py3-none-any.whl"
    run(page, WHEELS)
    run(page, f"!pip install -q --no-index {wheel.format(1)}\nimport worn")
    run(page, f"!pip install -q --no-index {wheel.format(2)}")
    expect(output(page)).to_contain_text("the session goes on with the old version: worn")
    output(page).get_by_role("button", name="Restart session").click()
    expect(output(page).get_by_role("button", name="Restart session")).to_have_count(0)
    run(page, "import worn\nprint(worn.version)")
    expect(output(page)).to_have_text(re.compile("2"))
