"""Nothing is due: what acron costs a machine all the same, in CPU, wake-ups and memory, beside Debian's cron."""

import time
from contextlib import ExitStack

from support import cron
from support.acron import Acron, Tree

RARELY = ["cron 30 4 29 2 *", "run /usr/local/bin/mycommand.sh"]
RARELY_CRON = "30 4 29 2 * root /usr/local/bin/mycommand.sh"
MINUTE = 60


def trees_and_crontabs(bench, sizes):
    for count in sizes:
        tree, crontabs = Tree(bench.fresh("tree")), cron.Crontabs(bench.fresh("crontabs"))
        tree.write_jobs(count, *RARELY)
        crontabs.write(count, RARELY_CRON)
        yield count, tree, crontabs


def start_all(bench, stack, sizes):
    """All sizes at once: nobody does anything, so nobody is in another's way."""
    prepared = list(trees_and_crontabs(bench, sizes))
    prepared[-1][1].settle()
    running = []
    for count, tree, crontabs in prepared:
        acron = stack.enter_context(Acron(bench, tree))
        peer = stack.enter_context(cron.Cron(bench, crontabs)) if bench.cron else None
        running.append((count, acron, peer))
    time.sleep(3)
    return running


def usage(process):
    return (process.cpu_ns() / 1e6, process.switches()) if process else (0, 0)


def measure(bench, figures):
    with ExitStack() as stack:
        running = start_all(bench, stack, bench.sizes([12, 1000, 10000], [12, 1000]))
        time.sleep((MINUTE / 2 - time.time()) % MINUTE)  # half a minute away from cron's look at the full one
        for _ in bench.repetitions():
            before = [(usage(acron), usage(peer)) for _, acron, peer in running]
            time.sleep(MINUTE)
            for (count, acron, peer), (ours, theirs) in zip(running, before):
                cpu, switches = (now - then for now, then in zip(usage(acron), ours))
                peer_cpu, peer_switches = (now - then for now, then in zip(usage(peer), theirs))
                limit = (peer_cpu, peer_switches) if peer else (None, None)
                figures.add(f"{count} idle jobs: CPU", "ms/min", cpu, limit[0], "cron")
                figures.add(f"{count} idle jobs: context switches", "1/min", switches, limit[1], "cron")


def measure_memory(bench, figures):
    sizes = bench.sizes([12, 1000, 10000], [12, 1000])
    for _ in bench.repetitions():
        with ExitStack() as stack:
            running = start_all(bench, stack, sizes)
            for count, acron, peer in running:
                figures.add(f"{count} jobs: RSS", "MB", acron.rss() / 1e6)
                if peer:
                    figures.add(f"{count} jobs: RSS beside cron", "MB", acron.rss() / 1e6, peer.rss() / 1e6, "cron")
            (few, acron_few, cron_few), (many, acron_many, cron_many) = running[0], running[-1]
            figures.add("memory of a further job", "bytes", (acron_many.rss() - acron_few.rss()) / (many - few))
            if cron_few:
                figures.add("memory of a further job of cron", "bytes", (cron_many.rss() - cron_few.rss()) / (many - few))
