"""Signals reach whoever waits for them, at whichever moment they come."""

import subprocess
import sys

from tests.servers import ROOT

# Another thread sends a signal just as the main thread begins to wait for it, again and again.
WAITING = """
import os, queue, signal, threading
from newsroom.guard import signalled
come, taken = threading.Event(), queue.SimpleQueue()
signalled.set_at(come, signal.SIGUSR1)
def send():
    while taken.get():
        os.kill(os.getpid(), signal.SIGUSR1)
threading.Thread(target=send, daemon=True).start()
for _number in range(5_000):
    taken.put(True)
    come.wait()
    come.clear()
child = os.fork()
if child == 0:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(20)
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.pause()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGUSR1)
"""


def test_no_wait_is_for_ever_and_forked_processes_end_as_others_do():
    done = subprocess.run(
        [sys.executable, "-c", WAITING], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "True\n", done.stderr
