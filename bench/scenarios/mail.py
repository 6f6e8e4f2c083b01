"""A thousand jobs that fail in one second: how fast their mails are handed over, beside postfix's own smtp-source."""

import subprocess

from scenarios.starts import Stamps, second_from_now, sleep_until
from support.acron import Acron, Tree, once_at
from support.sink import Sink

SOON = 4
LENGTH = 1000  # about what a mail about a silent failure has


def source_rate(bench, sink, count):
    sink.begin()
    subprocess.run(
        [bench.smtp_source, "-s", "1", "-m", str(count), "-l", str(LENGTH), "-d", f"127.0.0.1:{sink.port}"], check=True
    )
    return sink.rate(count)


def acron_rate(bench, tree, sink, count, hold):
    """With `hold` the sink answers only when all jobs have failed: what is measured then is the handing over alone."""
    sink.begin()
    second = second_from_now(SOON)
    tree.defaults(*once_at(second), "output ops@example.com")
    tree.settle()
    with Acron(bench, tree, "--poll", "1h", "--mail-limit", "0", "--smtp", f"127.0.0.1:{sink.port}") as acron:
        if hold:
            sink.hold()
        sleep_until(second)
        acron.wait_for_runs(count)
        sink.go_on()
        return sink.rate(count)


def measure(bench, figures):
    count = bench.sizes([1000], [100])[0]
    stamps = Stamps(bench.fresh("stamps"))
    tree = Tree(bench.fresh("tree"))
    tree.write_jobs(count, f"run {bench.limit('stamp')} {stamps.path} 1")
    with Sink(bench) as sink:
        for _ in bench.repetitions():
            limit = source_rate(bench, sink, count)
            ours = acron_rate(bench, tree, sink, count, hold=True)
            figures.add(f"{count} mails that wait", "1/s", ours, limit, "smtp-source -s 1 -d")
            figures.add(f"{count} mails while jobs fail", "1/s", acron_rate(bench, tree, sink, count, hold=False))
