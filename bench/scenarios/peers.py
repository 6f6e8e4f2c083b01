"""The same jobs under Debian's other crons, which look once a minute: how late, and how many starts a second."""

import math
import time

from statistics import median

from scenarios.starts import Stamps, acron_starts, sleep_until, undisturbed
from support.acron import Tree
from support.peer import Crontabs, Peer

MINUTE = 60


def measure(bench, figures):
    for count in bench.sizes([1, 1000], [1]):
        for kind in bench.peers:
            if count <= kind.most_jobs:
                measure_beside(bench, figures, kind, count)


def measure_beside(bench, figures, kind, count):
    stamps = Stamps(bench.fresh("stamps"))
    command = f"{bench.limit('stamp')} {stamps.path}"
    tree = Tree(bench.fresh("tree"))
    tree.write_jobs(count, f"run {command}")
    crontabs = Crontabs(bench.fresh("crontabs"))
    crontabs.write(kind, count, "* * * * *", command)
    label = f"{count} job{'s' if count > 1 else ''}"
    for repetition in undisturbed(bench):
        with repetition:
            theirs = peer_starts(bench, kind, crontabs, stamps, count)
            ours = acron_starts(bench, tree, stamps, count)[0]
            figures.add(f"{label}: lateness beside {kind.name}", "ms", median(ours), median(theirs), kind.name)
            if count > 1:
                starts = (count / late[-1] * 1e3 for late in (ours, theirs))
                figures.add(f"{label}: starts beside {kind.name}", "1/s", *starts, kind.name)


def peer_starts(bench, kind, crontabs, stamps, count):
    if time.time() % MINUTE > MINUTE - 3:
        time.sleep(4)  # too near to the full minute to be sure that the peer is up by then
    with Peer(bench, kind, crontabs):
        second = math.ceil((time.time() + 1) / MINUTE) * MINUTE
        sleep_until(second - 0.5)
        stamps.clear()  # of what ran in an earlier minute, if it took so long to be ready
        stamps.wait_for(count, patience=MINUTE + 120)
        late = stamps.late_ms(second)
    time.sleep(1)  # its last children end
    return late
