"""The fence around CKEditor 4.22.1, which is end-of-life: each known hole is out of reach."""

import json
import re
from pathlib import Path

import ckeditor
import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from newsroom.richtext.allowlist import ATTRIBUTES, TAGS
from newsroom.richtext.editor import CONFIG, PLUGINS
from newsroom.richtext.fields import RichTextFormField
from newsroom.richtext.sanitiser import safe, sanitise
from newsroom.richtext.staticfiles import NEEDED_BY_PLUGINS

FOLDER = Path(ckeditor.__file__).parent / "static" / "ckeditor" / "ckeditor"


def test_the_version_is_the_one_that_the_docs_speak_of():
    assert 'version:"4.22.1"' in (FOLDER / "ckeditor.js").read_text(encoding="utf-8")
    docs = Path(settings.BASE_DIR / "docs" / "security.md").read_text(encoding="utf-8")
    for hole in ["2023-4771", "2024-24815", "2024-24816", "2024-43407", "2024-43411"]:
        assert f"CVE-{hole}" in docs


def test_only_named_plugins_load():
    config = RichTextFormField().widget.config
    assert config["plugins"].split(",") == PLUGINS and not config["extraPlugins"]
    assert not {"preview", "sourcearea", "docprops", "iframe", "flash", "forms", "image", "filebrowser", "uploadimage",
                "scayt", "wsc", "exportpdf", "templates", "print", "newpage", "save", "embed", "codesnippet",
                "codesnippetgeshi", "pastefromword", "stylesheetparser", "ajax", "wysiwygarea"} & set(PLUGINS)  # fmt: skip
    assert "divarea" in PLUGINS
    assert not {"on", "style", "class", "script"} & set(re.findall(r"[a-z]+", config["allowedContent"]))
    assert "ckeditor_uploader" not in settings.INSTALLED_APPS


def test_the_editor_and_its_paste_script_get_the_allow_list_of_the_server():
    widget = RichTextFormField().widget
    config = json.loads(widget.get_context("body_html", "", {})["widget"]["attrs"]["data-editor"])
    allowed = config["newsroom"]["allowed"]
    assert allowed.keys() == TAGS
    assert {(tag, name) for tag in allowed for name in allowed[tag]} == {
        (tag, name) for tag, names in ATTRIBUTES.items() for name in names
    } - {("a", "rel")}
    rules = dict(
        re.fullmatch(r"(\w+)(?:\[(.*)\])?", rule).groups() for rule in config["allowedContent"].split("; ")
    )
    ours = {tag: set((names or "").replace("!", "").split(",")) - {""} for tag, names in rules.items()}
    assert ours == {tag: set(names) for tag, names in allowed.items()} | {"a": {*allowed["a"], "name"}}


def test_cve_2024_24815_no_full_page_and_no_script_or_style_is_allowed():
    assert "fullPage" not in CONFIG and "allowedContent" in CONFIG and CONFIG["allowedContent"] is not True
    attack = "<p>a</p><![CDATA[<script>alert(1)</script>]]><style><!--</style><img src=x onerror=alert(1)>--></style>"
    for clean in [sanitise(attack), safe(attack)]:
        assert not re.search("<(script|style|img)", clean)


def test_cve_2023_4771_and_2024_24816_no_sample_page_and_no_other_plugin_is_served():
    files = [path for finder in get_finders() for path, _storage in finder.list([])]
    assert [path for path in files if path.endswith((".html", ".htm", ".swf"))] == []
    of_editor = {path.removeprefix("ckeditor/ckeditor/") for path in files if path.startswith("ckeditor/")}
    assert {
        "ckeditor.js",
        "lang/en.js",
        "plugins/divarea/plugin.js",
        "plugins/link/dialogs/link.js",
    } <= of_editor
    plugins = {path.split("/")[1] for path in of_editor if re.match("plugins/[^/]+/", path)}
    assert plugins <= {*PLUGINS, *NEEDED_BY_PLUGINS}
    assert {path.split("/")[1] for path in of_editor if path.startswith("skins/")} == {CONFIG["skin"]}


def test_cve_2024_43407_no_php_and_no_highlighter_plugin():
    assert not {"codesnippet", "codesnippetgeshi"} & set(PLUGINS)
    assert list(FOLDER.rglob("*.php")) == []


def test_cve_2024_43411_the_editor_asks_no_other_host_for_its_version():
    assert CONFIG["versionCheck"] is False


@pytest.mark.django_db
def test_only_pages_that_hold_an_editor_get_the_relaxed_policy(client, editor):
    client.force_login(editor)
    with_editor = client.get("/admin/articles/article/add/").headers["Content-Security-Policy"]
    assert "script-src 'self'" in with_editor and "script-src-attr 'unsafe-inline'" in with_editor
    for address in ["/admin/", "/admin/articles/article/", "/"]:
        assert "unsafe" not in client.get(address).headers["Content-Security-Policy"]
