"""A Redis of one's own: a server where the program is installed, else an unused database of the one on this machine."""

import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress

import pytest
import redis

from tests.servers import free_port, wait_until

INSTALLED = "redis://127.0.0.1:6379"


def _answers(url):
    with suppress(redis.RedisError), redis.Redis.from_url(url, socket_timeout=1) as client:
        return client.ping()


@contextmanager
def redis_server():
    """Run with the URL of an empty Redis database; skips where there is no Redis."""
    program = shutil.which("redis-server")
    if program:
        with tempfile.TemporaryDirectory(prefix="newsroom-redis-") as folder:
            port = free_port()
            command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
            running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            try:
                wait_until(lambda: _answers(f"redis://127.0.0.1:{port}"))
                yield f"redis://127.0.0.1:{port}/0"
            finally:
                running.kill()
                running.wait()
        return
    if not _answers(INSTALLED):
        pytest.skip("There is no Redis: `apt-get install redis-server` brings it.")
    for number in range(15, 0, -1):
        with redis.Redis.from_url(f"{INSTALLED}/{number}") as client:
            if client.dbsize() == 0 and client.setnx("newsroom-tests", "taken"):
                try:
                    yield f"{INSTALLED}/{number}"
                finally:
                    client.flushdb()
                return
    pytest.skip("The Redis on this machine has no unused database.")
