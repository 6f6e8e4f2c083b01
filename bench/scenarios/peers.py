"""The same jobs under Debian's cron, which looks once a minute: how late, and how many starts a second."""

import math
import time

from statistics import median

from scenarios.starts import Stamps, acron_starts
from support import cron
from support.acron import Tree

MINUTE = 60


def measure(bench, figures):
    if not bench.cron:
        return
    for count in bench.sizes([1, 1000], [1]):
        stamps = Stamps(bench.fresh("stamps"))
        command = f"{bench.limit('stamp')} {stamps.path}"
        tree = Tree(bench.fresh("tree"))
        tree.write_jobs(count, f"run {command}")
        crontabs = cron.Crontabs(bench.fresh("crontabs"))
        crontabs.write(count, f"* * * * * root {command}")
        label = f"{count} job{'s' if count > 1 else ''}"
        for _ in bench.repetitions():
            theirs = cron_starts(bench, crontabs, stamps, count)
            ours = acron_starts(bench, tree, stamps, count)[0]
            figures.add(f"{label}: lateness beside cron", "ms", median(ours), median(theirs), "cron")
            if count > 1:
                figures.add(f"{label}: starts beside cron", "1/s", count / ours[-1] * 1e3, count / theirs[-1] * 1e3, "cron")


def cron_starts(bench, crontabs, stamps, count):
    if time.time() % MINUTE > MINUTE - 3:
        time.sleep(4)  # too near to the full minute to be sure that cron is up by then
    second = math.ceil(time.time() / MINUTE) * MINUTE
    stamps.clear()
    with cron.Cron(bench, crontabs):
        stamps.wait_for(count, patience=MINUTE + 120)
        late = stamps.late_ms(second)
    time.sleep(1)  # its last children end
    return late
