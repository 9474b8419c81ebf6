"""The floors of the house: imports go down, never up and never in circles."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "newsroom": set(),
    "articles": {"newsroom"},
    "newsletter": {"newsroom", "articles"},
    "inquiries": {"newsroom"},
}
APPS = [app for app in MAY_IMPORT if (ROOT / app).is_dir()]


def modules(app):
    """Return the modules of an app: dotted name and path."""
    for path in sorted((ROOT / app).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if ".migrations" not in name:
            yield name, path


KNOWN = {name: path for app in APPS for name, path in modules(app)}


def imports(name, path):
    """Return the dotted names that a module imports, those inside its functions included."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            # `from package import module` leads to the module, `from module import name` to the module itself.
            found |= {
                f"{base}.{alias.name}" if f"{base}.{alias.name}" in KNOWN else base for alias in node.names
            }
    return found


@pytest.mark.parametrize("app", APPS)
def test_it_imports_only_from_the_floors_below(app):
    wrong = [
        f"{name} imports {target}"
        for name, path in modules(app)
        for target in imports(name, path)
        if target.split(".")[0] in MAY_IMPORT.keys() - MAY_IMPORT[app] - {app}
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle():
    arrows = {
        name: {target for target in imports(name, path) if target in KNOWN and target != name}
        for name, path in KNOWN.items()
    }
    done, circles = set(), []

    def walk(name, way):
        if name in way:
            circles.append(" -> ".join([*way[way.index(name) :], name]))
        elif name not in done:
            for target in sorted(arrows[name]):
                walk(target, [*way, name])
            done.add(name)

    for name in arrows:
        walk(name, [])
    assert circles == []


def test_every_app_stands_on_a_floor():
    apps = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert apps <= MAY_IMPORT.keys()
