"""One run that prints half a gibibyte: how fast it is taken, what memory that costs, and who has to wait."""

import re
import time

from scenarios.starts import Stamps, acron_starts, second_from_now, sleep_until
from support.acron import Acron, Tree, once_at
from support.process import figures_of
from support.sink import Sink

SOON = 4
BIG_PIPE = 1024 * 1024


def seconds_of(text):
    """acron writes durations as 1m2.345s."""
    units = {"h": 3600, "m": 60, "s": 1}
    return sum(float(count) * units[unit] for count, unit in re.findall(r"([\d.]+)([hms])", text))


def limit_rate(bench, size, to_file, pipe):
    target = bench.fresh("output") if to_file else None
    taken = figures_of([bench.limit("copy_limit"), "--pipe", pipe, target or "-", bench.limit("blast"), size])
    if target:
        target.unlink()
    return taken["bytes"] / 1e6 / (taken["ns"] / 1e9)


def acron_rate(bench, size, output, port):
    """Megabytes a second, and by how much the memory grew beyond that of a run of one MiB."""
    tree = Tree(bench.fresh("tree"))
    second = second_from_now(SOON)
    tree.write("first", *once_at(second), f"output {output}", f"run {bench.limit('blast')} 1")
    tree.write("noisy", *once_at(second + 2), f"output {output}", f"run {bench.limit('blast')} {size}")
    tree.settle()
    with Acron(bench, tree, "--smtp", f"127.0.0.1:{port}") as acron:
        acron.wait_for_runs(1)  # the pages of code for it, which the start gave up, are back
        acron.reset_peak_rss()
        before = acron.rss()
        sleep_until(second + 2)
        acron.wait_for_runs(2)
        duration = seconds_of(acron.logged("end", "duration")[1])
        return size * 1024 * 1024 / 1e6 / duration, (acron.peak_rss() - before) / 1e6


def measure(bench, figures):
    size = bench.sizes([512], [64])[0]
    with Sink(bench) as sink:
        for kind in ("to a file", "thrown away", "mailed"):
            for _ in bench.repetitions():
                to_file = kind == "to a file"
                path = bench.fresh("output")
                output = {"to a file": path, "thrown away": "/dev/null", "mailed": "ops@example.com"}[kind]
                limit = limit_rate(bench, size, to_file, 64 * 1024)
                big = limit_rate(bench, size, to_file, BIG_PIPE)
                rate, growth = acron_rate(bench, size, output, sink.port)
                path.unlink(missing_ok=True)
                figures.add(f"{size} MiB {kind}", "MB/s", rate, limit, "copy_limit")
                figures.add(f"{size} MiB {kind}, of a larger pipe", "MB/s", rate, big, f"copy_limit --pipe {BIG_PIPE}")
                figures.add(f"{size} MiB {kind}: memory grew by", "MB", growth)
    measure_neighbour(bench, figures, bench.sizes([16 * 1024], [8 * 1024])[0])


def measure_neighbour(bench, figures, size):
    """A job that is due while another prints without end; acron with nothing else to do is the yardstick."""
    stamps = Stamps(bench.fresh("stamps"))
    tree = Tree(bench.fresh("tree"))
    tree.write("stamp", f"run {bench.limit('stamp')} {stamps.path}")
    for _ in bench.repetitions():
        alone = acron_starts(bench, tree, stamps, 1)[0][0]
        figures.add("lateness beside a noisy run", "ms", lateness_beside_noise(bench, stamps, size), alone, "acron alone")


def lateness_beside_noise(bench, stamps, size):
    tree = Tree(bench.fresh("tree"))
    second = second_from_now(SOON)
    stamps.clear()
    tree.defaults("output /dev/null")
    tree.write("noisy", *once_at(second), f"run {bench.limit('blast')} {size}")
    tree.write("stamp", *once_at(second + 1), f"run {bench.limit('stamp')} {stamps.path}")
    tree.settle()
    with Acron(bench, tree) as acron:
        stamps.wait_for(1)
        if acron.count("end") > 1:
            raise RuntimeError("the noise was over before its neighbour started")
        return stamps.late_ms(second + 1)[0]
