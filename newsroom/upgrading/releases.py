"""Releases of Newsroom on this machine: each in a folder of its own, with an environment of its own."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError

from .changing import python_of

LEAST_FREE = 1024**3  # bytes on the disk of a release: its environment takes about 400 MB
NAMES = ["python3", "python3.12", "python3.13", "python3.14"]
S3 = "requirements/s3.txt"  # what only a site with files or backups in a bucket needs

type Run = Callable[[Sequence[str], Path], str]


@dataclass(frozen=True)
class Release:
    """A folder that holds a version of Newsroom."""

    folder: Path

    @property
    def project(self) -> Mapping[str, str]:
        """Return the table `project` of its pyproject.toml."""
        found: Mapping[str, str] = tomllib.loads((self.folder / "pyproject.toml").read_text())["project"]
        return found

    @property
    def version(self) -> str:
        """Return its version, such as "0.2.0"."""
        return self.project["version"]

    @property
    def python(self) -> Path:
        """Return its interpreter, which may not be there yet."""
        return python_of(self.folder)

    @property
    def can_change(self) -> bool:
        """Return whether its supervisor can take over from another release, and be asked to."""
        return (self.folder / "newsroom" / "upgrading" / "changing.py").is_file()

    @property
    def is_installed(self) -> bool:
        """Return whether its environment holds what it needs."""
        wanted = self.folder / "requirements" / "base.txt"
        stamps = [self.folder / ".venv" / f"{name}.stamp" for name in ("base", "dev")]
        return self.python.exists() and any(
            stamp.exists() and stamp.stat().st_mtime >= wanted.stat().st_mtime for stamp in stamps
        )


def release_in(folder: str | Path) -> Release:
    """Return the release in a folder; raises CommandError where there is none."""
    path = Path(folder).resolve()
    for name in ("manage.py", "pyproject.toml", "newsroom/settings.py", "requirements/base.txt"):
        if not (path / name).is_file():
            raise CommandError(f"{path} holds no release of Newsroom: {name} is missing.")
    if settings.DATA_DIR.is_relative_to(path) or settings.DATA_DIR.is_relative_to(settings.BASE_DIR):
        raise CommandError(
            f"DATA_DIR ({settings.DATA_DIR}) lies inside a release. "
            "Move it to a folder of its own, such as /var/lib/newsroom, and set DATA_DIR."
        )
    return Release(path)


def find_python(release: Release) -> str:
    """Return an interpreter that is new enough; raises CommandError where there is none."""
    wanted = release.project["requires-python"].removeprefix(">=").strip()
    least = tuple(int(part) for part in wanted.split("."))
    code = f"import sys, venv, ensurepip; sys.exit(sys.version_info < {least!r})"
    own = getattr(sys, "_base_executable", None) or sys.executable
    for name in [own, *filter(None, map(shutil.which, NAMES))]:
        if subprocess.run([name, "-c", code], check=False, capture_output=True).returncode == 0:  # noqa: S603
            return str(name)
    raise CommandError(
        f"{release.folder} needs Python {wanted} or later with its venv module; install it first."
    )


def require_space(folder: Path, needed: int) -> None:
    """Raise CommandError where a folder's disk has less room than that, in bytes."""
    existing = next(path for path in [folder, *folder.parents] if path.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise CommandError(
            f"The disk of {folder} has {free // 1024**2} MB free; {needed // 1024**2} MB are needed."
        )


def needs_bucket() -> bool:
    """Return whether the site keeps files or backups in a bucket."""
    return any(os.environ.get(name, "").startswith("s3:") for name in ("FILES_URL", "BACKUP_TO"))


def _has_pip(release: Release) -> bool:
    command = [str(release.python), "-c", "import pip"]
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603
    except OSError:
        return False


def install(release: Release, run: Run) -> None:
    """Make the environment of a release, with hashes, and compile its code."""
    require_space(release.folder, LEAST_FREE)
    environment = release.folder / ".venv"
    if not _has_pip(release):  # of an attempt that was killed there may be a part
        run([find_python(release), "-m", "venv", "--clear", str(environment)], release.folder)
    pip = [str(release.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wanted = ["requirements/base.txt"]
    if needs_bucket() and (release.folder / S3).is_file():
        wanted.append(S3)
    for name in wanted:
        run([*pip, "--require-hashes", "-r", name], release.folder)
    (environment / "base.stamp").touch()
    ours = ["newsroom", "articles", "newsletter", "inquiries"]
    run([str(release.python), "-m", "compileall", "-q", *ours], release.folder)
