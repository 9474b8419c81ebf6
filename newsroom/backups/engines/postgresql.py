"""PostgreSQL: one exported snapshot for pg_dump and for our own counts, put back in one transaction."""

import re
import secrets
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg
from django.db import connection, connections
from psycopg import sql

from .. import files
from ..manifest import Tables, Writes
from ..refused import Refused
from .programs import Programs, find_programs

FILE = "database.dump"
# What the text of a row depends on, so that every machine makes the same digest of it.
FIXED = (
    "SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET extra_float_digits = 1; "
    "SET bytea_output = 'hex'; SET lc_monetary = 'C'; SET search_path = public; "
)
LISTED = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relpersistence = 'p' ORDER BY 1"
)
DIGEST = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM public.{} t"
DUMP = [
    "--no-owner",
    "--no-privileges",
    "--no-unlogged-table-data",
    "--no-publications",
    "--no-subscriptions",
]
SCRIPT = ["--no-owner", "--no-privileges", "--file=-"]
# Written by newer programs for newer servers; an older one does not know it.
UNKNOWN_TO_OLDER = b"SET transaction_timeout = 0;\n"
PATIENCE = 60  # seconds that replacing the tables waits for somebody else's session to let go of them
HEAD = 4096  # bytes of a script in which that stands

type Beat = Callable[[], None]


def _connect(dbname: str = "") -> psycopg.Connection:
    """Return a connection of its own, without the limits of a page's."""
    values: dict[str, Any] = connection.get_connection_params()  # whatever the driver takes
    names = ["dbname", "user", "password", "host", "port", "service", "passfile"]
    chosen = {name: values[name] for name in values if name in names or name.startswith("ssl")}
    chosen |= {"dbname": dbname} if dbname else {}
    made = psycopg.connect(**chosen, autocommit=True)
    for name in ("idle_in_transaction_session_timeout", "statement_timeout", "lock_timeout"):
        made.execute(sql.SQL("SET {} = 0").format(sql.Identifier(name)))
    made.execute(FIXED.encode())
    return made


def _digests(session: psycopg.Connection, tables: Sequence[str], beat: Beat) -> Tables:
    found: Tables = {}
    for name in tables:
        beat()
        count, digest = session.execute(sql.SQL(DIGEST).format(sql.Identifier(name))).fetchone() or (0, "0")
        found[name] = (int(count), str(digest))
    return found


class Snapshot:
    """The database as it was at one moment, which an open transaction keeps."""

    def __init__(
        self,
        session: psycopg.Connection,
        name: str,
        programs: Programs,
        listing: dict[str, files.Stamp],
        beat: Beat,
    ) -> None:
        self.session, self.name, self.programs, self.files, self.beat = session, name, programs, listing, beat
        self.version = str(session.info.server_version)

    def fetch(self) -> None:
        """Do nothing: the server keeps it."""

    def migrations(self) -> list[list[str]]:
        """Return app and name of every migration that the database records."""
        rows = self.session.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2").fetchall()
        return [list(row) for row in rows]

    def tables(self) -> Tables:
        """Return count and digest of the rows of each table."""
        names = [name for (name,) in self.session.execute(LISTED).fetchall()]
        return _digests(self.session, names, self.beat)

    def write_part(self, tables: Sequence[str], target: Path) -> None:
        """Write the rows of these tables into a file of their own."""
        self._dump(target, "--data-only", *(f"--table=public.{_pattern(name)}" for name in tables))

    def write_main(self, left_out: Sequence[str], target: Path) -> None:
        """Write the rest: of the tables that are left out their shape alone."""
        self._dump(target, *(f"--exclude-table-data=public.{_pattern(name)}" for name in left_out))

    def _dump(self, target: Path, *options: str) -> None:
        command = [
            *self.programs.pg_dump,
            "-Fc",
            f"--snapshot={self.name}",
            *DUMP,
            *options,
            f"--file={target}",
        ]
        self.programs.run(command, self.beat, "pg_dump")


def _pattern(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def snapshot(folder: Path, beat: Beat) -> Iterator[Snapshot]:
    """Yield the database as it is now; others go on writing. Raises Refused where it can't be read to the end."""
    try:
        with _connect() as session:
            programs = find_programs(connection.get_connection_params(), session.info.server_version)
            session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            (name,) = session.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
            yield Snapshot(session, name, programs, files.listing(), beat)
            session.execute("ROLLBACK")
    except psycopg.Error as error:
        raise Refused(f"The database can't be read: {_line(str(error))}") from None


class Prepared:
    """A backup's database that is ready to be put in place of the site's own."""

    def __init__(self, main: Path, parts: Sequence[Path], tables: Tables, beat: Beat) -> None:
        self.main, self.parts, self.tables, self.beat = main, parts, tables, beat
        with _connect() as session:
            self.programs = find_programs(connection.get_connection_params(), session.info.server_version)

    def look_through(self) -> None:
        """Read every byte of the dumps; raises Refused where one is damaged."""
        for path in (self.main, *self.parts):
            self.programs.run(
                [*self.programs.pg_restore, "--file=/dev/null", str(path)], self.beat, "pg_restore"
            )

    def put_in_place(self, writes: Writes, dbname: str = "") -> None:
        """Replace what the database holds, in one transaction: a failure leaves it as it was. Raises Refused."""
        connections.close_all()
        with self.programs.psql(dbname) as (sink, failed):
            sink.write(f"SET lock_timeout = '{PATIENCE}s';\nBEGIN;\n".encode())
            sink.write(b"DROP SCHEMA IF EXISTS public CASCADE;\nCREATE SCHEMA public;\n")
            self._pour(sink, "--section=pre-data", self.main)
            self._pour(sink, "--section=data", self.main)
            for part in self.parts:
                self._pour(sink, "--section=data", part)
            self._pour(sink, "--section=post-data", self.main)
            sink.write(self._comparison())
            for statement, values in writes:
                sink.write(_literal(statement, values))
            # Whatever fails before this line, or ends us, leaves the transaction open: the server takes it back.
            sink.write(b"\nCOMMIT;\n")
        if failed:
            raise Refused(f"PostgreSQL refused the backup, and the database is as it was: {failed[0]}")

    def _pour(self, sink: IO[bytes], section: str, path: Path) -> None:
        """Write the statements of a section; raises Refused where the dump is damaged."""
        command = [*self.programs.pg_restore, section, *SCRIPT, str(path)]
        with subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout and process.stderr  # noqa: S101 - for mypy: both are pipes
            sink.write(process.stdout.read(HEAD).replace(UNKNOWN_TO_OLDER, b""))
            while piece := process.stdout.read(1024 * 1024):
                sink.write(piece)
                self.beat()
            words = process.stderr.read().decode(errors="replace")
        if process.returncode:
            raise Refused(f"The database of the backup is damaged: {_line(words)}")

    def _comparison(self) -> bytes:
        """Return statements that fail where a row is not what was saved."""
        lines = [FIXED, "DO $compare$ DECLARE n bigint; d text; BEGIN"]
        for name, (count, digest) in self.tables.items():
            asked = DIGEST.format(_pattern(name)) + " "
            told = f"the rows of {name} are not those that were saved".replace("'", "''")
            lines.append(asked.replace(" FROM ", " INTO n, d FROM ", 1) + ";")
            lines.append(
                f"IF n <> {count} OR d <> '{digest}' THEN RAISE EXCEPTION USING MESSAGE = '{told}'; END IF;"
            )
        return "\n".join([*lines, "END $compare$;\n"]).encode()


def _literal(statement: str, values: Sequence[Any]) -> bytes:
    """Return a statement with its values as SQL."""
    pieces = re.split(r"%s", statement)
    text = pieces[0] + "".join(
        sql.Literal(value).as_string(None) + piece for value, piece in zip(values, pieces[1:], strict=True)
    )
    return text.encode() + b";\n"


def _line(words: str) -> str:
    return next((line for line in words.splitlines() if line.strip()), "no reason given")


@contextmanager
def prepared(
    folder: Path, main: Path, parts: Sequence[Path], tables: Tables, beat: Beat
) -> Iterator[Prepared]:
    """Yield the backup's database, looked through; its rows are compared before the transaction ends."""
    made = Prepared(main, parts, tables, beat)
    made.look_through()
    yield made


def comparable(tables: Tables, server: str) -> Tables:
    """Return what can be compared of tables that a server of this version saved: on another, counts alone."""
    with _connect() as session:
        if str(session.info.server_version // 10_000) == server[:-4]:
            return tables
    return {name: (count, "") for name, (count, _digest) in tables.items()}


def may_prepare() -> str:
    """Return why a backup can't be loaded for comparison here, or ""."""
    with _connect() as session:
        row = session.execute(
            "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    if row and row[0]:
        return ""
    return "the role of DATABASE_URL may not create a database to load it into (ALTER ROLE … CREATEDB)"


@contextmanager
def scratch_database() -> Iterator[str]:
    """Yield the name of an empty database, which is dropped at the end."""
    name = f"newsroom_verify_{secrets.token_hex(6)}"
    with _connect() as session:
        for (left,) in session.execute(
            "SELECT datname FROM pg_database JOIN pg_roles r ON r.oid = datdba "
            "WHERE datname LIKE 'newsroom_verify_%' AND rolname = current_user"
        ).fetchall():  # by one that was killed: the lock of backups lets nobody else be here
            session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(left)))
        session.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    try:
        yield name
    finally:
        with _connect() as session:
            session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
