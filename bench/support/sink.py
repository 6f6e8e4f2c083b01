"""postfix's smtp-sink on loopback: takes mail, and tells how much of it and when."""

import os
import re
import signal
import socket
import threading
import time

from support.process import Process, wait_for


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sink(Process):
    def __init__(self, bench):
        self.port = free_port()
        reader, writer = os.pipe()
        # The user is the one it would run as anyhow; it insists on being told when started by root.
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        super().__init__([bench.smtp_sink, "-c", *user, f"127.0.0.1:{self.port}", "1000"], stdout=writer, stdin=-3)
        os.close(writer)
        self.times = []  # (messages accepted, when)
        self.last = 0
        self.reading = threading.Thread(target=self._read, args=(reader,), daemon=True)
        self.reading.start()
        wait_for(self._listening, "smtp-sink to listen")
        self.taken_before = 0

    def _listening(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _read(self, reader):
        while counters := os.read(reader, 65536):
            now = time.monotonic()
            taken = int(re.findall(rb"mesg=(\d+)", b"mesg=0" + counters)[-1])
            if taken > self.last:  # it also tells of sessions that begin and end
                self.last = taken
                self.times.append((taken, now))
        os.close(reader)

    def taken(self):
        return self.last - self.taken_before

    def begin(self):
        """Counts from here."""
        self.taken_before = self.last
        self.times.clear()

    def rate(self, count):
        """Messages a second from the first to the last of `count`."""
        wait_for(lambda: self.taken() >= count, f"{count} mails", patience=300, nap=0.05)
        first, last = self.times[0], self.times[-1]
        return (last[0] - first[0]) / (last[1] - first[1])

    def hold(self):
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self):
        os.kill(self.pid, signal.SIGCONT)
