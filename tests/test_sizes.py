"""Nothing of the product is too large to be read in one go, nor what makes its demo and installs it."""

import ast
import re

import pytest

from tests.test_imports import APPS, ROOT

FOLDER = 25  # modules
MODULE, FUNCTION = 300, 40  # lines
SOURCES = {
    app: [path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    for app in (*APPS, "fixtures")
}
SCRIPTS = [path for path in (ROOT / "deploy").iterdir() if path.read_text(encoding="utf-8").startswith("#!")]


def test_no_folder_holds_more_than_25_modules():
    folders = {path.parent for paths in SOURCES.values() for path in paths}
    counts = {folder: len([p for p in folder.glob("*.py") if p.name != "__init__.py"]) for folder in folders}
    assert len(folders) > 30 and {str(f): n for f, n in counts.items() if n > FOLDER} == {}


@pytest.mark.parametrize("app", SOURCES)
def test_no_module_has_more_than_300_lines_and_no_function_more_than_40(app):
    large = []
    for path in SOURCES[app]:
        source = path.read_text(encoding="utf-8")
        if len(source.splitlines()) > MODULE:
            large.append(str(path.relative_to(ROOT)))
        for node in ast.walk(ast.parse(source)):
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if is_function and node.end_lineno - node.lineno + 1 > FUNCTION:
                large.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert SOURCES[app] and large == []


def test_no_function_of_a_script_has_more_than_40_lines():
    """install.sh is one file, so that it can be read before it is run as root; its functions are small."""
    functions = [
        (path.name, found["name"], found[0].count("\n") + 1)
        for path in SCRIPTS
        for found in re.finditer(
            r"^(?P<name>\w+)\(\) [{(](?:[^\n]*[})]$|.*?^[})]$)",
            path.read_text(encoding="utf-8"),
            re.MULTILINE | re.DOTALL,
        )
    ]
    assert len(functions) > 50 and [one for one in functions if one[2] > FUNCTION] == []
