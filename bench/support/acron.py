"""The program under test, with a tree of jobs in a directory of its own."""

import re
import time
from datetime import datetime, timezone
from pathlib import Path

from support.process import Process, wait_for


class Tree:
    """Job files below a directory; what they share stands in `_defaults`, so that one edit gives all a new second."""

    def __init__(self, root):
        self.root = Path(root)
        self.root.mkdir(parents=True, mode=0o755)

    def defaults(self, *lines):
        self.write("_defaults", *lines)

    def write(self, name, *lines):
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(line + "\n" for line in lines))

    def write_jobs(self, count, *lines):
        """A hundred in a directory, as a person might keep them."""
        for i in range(count):
            self.write(f"{i // 100:04}/job-{i % 100:02}", *lines)

    def settle(self):
        """acron takes no file for whole that was written within the last second."""
        time.sleep(1.1)


def once_at(second, *more):
    """Directives for a single run, at that second since 1970, or for several within its minute."""
    time_of_day = datetime.fromtimestamp(second, timezone.utc)
    seconds = ",".join(f"{later % 60}" for later in (second, *more))
    return [f"cron seconds {seconds} {time_of_day:%-M %-H} * * *", "timezone UTC"]


class Acron(Process):
    """acron in the foreground, logging to a file, ready when the constructor returns."""

    def __init__(self, bench, tree, *options, started=None):
        self.log_path = bench.fresh("log")
        command = [bench.acron, "-f", "--config", "/dev/null", "--run-dir", bench.fresh("run"), *options, tree.root]
        with open(self.log_path, "wb") as log:
            super().__init__(command, stdin=-3, stdout=-3, stderr=log)
        self.jobs = int(wait_for(lambda: self.logged("ready", "jobs"), "acron to be ready")[0])

    def log(self):
        return self.log_path.read_text(errors="replace")

    def logged(self, event, field):
        """The values of a field in all lines of an event."""
        return re.findall(rf"event={event} (?:.* )?{field}=(\S+)", self.log())

    def count(self, event):
        return self.log_path.read_bytes().count(f"event={event} ".encode())

    def wait_for_runs(self, count, patience=300):
        wait_for(lambda: self.count("end") >= count, f"{count} runs to end", patience, nap=0.02)
