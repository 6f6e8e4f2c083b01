"""The lock that only one acron holds, and what becomes of it under a running one."""

import contextlib
import fcntl
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import unittest

from hanging_mount import only_with_fuse, run_beside_it
from harness import ACRON, IS_ROOT, SystemTest, eventually, main

# Holds a removed lock file as a program of acron's name, and as well as it can: its first word says how.
HOLDS = '''
import fcntl, os, sys
how, path = sys.argv[1:]
os.makedirs(os.path.dirname(path), exist_ok=True)
os.close(os.open(path, os.O_CREAT, 0o600))
lock = os.open(path, os.O_PATH if how == "unopened" else os.O_RDWR)
if how != "unopened":
    fcntl.flock(lock, fcntl.LOCK_EX)
    fcntl.lockf(lock, fcntl.LOCK_EX)
if how == "of another user":
    os.chown(path, 65534, -1)
if how == "open to others":
    os.chmod(path, 0o644)
os.unlink(path)
print(open("/proc/self/comm").read().strip(), flush=True)
sys.stdin.read()
'''

IN_A_CONTAINER = ('unshare', '--pid', '--fork', '--kill-child', '--mount-proc')
JOB = 'every 1s\noutput /dev/null\nrun true\n'


class LockTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.job('a', JOB)
        self.lock = self.dir / 'run/acron.lock'

    def assert_second_copy_ends_in_silence(self, **settings):
        second = self.run_acron('-f', **settings)
        self.assertEqual((second.returncode, second.stdout, second.stderr), (0, '', ''))

    def wait_restored(self, daemon, count=1):
        restored = daemon.wait('lock-restored', count=count)
        self.assertEqual((restored if count == 1 else restored[-1])['file'], str(self.lock))
        self.assertEqual(int((self.dir / 'run/acron.pid').read_text()), daemon.pid)
        self.assertEqual(self.lock.stat().st_mode & 0o777, 0o600)


class ARemovedLock(LockTest):
    def hold(self, how):
        """A process called acron that has a removed file of the lock's name."""
        program = self.dir / 'acron'
        program.symlink_to(os.path.realpath(sys.executable))
        holder = subprocess.Popen([program, '-c', HOLDS, how, self.lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  text=True)
        self.addCleanup(holder.communicate)
        self.assertEqual(holder.stdout.readline(), 'acron\n')

    def assert_no_acron_is_seen(self, how):
        self.hold(how)
        daemon = self.start(poll='1h')
        self.lock.unlink()
        daemon.signal(signal.SIGUSR2)
        daemon.wait('upgraded')
        daemon.wait('lock-restored')
        daemon.wait('start', job='a')
        self.assertEqual(daemon.stop(), 0)

    def test_what_another_has_without_a_lock_on_it_is_no_acron(self):
        self.assert_no_acron_is_seen('unopened')

    def test_a_file_that_others_may_open_is_no_acron(self):
        self.assert_no_acron_is_seen('open to others')

    @unittest.skipUnless(IS_ROOT, 'only root gives a file away')
    def test_a_file_of_another_user_is_no_acron(self):
        self.assert_no_acron_is_seen('of another user')

    def test_an_acron_is_known_by_what_it_holds_and_not_by_its_name(self):
        self.start(poll='1h')
        self.lock.unlink()
        renamed = self.dir / 'acron-0.2'
        renamed.symlink_to(ACRON)
        second = self.run_command([renamed, *self.command('-f')[1:]])
        self.assertEqual((second.returncode, second.stdout, second.stderr), (0, '', ''))

    def test_one_that_is_removed_just_before_an_upgrade_is_made_anew_by_the_new_program(self):
        daemon = self.start(poll='1h')
        self.lock.unlink()
        daemon.signal(signal.SIGUSR2)
        daemon.wait('upgraded')
        self.wait_restored(daemon)
        self.assert_second_copy_ends_in_silence()

    def remove_and_restore(self, remove, **settings):
        daemon = self.start(poll='3s', **settings)
        remove()
        self.assert_second_copy_ends_in_silence(poll='3s', **settings)  # most often before the first one has looked
        self.wait_restored(daemon)
        self.assert_second_copy_ends_in_silence(**settings)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.events('lock-lost'), [])
        self.assertEqual(len(daemon.events('lock-restored')), 1)

    def test_the_file_alone(self):
        self.remove_and_restore(lambda: self.lock.unlink())

    def test_the_files_with_the_pid(self):
        self.remove_and_restore(lambda: [self.lock.unlink(), (self.dir / 'run/acron.pid').unlink()])

    def test_the_directory(self):
        self.remove_and_restore(lambda: shutil.rmtree(self.dir / 'run'), state=self.dir / 'state')

    def test_the_directory_with_the_state(self):
        self.remove_and_restore(lambda: shutil.rmtree(self.dir / 'run'))

    def test_the_directory_by_another_name(self):
        self.remove_and_restore(lambda: (self.dir / 'run').rename(self.dir / 'run.moved'), state=self.dir / 'state')

    def test_a_file_in_its_place(self):
        def replace():
            (self.dir / 'run/fresh').touch(mode=0o600)
            (self.dir / 'run/fresh').rename(self.lock)

        self.remove_and_restore(replace)

    def test_the_pid_file_alone(self):
        daemon = self.start()
        (self.dir / 'run/acron.pid').unlink()
        eventually(lambda: self.lines('run/acron.pid') == [str(daemon.pid)], 'the pid file')
        self.assertEqual(daemon.events('lock-restored'), [])

    def test_a_pid_file_that_says_another_pid(self):
        daemon = self.start()
        pid_file = self.dir / 'run/acron.pid'
        pid_file.write_text('1\n')
        eventually(lambda: self.lines('run/acron.pid') == [str(daemon.pid)], 'the pid file')
        self.assertEqual(daemon.events('pid-file'), [])

    def test_a_pid_file_that_can_not_be_written_is_said_once_and_written_later(self):
        pid_file = self.dir / 'run/acron.pid'
        pid_file.parent.mkdir()
        pid_file.mkdir()
        daemon = self.start()
        self.assertIn('Is a directory', daemon.wait('pid-file')['reason'])
        daemon.wait('end', 3, job='a', since=daemon.mark())  # so it has looked again
        pid_file.rmdir()
        eventually(lambda: pid_file.exists() and self.lines('run/acron.pid') == [str(daemon.pid)], 'the pid file')
        self.assertEqual(len(daemon.events('pid-file')), 1)

    def test_again_and_after_an_upgrade(self):
        daemon = self.start()
        self.lock.unlink()
        self.wait_restored(daemon)
        daemon.signal(signal.SIGUSR2)
        daemon.wait('upgraded')
        self.assert_second_copy_ends_in_silence()
        self.lock.unlink()
        self.wait_restored(daemon, count=2)
        self.assert_second_copy_ends_in_silence()

    def test_one_that_another_holds_is_said_once_and_taken_later(self):
        daemon = self.start()
        fresh = self.dir / 'run/fresh'
        with open(fresh, 'w', encoding='ascii') as other:
            fresh.chmod(0o600)
            fcntl.flock(other, fcntl.LOCK_EX)
            fresh.rename(self.lock)
            lost = daemon.wait('lock-lost')
            self.assertEqual((lost['file'], lost['level']), (str(self.lock), 'error'))
            daemon.wait('start', 3, job='a', since=daemon.mark())
            daemon.signal(signal.SIGUSR2)
            self.assertIn('the lock file', daemon.wait('upgrade-failed')['reason'])
        self.wait_restored(daemon)
        self.assertEqual(len(daemon.events('lock-lost')), 1)

    def assert_lost_and_no_upgrade(self, why, spoil):
        daemon = self.start(state=self.dir / 'state')
        spoil(daemon)
        self.assertIn(why, daemon.wait('lock-lost')['reason'])
        daemon.signal(signal.SIGUSR2)
        reason = daemon.wait('upgrade-failed')['reason']
        self.assertIn(why, reason)
        self.assertNotIn('another', reason)

    def test_a_file_in_place_of_its_directory(self):
        def replace(daemon):
            daemon.process.send_signal(signal.SIGSTOP)  # or it makes its directory anew in between
            (self.dir / 'run').rename(self.dir / 'old')
            (self.dir / 'run').touch()
            daemon.process.send_signal(signal.SIGCONT)

        self.assert_lost_and_no_upgrade('run is not a directory', replace)

    def test_a_directory_in_its_place(self):
        self.assert_lost_and_no_upgrade('acron.lock: Is a directory', lambda _: [self.lock.unlink(), self.lock.mkdir()])

    def test_a_directory_that_others_can_write_is_not_used_again(self):
        daemon = self.start(state=self.dir / 'state')
        (self.dir / 'run').rename(self.dir / 'old')
        (self.dir / 'run').mkdir()
        (self.dir / 'run').chmod(0o777)
        self.assertIn('can be written by others', daemon.wait('lock-lost')['reason'])
        (self.dir / 'run').chmod(0o755)
        self.wait_restored(daemon)


@only_with_fuse
class AThreadThatHangs(SystemTest):
    """In a file system that does not answer: it outlives the acron whose it was, and keeps the lock."""

    def test_the_next_acron_says_so_after_a_kill_and_does_not_end_as_beside_a_living_one(self):
        self.job('a', 'every 1s\noutput {dir}/there/out\nrun true\n')
        script = self.dir / 'script'
        script.write_text('"$@" & pid=$!\n'
                          f'until [ -e {self.dir}/there.taken ]; do sleep 0.05; done\n'
                          'kill -KILL $pid\n'
                          "until grep -q ') Z ' /proc/$pid/stat; do sleep 0.05; done\n"
                          'exec "$@"\n')
        second = run_beside_it(self, ['sh', script, *self.command('-f', log=self.dir / 'log')], for_good=True)
        self.assertEqual(second.returncode, 1, second.stderr)
        self.assertIn('acron.lock is held, but not by a living acron', second.stderr)


class TheState(LockTest):
    def test_two_run_directories_can_not_share_it(self):
        daemon = self.start()
        second = self.run_acron('-f', run_dir=self.dir / 'other', state=self.dir / 'run/state')
        self.assertEqual(second.returncode, 1)
        self.assertEqual(second.stderr, f'acron: another acron (pid {daemon.pid}) uses the state directory '
                         f'{self.dir}/run/state; each acron needs one of its own: name another with --state\n')

    def test_a_program_of_another_name_can_not_share_it(self):
        daemon = self.start(poll='1h')
        renamed = self.dir / 'acron-0.2'
        renamed.symlink_to(ACRON)
        for removed in (False, True):
            if removed:
                self.lock.unlink()
            elsewhere = self.command('-f', run_dir=self.dir / 'other', state=self.dir / 'run/state')
            second = self.run_command([renamed, *elsewhere[1:]])
            self.assertEqual(second.returncode, 1)
            self.assertIn(f'another acron (pid {daemon.pid}) uses the state directory', second.stderr)

    def test_of_one_whose_state_was_moved_away_and_one_that_began_another_there_the_first_gives_way(self):
        state = self.dir / 'state'
        self.job('a', 'every 1d\nrun true\n')
        daemon = self.start(state=state, poll='1h')  # else it might make its file anew before the second starts
        state.rename(self.dir / 'state.old')
        second = self.start(state=state, run_dir=self.dir / 'other')
        self.job('a', JOB)
        daemon.signal(signal.SIGHUP)
        taken = daemon.wait('state-taken')
        self.assertEqual((taken['level'], taken['pid'], taken['directory']), ('error', str(second.pid), str(state)))
        self.assertEqual(daemon.wait_end(), 1)
        self.assertEqual(daemon.events('state-set-aside'), [])
        second.wait('end', 3, job='a', since=second.mark())
        self.assertEqual(second.stop(), 0)
        for event in ('state-set-aside', 'state-unavailable', 'state-taken'):
            self.assertEqual(second.events(event), [])

    def test_an_upgrade_beside_one_that_has_the_state_by_now_gives_way(self):
        self.job('a', 'every 1d\nrun true\n')
        state = self.dir / 'state'
        daemon = self.start(state=state, poll='1h')  # else it might make its file anew before the second starts
        state.rename(self.dir / 'state.old')
        second = self.start(state=state, run_dir=self.dir / 'other')
        daemon.signal(signal.SIGUSR2)
        self.assertEqual(daemon.wait('state-taken')['pid'], str(second.pid))
        self.assertEqual(daemon.wait_end(), 1)

    def test_one_whose_state_was_removed_keeps_its_directory(self):
        state = self.dir / 'state'
        (self.tree / 'a').unlink()
        self.job('quiet-job', 'every 1d\nrun true\n')
        daemon = self.start(state=state)
        for remove in (lambda: (state / 'state.db').unlink(), lambda: shutil.rmtree(state)):
            remove()
            second = self.run_acron('-f', run_dir=self.dir / 'other', state=state)
            self.assertEqual(second.returncode, 1)
            self.assertIn(f'another acron (pid {daemon.pid}) uses the state directory {state}', second.stderr)

    def test_a_lock_by_whoever_is_no_acron_keeps_no_job_from_running(self):
        self.start().stop()
        with contextlib.closing(sqlite3.connect(self.dir / 'run/state/state.db', isolation_level=None)) as database:
            database.execute('BEGIN EXCLUSIVE')
            daemon = self.start()
            daemon.wait('state-unavailable')
            daemon.wait('start', job='a')

    def reading(self, file):
        """Somebody who reads a state file, and whom no acron in a container sees."""
        database = sqlite3.connect(file, isolation_level=None)
        database.execute('BEGIN')
        database.execute('SELECT * FROM outbox').fetchall()
        return contextlib.closing(database)

    @unittest.skipUnless(IS_ROOT, 'only root makes a namespace')
    def test_a_reader_who_can_not_be_seen_is_no_acron(self):
        state = self.dir / 'state'
        self.start(state=state).stop()
        with self.reading(state / 'state.db'):
            daemon = self.start(state=state, wrapper=IN_A_CONTAINER)
            daemon.wait('state-unavailable')
            daemon.wait('start', job='a')
        daemon.close()

    @unittest.skipUnless(IS_ROOT, 'only root makes a namespace')
    def test_one_whose_file_was_exchanged_for_one_that_is_read_goes_on(self):
        state = self.dir / 'state'
        self.start(state=state).stop()
        shutil.copytree(state, self.dir / 'backup')
        daemon = self.start(state=state, wrapper=IN_A_CONTAINER)
        with self.reading(self.dir / 'backup/state.db'):
            (self.dir / 'backup/state.db').rename(state / 'state.db')
            daemon.wait('state-set-aside')
            daemon.wait('start', 2, job='a', since=daemon.mark())
        self.assertEqual(daemon.events('state-taken'), [])
        daemon.close()

    def test_one_that_was_killed_is_in_nobodys_way(self):
        for _ in range(3):
            daemon = self.start()
            os.kill(daemon.pid, signal.SIGKILL)
            daemon.wait_end()


if __name__ == '__main__':
    main()
