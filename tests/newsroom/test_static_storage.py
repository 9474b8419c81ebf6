"""Static files that are collected anew while a site serves them."""

import threading

from tests.servers import Prepared, clean_environment, manage

COLLECT = "from newsroom.staticstorage import collect_static_files; collect_static_files()"


def state(folder):
    """Return what tells a change of each file below a folder."""
    return {
        path.relative_to(folder): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


class Reader(threading.Thread):
    """Reads files over and over, and counts what was not whole."""

    def __init__(self, paths):
        super().__init__(daemon=True)
        self.whole = {path: path.read_bytes() for path in paths}
        self.reads, self.faults, self.over = 0, [], threading.Event()

    def run(self):
        while not self.over.is_set():
            for path, whole in self.whole.items():
                try:
                    found = path.read_bytes()
                except OSError as error:
                    self.faults.append(str(error))
                else:
                    self.reads += 1
                    if found != whole:
                        self.faults.append(f"{path}: {len(found)} of {len(whole)} bytes")


def test_what_is_served_is_whole_at_each_moment_while_it_is_collected_anew(tmp_path):
    prepared = Prepared("tables")
    prepared.copy_to(tmp_path, "", "")  # its static files are further names of those that other tests serve
    before, static = state(prepared.data_dir / "static"), tmp_path / "static"
    (stamp,) = tmp_path.glob("static-files-*")
    stamp.unlink()
    (static / ".part").mkdir()
    (static / ".part" / "left").touch()  # by a run that was killed
    names = [
        "css/site.*.css",
        "css/site.*.css.br",
        "admin/js/vendor/jquery/jquery.min.*",
        "ckeditor/ckeditor/config.js",
    ]
    reader = Reader([path for name in names for path in static.glob(name)])
    assert len(reader.whole) >= 7
    reader.start()
    done = manage(
        "shell", "--no-imports", "-c", COLLECT, env=clean_environment(DEMO="on", DATA_DIR=str(tmp_path))
    )
    reader.over.set()
    reader.join()
    assert (done.returncode, done.stderr) == (0, "")
    assert reader.reads > 100 and reader.faults == []
    assert stamp.is_file() and not (static / ".part").exists()
    assert state(static).keys() == before.keys()
    assert state(prepared.data_dir / "static") == before
