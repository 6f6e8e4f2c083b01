"""A command that kills acron at once: nothing of its start is on the disk, but its processes tell of it."""

import contextlib
import os
import pathlib
import signal
import sqlite3
import subprocess
import unittest

from harness import IS_ROOT, SystemTest, eventually, main
from processes import is_alive

KILLS = 'mkdir {dir}/once 2>/dev/null && kill -9 $PPID'
HANGS = 'while [ ! -e {dir}/go ]; do sleep 0.1; done'
NOBODY = 65534


def variables_of(pid):
    """The environment that a process began with."""
    lines = pathlib.Path(f'/proc/{pid}/environ').read_bytes().rstrip(b'\0').split(b'\0')
    return dict(line.decode().split('=', 1) for line in lines)


class MarkTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.addCleanup((self.dir / 'go').touch)

    def query(self, text):
        """Of the state file, while no acron has it."""
        with contextlib.closing(sqlite3.connect(self.dir / 'run/state/state.db')) as database, database:
            return database.execute(text).fetchall()

    def start_killed(self, lines, command=f'echo $$ >>{{dir}}/pids; {KILLS}; {HANGS}', name='a'):
        """acron, which is killed by the first run of a job; afterwards the state knows nothing of that run."""
        begins = 'echo $ACRON_RUN_ID $ACRON_SCHEDULED >{dir}/begun'  # the log may be killed before it says so
        self.job(name, f'every 1s\n{lines}output {{dir}}/out\nrun {begins}; {command}\n')
        self.assertEqual(self.spawn().wait_end(), -signal.SIGKILL)
        self.forget_runs()
        return dict(zip(('run', 'scheduled'), self.lines('begun')[0].split()))

    def forget_runs(self):
        """On a machine that stopped for a moment the start was written after all. The record of starts is the affair of
        start_record_test.py: here, processes alone tell of their run."""
        (self.dir / 'run/starts').unlink()
        self.query('DELETE FROM open_run')
        self.query("UPDATE last_run SET tick = tick - 3600000, due = NULL, started = NULL, run = ''")

    def first_pid(self):
        return int(self.wait_lines('pids', 1)[0])


class ARunThatKillsAcron(MarkTest):
    def test_it_is_adopted_and_its_tick_counts_as_run(self):
        first = self.start_killed('catch-up\n')
        daemon = self.start()
        adopted = daemon.wait('adopted', job='a')
        self.assertEqual((adopted['run'], adopted['pid']), (first['run'], str(self.first_pid())))
        daemon.wait('skip', job='a', reason='the previous run is still going')
        self.assertEqual(daemon.events('start'), [])
        (self.dir / 'go').touch()
        self.assertEqual(daemon.wait('end', job='a', result='unknown')['run'], first['run'])
        later = daemon.wait('start', job='a')
        self.assertGreater(later['scheduled'], first['scheduled'])
        self.assertEqual([e for e in daemon.events('catch-up') if e['scheduled'] <= first['scheduled']], [])

    def test_its_lock_is_held(self):
        self.start_killed('lock one\n')
        self.job('b', 'every 1s\nlock one\noutput {dir}/b\nrun echo b\n')
        daemon = self.start()
        daemon.wait('adopted', job='a')
        daemon.wait('queued', job='b')
        self.assertEqual(daemon.events('start', job='b'), [])
        (self.tree / 'a').unlink()
        (self.dir / 'go').touch()
        daemon.wait('start', job='b')
        self.assertTrue(daemon.events('end', job='a', result='unknown'))

    def test_its_time_limit_holds(self):
        self.start_killed('timeout 3s grace 1s\n')
        daemon = self.start()
        self.assertIn('timed out after 3s', daemon.wait('end', job='a', result='unknown')['reason'])
        self.assertFalse(is_alive(self.first_pid()))

    @unittest.skipUnless(IS_ROOT, 'only root becomes another user')
    def test_it_is_adopted_whoever_it_runs_as_or_has_become(self):
        self.dir.chmod(0o755)
        self.job('a', f'every 1s\nuser nobody\ncwd /\noutput /dev/null\nrun {HANGS}\n')
        become = f'setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups'
        self.job('b', f'every 1s\noutput /dev/null\nrun exec {become} sh -c "{HANGS}"\n')
        daemon = self.start()
        started = [daemon.wait('start', job=job)['run'] for job in 'ab']
        eventually(lambda: self.asked_of_state('SELECT count(pid) FROM open_run') == 2, 'both processes')
        daemon.process.kill()
        daemon.wait_end()
        self.forget_runs()
        daemon = self.start()
        self.assertEqual([daemon.wait('adopted', job=job)['run'] for job in 'ab'], started)

    def test_its_second_attempt_is_adopted_in_the_place_of_the_first(self):
        second = f'echo $$ >>{{dir}}/pids; mkdir {{dir}}/failed 2>/dev/null && exit 1; {KILLS}; {HANGS}'
        self.job('a', f'every 3s\nretry 1 every 1s\noutput {{dir}}/out\nrun {second}\n')
        daemon = self.spawn()
        daemon.wait('retry', job='a')
        self.assertEqual(daemon.wait_end(), -signal.SIGKILL)
        daemon = self.start()
        self.assertEqual(daemon.wait('adopted', job='a')['pid'], self.wait_lines('pids', 2)[1])
        self.assertEqual(daemon.events('lost'), [])

    def test_of_one_that_has_ended_what_it_left_behind_tells_only_that_it_has_begun(self):
        first = self.start_killed('catch-up\ntimeout 1s\n',
                                  f'({KILLS}; echo $ACRON_MARK >>{{dir}}/marks; {HANGS}; touch {{dir}}/left) &')
        daemon = self.start()
        later = daemon.wait('start', job='a', count=2)[0]
        self.assertGreater(later['scheduled'], first['scheduled'])
        self.assertEqual(daemon.events('adopted') + daemon.events('lost'), [])
        (self.tree / 'a').unlink()
        (self.dir / 'go').touch()
        self.wait_lines('left', 0)
        eventually((self.dir / 'left').exists, 'its own end of what was left behind')

    def test_an_upgrade_takes_no_run_for_a_left_one(self):
        self.job('a', f'every 1s\noutput {{dir}}/out\nrun {HANGS}\n')
        daemon = self.start()
        daemon.wait('start', job='a')
        daemon.signal(signal.SIGUSR2)
        daemon.wait('upgraded')
        (self.dir / 'go').touch()
        daemon.wait('end', job='a', result='ok')
        self.assertEqual(daemon.events('adopted') + daemon.events('lost'), [])


class AMarkThatIsBorrowed(MarkTest):
    def stranger(self, variables, user=None):
        """A process that leads a session, as a run's would, with these variables."""
        process = subprocess.Popen(['/bin/sleep', '1000'], env=variables, start_new_session=True, user=user)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def kill_run(self):
        """The run that is gone, and its variables."""
        pid = self.first_pid()
        variables = variables_of(pid)
        os.killpg(pid, signal.SIGKILL)
        eventually(lambda: not is_alive(pid), 'the end of the run')
        return variables

    def restart(self):
        """acron, once it has run the job several times; so it has looked at all processes."""
        self.job('a', 'every 1s\ntimeout 1s\noutput {dir}/out\nrun true\n')
        daemon = self.start()
        daemon.wait('end', 2, job='a')
        self.assertEqual(daemon.events('adopted'), [])
        return daemon

    def adopts_nothing(self, user):
        self.start_killed('timeout 1s\n')
        stranger = self.stranger(self.kill_run(), user)
        daemon = self.restart()
        # That it has begun is all that the mark proves.
        self.assertEqual(daemon.events('lost'), [])
        self.assertIsNone(stranger.poll())

    def test_the_environment_of_a_run_in_another_process_adopts_nothing(self):
        self.adopts_nothing(user=None)

    @unittest.skipUnless(IS_ROOT, 'only root has other users')
    def test_the_environment_of_a_run_in_a_process_of_another_user_adopts_nothing(self):
        self.adopts_nothing(NOBODY)

    def test_a_mark_that_was_changed_tells_nothing(self):
        self.start_killed('timeout 1s\n')
        variables = self.kill_run()
        mark = variables['ACRON_MARK']
        changed = [{'ACRON_MARK': mark[:-1] + ('0' if mark[-1] != '0' else '1')}, {'ACRON_JOB': 'b'},
                   {'ACRON_RUN_ID': variables['ACRON_RUN_ID'] + '0'}, {'ACRON_MARK': ''}]
        strangers = [self.stranger(variables | change) for change in changed]
        # Of its own pid: all of a mark but what only acron can compute.
        own = self.script('own', 'p=$(printf %010d $$); ACRON_MARK=$p${ACRON_MARK#??????????} exec sleep 1000\n')
        process = subprocess.Popen([own], env=variables | {'PATH': os.environ['PATH']}, start_new_session=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        eventually(lambda: b'sleep' in pathlib.Path(f'/proc/{process.pid}/cmdline').read_bytes(), 'exec')
        daemon = self.restart()
        self.assertEqual(daemon.events('lost'), [])
        self.assertEqual([one.poll() for one in [*strangers, process]], [None] * 5)

    def test_a_mark_of_a_run_that_has_ended_tells_nothing(self):
        self.job('a', 'every 1s\ntimeout 1h\noutput {dir}/out\nrun cp /proc/self/environ {dir}/environ\n')
        daemon = self.start()
        daemon.wait('end', 1, job='a')
        self.assertEqual(daemon.stop(), 0)
        lines = (self.dir / 'environ').read_bytes().rstrip(b'\0').split(b'\0')
        stranger = self.stranger(dict(line.decode().split('=', 1) for line in lines))
        daemon = self.restart()
        self.assertEqual(daemon.events('lost'), [])
        self.assertIsNone(stranger.poll())

    def test_another_acron_has_another_key(self):
        self.start_killed('timeout 1s\n')
        pid = self.first_pid()
        (self.dir / 'run/mark.key').write_bytes(os.urandom(32))
        daemon = self.restart()
        self.assertEqual(daemon.events('lost'), [])
        self.assertTrue(is_alive(pid))


class TheEnvironment(MarkTest):
    def test_a_gate_has_no_mark(self):
        self.job('a', 'every 1s\nif env >{dir}/if\nif each-run env >{dir}/each-run\noutput {dir}/out\nrun env\n')
        daemon = self.start()
        daemon.wait('end', job='a', result='ok')
        self.assertTrue(any(line.startswith('ACRON_MARK=') for line in self.lines('out')))
        for gate in ('if', 'each-run'):
            self.assertFalse(any(line.startswith('ACRON_MARK=') for line in self.lines(gate)))


if __name__ == '__main__':
    main()
