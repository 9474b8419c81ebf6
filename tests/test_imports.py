"""The floors of the house: an arrow goes down, never up and never in a circle, by import or by name."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("newsroom", "articles", "newsletter", "inquiries")

# Which rooms a room may use; whatever is not named here stands in no room, and belongs to the app itself.
PLATFORM = {
    "guard": set(),
    "sandbox": set(),
    "faults": {"guard"},
    "logs": {"guard", "faults"},
    "configuration": set(),
    "othersites": set(),
    "conditions": {"storage"},
    "pagecache": {"guard", "faults", "conditions", "storage"},
    "editing": {"guard"},
    "storage": {"guard", "faults"},
    "server": {"guard", "faults", "logs", "pagecache"},
    "upgrading": {"guard", "faults", "configuration", "storage", "conditions", "backups", "server"},
    "outbox": {"guard", "faults", "othersites", "storage", "editing", "conditions"},
    "filestore": {"guard", "faults", "conditions", "storage", "outbox", "pagecache"},
    "backups": {"guard", "faults", "storage", "filestore", "outbox", "conditions"},
    "signin": {"guard", "faults", "storage", "editing", "outbox", "backups"},
    "search": {
        "guard",
        "faults",
        "othersites",
        "storage",
        "editing",
        "conditions",
        "outbox",
        "backups",
        "pagecache",
    },
    "alerts": {"storage", "outbox"},
    "pictures": {
        "guard",
        "faults",
        "sandbox",
        "storage",
        "filestore",
        "editing",
        "outbox",
        "search",
        "backups",
        "pagecache",
    },
    "richtext": {"guard", "othersites", "pictures"},
    "versions": {
        "guard",
        "faults",
        "storage",
        "filestore",
        "editing",
        "outbox",
        "backups",
        "pagecache",
        "search",
        "pictures",
        "richtext",
    },
    "unsaved": {"guard", "storage", "editing", "outbox", "signin"},
    "sitesettings": {
        "guard",
        "faults",
        "othersites",
        "storage",
        "editing",
        "alerts",
        "pictures",
        "backups",
        "pagecache",
        "versions",
    },
}
EVERY_PLATFORM_ROOM = {f"newsroom.{room}" for room in PLATFORM} - {"newsroom.server", "newsroom.upgrading"}
ROOMS = {f"newsroom.{room}": {f"newsroom.{below}" for below in used} for room, used in PLATFORM.items()}
# What a database is, is the project's to know.
ROOMS["newsroom.upgrading"] |= {"newsroom.lineage", "newsroom.staticstorage"}
# What apps offer is read by name; the web process is what the supervisor starts.
ROOMS["newsroom.server"] |= {"newsroom.wsgi"}
ROOMS |= {
    # A library with one door. Of ours it uses what is no more than arithmetic on pixels, and a process for foreign files.
    "articles.documents": {
        "newsroom.pictures.pixels",
        "newsroom.pictures.deeptiffs",
        "newsroom.sandbox.confining",
        "newsroom.sandbox.sandboxing",
    },
    "articles.checks": EVERY_PLATFORM_ROOM | {"articles", "articles.links", "articles.places"},
    "articles.links": EVERY_PLATFORM_ROOM,
    "articles.lists": EVERY_PLATFORM_ROOM
    | {"articles", "articles.places.models", "articles.resources.models"},
    "articles.corrections": EVERY_PLATFORM_ROOM | {"articles", "articles.feeds"},
    "articles.feeds": EVERY_PLATFORM_ROOM | {"articles", "articles.lists", "articles.places"},
    "articles.resources": EVERY_PLATFORM_ROOM
    | {"articles", "articles.documents", "articles.feeds", "articles.lists", "articles.places"},
    "articles.frontpage": EVERY_PLATFORM_ROOM
    | {"articles", "articles.lists", "articles.places", "articles.resources"},
    "articles.socialpictures": EVERY_PLATFORM_ROOM
    | {"articles", "articles.places.models", "articles.resources.models"},
    "articles.places": EVERY_PLATFORM_ROOM | {"articles", "articles.lists", "articles.resources.models"},
    "inquiries.floods": EVERY_PLATFORM_ROOM | {"inquiries"},
    "inquiries.officers": EVERY_PLATFORM_ROOM | {"inquiries"},
    "inquiries.mailbox": EVERY_PLATFORM_ROOM | {"inquiries", "inquiries.floods", "inquiries.officers"},
    "newsletter.issues": EVERY_PLATFORM_ROOM
    | {"articles", "articles.feeds", "articles.places", "articles.resources"},
    "newsletter.readers": EVERY_PLATFORM_ROOM | {"articles", "articles.places", "newsletter.issues"},
    "newsletter.sending": EVERY_PLATFORM_ROOM | {"newsletter.issues", "newsletter.readers"},
}
MAY_USE = {
    "newsroom": EVERY_PLATFORM_ROOM | {"newsroom.server", "newsroom.upgrading"},
    "articles": EVERY_PLATFORM_ROOM | {room for room in ROOMS if room.startswith("articles.")},
    "newsletter": EVERY_PLATFORM_ROOM
    | {room for room in ROOMS if room.startswith(("articles.", "newsletter."))}
    | {"articles"},
    "inquiries": EVERY_PLATFORM_ROOM | {room for room in ROOMS if room.startswith("inquiries.")},
} | ROOMS
FOR_ALL = {"newsroom.offers", "newsroom.countries"}  # what apps offer, by name; a list of names
# The project's own files, which may name every app; all other files of newsroom/ stand in rooms.
PROJECT = {path.stem for path in (ROOT / "newsroom").glob("*.py")} | {
    "accounts",
    "adminpages",
    "management",
    "templatetags",
    "formats",
}


def modules(app):
    """Yield the modules of an app: dotted name and path."""
    for path in sorted((ROOT / app).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if ".migrations" not in name:
            yield name, path


KNOWN = {name: path for app in APPS for name, path in modules(app)}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in KNOWN.items()}


def imports(name):
    """Return the dotted names that a module imports, those inside its functions included."""
    package = name if KNOWN[name].name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in ast.walk(TREES[name]):
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


def names_in_strings(name):
    """Return the apps and rooms of ours that the strings of a module name, as labels or as dotted paths."""
    found = set()
    for node in ast.walk(TREES[name]):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and re.fullmatch(rf"({'|'.join(APPS)})(\.[A-Za-z_]+)+", text):
            found.add(text)
    return found


def room_of(name):
    """Return the room that a module stands in, or its app."""
    room = ".".join(name.split(".")[:2])
    return room if room in ROOMS else name.split(".")[0]


def is_allowed(room, target):
    """Return whether a module of a room may use another."""
    used = MAY_USE[room] | FOR_ALL | {room}
    if room_of(target) == room or target.split(".")[0] not in APPS:
        return True
    if room_of(target) in APPS and room_of(target) == target.split(".")[0]:
        return room_of(target) in used or target in used
    return any(target == one or target.startswith(f"{one}.") for one in used - set(APPS))


def is_of_the_project(name):
    """Return whether a module is one of the project's own files."""
    parts = name.split(".")
    return parts[0] == "newsroom" and (len(parts) == 1 or parts[1] in PROJECT)


@pytest.mark.parametrize("room", MAY_USE)
def test_it_uses_only_the_rooms_below(room):
    found = [name for name in KNOWN if room_of(name) == room and not is_of_the_project(name)]
    wrong = [
        f"{name} imports {target}"
        for name in found
        for target in imports(name)
        if not is_allowed(room, target)
    ]
    assert wrong == []


@pytest.mark.parametrize("app", APPS)
def test_no_string_names_an_app_above(app):
    below = {room.split(".")[0] for room in MAY_USE[app]} | {app, "newsroom"}
    wrong = [
        f"{name} names {text}"
        for name in KNOWN
        if name.split(".")[0] == app and not is_of_the_project(name)
        for text in names_in_strings(name)
        if text.split(".")[0] not in below
    ]
    assert wrong == []


def test_rooms_that_use_each_other_are_named():
    pairs = {
        (room, other)
        for room in ROOMS
        for other in ROOMS
        if room < other and is_allowed(room, other) and is_allowed(other, room)
    }
    assert pairs == set()


def test_no_modules_import_each_other_in_a_circle():
    arrows = {
        name: {target for target in imports(name) if target in KNOWN and target != name} for name in KNOWN
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
    assert apps == set(APPS)


def test_every_folder_of_an_app_is_a_room_or_holds_its_own_layers():
    layers = {"admin", "models", "management", "migrations", "templatetags", "formats", "desk"}
    layers |= {"accounts", "adminpages"}  # the project's own
    folders = {f"{app}.{path.parent.name}" for app in APPS for path in (ROOT / app).glob("*/__init__.py")}
    assert {name for name in folders if name.split(".")[1] not in layers} == set(ROOMS)
