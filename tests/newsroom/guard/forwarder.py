"""A wire to a server that a test can cut, or hold so that nothing passes."""

import contextlib
import socket
import threading


class Forwarder:
    """Listens on a port of this machine and passes all on to another; cut() and mend() it."""

    def __init__(self, host, port):
        self.target = host, port
        self.listening = None
        self.pairs = []
        self.port = 0
        self.passing = threading.Event()
        self.passing.set()
        self.mend()

    def mend(self):
        """Let connections pass, on the same port as before."""
        self.passing.set()
        self.listening = socket.create_server(("127.0.0.1", self.port), backlog=100)
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, args=[self.listening], daemon=True).start()

    def cut(self):
        """End every connection and refuse new ones."""
        with contextlib.suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for one in self.pairs:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self.pairs = []

    def hold(self):
        """Let nothing pass, as a server that hangs, until release()."""
        self.passing.clear()

    def release(self):
        """Let everything pass that was held."""
        self.passing.set()

    def _accept(self, listening):
        with contextlib.suppress(OSError):
            while True:
                near, _ = listening.accept()
                far = socket.create_connection(self.target)
                self.pairs += [near, far]
                for one, other in [(near, far), (far, near)]:
                    threading.Thread(target=self._pass_on, args=[one, other], daemon=True).start()

    def _pass_on(self, one, other):
        with contextlib.suppress(OSError):
            while piece := one.recv(65536):
                self.passing.wait()
                other.sendall(piece)
        for end in [one, other]:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
