"""Debian's crons as peers, each in a mount namespace of its own: it reads our crontabs and nothing of the system's."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from support.process import Process, wait_for

PACKAGES = ["cron", "bcron", "libbg2", "mcron", "guile-3.0-libs", "libgc1", "busybox-static", "snooze"]


@dataclass(frozen=True)
class Kind:
    name: str
    program: str  # below the directory of the peers
    crontab: str  # {} is the number of a job, where each has a file of its own
    line: str
    start: str  # by sh: $1 is the directory of the crontabs, $2 that of the peers, $3 the program
    most_jobs: int = sys.maxsize


KINDS = [
    Kind("cron", "usr/sbin/cron", "cron.d/job-{}", "{when} root {command}", 'exec "$3" -f'),
    Kind("bcron", "usr/sbin/bcron-start", "spool/cron/crontabs/:job-{}", "{when} root {command}",
         'exec env BCRON_USER=root "$3"'),
    # What runs first compiles it, which Debian's package is not.
    Kind("mcron", "usr/bin/mcron", "crontab", "{when} {command}",
         'export XDG_CACHE_HOME="$1/../guile"; echo "* * * * * :" | "$3" -i vixie -s 1 -; '
         'exec "$3" -i vixie - < "$1/crontab"'),
    Kind("busybox", "bin/busybox", "spool/cron/crontabs/root", "{when} {command}", 'exec "$3" crond -f'),
    Kind("snooze", "usr/bin/snooze", "crontab", "{command}",
         'exec "$3" -H "*" -M "*" $(cat "$1/crontab")', most_jobs=1),
]

# The programs are built with these paths. Everything they would read or write is covered by a directory of ours, and
# what was unpacked for them (libraries, helpers, Guile's modules) appears where they would be installed.
PRIVATE = """
set -e
mount --make-rprivate /
mount --bind "$1/cron.d" /etc/cron.d
mount --bind "$1/pam.d" /etc/pam.d
mount --bind "$1/spool" /var/spool
mount --bind "$1/run" /run
if [ -e /etc/crontab ]; then mount --bind /dev/null /etc/crontab; fi
if [ "$2" != / ]; then mount -t overlay peers -o "lowerdir=$2/usr:/usr" /usr; fi
"""
PAM = "auth required pam_permit.so\naccount required pam_permit.so\nsession required pam_permit.so\n"


class Crontabs:
    def __init__(self, root):
        self.root = root
        for name in ("cron.d", "pam.d", "run", "spool/cron/crontabs"):
            (root / name).mkdir(parents=True)
        (root / "pam.d/cron").write_text(PAM)

    def write(self, kind, count, when, command):
        for i in range(count):
            with open(self.root / kind.crontab.format(i), "a") as file:
                file.write(kind.line.format(when=when, command=command) + "\n")


class Peer(Process):
    """One of them in the foreground; it has read its crontabs and sleeps when the constructor returns."""

    def __init__(self, bench, kind, crontabs):
        shell = ["unshare", "-m", "sh", "-c", PRIVATE + kind.start, "sh"]
        words = [crontabs.root, bench.peers_root, bench.peers_root / kind.program]
        super().__init__([*shell, *words], stdin=-3, stdout=-3, stderr=-3)
        wait_for(self._sleeps, f"{kind.name} to start")

    def _sleeps(self):
        if self.child.poll() is not None:
            raise RuntimeError(f"{self.child.args[-1]} ended at once")
        used = self.cpu_ns()
        time.sleep(0.3)
        return self.cpu_ns() == used and Path(f"/proc/{self.pid}/comm").read_text().strip() not in ("unshare", "sh")

    def rss(self):
        """With that of its child: bcron consists of two programs."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return sum(self._status(f"/proc/{pid}/status", "VmRSS") for pid in (self.pid, *children)) * 1024


def find(directory):
    """The kinds that can be run, and the directory that their programs are below; says why where there is none."""
    root, kinds = (directory.resolve(), KINDS) if directory else (Path("/"), KINDS[:1])
    if directory and not (root / KINDS[0].program).exists():
        fetch(root)
    kinds = [kind for kind in kinds if (root / kind.program).exists()]
    if not kinds:
        print("no cron to compare with: install Debian's package `cron`, or give --peers", file=sys.stderr)
    elif subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        print("no peer can be run apart from the system's cron: unshare -m is not allowed here", file=sys.stderr)
        return root, []
    return root, kinds


def fetch(root):
    """Unpacks Debian's packages, and keeps them beside: to install one would remove the system's cron."""
    root.mkdir(exist_ok=True)
    download = ["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *PACKAGES]
    subprocess.run(download, cwd=root, stdout=sys.stderr, check=True)
    for package in packages(root):
        subprocess.run(["dpkg", "-x", package, root], check=True)


def packages(root):
    return sorted(root.glob("*.deb"))
