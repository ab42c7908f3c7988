"""Which kernels a box has, and which of them a notebook gets. Nothing is started here: `test_other_kernels` does."""

import json

import pytest

from runtimes.machines.kernels import InstalledKernel, KernelWish, kernels_of, match

PYTHON = InstalledKernel("python3", "Python 3 (ipykernel)", "python")
R = InstalledKernel("ir", "R", "R")
DENO = InstalledKernel("deno", "TypeScript (Deno)", "typescript")
BASH = InstalledKernel("bash", "Bash", "bash")


@pytest.fixture
def image(tmp_path):
    for place, kernel in (("local", PYTHON), ("local", BASH), ("usr", R)):
        install(tmp_path / place / "share/jupyter/kernels", kernel)
    return tmp_path


def install(folder, kernel, **more):
    spec = folder / kernel.name / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": [], "display_name": kernel.display_name, "language": kernel.language}))


def test_the_kernels_of_an_image_and_of_the_hosts_usr_are_found_python_first(image, tmp_path):
    install(tmp_path / "host", DENO)
    install(tmp_path / "host", InstalledKernel("python3", "The host's own", "python"))

    assert kernels_of(image, tmp_path / "host") == [PYTHON, BASH, R, DENO]


def test_an_image_that_is_not_built_has_none(tmp_path):
    assert kernels_of(tmp_path / "python-of-tomorrow") == []


def test_a_specification_that_is_none_is_passed_over(image, tmp_path):
    broken = image / "local/share/jupyter/kernels/broken/kernel.json"
    broken.parent.mkdir()
    for text in ("{", "[]", '{"argv": []}'):
        broken.write_text(text)
        assert kernels_of(image, tmp_path / "host") == [PYTHON, BASH, R]


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        (KernelWish(), "python3"),
        (KernelWish("ir", "R"), "ir"),
        (KernelWish("bash"), "bash"),
        (KernelWish("conda-env-lab-py", "python"), "python3"),
        (KernelWish("python2", ""), "python3"),
        (KernelWish("r-4.3", "r"), "ir"),
        (KernelWish("", "javascript"), "deno"),
        (KernelWish("xcpp", "c++"), None),
        (KernelWish("somebodys-own", ""), None),
    ],
)
def test_a_notebook_gets_the_kernel_that_it_names_or_one_of_its_language(wish, name):
    assert match(wish, [PYTHON, BASH, R, DENO]) == name
