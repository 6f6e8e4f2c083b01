"""A real systemd-journald: what acron and its jobs tell it, and what happens while it is away or hangs."""

import json
import os
import pathlib
import signal
import subprocess

from harness import SystemTest, eventually, main, parse_line
from processes import is_alive

JOURNALD = '/lib/systemd/systemd-journald'
NODES = ('null', 'zero', 'full', 'random', 'urandom')
# Each program gets a mount namespace of its own, and all find the test's directories as /run and /dev in it.
ENTER = f"""
set -e
machine=$1; shift
for node in {' '.join(NODES)}; do mount --bind /dev/$node $machine/dev/$node; done
mount --bind $machine/id /etc/machine-id
mount --bind $machine/run /run
mount --rbind $machine/dev /dev
exec "$@"
"""
CONFIGURATION = '[Journal]\nStorage=volatile\nRuntimeKeepFree=1M\nRuntimeMaxUse=64M\n'  # a full disk is no obstacle
MARKING = 'every 1s\noutput {dir}/marks\nrun echo $ACRON_RUN_ID\n'
SOCKET = '/run/systemd/journal/socket'
SPEAKING = 'every 1s\noutput syslog\nrun echo word\n'


class JournalTest(SystemTest):
    def setUp(self):
        super().setUp()
        machine = self.dir / 'machine'
        for folder in ('dev', 'run/systemd/journald.conf.d'):
            (machine / folder).mkdir(parents=True)
        for node in NODES:
            (machine / 'dev' / node).touch()
        (machine / 'dev/log').symlink_to('/run/systemd/journal/dev-log')
        (machine / 'id').write_text('0123456789abcdef0123456789abcdef\n')
        (machine / 'run/systemd/journald.conf.d/test.conf').write_text(CONFIGURATION)
        self.inside = ['unshare', '-m', 'sh', '-c', ENTER, 'sh', str(machine)]
        self.journal = machine / 'run/log/journal'
        self.skip_where_it_can_not_be()
        self.start_journald()

    def skip_where_it_can_not_be(self):
        if not pathlib.Path(JOURNALD).exists():
            self.skipTest('systemd is not installed')
        trial = self.run_command([*self.inside, 'true'])
        if trial.returncode != 0:
            self.skipTest('no /run and /dev for the test alone: ' + trial.stderr.strip())

    def start_journald(self):
        starts = len(self.entries(MESSAGE='Journal started'))
        self.journald = subprocess.Popen([*self.inside, JOURNALD], env=self.environment(), stdin=subprocess.DEVNULL)
        self.addCleanup(self.journald.wait)
        self.addCleanup(self.journald.kill)
        self.wait_entries(starts + 1, MESSAGE='Journal started')

    def kill_journald(self):
        self.journald.kill()
        self.journald.wait()

    def entries(self, **fields):
        """Those of the journal that have these fields, in its order."""
        listing = self.run_command(['journalctl', f'--directory={self.journal}', '--quiet', '--all', '--output=json'])
        entries = [{name: text_of(value) for name, value in json.loads(line).items()}
                   for line in listing.stdout.splitlines()]
        return [entry for entry in entries if fields.items() <= entry.items()]

    def wait_entries(self, count, **fields):
        eventually(lambda: len(self.entries(**fields)) >= count, f'{count} entries with {fields}')
        return self.entries(**fields)

    def events(self, event, **fields):
        """Of the log that acron keeps in the journal: each as its fields there and those of the line."""
        wanted = fields | {'event': event}
        lines = [entry | (parse_line(entry['MESSAGE']) or {})
                 for entry in self.entries(SYSLOG_IDENTIFIER='acron', _TRANSPORT='syslog')]
        return [line for line in lines if wanted.items() <= line.items()]

    def wait_event(self, event, **fields):
        return eventually(lambda: self.events(event, **fields), f'{event} {fields}')[-1]

    def start_logging(self):
        """acron whose own log goes to the journal."""
        acron = subprocess.Popen([*self.inside, *self.command('-f', log='syslog')], env=self.environment())
        self.addCleanup(acron.wait)
        self.addCleanup(acron.kill)
        self.wait_event('end')
        return acron

    def assert_ends(self, acron):
        acron.terminate()
        self.assertEqual(acron.wait(), 0)
        self.wait_event('goodbye')


def text_of(value):
    """journalctl writes what is not printable UTF-8 as a list of bytes."""
    return bytes(value).decode(errors='surrogateescape') if isinstance(value, list) else value


class WhatJobsPrint(JournalTest):
    def test_each_line_is_an_entry_with_the_fields_of_its_run(self):
        self.job('web/täglich\n2', 'every 1s\noutput syslog\nrun echo out; echo err >&2\n')
        daemon = self.start(wrapper=self.inside)
        run = daemon.wait('end')['run']
        got = {entry['MESSAGE']: entry for entry in self.wait_entries(2, ACRON_RUN_ID=run)}
        out, err = f'web/täglich\\x0a2[{run}]: out', f'web/täglich\\x0a2[{run}]: err'
        self.assertEqual(set(got), {out, err})
        self.assertEqual((got[out]['PRIORITY'], got[err]['PRIORITY']), ('6', '4'))
        for entry in got.values():
            self.assertEqual((entry['ACRON_JOB'], entry['SYSLOG_IDENTIFIER'], entry['SYSLOG_FACILITY']),
                             ('web/täglich\n2', 'acron', '9'))
            self.assertEqual((entry['_TRANSPORT'], entry['_PID']), ('journal', str(daemon.pid)))

    def assert_printed(self, data, lines):
        (self.dir / 'data').write_bytes(data)
        self.job('a', 'every 1s\noutput syslog\nrun cat {dir}/data\n')
        run = self.start(wrapper=self.inside).wait('end')['run']
        got = [entry['MESSAGE'].encode(errors='surrogateescape')
               for entry in self.wait_entries(len(lines), ACRON_RUN_ID=run)]
        self.assertEqual(got, [f'a[{run}]: '.encode() + line for line in lines])

    def test_a_line_over_8_kib_becomes_several_and_no_character_is_torn(self):
        pieces = ['x' + 4095 * 'é', 4096 * 'é', 100 * 'é']
        self.assert_printed(''.join(pieces).encode() + b'\n', [piece.encode() for piece in pieces])

    def test_any_byte_arrives_as_it_was(self):
        data = bytes(range(256)) + b'\nPRIORITY=0\n\n\xc3\xa9\xc3\n'
        self.assert_printed(data, data[:-1].split(b'\n'))

    def test_lines_while_the_journal_is_away_are_counted_and_later_ones_arrive(self):
        self.job('speaking', SPEAKING)
        daemon = self.start(wrapper=self.inside)
        self.wait_entries(1, ACRON_JOB='speaking')
        self.kill_journald()
        failure = daemon.wait('output-failed')
        self.assertEqual((failure['job'], failure['output'], failure['reason'], failure['lost-lines'],
                          failure['lost-bytes']), ('speaking', 'syslog', f'{SOCKET}: Connection refused', '1', '4'))
        arrived = len(self.entries(ACRON_JOB='speaking'))
        self.start_journald()
        run = self.wait_entries(arrived + 1, ACRON_JOB='speaking')[-1]['ACRON_RUN_ID']
        daemon.wait('end', job='speaking', run=run, result='ok')
        self.assert_every_tick(daemon, 'speaking')

    def test_what_a_journal_that_hangs_does_not_take_is_counted_and_the_rest_arrives(self):
        self.job('flood', 'every 1s\noutput syslog\nrun mkdir {dir}/once 2>/dev/null && seq 5000\n')
        self.job('marking', MARKING)
        self.journald.send_signal(signal.SIGSTOP)
        daemon = self.start(wrapper=self.inside)
        failure = daemon.wait('output-failed', job='flood', reason=f'{SOCKET}: Resource temporarily unavailable')
        daemon.wait('end', 2, since=daemon.mark(), job='marking', result='ok')
        self.journald.send_signal(signal.SIGCONT)
        arrived = 5000 - int(failure['lost-lines'])
        self.assertGreater(arrived, 0)
        self.assertEqual(len(self.wait_entries(arrived, ACRON_RUN_ID=failure['run'])), arrived)


class ItsOwnLog(JournalTest):
    def test_in_the_background_each_line_is_an_entry_with_a_priority(self):
        self.job('good', MARKING)
        self.job('failing', 'every 1s\noutput /dev/null\nrun false\n')
        self.job('bad', 'every 1s\n')
        result = self.run_command([*self.inside, *self.command()])
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        pid = int((self.dir / 'run/acron.pid').read_text())
        good = self.wait_event('end', job='good', result='ok')
        failing = self.wait_event('end', job='failing', result='failed')
        bad = self.wait_event('bad-file', file='bad')
        start = self.wait_event('start', run=good['run'])
        self.assertEqual([line['PRIORITY'] for line in (start, good, failing, bad)], ['6', '6', '4', '3'])
        for line in (start, good, failing, bad):
            self.assertEqual((line['SYSLOG_FACILITY'], line['SYSLOG_PID'], line['_PID']), ('9', str(pid), str(pid)))
            self.assertTrue(line['MESSAGE'].startswith('event='), line['MESSAGE'])
        os.kill(pid, signal.SIGTERM)
        self.wait_event('goodbye')
        eventually(lambda: not is_alive(pid), 'the end of acron')

    def test_lines_while_the_journal_is_away_are_counted_and_later_ones_arrive(self):
        self.job('marking', MARKING)
        acron = self.start_logging()
        self.kill_journald()
        before = len(self.lines('marks')) + 1  # one may be going on
        self.wait_lines('marks', before + 3)
        self.start_journald()
        runs = self.wait_lines('marks', len(self.lines('marks')) + 2)
        self.wait_event('end', run=runs[-1])
        ended = {line['run'] for line in self.events('end')}
        untold = [run for run in runs[before:] if run not in ended]
        lost = self.events('log-lost')
        self.assertGreaterEqual(sum(int(line['lines']) for line in lost), max(1, len(untold)))
        self.assertEqual({line['PRIORITY'] for line in lost}, {'4'})
        self.assert_ends(acron)

    def test_lines_while_the_journal_hangs_arrive_afterwards(self):
        for number in range(20):
            self.job(f'noise/{number}', 'every 1s\noutput /dev/null\nrun true\n')
        self.job('marking', MARKING)
        acron = self.start_logging()
        self.journald.send_signal(signal.SIGSTOP)
        self.wait_lines('marks', len(self.lines('marks')) + 4)
        self.journald.send_signal(signal.SIGCONT)
        runs = self.lines('marks')
        self.wait_event('end', run=runs[-1])
        self.assertEqual(set(runs) - {line['run'] for line in self.events('end')}, set())
        self.assertEqual(self.events('log-lost'), [])
        self.assert_ends(acron)


if __name__ == '__main__':
    main()
