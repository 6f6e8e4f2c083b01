"""After a crash of acron, its jobs are still there: the next acron knows of them."""

import contextlib
import datetime
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import unittest

from harness import IS_ROOT, WITHOUT_CGROUPS, SystemTest, eventually, main
from mail_servers import Mailbox, text_of
from processes import is_alive

HANGS = 'run echo $$ >> {dir}/pids; trap "" HUP; while [ ! -e {dir}/go ]; do sleep 0.1; done\n'


class AdoptionTest(SystemTest):
    def crash(self, daemon):
        """Once what it has begun is on the disk."""
        started = len(daemon.events('start'))
        eventually(lambda: self.written_processes() == started, 'the state to be written')
        daemon.process.kill()
        daemon.wait_end()

    def written_processes(self):
        return self.asked_of_state('SELECT count(pid) FROM open_run')

    def query(self, text, *values):
        path = self.dir / 'run/state/state.db'
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            return database.execute(text, values).fetchall()

    def go(self):
        (self.dir / 'go').touch()

    def begin(self, lines, name='a'):
        """A job that hangs, and the acron that started it."""
        self.job(name, 'every 1s\n' + lines + HANGS)
        daemon = self.start()
        daemon.wait('start', job=name)
        self.pid = int(self.wait_lines('pids', 1)[0])
        self.addCleanup(self.go)
        return daemon


class WhatLives(AdoptionTest):
    def test_its_job_counts_as_running_until_it_ends(self):
        daemon = self.begin('output {dir}/out\n')
        self.crash(daemon)
        daemon = self.start()
        self.assertEqual(daemon.wait('adopted', job='a')['pid'], str(self.pid))
        daemon.wait('skip', job='a', reason='the previous run is still going')
        self.assertEqual(daemon.events('start'), [])
        self.assertTrue(is_alive(self.pid))
        self.go()
        end = daemon.wait('end', job='a', result='unknown')
        self.assertIn('acron was interrupted', end['reason'])
        daemon.wait('start', job='a')

    def test_it_is_adopted_by_a_start_that_can_not_open_the_state(self):
        daemon = self.begin('output {dir}/out\n')
        self.crash(daemon)
        state = self.dir / 'run/state'
        state.chmod(0o777)  # acron trusts no directory that others can write to
        daemon = self.start()
        self.assertIn('only where their processes live', daemon.wait('state-unavailable')['effect'])
        self.assertEqual(daemon.wait('adopted', job='a')['pid'], str(self.pid))
        daemon.wait('skip', job='a', reason='the previous run is still going')
        state.chmod(0o700)
        daemon.wait('state-available')
        daemon.wait('skip', job='a', since=daemon.mark())  # so what the state says of it is known by now
        self.assertEqual(daemon.events('start'), [])
        self.go()
        daemon.wait('end', job='a', result='unknown')
        daemon.wait('start', job='a')
        self.assertEqual(len(daemon.events('adopted')), 1)
        self.assertEqual(daemon.events('lost'), [])

    def test_it_is_adopted_where_the_state_is_gone(self):
        daemon = self.begin('output {dir}/out\n')
        run = daemon.events('start', job='a')[0]['run']
        self.crash(daemon)
        shutil.rmtree(self.dir / 'run/state')
        daemon = self.start()
        self.assertEqual(daemon.wait('adopted', job='a', run=run)['pid'], str(self.pid))
        daemon.wait('skip', job='a', reason='the previous run is still going')
        eventually(lambda: self.written_processes() == 1, 'the new state to be written')
        (self.dir / 'run/mark.key').unlink()
        daemon.process.kill()
        daemon.wait_end()
        daemon = self.start()
        self.assertEqual(daemon.wait('adopted', job='a', run=run)['pid'], str(self.pid))
        self.assertEqual(daemon.events('start'), [])

    def test_it_is_adopted_where_the_log_of_the_state_is_gone_which_is_said(self):
        daemon = self.begin('output {dir}/out\n')
        self.crash(daemon)
        (self.dir / 'run/state/state.db-wal').unlink()
        daemon = self.start()
        self.assertIn('removed, emptied or overwritten', daemon.wait('state-log-lost')['reason'])
        self.assertEqual(daemon.wait('adopted', job='a')['pid'], str(self.pid))
        daemon.wait('skip', job='a', reason='the previous run is still going')
        self.assertEqual(daemon.events('start'), [])

    def test_one_that_is_replaced_is_told_of_as_replaced(self):
        daemon = self.begin('overlap replace\noutput {dir}/out\n')
        self.crash(daemon)
        daemon = self.start()
        end = daemon.wait('end', job='a', result='unknown')
        self.assertIn('replaced by the next run; acron was interrupted', end['reason'])
        daemon.wait('start', job='a')
        self.assertFalse(is_alive(self.pid))

    def test_its_lock_is_held(self):
        daemon = self.begin('lock one\noutput {dir}/out\n')
        self.crash(daemon)
        self.job('b', 'every 1s\nlock one\noutput {dir}/b\nrun echo b\n')
        daemon = self.start()
        daemon.wait('queued', job='b')
        self.assertEqual(daemon.events('start', job='b'), [])
        (self.tree / 'a').unlink()
        daemon.wait('unload', job='a')
        self.go()
        daemon.wait('start', job='b')
        self.assertTrue(daemon.events('end', job='a', result='unknown'))

    def test_its_time_limit_holds(self):
        daemon = self.begin('timeout 15s grace 1s\noutput {dir}/out\n')
        self.crash(daemon)
        daemon = self.start()
        daemon.wait('adopted', job='a')
        end = daemon.wait('end', job='a', result='unknown')
        self.assertIn('timed out after 15s', end['reason'])
        self.assertFalse(is_alive(self.pid))

    def test_a_grace_that_has_begun_goes_on_and_does_not_begin_anew(self):
        self.script('stubborn.sh', 'exec >/dev/null 2>&1\ntrap "echo term >>$1/terms" TERM\necho $$ >>$1/pids\n'
                                   'while true; do sleep 0.1; done\n')
        self.addCleanup(self.go)
        self.job('a', 'every 1s\noutput {dir}/out\ntimeout 2s grace 15s\nrun {dir}/stubborn.sh {dir}\n')
        daemon = self.start()
        self.pid = int(self.wait_lines('pids', 1)[0])
        self.wait_lines('terms', 1)
        eventually(lambda: self.asked_of_state('SELECT count(*) FROM open_run WHERE kill_due IS NOT NULL') == 1,
                   'the time at which it is killed')
        for _ in range(2):
            daemon.process.kill()
            daemon.wait_end()
            daemon = self.start()
            daemon.wait('adopted', job='a')
        self.assertIn('timed out after 2s', daemon.wait('end', job='a', result='unknown')['reason'])
        self.assertFalse(is_alive(self.pid))
        self.assertEqual(self.lines('terms'), ['term'])

    def begin_with_strays(self, lines):
        """A run that is adopted, of which something has left its group and lost its parent: the acron, and that."""
        self.script('stray.sh', 'trap "" TERM HUP\necho $$ >>$1\nwhile [ ! -e $2 ]; do sleep 0.1; done\n')
        # Its environment does not tell of it where a cgroup does.
        cleared = 'env -i ' if self.has_cgroup() else ''
        stray = f'(setsid {cleared}{{dir}}/stray.sh {{dir}}/strays {{dir}}/go >/dev/null 2>&1 &)'
        self.job('a', f'every 1s\noutput {{dir}}/out\n{lines}run {stray}; while [ ! -e {{dir}}/strays ]; do sleep 0.1; done; '
                      'echo $$ >> {dir}/pids; exec >/dev/null 2>&1; sleep 1000; true\n')
        self.addCleanup(self.go)
        daemon = self.start()
        self.pid = int(self.wait_lines('pids', 1)[0])
        self.crash(daemon)
        return self.start(), int(self.lines('strays')[0])

    def has_cgroup(self):
        """Whether a run with a time limit has a cgroup here."""
        self.job('probe', 'every 1s\ntimeout 1m\noutput /dev/null\nrun true\n')
        daemon = self.start(run_dir=self.dir / 'probe')
        way = daemon.wait('end', job='probe')['accounting']
        daemon.stop()
        (self.tree / 'probe').unlink()
        return way.startswith('cgroup')

    def test_its_time_limit_ends_what_has_left_its_group(self):
        daemon, stray = self.begin_with_strays('timeout 5s grace 2s\n')
        self.assertIn('timed out after 5s', daemon.wait('end', job='a', result='unknown')['reason'])
        self.assertFalse(is_alive(self.pid))
        eventually(lambda: not is_alive(stray), 'the end of the stray')

    @unittest.skipUnless(IS_ROOT, 'only root can hide the cgroups')
    def test_its_time_limit_reaches_no_run_of_another_acron_that_has_its_id(self):
        self.job('a', f'every 1s\ntimeout 5s grace 1s\noutput /dev/null\n{HANGS}')
        daemon = self.start(wrapper=WITHOUT_CGROUPS)
        self.addCleanup(self.go)
        pid = int(self.wait_lines('pids', 1)[0])
        tells = [line for line in pathlib.Path(f'/proc/{pid}/environ').read_text().split('\0')
                 if line.startswith(('ACRON_JOB=', 'ACRON_RUN_ID='))]
        self.assertEqual(len(tells), 2)
        other = subprocess.Popen(['env', '-i', *tells, 'sleep', '1000'], start_new_session=True)
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        self.crash(daemon)
        daemon = self.start(wrapper=WITHOUT_CGROUPS)
        self.assertIn('timed out after 5s', daemon.wait('end', job='a', result='unknown')['reason'])
        self.assertFalse(is_alive(pid))
        self.assertIsNone(other.poll())

    def test_so_does_the_next_run_that_replaces_it(self):
        daemon, stray = self.begin_with_strays('timeout 1h grace 1s\noverlap replace\n')
        self.assertIn('replaced', daemon.wait('end', job='a', result='unknown')['reason'])
        eventually(lambda: not is_alive(stray), 'the end of the stray')

    def test_so_does_an_acron_that_ends_with_its_jobs_after_an_upgrade(self):
        daemon, stray = self.begin_with_strays('timeout 1h grace 1s\n')
        daemon.wait('adopted', job='a')
        daemon.process.kill()
        daemon.wait_end()
        daemon = self.start('--drain=1s', '--stop-jobs=1s')
        mark = daemon.mark()
        daemon.signal(signal.SIGUSR2)
        daemon.wait('adopted', job='a', since=mark)
        self.assertEqual(daemon.wait('upgraded')['running'], '1')
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(is_alive(self.pid))
        eventually(lambda: not is_alive(stray), 'the end of the stray')

    def test_it_is_found_again_after_a_second_crash(self):
        daemon = self.begin('output {dir}/out\n')
        self.crash(daemon)
        for _ in range(2):
            daemon = self.start()
            daemon.wait('adopted', job='a')
            daemon.process.kill()
            daemon.wait_end()
        self.assertTrue(is_alive(self.pid))

    def test_an_upgrade_leaves_it_adopted(self):
        daemon = self.begin('output {dir}/out\n')
        self.crash(daemon)
        daemon = self.start()
        daemon.wait('adopted', job='a')
        mark = daemon.mark()
        daemon.signal(signal.SIGUSR2)
        daemon.wait('adopted', job='a', since=mark)
        self.assertEqual([daemon.wait(event)['running'] for event in ('upgrade', 'upgraded')], ['1', '1'])
        self.assertTrue(is_alive(self.pid))
        self.assertEqual(daemon.events('start'), [])
        self.go()
        daemon.wait('end', job='a', result='unknown')


class WhatIsGone(AdoptionTest):
    def test_a_run_that_died_unseen_is_mailed_about_where_a_failure_would_be(self):
        box = self.serve_mail(Mailbox())
        daemon = self.begin('output if-error someone@example.com\noutput if-success other@example.com\n')
        self.crash(daemon)
        os.kill(self.pid, signal.SIGKILL)
        eventually(lambda: not is_alive(self.pid), 'its end')
        self.job('a', 'every 1d\noutput if-error someone@example.com\noutput if-success other@example.com\nrun true\n')
        daemon = self.start()
        lost = daemon.wait('lost', job='a')
        mail = box.wait(1)[0]
        self.assertEqual(mail['To'], 'someone@example.com')
        self.assertIn('acron was interrupted', ' '.join(mail['Subject'].split()))
        self.assertIn('exit status and what it printed are unknown', text_of(mail))
        self.assertIn(lost['run'], text_of(mail))
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(len(box.messages()), 1)
        self.assertEqual(self.query('SELECT count(*) FROM open_run'), [(0,)])
        # It is said once.
        daemon = self.start()
        daemon.stop()
        self.assertEqual(daemon.events('lost'), [])

    def test_of_a_run_that_waited_for_its_retry_the_ends_of_its_attempts_are_told(self):
        box = self.serve_mail(Mailbox())
        lines = 'every 1h\nretry 2 every 30m\noutput if-error someone@example.com\nrun exit 3\n'
        self.job('a', lines)
        daemon = self.start_before(datetime.datetime(2026, 1, 7, 10, 0, tzinfo=datetime.timezone.utc))
        failed = daemon.wait('retry', job='a')
        eventually(lambda: self.asked_of_state('SELECT count(*) FROM failed_attempt') == 1, 'the state to be written')
        daemon.process.kill()
        daemon.wait_end()
        daemon = self.start()
        lost = daemon.wait('lost', job='a')
        self.assertEqual((lost['run'], lost['reason']),
                         (failed['run'], 'exit status 3; acron was interrupted before attempt 2, which is lost'))
        text = text_of(box.wait(1)[0])
        self.assertRegex(text, r'Attempts: +1\n  1\. .*: exit status 3\n')
        self.assertIn('the run waited for its next attempt', text)
        self.assertNotIn('exit status and what it printed are unknown', text)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.query('SELECT count(*) FROM open_run') + self.query('SELECT count(*) FROM failed_attempt'),
                         [(0,), (0,)])

    def test_of_an_attempt_that_had_begun_nobody_knows_the_end(self):
        self.job('a', 'every 1s\nretry 1 every 1s\noutput {dir}/out\n'
                      'run [ -e {dir}/first ] || { touch {dir}/first; exit 3; }; echo $$ >>{dir}/pids; '
                      'while [ ! -e {dir}/go ]; do sleep 0.1; done\n')
        self.addCleanup(self.go)
        daemon = self.start()
        pid = int(self.wait_lines('pids', 1)[0])
        eventually(lambda: self.written_processes() == 1, 'the state to be written')
        daemon.process.kill()
        daemon.wait_end()
        self.go()
        eventually(lambda: not is_alive(pid), 'its end')
        lost = self.start().wait('lost', job='a')
        self.assertEqual(lost['reason'], 'acron was interrupted: how it ended and what it printed is unknown')

    def test_a_run_that_was_queued_is_told_of(self):
        daemon = self.begin('overlap queue\ncatch-up\noutput if-error someone@example.com\n')
        queued = daemon.wait('queued', job='a')
        eventually(lambda: self.asked_of_state('SELECT count(*) FROM queued_run') == 1, 'the state to be written')
        daemon.process.kill()
        daemon.wait_end()
        daemon = self.start()
        lost = daemon.wait('lost', job='a')
        self.assertEqual((lost['scheduled'], lost['reason']),
                         (queued['scheduled'], 'it waited for the previous run when acron was killed, and has not begun'))
        self.go()
        daemon.wait('start', job='a')
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.query('SELECT count(*) FROM queued_run'), [(0,)])
        daemon = self.start()
        daemon.stop()
        self.assertEqual(daemon.events('lost'), [])

    def test_an_upgrade_loses_no_queued_run(self):
        daemon = self.begin('overlap queue\noutput {dir}/out\n')
        daemon.wait('queued', job='a')
        daemon.signal(signal.SIGUSR2)
        daemon.wait('upgraded', waiting='1')
        self.go()
        daemon.wait('start', 2, job='a')
        self.assertEqual(daemon.events('lost'), [])

    def test_a_stranger_with_its_pid_is_left_alone(self):
        daemon = self.begin('timeout 1h grace 1s\noutput {dir}/out\n')
        self.crash(daemon)
        os.killpg(self.pid, signal.SIGKILL)  # it would tell of itself
        eventually(lambda: not is_alive(self.pid), 'its end')
        stranger = subprocess.Popen(['sleep', '1000'], start_new_session=True)
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.kill)
        stat = pathlib.Path(f'/proc/{stranger.pid}/stat').read_text()
        started = int(stat.rpartition(')')[2].split()[19])
        for forged in ((stranger.pid, started - 1, None), (stranger.pid, started, 'another boot')):
            # Two hours ago: were it adopted, it would be over its time.
            self.query('UPDATE open_run SET pid = ?1, process_started = ?2, boot = coalesce(?3, boot), '
                       'started = started - 7200000', *forged)
            row = self.query('SELECT * FROM open_run')[0]
            self.job('a', 'every 1s\noutput {dir}/out\nrun true\n')
            daemon = self.start()
            daemon.wait('lost', job='a')
            self.assertEqual(daemon.events('adopted'), [])
            daemon.wait('start', job='a', count=2)
            self.assertIsNone(stranger.poll())
            (self.tree / 'a').unlink()
            daemon.signal(signal.SIGHUP)  # the empty tree is meant
            daemon.wait('unload', job='a')
            daemon.close()
            self.query('DELETE FROM open_run')
            self.query(f'INSERT INTO open_run VALUES({",".join("?" * len(row))})', *row)


if __name__ == '__main__':
    main()
