"""Runs acron in the foreground on a copy of a tree of jobs, with a mail server that prints what it gets."""

import argparse
import asyncio
import email
import email.policy
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP

# What the demonstration's jobs name as their directory.
PLACEHOLDER = "/tmp/acron-demo"


def say(*lines):
    print(*lines, sep="\n", flush=True)


class MailPrinter:
    """aiosmtpd asks its handler what to do with a message: print it, in a frame."""

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        header = [f"{name}: {message[name]}" for name in ("From", "To", "Subject", "Date")]
        body = message.get_content().rstrip("\n").split("\n")
        framed = [f"  | {line}" for line in [*header, "", *body]]
        say("", "  +-- a mail arrived " + "-" * 60, *framed, "  +" + "-" * 79, "")
        return "250 printed"


def copy_tree(source, work):
    """Into a directory that is ours alone: as root, acron obeys no file that others could write."""
    jobs = work / "jobs"
    shutil.copytree(source, jobs)
    for path in [jobs, *jobs.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
        if path.is_file():
            path.write_text(path.read_text().replace(PLACEHOLDER, str(work)))
    return jobs


def command_line(acron, work, port):
    return [
        *("setpriv", "--pdeathsig", "TERM"),  # should this script be killed, acron ends as well
        *(acron, "-f", str(work / "jobs")),
        *("--config", "/dev/null"),  # not this machine's
        *("--run-dir", str(work / "run")),
        *("--smtp", f"127.0.0.1:{port}", "--mailto", "you@example.com"),
        *("--poll", "2s", "--drain", "10s"),
    ]


async def show(acron, work, seconds):
    mail_server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(MailPrinter(), hostname="demo.example.com"), "127.0.0.1", 0)
    port = mail_server.sockets[0].getsockname()[1]
    daemon = await asyncio.create_subprocess_exec(*command_line(acron, work, port))

    def end():
        if daemon.returncode is None:
            daemon.send_signal(signal.SIGTERM)

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, lambda: None)  # Ctrl-C reaches acron too: wait for it
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end)
    if seconds is not None:
        loop.call_later(seconds, end)
    status = await daemon.wait()
    mail_server.close()
    return status


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, help="end after so long")
    parser.add_argument("acron", type=Path)
    parser.add_argument("tree", type=Path)
    given = parser.parse_args()
    acron = str(given.acron.resolve())
    with tempfile.TemporaryDirectory(prefix="acron-demo-") as name:
        work = Path(name)
        jobs = copy_tree(given.tree, work)
        say("", f"The jobs are in {jobs}: change one, add one, and see it noticed.", "",
            "What acron made of them (acron --check):", "")
        subprocess.run([acron, "--config", "/dev/null", "--check", str(jobs)], check=True)
        time.sleep(1.1)  # acron leaves a file alone until a second after its last change
        say("", "Now it runs them. Ctrl-C ends it: no new job starts, those that run are waited for.", "")
        status = asyncio.run(show(acron, work, given.seconds))
        log = work / "succeeds.log"
        if log.exists():
            say("", "What the job 'succeeds' has appended to its file:", "", log.read_text().rstrip("\n"))
    say("", f"acron ended with status {status}; nothing is left behind.")
    return status


if __name__ == "__main__":
    os.environ.pop("NOTIFY_SOCKET", None)
    sys.exit(main())
