"""Lets untrusted files be read in processes that are forked from one with libraries loaded: each takes a tenth of the time.

A process is confined as in production, and runs the same program with the same arguments, environment and files. Tests
with the mark own_process, and the site's own servers, start it as production does.
"""

import atexit
import importlib
import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TimeoutExpired = subprocess.TimeoutExpired

# What the programs load once they know what kind of file they read.
LIBRARIES = [
    "articles.documents.filetypes", "articles.documents.sandbox", "lxml.etree", "newsroom.pictures.decoding",
    "pdfminer.high_level", "pikepdf", "pillow_heif", "PIL.Image", "PIL.ImageCms", "PIL.ImageOps",
]  # fmt: skip
FORKER = "import sys; sys.path.insert(0, sys.argv[1]); from tests import warmreading; warmreading.wait_for_files(int(sys.argv[2]))"


@cache
def forker(environment):
    """Return the socket of the process that forks; it ends with ours."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-I", "-c", FORKER, str(ROOT), str(theirs.fileno())]
    process = subprocess.Popen(
        command, env=dict(environment), pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
    )
    theirs.close()

    @atexit.register
    def end():
        ours.close()
        process.wait()

    return ours


class Popen:
    """A forked process that runs what the command names, as subprocess.Popen would."""

    def __init__(self, command, *, stdin, stdout, env, start_new_session):
        flags, start, *arguments = command[1:]
        assert (flags, start, start_new_session) == ("-I", "-c", True)
        self.code = None
        self.answers, asked = socket.socketpair()
        with asked:
            # A variable of the allocator is read as a process starts.
            at_the_start = forker(
                (("MALLOC_ARENA_MAX", env["MALLOC_ARENA_MAX"]), ("PATH", env.get("PATH", "")))
            )
            socket.send_fds(at_the_start, [b"x"], [stdin.fileno(), stdout.fileno(), 2, asked.fileno()])
        self.answers.sendall(json.dumps([arguments, env]).encode())
        self.answers.shutdown(socket.SHUT_WR)
        self.pid = int(self.answers.recv(20, socket.MSG_WAITALL))

    def wait(self, timeout=None):
        """Return how it ended; raises TimeoutExpired where it goes on for longer."""
        if self.code is None:
            self.answers.settimeout(timeout)
            try:
                self.code = int(self.answers.recv(20, socket.MSG_WAITALL))
            except TimeoutError:
                raise TimeoutExpired("", timeout) from None
            self.answers.close()
        return self.code


def wait_for_files(number):
    """Fork for each request, and run inside the process that was forked what is asked for."""
    sys.path.insert(0, str(ROOT))
    for name in LIBRARIES:
        importlib.import_module(name)
    with socket.socket(fileno=number) as requests:
        while True:
            asked, files, _flags, _address = socket.recv_fds(requests, 1, 4)
            if not asked:
                return  # the tests have ended
            if os.fork() == 0:
                requests.close()
                run_and_tell(*files)
            for file in files:
                os.close(file)
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


def run_and_tell(given, made, err, asked):
    """Fork once more: let the parent tell how the child ends, and the child run its program."""
    with socket.socket(fileno=asked) as answers:
        (command, environment) = json.loads(b"".join(iter(lambda: answers.recv(65536), b"")))
        pid = os.fork()
        if pid == 0:
            os.setsid()
            answers.sendall(f"{os.getpid():20}".encode())
        else:
            _pid, status = os.waitpid(pid, 0)
            with suppress(BrokenPipeError):
                answers.sendall(f"{os.waitstatus_to_exitcode(status):20}".encode())
            os._exit(0)
    for number, file in enumerate([given, made, err]):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(environment)
    start, *sys.argv[1:] = command
    try:
        exec(start)
        sys.stdout.flush()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)
