"""acron is killed before a start is in the state file, and no process tells of it: its record of starts does."""

import errno
import os
import shutil
import signal

from faulty_calls import FaultyCalls
from harness import SystemTest, eventually, main
from mail_servers import Mailbox
from processes import is_alive

HANGS = 'exec env -i /bin/sh -c "while [ ! -e {dir}/go ]; do /bin/sleep 0.1; done"'
KILLS = 'kill -9 $(cat {dir}/run/acron.pid)'


class StartRecordTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.calls = FaultyCalls(self.dir / 'faults')
        self.record = self.dir / 'run/starts'
        self.addCleanup((self.dir / 'go').touch)

    def job_that(self, does, lines='', name='a'):
        """A job that does so from `begin` on, and says of each such run when it was due, its name and its pid."""
        say = 'echo "$ACRON_SCHEDULED $ACRON_RUN_ID $$" >>{dir}/runs'
        self.job(name, f'every 1s\n{lines}output {{dir}}/out\nrun [ -e {{dir}}/begin ] || exit 0; {say}; {does}\n')

    def start_without_state(self):
        """acron, once its state knows the job; nothing that begins reaches the disk from here on."""
        daemon = self.start(env=self.calls.environment)
        eventually(lambda: self.asked_of_state('SELECT count(*) FROM history') > 0, 'a run in the state')
        fault = self.calls.fail('pwrite', errno.ENOSPC, 'state.db')
        fault.wait()
        (self.dir / 'begin').touch()
        return daemon

    def runs(self, count):
        """When each was due, its name and its pid."""
        return [line.split() for line in self.wait_lines('runs', count)]

    def kill(self, daemon):
        daemon.process.kill()
        daemon.wait_end()

    def wait_noted(self, run):
        """That all is told of it."""
        eventually(lambda: run.encode() + b'\0ended.' in self.record.read_bytes(), 'its end in the record')

    def is_empty(self):
        return not self.record.read_bytes().strip(b'\0')


class ARunThatHasClearedItsEnvironment(StartRecordTest):
    def test_it_is_adopted_and_its_lock_and_tick_hold(self):
        self.job_that(HANGS, 'catch-up\nlock one\n')
        daemon = self.start_without_state()
        due, run, pid = self.runs(1)[0]
        self.kill(daemon)
        self.job('b', 'every 1s\nlock one\noutput {dir}/b\nrun echo b\n')
        daemon = self.start()
        adopted = daemon.wait('adopted', job='a')
        self.assertEqual((adopted['run'], adopted['pid']), (run, pid))
        daemon.wait('queued', job='b')
        daemon.wait('skip', job='a', reason='the previous run is still going')
        self.assertEqual(daemon.events('start'), [])
        (self.dir / 'go').touch()
        self.assertEqual(daemon.wait('end', job='a', result='unknown')['run'], run)
        self.assertGreater(daemon.wait('start', job='a')['scheduled'], due)
        self.assertEqual([e for e in daemon.events('catch-up') if e['scheduled'] <= due], [])

    def test_its_time_limit_holds(self):
        self.job_that(HANGS, 'timeout 3s grace 1s\n')
        daemon = self.start_without_state()
        pid = int(self.runs(1)[0][2])
        self.kill(daemon)
        daemon = self.start()
        self.assertIn('timed out after 3s', daemon.wait('end', job='a', result='unknown')['reason'])
        self.assertFalse(is_alive(pid))


class ARunThatHasEnded(StartRecordTest):
    def test_it_is_lost_once_and_its_tick_is_not_run_again(self):
        self.job_that(f'mkdir {{dir}}/once 2>/dev/null && {KILLS}; false', 'catch-up\n')
        daemon = self.start_without_state()
        self.assertEqual(daemon.wait_end(), -signal.SIGKILL)
        due, run, _ = self.runs(1)[0]
        daemon = self.start()
        daemon.wait('end', job='a')
        self.assertIn(run, [e['run'] for e in daemon.events('lost')])
        self.assertEqual(daemon.stop(), 0)
        daemon = self.start()
        daemon.wait('end', job='a')
        self.assertEqual(daemon.events('lost'), [])
        ticks = [line[0] for line in self.runs(3)]
        self.assertEqual(ticks.count(due), 1)

    def test_one_that_ended_and_owes_nothing_while_the_state_could_not_be_written_is_not_said_to_be_lost(self):
        self.job_that('exit 0', 'catch-up\n')
        self.job('fails', 'every 1s\noutput {dir}/out\nrun [ ! -e {dir}/begin ]\n')
        self.job('owes', 'every 1s\noutput someone@example.com\nrun [ ! -e {dir}/begin ]\n')
        daemon = self.start_without_state()
        daemon.wait('state-unavailable')
        seen = daemon.wait('end', 3, job='a', since=daemon.mark())
        daemon.wait('end', 3, job='fails', result='failed')
        daemon.wait('end', 3, job='owes', result='failed')
        self.kill(daemon)
        well = [e['run'] for e in daemon.events('end', result='ok')]
        well += [e['run'] for e in daemon.events('end', job='fails', result='failed')]
        owing = [e['run'] for e in daemon.events('end', job='owes', result='failed')]
        self.assertIn(seen[0]['run'], well)
        ticks = [line[0] for line in self.runs(3)]
        daemon = self.start()
        daemon.wait('end', job='a')
        lost = [e['run'] for e in daemon.events('lost')]
        self.assertEqual(set(well) & set(lost), set())
        self.assertIn(owing[-1], lost)  # no server has taken its mail
        self.assertEqual(daemon.stop(), 0)
        after = [line[0] for line in self.runs(len(ticks) + 1)]
        self.assertEqual(after[:len(ticks)], ticks)
        self.assertTrue(set(after[len(ticks):]).isdisjoint(ticks))

    def test_what_was_mailed_of_runs_is_mailed_once_while_the_state_can_not_be_written(self):
        box = self.serve_mail(Mailbox())
        lines = 'output if-error someone@example.com\n'
        self.job('fails', f'every 1s\n{lines}run [ ! -e {{dir}}/begin ] || {{ rm {{dir}}/tree/fails; exit 3; }}\n')
        self.job('hangs', f'every 1s\n{lines}run [ ! -e {{dir}}/begin ] || {{ echo $$ >>{{dir}}/pids; {HANGS}; }}\n')
        daemon = self.start_without_state()
        pid = int(self.wait_lines('pids', 1)[0])
        box.wait(1)
        self.wait_noted(daemon.wait('end', job='fails', result='failed')['run'])
        (self.tree / 'hangs').unlink()
        self.kill(daemon)
        os.killpg(pid, signal.SIGKILL)
        (self.dir / 'go').touch()
        eventually(lambda: not is_alive(pid), 'its end')
        daemon = self.start(env=self.calls.environment)
        self.wait_noted(daemon.wait('lost', job='hangs')['run'])
        self.assertEqual(daemon.events('lost', job='fails'), [])
        self.kill(daemon)
        before = len(box.messages())
        for end in (self.kill, lambda daemon: daemon.stop(), self.kill):
            daemon = self.start(env=self.calls.environment)
            daemon.wait('state-unavailable')
            self.assertEqual(daemon.events('lost', job='fails') + daemon.events('lost', job='hangs'), [])
            end(daemon)
        self.assertEqual(len(box.messages()), before)

    def test_a_queued_run_is_said_to_be_lost_once_while_the_state_can_not_be_written(self):
        self.job('a', f'every 1s\noverlap queue\noutput /dev/null\nrun {HANGS}\n')
        daemon = self.start(env=self.calls.environment)
        eventually(lambda: self.asked_of_state('SELECT count(*) FROM queued_run') > 0, 'it in the state')
        self.calls.fail('pwrite', errno.ENOSPC, 'state.db')
        (self.tree / 'a').unlink()
        self.kill(daemon)
        said = []
        for _ in range(2):
            daemon = self.start(env=self.calls.environment)
            daemon.wait('state-unavailable')
            said.append(len([e for e in daemon.events('lost', job='a') if 'scheduled' in e]))
            self.kill(daemon)
        self.assertEqual(said, [1, 0])

    def test_nor_by_one_that_can_open_the_state_only_later(self):
        self.job_that('exit 0')
        self.job('b', 'every 1s\noutput {dir}/b\nrun while [ ! -e {dir}/go ]; do sleep 0.1; done\n')
        daemon = self.start(env=self.calls.environment)
        run = daemon.wait('start', job='b')['run']
        eventually(lambda: self.asked_of_state("SELECT count(*) FROM open_run WHERE job = 'b'") > 0, 'its start on the disk')
        self.calls.fail('pwrite', errno.ENOSPC, 'state.db').wait()
        daemon.wait('state-unavailable')
        (self.dir / 'go').touch()
        daemon.wait('end', run=run, result='ok')
        self.wait_noted(run)
        self.kill(daemon)
        state = self.dir / 'run/state'
        state.chmod(0o777)  # acron trusts no directory that others can write to
        daemon = self.start()
        daemon.wait('state-unavailable')
        state.chmod(0o700)
        daemon.wait('state-available')
        daemon.wait('end', job='a', since=daemon.mark())  # so what was left is told by now
        self.assertNotIn(run, [e['run'] for e in daemon.events('lost')])

    def test_no_tick_runs_twice_where_each_run_kills_acron(self):
        self.job_that(f'{KILLS}; false', 'catch-up\n')
        daemon = self.start_without_state()
        for count in range(1, 5):
            self.assertEqual(daemon.wait_end(), -signal.SIGKILL)
            self.runs(count)
            daemon = self.spawn()
        daemon.wait_end()
        runs = self.runs(5)
        self.assertEqual(len({line[0] for line in runs}), len(runs))
        (self.dir / 'begin').unlink()
        daemon = self.start()
        self.assertIn(runs[-1][1], [e['run'] for e in [daemon.wait('lost', job='a')]])

    def test_one_that_had_waited_for_its_lock_is_not_said_to_have_not_begun(self):
        self.job('first', 'every 1s\nlock one\noutput {dir}/out\n'
                          'run touch {dir}/held; while [ ! -e {dir}/go ]; do sleep 0.1; done\n')
        self.job('ticking', 'every 1s\noutput {dir}/out\nrun true\n')
        daemon = self.start(env=self.calls.environment)
        eventually((self.dir / 'held').exists, 'a run that has the lock')
        self.job('second', 'every 1s\nlock one\noutput {dir}/out\n'
                           f'run echo $ACRON_RUN_ID >>{{dir}}/second; {KILLS}\n')
        queued = daemon.wait('queued', job='second')
        eventually(lambda: self.asked_of_state("SELECT count(*) FROM queued_run WHERE job = 'second'") > 0, 'it in the state')
        self.calls.fail('pwrite', errno.ENOSPC, 'state.db').wait()
        (self.dir / 'go').touch()
        self.assertEqual(daemon.wait_end(), -signal.SIGKILL)
        run = self.wait_lines('second', 1)[0]  # the log may not have its start
        (self.tree / 'second').unlink()
        daemon = self.start()
        self.assertEqual(daemon.wait('lost', job='second')['run'], run)
        self.assertEqual([e for e in daemon.events('lost', job='second') if e.get('scheduled') == queued['scheduled']],
                         [])


class WhereTheStateIsGone(StartRecordTest):
    """acron starts without it, though the run directory is there."""

    def lose_state(self):
        (self.dir / 'run/state').rename(self.dir / 'moved-away')

    def test_a_run_that_ended_is_not_said_to_be_lost_by_what_it_left_behind(self):
        self.job('a', 'every 1s\noutput {dir}/out\n'
                      'run mkdir {dir}/once || exit 0; setsid sh -c "while [ ! -e {dir}/go ]; do sleep 0.1; done" '
                      '>/dev/null 2>&1 & echo $ACRON_RUN_ID >{dir}/ids\n')
        daemon = self.start()
        run = self.wait_lines('ids', 1)[0]
        daemon.wait('end', run=run, result='ok')
        self.assertEqual(daemon.stop(), 0)
        self.assertTrue(self.is_empty())
        self.lose_state()
        daemon = self.start()
        daemon.wait('end', job='a')
        self.assertEqual(daemon.events('lost') + daemon.events('adopted'), [])

    def test_a_run_that_went_on_for_long_is_lost_if_it_has_ended_unseen(self):
        self.job_that(HANGS)
        (self.dir / 'begin').touch()
        daemon = self.start()
        _, run, pid = self.runs(1)[0]
        eventually(lambda: self.asked_of_state('SELECT count(pid) FROM open_run') == 1, 'it in the state')
        daemon.wait('skip', job='a')
        self.kill(daemon)
        os.killpg(int(pid), signal.SIGKILL)
        eventually(lambda: not is_alive(int(pid)), 'its end')
        self.lose_state()
        (self.dir / 'go').touch()
        self.assertEqual(self.start().wait('lost', job='a')['run'], run)

    def test_an_acron_that_ends_in_order_leaves_no_run_that_would_be_said_to_be_lost(self):
        self.job('owes', 'every 1s\noutput someone@example.com\nrun [ ! -e {dir}/begin ]\n')
        daemon = self.start_without_state()
        daemon.wait('end', 2, job='owes', result='failed')
        self.assertEqual(daemon.stop(), 0)
        self.assertTrue(daemon.events('mail-lost', job='owes'))
        self.lose_state()
        (self.tree / 'owes').unlink()
        daemon = self.start()
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.events('lost'), [])


class TheFile(StartRecordTest):
    def test_it_is_ours_alone_and_empty_when_all_is_in_the_state(self):
        self.job_that('true')
        daemon = self.start_without_state()
        self.runs(1)
        self.assertFalse(self.is_empty())
        self.assertEqual((self.record.stat().st_mode & 0o777, self.record.stat().st_uid), (0o600, os.geteuid()))
        self.kill(daemon)
        (self.tree / 'a').unlink()
        self.start()
        eventually(self.is_empty, 'an empty record')

    def test_what_is_no_record_is_harmless(self):
        self.job_that('true')
        for garbage in (os.urandom(100_000), b'\0' * 3_000_000, b'x' * 3_000_000, b'\0\0a\0b\0c\0\0'):
            (self.dir / 'run').mkdir(mode=0o755, exist_ok=True)
            self.record.write_bytes(garbage)
            daemon = self.start()
            daemon.wait('end', job='a', result='ok')
            eventually(self.is_empty, 'an empty record')
            self.assertEqual(daemon.events('lost') + daemon.events('starts-unwritten'), [])
            self.assertEqual(daemon.stop(), 0)

    def test_one_that_can_not_be_used_is_said_once_and_jobs_run(self):
        self.record.mkdir(parents=True, mode=0o755)
        self.job_that('true')
        daemon = self.start()
        daemon.wait('end', 3, job='a', result='ok')
        self.assertEqual([e['file'] for e in daemon.events('starts-unwritten')], [str(self.record)])
        self.record.rmdir()
        eventually(self.record.is_file, 'the record')

    def test_it_is_made_anew_when_it_or_its_directory_is_removed(self):
        self.job_that(HANGS)
        daemon = self.start(env=self.calls.environment, state=self.dir / 'state')
        self.record.unlink()
        eventually(self.record.exists, 'the record')
        shutil.rmtree(self.dir / 'run')
        daemon.wait('lock-restored')
        eventually(self.record.exists, 'the record')
        self.calls.fail('pwrite', errno.ENOSPC, 'state.db').wait()
        (self.dir / 'begin').touch()
        run = self.runs(1)[0][1]
        self.kill(daemon)
        self.assertEqual(self.start(state=self.dir / 'state').wait('adopted', job='a')['run'], run)

    def test_an_upgrade_leaves_what_is_not_in_the_state(self):
        self.job_that(HANGS)
        daemon = self.start_without_state()
        run = self.runs(1)[0][1]
        daemon.signal(signal.SIGUSR2)
        daemon.wait('upgraded')
        daemon.wait('ready', 2)
        self.kill(daemon)
        self.assertEqual(self.start().wait('adopted', job='a')['run'], run)


if __name__ == '__main__':
    main()
