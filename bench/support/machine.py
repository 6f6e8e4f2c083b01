"""What a figure has to be read with: the machine, its load, the versions."""

import os
import platform
import re
import subprocess
from datetime import date
from pathlib import Path

from support import peer

QUIET = 1.0


def cpu_model():
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found.group(1) if found else platform.machine()


def version_of(package):
    query = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    return query.stdout or "not installed"


def describe(bench):
    source = Path(__file__).parent
    commit = subprocess.run(["git", "-C", source, "describe", "--always", "--dirty"], capture_output=True, text=True)
    acron = subprocess.run([bench.acron, "--version"], capture_output=True, text=True).stdout.strip()
    return [
        f"{date.today()}, {cpu_model()}, {os.cpu_count()} cores, Linux {platform.release()}",
        f"{acron} (commit {commit.stdout.strip() or 'unknown'}), Debian's postfix {version_of('postfix')}",
        *(f"peer's package: {package.stem}" for package in peer.packages(bench.peers_root)),
        f"load average at the start: {os.getloadavg()[0]:.2f}",
    ]


def noise():
    load = os.getloadavg()[0]
    return f"the machine is busy (load average {load:.1f}): figures are of little worth" if load > QUIET else ""
