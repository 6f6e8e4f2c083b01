"""Many jobs due in the same second: how late they start, how many a second, and what a start costs the daemon."""

import math
import os
import struct
import sys
import time

from statistics import median

from support.acron import Acron, Tree, once_at
from support.process import figures_of, wait_for

SOON = 2  # seconds from now, enough for anyone to be ready


def second_from_now(seconds):
    return math.ceil(time.time() + seconds)


class Stamps:
    """The file to which the children append the times of their start."""

    def __init__(self, path):
        self.path = path

    def clear(self):
        self.path.write_bytes(b"")

    def wait_for(self, count, patience=300):
        # Their size alone tells: reading them would take the CPU from those who are measured.
        wait_for(lambda: os.stat(self.path).st_size >= 8 * count, f"{count} stamps", patience, nap=0.05)

    def late_ms(self, second):
        content = self.path.read_bytes()
        times = struct.unpack(f"{len(content) // 8}q", content)
        late = sorted(stamp / 1e6 - second * 1e3 for stamp in times)
        if late[0] < 0:
            raise ClockWasSet(f"a child started {-late[0]:.1f} ms before its second")
        return late


class ClockWasSet(Exception):
    """Nobody starts a child too early: somebody else set the clock of this machine."""


def undisturbed(bench, more=1):
    """Repetitions, each to be measured in `with`; one that a change of the clock spoilt is left out, and that is said."""
    for i in bench.repetitions(more):
        yield Repetition(i)


class Repetition:
    def __init__(self, number):
        self.number = number

    def __enter__(self):
        return self.number

    def __exit__(self, kind, error, _):
        if kind is ClockWasSet:
            print(f"a repetition was left out: {error}", file=sys.stderr)
        return kind is ClockWasSet


def sleep_until(second):
    time.sleep(max(0, second - time.time()))


def limit_starts(bench, stamps, count, *options):
    stamps.clear()
    second = second_from_now(SOON)
    used = figures_of([bench.limit("start_limit"), "--at", second, "--starts", count, *options, bench.limit("stamp"), stamps.path])
    return stamps.late_ms(second), used["cpu_ns"] / count / 1e3


def acron_starts(bench, tree, stamps, count):
    stamps.clear()
    second = second_from_now(SOON + 1.2 + count / 2000)
    tree.defaults(*once_at(second), "output /dev/null")
    tree.settle()
    with Acron(bench, tree, "--poll", "1h") as acron:
        if acron.jobs != count or time.time() > second - 0.5:
            raise RuntimeError(f"{acron.jobs} of {count} jobs were loaded, {second - time.time():.1f} s before the second")
        sleep_until(second - 0.3)
        before = acron.cpu_ns()
        stamps.wait_for(count)
        acron.wait_for_runs(count)
        return stamps.late_ms(second), (acron.cpu_ns() - before) / count / 1e3


def measure(bench, figures):
    measure_single(bench, figures)
    for count in bench.sizes([100, 1000, 5000], [100]):
        for shell in (False, True):
            measure_many(bench, figures, count, shell)


def measure_single(bench, figures):
    """A run of a daemon that has run the job before, and its first one, which finds nothing in any cache."""
    stamps = Stamps(bench.fresh("stamps"))
    for shell in (False, True):
        tree = Tree(bench.fresh("tree"))
        tree.write("job", run_line(bench, stamps, shell))
        label, options, yardstick = how(shell)
        for repetition in undisturbed(bench, more=3):  # a single start is soon over, and varies most
            with repetition:
                limit = limit_starts(bench, stamps, 1, *options)[0][0]
                first, later = two_runs(bench, tree, stamps)
                figures.add(f"1 job{label}: lateness", "ms", later, limit, yardstick)
                figures.add(f"1 job{label}: lateness of the first run", "ms", first, limit, yardstick)


def two_runs(bench, tree, stamps, apart=2):
    stamps.clear()
    second = second_from_now(SOON + 1.2)
    if second % 60 + apart >= 60:
        second += apart  # into the next minute
    tree.defaults(*once_at(second, second + apart), "output /dev/null")
    tree.settle()
    with Acron(bench, tree, "--poll", "1h"):
        stamps.wait_for(2)
        late = stamps.late_ms(second)
        return late[0], late[1] - apart * 1e3


def how(shell):
    return (" through sh", ["--shell"], "start_limit --shell") if shell else ("", [], "start_limit")


def run_line(bench, stamps, shell):
    return f"run {bench.limit('stamp')} {stamps.path}{';' if shell else ''}"


def measure_many(bench, figures, count, shell):
    stamps = Stamps(bench.fresh("stamps"))
    tree = Tree(bench.fresh("tree"))
    tree.write_jobs(count, run_line(bench, stamps, shell))
    label, options, yardstick = how(shell)
    for repetition in undisturbed(bench):
        with repetition:
            limit_late, limit_cpu = limit_starts(bench, stamps, count, *options)
            late, cpu = acron_starts(bench, tree, stamps, count)
            name = f"{count} jobs{label}"
            figures.add(f"{name}: lateness", "ms", median(late), median(limit_late), yardstick)
            figures.add(f"{name}: CPU of a start", "us", cpu, limit_cpu, yardstick)
            figures.add(f"{name}: starts", "1/s", count / late[-1] * 1e3, count / limit_late[-1] * 1e3, yardstick)
