"""What processes print that a job has left behind: somebody reads it, for as long as they hold their output."""

import contextlib
import os
import pathlib
import signal
import time

from harness import SystemTest, eventually, main
from mail_servers import Mailbox
from processes import children_of, is_alive, open_files_of, status_of

# Prints until it is told to stop; $1 names its files. A pause between the two halves of each line.
SERVICE = r'''
i=0
while [ ! -e "$2/stop" ]; do
  printf 'late '; sleep 0.05
  echo "$i"
  echo "$i" >>"$2/$1.beats"
  i=$((i+1))
done
printf 'last words'
'''
STAYS = 'echo begun; {service} {name} {dir} & echo $! >{dir}/{name}.pid'

FLOODS_LATER = 'sh -c "until [ -e {dir}/flow ]; do sleep 0.05; done; exec yes" & echo $! >{dir}/{name}.pid'


class LeftBehindTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.service = self.script('service', SERVICE)
        self.addCleanup((self.dir / 'stop').touch)

    def leave(self, name, lines, command=STAYS):
        command = command.replace('{service}', str(self.service)).replace('{name}', name)
        self.job(name, f'every 1s\n{lines}\nrun mkdir {{dir}}/{name}.once 2>/dev/null || exit 0; {command}\n')

    def pid(self, name):
        return int(self.lines(f'{name}.pid')[0])

    def lives_on(self, name):
        """It has printed again and again since we were asked."""
        before = len(self.lines(f'{name}.beats'))
        eventually(lambda: len(self.lines(f'{name}.beats')) > before + 3 or not is_alive(self.pid(name)), f'{name} to go on')
        self.assertTrue(is_alive(self.pid(name)), name)

    def left_open(self, daemon, name):
        return eventually(lambda: [e for e in daemon.events('end', job=name) if 'output' in e], f'the end of {name}')[0]


class ARunThatLeavesAProcess(LeftBehindTest):
    def test_it_is_read_wherever_the_output_goes(self):
        self.serve_mail(Mailbox())
        redirected = STAYS.replace('{dir} &', '{dir} >/dev/null 2>&1 &')
        jobs = {'null': 'output /dev/null',
                'file': 'output {dir}/file.log',
                'mail': 'output a@example.com',
                'mailto': '',
                'on-error': 'output if-error {dir}/on-error.log',
                'limited': 'timeout 1h\noutput /dev/null',
                'gated': 'output /dev/null'}
        for name, lines in jobs.items():
            self.leave(name, lines)
        self.leave('on-stderr', 'output {dir}/on-stderr.log\noutput b@example.com',
                   STAYS.replace('{dir} &', '{dir} 2>&1 >&2 &'))
        self.leave('only-stderr', 'output {dir}/only-stderr.log\nerror if-stderr',
                   STAYS.replace('{dir} &', '{dir} >&2 &').replace('echo begun', 'exec >/dev/null'))
        self.leave('elsewhere', 'output /dev/null', redirected)
        gate = STAYS.replace('{service}', str(self.service)).replace('{name}', 'gate')
        self.job('asks', f'every 1d\nif {gate}\nrun true\n')
        self.job('asks-each', 'every 1s\noutput /dev/null\nif each-run mkdir {dir}/each.once || exit 0; '
                 + gate.replace('gate', 'each') + '\nrun true\n')
        daemon = self.start()
        held = [*jobs, 'on-stderr', 'only-stderr']
        for name in held:
            end = self.left_open(daemon, name)
            self.assertEqual(end['result'], 'failed' if name == 'only-stderr' else 'ok', name)
        for name in [*held, 'elsewhere', 'gate', 'each']:
            self.lives_on(name)
        self.assertEqual([e for e in daemon.events('end', job='elsewhere') if 'output' in e], [])
        (self.dir / 'stop').touch()
        for name in ('file', 'on-stderr', 'only-stderr'):
            beats = lambda: [f'late {beat}' for beat in self.lines(f'{name}.beats')] + ['last words']
            begun = [] if name == 'only-stderr' else ['begun']
            eventually(lambda: sorted(self.lines(f'{name}.log')) == sorted(begun + beats()), f'all that {name} printed')
            self.assertEqual([line for line in self.lines(f'{name}.log') if line != 'begun'], beats())
        self.assertEqual(self.lines('on-error.log'), [])
        self.assertEqual(daemon.events('output-failed'), [])
        self.nothing_stays_open(daemon)

    def nothing_stays_open(self, daemon):
        """Once nobody writes any more; two jobs still start a run each second."""
        def pipes():
            return len([name for name in open_files_of(daemon.pid) if name.startswith('pipe:')])
        self.tree.joinpath('asks-each').unlink()
        for job in list(self.tree.iterdir()):
            job.unlink()
        eventually(lambda: pipes() <= 4, 'the pipes to be closed')  # its own: console, and what tells its threads

    def test_a_file_that_is_moved_away_is_begun_anew(self):
        self.leave('a', 'output {dir}/a.log')
        daemon = self.start()
        self.left_open(daemon, 'a')
        eventually(lambda: len(self.lines('a.log')) > 3, 'late lines')
        (self.dir / 'a.log').rename(self.dir / 'a.log.1')
        eventually(lambda: len(self.lines('a.log')) > 3, 'late lines in the new file')
        (self.dir / 'stop').touch()
        eventually(lambda: self.lines('a.log')[-1:] == ['last words'], 'the last words')
        self.assertEqual(self.lines('a.log.1') + self.lines('a.log'),
                         ['begun', *(f'late {beat}' for beat in self.lines('a.beats')), 'last words'])

    def test_a_file_that_can_not_be_written_is_said_and_tried_again(self):
        (self.dir / 'logs').mkdir()
        self.leave('a', 'output {dir}/logs/a')
        daemon = self.start()
        self.left_open(daemon, 'a')
        (self.dir / 'logs').rename(self.dir / 'gone')
        failed = daemon.wait('output-failed', job='a')
        self.assertEqual((failed['output'], failed['reason']), (f'{self.dir}/logs/a', 'No such file or directory'))
        (self.dir / 'gone').rename(self.dir / 'logs')
        before = len(self.lines('logs/a'))
        eventually(lambda: len(self.lines('logs/a')) > before + 3, 'late lines')
        self.lives_on('a')

    def test_each_attempt_leaves_its_own(self):
        self.job('a', f'every 10s\nretry 1 every 1s\noutput {{dir}}/a.log\nrun {self.service} $$ {{dir}} & '
                      'echo $! >{dir}/$$.pid; echo $$ >>{dir}/names; exit 3\n')
        daemon = self.start()
        daemon.wait('retry', job='a')
        self.job('a', 'every 1d\nrun true\n')
        self.assertEqual(daemon.wait('end', job='a')['attempts'], '2')
        for name in self.wait_lines('names', 2):
            self.lives_on(name)
        (self.dir / 'stop').touch()
        eventually(lambda: ''.join(self.lines('a.log')).count('last words') == 2, 'the last words of both')
        printed = (self.dir / 'a.log').read_text().replace('last words', '').splitlines()
        self.assertEqual(sorted(printed),
                         sorted(f'late {beat}' for name in self.lines('names') for beat in self.lines(f'{name}.beats')))


class OneThatPrintsWithoutEnd(LeftBehindTest):
    """It is read slowly, and waits meanwhile: at most 64 KiB, then a rest of ten milliseconds or more."""

    def start_floods(self, *outputs):
        for number, output in enumerate(outputs):
            self.leave(f'flood{number}', f'output {output}', FLOODS_LATER)
        daemon = self.start(drain='0')
        self.floods = [f'flood{number}' for number in range(len(outputs))]
        for name in self.floods:
            self.left_open(daemon, name)
            self.addCleanup(self.end_flood, self.pid(name))
        (self.dir / 'flow').touch()
        return daemon

    def end_flood(self, pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def assert_reads_slowly(self, pid):
        def has_read():
            return int(pathlib.Path(f'/proc/{pid}/io').read_text().split()[1])

        begin, before, much = time.monotonic(), has_read(), 8 << 20
        after = eventually(lambda: (now := has_read()) > before + much and now, 'so much to be read')
        of_other_files = 1 << 20
        pieces = (after - before - of_other_files) / (64 << 10)
        self.assertGreaterEqual(time.monotonic() - begin, 0.01 * pieces)
        for name in self.floods:
            self.assertTrue(is_alive(self.pid(name)), name)

    def test_acron_reads_it_slowly(self):
        self.assert_reads_slowly(self.start_floods('/dev/null').pid)

    def test_a_file_gets_it_slowly(self):
        daemon = self.start_floods('{dir}/flood.log')
        log, much = self.dir / 'flood.log', 1 << 20
        eventually(lambda: log.stat().st_size, 'the flood')
        begin, before = time.monotonic(), log.stat().st_size
        after = eventually(lambda: (now := log.stat().st_size) > before + much and now, 'so much to be written')
        self.assertGreaterEqual(time.monotonic() - begin, 0.01 * (after - before - (64 << 10)) / (8 << 10))
        self.assertEqual(daemon.events('output-failed'), [])

    def test_acron_reader_reads_it_slowly(self):
        daemon = self.start_floods('/dev/null')
        self.assertEqual(daemon.stop(), 0)
        reader = eventually(lambda: [pid for pid in children_of(os.getpid())
                                     if status_of(pid).get('Name') == 'acron-reader'], 'acron-reader')[0]
        command_line = pathlib.Path(f'/proc/{reader}/cmdline').read_bytes()
        self.assertEqual(command_line.strip(b'\0'), b'acron-reader')  # not that of an acron
        self.assert_reads_slowly(reader)


class AcronGoesAway(LeftBehindTest):
    def test_what_was_left_goes_on_over_upgrades_and_the_end(self):
        self.leave('file', 'output {dir}/file.log')
        self.leave('null', 'output /dev/null')
        daemon = self.start(drain='0')
        for name in ('file', 'null'):
            self.left_open(daemon, name)
            (self.tree / name).unlink()
        for _ in range(2):
            mark = daemon.mark()
            daemon.signal(signal.SIGUSR2)
            daemon.wait('upgraded', since=mark)
            daemon.wait('ready', since=mark)
            for name in ('file', 'null'):
                self.lives_on(name)
        lines = self.lines('file.log')
        self.assertEqual(lines, ['begun', *(f'late {n}' for n in range(len(lines) - 1))])
        self.assertEqual(daemon.events('late-output-dropped'), [])
        self.assertEqual(daemon.stop(), 0)
        for name in ('file', 'null'):
            self.lives_on(name)
        dropped, = daemon.events('late-output-dropped')  # the others' output went nowhere before
        self.assertEqual((dropped['level'], dropped['job'], dropped['pipes']), ('warning', 'file', '1'))
        self.assertIn('acron ends', dropped['reason'])


    def test_what_was_printed_before_the_end_and_is_not_read_by_then_is_counted(self):
        self.job('flood', 'every 1s\noutput {dir}/file.log\nrun mkdir {dir}/once && yes & sleep 0.1\n')
        daemon = self.start(drain='0')
        self.left_open(daemon, 'flood')
        self.assertEqual(daemon.stop(), 0)
        dropped, = daemon.events('late-output-dropped')
        self.assertGreater(int(dropped['lost-bytes']), 0)


class ManyOfThem(LeftBehindTest):
    def test_the_oldest_are_given_to_acron_reader(self):
        jobs = ['a', 'b', 'c', 'd']
        for job in jobs:
            self.job(job, f'every 1s\noutput /dev/null\noverlap allow\nrun {self.service} $$ {{dir}} & '
                          'echo $! >{dir}/$$.pid; echo $$ >>{dir}/names\n')
        daemon = self.spawn(wrapper=('prlimit', '--nofile=64:64'))
        dropped = daemon.wait('late-output-dropped')
        self.assertEqual(dropped['level'], 'warning')
        self.assertIn('acron-reader', dropped['reason'])
        for job in jobs:
            (self.tree / job).unlink()
        for name in self.lines('names'):
            self.lives_on(name)


if __name__ == '__main__':
    main()
