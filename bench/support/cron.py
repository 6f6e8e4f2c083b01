"""Debian's cron as a peer, in a mount namespace of its own: it reads our crontabs and nothing of the system's."""

import subprocess

from support.process import Process, wait_for

# cron(8) is built with these paths. Everything it would read or write is covered by a directory of ours.
PRIVATE_CRON = """
set -e
mount --make-rprivate /
mount --bind "$1/cron.d" /etc/cron.d
mount --bind "$1/pam.d" /etc/pam.d
mount --bind "$1/spool" /var/spool
mount --bind "$1/run" /run
if [ -e /etc/crontab ]; then mount --bind /dev/null /etc/crontab; fi
exec "$2" -f
"""
PAM = "auth required pam_permit.so\naccount required pam_permit.so\nsession required pam_permit.so\n"


class Crontabs:
    def __init__(self, root):
        self.root = root
        for name in ("cron.d", "pam.d", "run", "spool/cron/crontabs"):
            (root / name).mkdir(parents=True)
        (root / "pam.d/cron").write_text(PAM)

    def write(self, count, line):
        for i in range(count):
            (self.root / f"cron.d/job-{i}").write_text(line + "\n")


class Cron(Process):
    def __init__(self, bench, crontabs):
        super().__init__(["unshare", "-m", "sh", "-c", PRIVATE_CRON, "sh", crontabs.root, bench.cron], stdin=-3, stderr=-3)
        wait_for((crontabs.root / "run/crond.pid").exists, "cron to start")


def unavailable(cron):
    """Why there is no such peer here; empty when there is one."""
    if not cron:
        return "no cron to compare with: install Debian's package `cron`, or give --cron the program out of it"
    if subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        return "cron can't be run apart from the system's: unshare -m is not allowed here"
    return ""
