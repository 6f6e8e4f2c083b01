"""One job that runs each second among ever more that are not due: it must neither start later nor cost more."""

import struct
import time

from statistics import median

from scenarios.idle import RARELY
from scenarios.starts import Stamps
from support.acron import Acron, Tree

TICKS = 10


def measure(bench, figures):
    sizes = bench.sizes([10, 100, 1000, 10_000, 100_000], [10, 1000])
    stamps = Stamps(bench.fresh("stamps"))
    trees = {count: crowded_tree(bench, stamps, count) for count in sizes}
    trees[sizes[-1]].settle()
    for _ in bench.repetitions():
        measured = {count: one_among(bench, trees[count], stamps) for count in sizes}
        few = sizes[0]
        for count in sizes[1:]:
            for unit, what in (("ms", "lateness"), ("us", "CPU of a run")):
                name = f"{what} among {count} idle jobs"
                figures.add(name, unit, measured[count][what], measured[few][what], f"among {few}")


def crowded_tree(bench, stamps, count):
    tree = Tree(bench.fresh("tree"))
    tree.write_jobs(count, *RARELY)
    tree.write("each-second", "cron seconds * * * * * *", "output /dev/null", f"run {bench.limit('stamp')} {stamps.path}")
    return tree


def one_among(bench, tree, stamps):
    stamps.clear()
    with Acron(bench, tree, "--poll", "1h") as acron:
        time.sleep(1.5 - time.time() % 1)  # the start is over, and the second is half gone
        stamps.clear()
        before = acron.cpu_ns()
        time.sleep(TICKS)
        cpu = (acron.cpu_ns() - before) / 1e3 / TICKS
        content = stamps.path.read_bytes()
        times = struct.unpack(f"{len(content) // 8}q", content)
        if len(times) != TICKS:
            raise RuntimeError(f"{len(times)} runs in {TICKS} seconds")
        return {"lateness": median(stamp % 10**9 / 1e6 for stamp in times), "CPU of a run": cpu}
