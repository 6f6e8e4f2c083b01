"""Ten thousand job files: how long they take to load, what a look at them costs, and one change among them."""

import subprocess
import time

from support.acron import Acron, Tree
from support.process import figures_of, wait_for

TYPICAL = [
    "every 10m",
    "timeout 1m  # kill if running longer than 60s",
    "splay",
    "output if-error ops@example.com  # output is emailed here if job errors",
    "output /var/log/acron/myjob.log",
    "run /usr/local/bin/something.py --with-some-args",
]
POLL = 2
SETTLE = 1  # a file counts when it has been left alone for that long


def typical_tree(bench):
    tree, count = Tree(bench.fresh("tree")), bench.sizes([10000], [1000])[0]
    tree.write_jobs(count, *TYPICAL)
    tree.settle()
    return tree, count


def elapsed_ms(command):
    began = time.monotonic()
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.monotonic() - began) * 1e3


def ready_ms(bench, tree, run):
    """From the start of the program to the line that says that all is scheduled."""
    command = [bench.acron, "-f", "--config", "/dev/null", "--run-dir", run, tree.root]
    began = time.monotonic()
    child = subprocess.Popen([str(word) for word in command], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    try:
        for line in child.stderr:
            if b"event=ready" in line:
                return (time.monotonic() - began) * 1e3
    finally:
        child.terminate()
        child.wait()
        child.stderr.close()
    raise RuntimeError("acron was never ready")


def measure_load(bench, figures):
    tree, count = typical_tree(bench)
    reading = [bench.limit("read_files"), tree.root]
    checking = [bench.acron, "--check", "--config", "/dev/null", tree.root]
    run = bench.fresh("run")
    ready_ms(bench, tree, run)  # from now on the files are in memory, and the state that outlives it is there
    for _ in bench.repetitions():
        limit = elapsed_ms(reading)
        figures.add(f"{count} files: until all are scheduled", "ms", ready_ms(bench, tree, run), limit, "read_files")
        figures.add(f"{count} files: --check", "ms", elapsed_ms(checking), limit, "read_files")


def measure_poll(bench, figures):
    tree, count = typical_tree(bench)
    with Acron(bench, tree, "--poll", f"{POLL}s") as acron:
        for i in bench.repetitions():
            time.sleep(POLL)
            look = figures_of([bench.limit("read_files"), "--stat", tree.root])["cpu_ns"] / 1e6
            quiet = quiet_poll_ms(acron, polls=bench.sizes([10], [3])[0])
            figures.add(f"{count} files: CPU of a look that finds nothing", "ms", quiet, look, "read_files --stat")
            noticed, cpu = change(acron, tree, i)
            figures.add(f"{count} files: one changed, noticed after", "s", noticed)
            figures.add(f"{count} files: CPU of one change", "ms", cpu, look, "read_files --stat")


def quiet_poll_ms(acron, polls):
    before = acron.cpu_ns()
    time.sleep(POLL * polls)
    return (acron.cpu_ns() - before) / 1e6 / polls


def change(acron, tree, i):
    before, reloads, began = acron.cpu_ns(), acron.count("reload"), time.monotonic()
    tree.write("0000/job-00", *TYPICAL[:-1], f"run /usr/local/bin/edition-{i}")
    wait_for(lambda: acron.count("reload") > reloads, "the change to be noticed", nap=0.02)
    return time.monotonic() - began, (acron.cpu_ns() - before) / 1e6
