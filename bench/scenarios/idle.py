"""Nothing is due: what acron costs a machine all the same, in CPU, wake-ups and memory, beside Debian's crons."""

import time
from contextlib import ExitStack

from support.acron import Acron, Tree
from support.peer import Crontabs, Peer

RARELY = "30 4 29 2 *"
COMMAND = "/usr/local/bin/mycommand.sh"
MINUTE = 60


def tree_of(bench, count):
    tree = Tree(bench.fresh("tree"))
    tree.write_jobs(count, f"cron {RARELY}", f"run {COMMAND}")
    return tree


def crontabs_of(bench, kind, count):
    crontabs = Crontabs(bench.fresh("crontabs"))
    crontabs.write(kind, count, RARELY, COMMAND)
    return crontabs


def start_all(bench, stack, sizes):
    """All sizes at once: nobody does anything, so nobody is in another's way."""
    trees = [tree_of(bench, count) for count in sizes]
    trees[-1].settle()
    running = []
    for count, tree in zip(sizes, trees):
        acron = stack.enter_context(Acron(bench, tree))
        kinds = [kind for kind in bench.peers if count <= kind.most_jobs]
        peers = {kind.name: stack.enter_context(Peer(bench, kind, crontabs_of(bench, kind, count))) for kind in kinds}
        running.append((count, acron, peers))
    time.sleep(3)
    return running


def usage(running):
    processes = [process for _, acron, peers in running for process in (acron, *peers.values())]
    return {process: (process.cpu_ns() / 1e6, process.switches()) for process in processes}


def measure(bench, figures):
    with ExitStack() as stack:
        running = start_all(bench, stack, bench.sizes([12, 1000, 10000], [12, 1000]))
        time.sleep((MINUTE / 2 - time.time()) % MINUTE)  # half a minute away from the peers' look at the full one
        for _ in bench.repetitions():
            before = usage(running)
            time.sleep(MINUTE)
            after = usage(running)
            for i, (what, unit) in enumerate([("CPU", "ms/min"), ("context switches", "1/min")]):
                for count, acron, peers in running:
                    theirs = {name: after[peer][i] - before[peer][i] for name, peer in peers.items()}
                    figures.compare(f"{count} idle jobs: {what}", unit, after[acron][i] - before[acron][i], theirs)


def measure_memory(bench, figures):
    for _ in bench.repetitions():
        with ExitStack() as stack:
            running = start_all(bench, stack, bench.sizes([12, 1000, 10000], [12, 1000]))
            taken = [(count, acron.rss(), {name: peer.rss() for name, peer in peers.items()})
                     for count, acron, peers in running]
        for count, ours, theirs in taken:
            figures.compare(f"{count} jobs: RSS", "MB", ours / 1e6, {name: rss / 1e6 for name, rss in theirs.items()})
        (few, ours_few, theirs_few), (many, ours_many, theirs_many) = taken[0], taken[-1]
        further = {name: (theirs_many[name] - theirs_few[name]) / (many - few) for name in theirs_few}
        figures.compare("memory of a further job", "bytes", (ours_many - ours_few) / (many - few), further)
