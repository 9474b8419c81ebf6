"""A bucket that speaks S3: moto's server in a process of its own, which tests may stop, freeze and start again."""

import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import suppress
from urllib.error import URLError

from tests.servers import ROOT, free_port, wait_until

KEY, SECRET = "key", "se/cret"


class BucketServer:
    """The running server; what it holds lies in its memory."""

    def __init__(self):
        self.port = free_port()
        self.process = None

    def start(self):
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet)
        wait_until(self._answers, 60)
        return self

    def _answers(self):
        with suppress(URLError, OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5):
            return True

    def url(self, bucket, prefix=""):
        """Return the FILES_URL of a bucket."""
        where = f"{bucket}/{prefix}".rstrip("/")
        return f"s3://{KEY}:{SECRET.replace('/', '%2F')}@127.0.0.1:{self.port}/{where}?tls=off"

    def client(self):
        import boto3

        return boto3.client("s3", endpoint_url=f"http://127.0.0.1:{self.port}", region_name="us-east-1",
                            aws_access_key_id=KEY, aws_secret_access_key=SECRET)  # fmt: skip

    def make(self, bucket):
        """Create a bucket, and return its FILES_URL."""
        self.client().create_bucket(Bucket=bucket)
        return self.url(bucket)

    def names(self, bucket):
        """Return the keys of everything in a bucket."""
        return [one["Key"] for one in self.client().list_objects_v2(Bucket=bucket).get("Contents", [])]

    def freeze(self):
        """Let it take connections and answer nothing."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.thaw()
            self.process.kill()
            self.process.wait()
