"""What the tests of the built program share: a temporary tree, acron on it, and an end for both."""

import contextlib
import datetime
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest

from processes import inherit_orphans, reap_strays
from wall_clock import WallClock

SOURCE = pathlib.Path(__file__).resolve().parents[2]
ACRON = os.environ.get('ACRON') or str(SOURCE / 'build/src/daemon/acron')
# Only a program that hangs reaches it: no test may depend on how fast the machine is.
SAME_ORDER = 0.15  # seconds: signals to end that are closer together than 0.1 s are one order
DEADLINE = float(os.environ.get('ACRON_TEST_DEADLINE', '300'))
IS_ROOT = os.geteuid() == 0

# For a program that is to find a machine without cgroups.
WITHOUT_CGROUPS = ('unshare', '-m', '--propagation', 'private', 'sh', '-c',
                   'mount -t tmpfs none /sys/fs/cgroup && exec "$@"', 'sh')

FIELD = re.compile(r'([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))(?: |$)')


def is_sanitized():
    with open(ACRON, 'rb') as program:
        return b'__asan_init' in program.read()


SANITIZED = is_sanitized()


def eventually(question, what='the condition'):
    """Asks until the answer is true, and returns it."""
    end = time.monotonic() + DEADLINE
    while not (answer := question()):
        if time.monotonic() > end:
            raise AssertionError(f'{what} did not come true within {DEADLINE} s')
        time.sleep(0.02)
    return answer


def parse_line(line):
    """The fields of a log line, or None if it is none."""
    fields, at = {}, 0
    while at < len(line):
        match = FIELD.match(line, at)
        if not match:
            return None
        name, quoted, plain = match.groups()
        fields[name] = plain if quoted is None else re.sub(r'\\(["\\])', r'\1', quoted)
        at = match.end()
    return fields if 'event' in fields else None


class Acron:
    """A running acron whose log is read as it is written."""

    def __init__(self, command, env, close_fds=True):
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, close_fds=close_fds)
        self.pid = self.process.pid
        self.strays = []  # lines that are no log lines: a sanitizer's words, or a mistake
        self._events = []
        self._ended = False
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for raw in self.process.stderr:
            line = raw.decode('utf-8', 'replace').rstrip('\n')
            fields = parse_line(line)
            with self._changed:
                (self.strays if fields is None else self._events).append(line if fields is None else fields)
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def events(self, event, **fields):
        """Those so far that have these fields; `_` in a name stands for `-`."""
        wanted = {name.replace('_', '-'): value for name, value in fields.items()} | {'event': event}
        with self._changed:
            return [e for e in self._events if wanted.items() <= e.items()]

    def mark(self):
        """A place in the log, for wait(since=)."""
        with self._changed:
            return len(self._events)

    def wait(self, event, count=1, since=0, **fields):
        """The first `count` such events from the mark on; the last of them when count is 1."""
        wanted = {name.replace('_', '-'): value for name, value in fields.items()} | {'event': event}

        def found():
            return [e for e in self._events[since:] if wanted.items() <= e.items()]

        with self._changed:
            self._changed.wait_for(lambda: self._ended or len(found()) >= count, DEADLINE)
            events = found()
            if len(events) < count:
                tail = '\n'.join(map(str, self._events[-25:] + self.strays[-25:]))
                raise AssertionError(f'{len(events)} of {count} events {wanted} came; the log ends:\n{tail}')
        return events[0] if count == 1 else events[:count]

    def signal(self, number):
        self.process.send_signal(number)

    def insist(self):
        """Ends it now, by a second signal: what follows the first one at once is the same order."""
        time.sleep(SAME_ORDER)
        self.signal(signal.SIGTERM)

    def wait_end(self):
        """The exit status."""
        status = self.process.wait(DEADLINE)
        self._reader.join(DEADLINE)
        return status

    def stop(self):
        """Ends it in order, and returns the exit status."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.wait_end()

    def close(self):
        """Ends it by any means."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(SAME_ORDER)
            self.signal(signal.SIGTERM)  # the second one means now
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join(5)  # a job that was left running may hold nothing of ours
        self.process.stdout.close()
        self.process.stderr.close()


class SystemTest(unittest.TestCase):
    """A temporary directory with a tree of job files, and acron on it."""

    maxDiff = 2000

    def setUp(self):
        inherit_orphans()
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix='acron-test-'))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.addCleanup(reap_strays)
        self.tree = self.dir / 'tree'
        self.tree.mkdir(mode=0o755)
        self.smtp = f'127.0.0.1:{closed_port()}'

    def serve_mail(self, server):
        """Starts a mail server and lets acron send to it."""
        self.addCleanup(server.stop)
        server.start()
        self.smtp = server.address
        return server

    def asked_of_state(self, question):
        """acron keeps its file to itself, so a copy is asked, which may be torn: -1."""
        copy = self.dir / 'copy'
        shutil.rmtree(copy, ignore_errors=True)
        try:
            shutil.copytree(self.dir / 'run/state', copy)
            with contextlib.closing(sqlite3.connect(copy / 'state.db')) as database:
                return database.execute(question).fetchone()[0]
        except (sqlite3.Error, shutil.Error, OSError):
            return -1

    def job(self, name, text, mode=0o644):
        """Writes a job file as config management would, by renaming; `{dir}` is the test's directory."""
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name('.' + path.name + '.fresh')
        fresh.write_text(text.replace('{dir}', str(self.dir)))
        fresh.chmod(mode)
        fresh.rename(path)
        return path

    def script(self, name, text, interpreter='/bin/sh'):
        path = self.dir / name
        path.write_text(f'#!{interpreter}\n{text}')
        path.chmod(0o755)
        return path

    def environment(self, **changes):
        kept = ('PATH', 'HOME', 'LANG', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')
        env = {name: os.environ[name] for name in kept if name in os.environ} | {'TZ': 'UTC'} | changes
        return {name: value for name, value in env.items() if value is not None}

    def command(self, *options, tree=None, **settings):
        """acron's command line; a setting such as poll='1h' becomes --poll=1h, and None leaves a usual one out."""
        usual = {'run_dir': self.dir / 'run', 'smtp': self.smtp, 'poll': '1s', 'hostname': 'test.example.com',
                 'config': '/dev/null'}
        given = usual | settings
        named = [f'--{name.replace("_", "-")}={value}' for name, value in given.items() if value is not None]
        return [ACRON, *named, *options, str(tree or self.tree)]

    def spawn(self, *options, env=None, wrapper=(), close_fds=True, **settings):
        """acron in the foreground."""
        daemon = Acron([*wrapper, *self.command('-f', *options, **settings)], self.environment(**(env or {})), close_fds)
        self.addCleanup(self.check_words, daemon)
        self.addCleanup(daemon.close)
        return daemon

    def start(self, *options, **settings):
        """... ready."""
        daemon = self.spawn(*options, **settings)
        daemon.wait('ready')
        return daemon

    def start_before(self, due, *options, zone='UTC', **settings):
        """acron whose clock is about to reach `due`, and which was ready by then: on a slow machine, earlier."""
        run, before = self.dir / 'run', pathlib.Path(tempfile.mkdtemp(dir=self.dir)) / 'run'
        if run.exists():
            shutil.copytree(run, before)
        for seconds in (1, 4, 16, 64):
            begin = due - datetime.timedelta(seconds=seconds)
            clock = WallClock(self.dir / 'clock', begin)
            daemon = self.start(*options, env=clock.environment | {'TZ': zone}, **settings)
            if datetime.datetime.fromisoformat(daemon.wait('ready')['time']) < due:
                return daemon
            daemon.close()
            shutil.rmtree(run, ignore_errors=True)  # what ran then is to run again
            if before.exists():
                shutil.copytree(before, run)
        raise AssertionError('acron takes more than a minute to be ready')

    def assert_every_tick(self, daemon, job):
        """Each second had its run, or on a machine too busy for that, a skip that says so."""
        seconds = {datetime.datetime.fromisoformat(e['scheduled']).timestamp(): e.get('reason', '')
                   for e in daemon.events('start', job=job) + daemon.events('skip', job=job)}
        times = sorted(seconds)
        for earlier, later in zip(times, times[1:]):
            if later - earlier != 1:
                self.assertIn('held up', seconds[earlier])

    def check_words(self, daemon):
        self.assertEqual(daemon.strays, [])

    def run_acron(self, *options, env=None, cwd=None, **settings):
        """Runs it to its end."""
        return self.run_command(self.command(*options, **settings), env=env, cwd=cwd)

    def run_command(self, command, env=None, cwd=None):
        return subprocess.run([str(word) for word in command], env=self.environment(**(env or {})), cwd=cwd, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE, check=False)

    def lines(self, name):
        """The lines of a file in the test's directory; none if there is none."""
        try:
            return (self.dir / name).read_text(errors='replace').splitlines()
        except FileNotFoundError:
            return []

    def wait_lines(self, name, count):
        eventually(lambda: len(self.lines(name)) >= count, f'{count} lines in {name}')
        return self.lines(name)


RESERVED_PORTS = []


def closed_port():
    """A port that nobody listens on but a server that is told to: no other test gets it for as long as this one runs."""
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # so that a server may take the same place
    place.bind(('127.0.0.1', 0))
    RESERVED_PORTS.append(place)
    return place.getsockname()[1]


def main():
    unittest.main(verbosity=2)
