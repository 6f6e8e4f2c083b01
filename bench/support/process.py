"""Processes that a scenario starts, what they use, and their end."""

import os
import signal
import subprocess
import time
from pathlib import Path


class Process:
    """One child of ours. It is ended, by its pid, when the `with` block is left."""

    def __init__(self, command, **how):
        self.child = subprocess.Popen([str(word) for word in command], **how)
        self.pid = self.child.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self, sig=signal.SIGTERM, patience=20):
        if self.child.poll() is None:
            os.kill(self.pid, signal.SIGCONT)
            os.kill(self.pid, sig)
            try:
                self.child.wait(patience)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()

    def cpu_ns(self):
        """Of all its threads, not of its children."""
        return time.clock_gettime_ns((~self.pid << 3) | 2)  # the clock id that clock_getcpuclockid(3) makes

    def _status(self, path, key):
        for line in Path(path).read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1])
        raise KeyError(key)

    def rss(self):
        return self._status(f"/proc/{self.pid}/status", "VmRSS") * 1024

    def peak_rss(self):
        return self._status(f"/proc/{self.pid}/status", "VmHWM") * 1024

    def reset_peak_rss(self):
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def switches(self):
        """How often its threads were switched to, because they woke up or had to share the CPU."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        kinds = ("voluntary_ctxt_switches", "nonvoluntary_ctxt_switches")
        return sum(self._status(task / "status", kind) for task in tasks for kind in kinds)


def figures_of(command):
    """Runs a yardstick, and reads the `name=value` words that it prints."""
    done = subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True)
    return {name: int(value) for name, value in (word.split("=") for word in done.stdout.split())}


def wait_for(condition, what, patience=60, nap=0.005):
    deadline = time.monotonic() + patience
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {patience} s for {what}")
        time.sleep(nap)
    return answer
