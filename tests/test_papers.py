"""What the papers say of the code is true."""

import re
import tomllib
from pathlib import Path

import newsroom
from tests import floors
from tests.test_imports import APPS, ROOT

PAPERS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


def test_the_drawing_of_the_floors_is_that_of_the_imports():
    assert floors.page()[1] == floors.drawing(), "run: python -m tests.floors --write"


def test_every_file_that_a_paper_names_is_there():
    named = {
        (paper.name, path)
        for paper in PAPERS
        for path in re.findall(
            r"`((?:newsroom|articles|newsletter|inquiries|tests|docs|deploy|templates|static)/[\w./*-]+)`",
            paper.read_text(encoding="utf-8"),
        )
    }
    assert len(named) > 50
    assert [(paper, path) for paper, path in named if not list(ROOT.glob(path.rstrip("/")))] == []


def test_a_file_that_is_named_without_its_folder_lies_beside_one_that_is_named_before_it():
    lines = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        near: set[Path] = set()
        for name in re.findall(r"`([\w./-]+(?:\.(?:py|js|html|json|txt)|/))`", line):
            found = [folder / name for folder in (ROOT, *near) if (folder / name).exists()]
            assert found, f"docs/architecture.md, line {number}: where is {name}?"
            folder = found[0] if found[0].is_dir() else found[0].parent
            near |= {folder, folder.parent} - {ROOT}


def test_every_link_between_papers_leads_somewhere():
    for paper in PAPERS:
        for link in re.findall(r"\]\(([^):#]+)\)", paper.read_text(encoding="utf-8")):
            assert (paper.parent / link).exists(), f"{paper.name}: {link}"


def test_the_readme_is_short_enough_to_be_read():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_one_version_stands_everywhere_and_staff_see_it(admin_client):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert newsroom.__version__ == version
    assert f"\n## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"Newsroom {version}" in admin_client.get("/admin/").content.decode()


def test_the_architecture_names_every_place_that_looks_models_up_by_name():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    lookups = {
        path.relative_to(ROOT).as_posix()
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if re.search(r"get_models?\b|import_module|autodiscover", path.read_text(encoding="utf-8"))
    }
    named = set(re.findall(r"`([\w./]+\.py)`", page[page.index("Models are looked up") :].split("\n\n")[0]))
    assert lookups == named
