"""Nothing of the product is too large to be read in one go."""

import ast

import pytest

from tests.test_imports import APPS, ROOT

FOLDER, PROJECT = 25, 30  # modules; PROJECT is for the project's own files
MODULE, FUNCTION = 300, 40  # lines
SOURCES = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


def test_no_folder_holds_more_than_25_modules():
    folders = {path.parent for path in SOURCES}
    counts = {folder: len([p for p in folder.glob("*.py") if p.name != "__init__.py"]) for folder in folders}
    most = {folder: PROJECT if folder == ROOT / "newsroom" else FOLDER for folder in folders}
    assert len(folders) > 30 and {str(f): n for f, n in counts.items() if n > most[f]} == {}


@pytest.mark.parametrize("app", APPS)
def test_no_module_has_more_than_300_lines_and_no_function_more_than_40(app):
    large = []
    for path in SOURCES:
        if path.relative_to(ROOT).parts[0] != app:
            continue
        source = path.read_text(encoding="utf-8")
        if len(source.splitlines()) > MODULE:
            large.append(str(path.relative_to(ROOT)))
        for node in ast.walk(ast.parse(source)):
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if is_function and node.end_lineno - node.lineno + 1 > FUNCTION:
                large.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert large == []
