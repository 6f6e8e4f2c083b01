"""A job over its time: TERM, another timeout, KILL, and a failure either way."""

import datetime
import os
import signal
import unittest

from faulty_calls import FaultyCalls
from hanging_mount import only_with_fuse, wrapper_beside_it
from harness import IS_ROOT, WITHOUT_CGROUPS, SystemTest, eventually, main
from mail_servers import Mailbox, text_of
from processes import children_of, is_alive, status_of

STUBBORN = """\
trap 'date +%s.%N >>{dir}/terms' TERM
while :; do sleep 0.1; done
"""


class ATimeout(SystemTest):
    def setUp(self):
        super().setUp()
        self.mail = self.serve_mail(Mailbox())

    def first_end(self, directives, body=None):
        """How the first run of a job ended."""
        if body is not None:
            self.script('job.sh', body.replace('{dir}', str(self.dir)))
        self.job('slow', 'every 1s\noutput if-error ops@example.com\n' + directives)
        self.daemon = self.start()
        return self.daemon.wait('end', job='slow')

    def test_a_job_that_obeys_is_ended_by_sigterm_and_has_failed(self):
        end = self.first_end('timeout 1s\nrun exec sleep 1000\n')
        self.assertEqual((end['result'], end['signal']), ('failed', 'SIGTERM'))
        self.assertEqual(end['reason'], 'timed out after 1s, killed by SIGTERM')

    def test_a_job_that_ignores_sigterm_is_killed_after_another_timeout(self):
        end = self.first_end('timeout 3s\nrun exec {dir}/job.sh\n', STUBBORN)
        self.assertEqual((end['result'], end['signal']), ('failed', 'SIGKILL'))
        due = datetime.datetime.fromisoformat(self.daemon.events('start', job='slow')[0]['scheduled']).timestamp()
        term, = map(float, self.lines('terms'))
        self.assertGreaterEqual(term - due, 3)
        self.assertGreaterEqual(duration(end), 6)

    def test_a_grace_takes_the_place_of_the_other_timeout(self):
        end = self.first_end('timeout 3s grace 1s\nrun exec {dir}/job.sh\n', STUBBORN)
        self.assertEqual((end['reason'], end['signal']), ('timed out after 3s, killed by SIGKILL', 'SIGKILL'))
        self.assertGreaterEqual(duration(end), 4)

    def test_a_job_that_exits_with_0_after_its_time_has_failed_all_the_same(self):
        end = self.first_end('timeout 3s\nrun exec {dir}/job.sh\n',
                             'trap "exit 0" TERM\nwhile :; do sleep 0.1; done\n')
        self.assertEqual((end['result'], end['exit'], end['reason']), ('failed', '0', 'timed out after 3s'))

    def test_it_triggers_error_handling(self):
        self.first_end('timeout 3s\nrun echo so far; exec sleep 1000\n')
        text = text_of(self.mail.wait(1, 'ops@example.com')[0])
        self.assertIn('timed out after 3s', text)
        self.assertIn('so far', text)

    def test_a_program_below_the_shell_gets_its_other_timeout_too(self):
        # The shell dies of the SIGTERM at once, and the program that it waited for holds no pipe of ours.
        self.script('cleanup.sh', 'trap "sleep 1; echo cleaned up >>$1; exit" TERM\nwhile :; do sleep 0.1; done\n')
        self.job('slow', 'every 1s\ntimeout 5s\noutput /dev/null\n'
                         'run {dir}/cleanup.sh {dir}/done >/dev/null 2>&1; true\n')
        self.start().wait('end', job='slow')
        self.assertEqual(self.lines('done'), ['cleaned up'])

    def test_a_program_below_the_shell_that_ignores_sigterm_is_killed_too(self):
        self.first_end('timeout 3s\nrun {dir}/job.sh >/dev/null 2>&1; true\n', 'echo $$ >{dir}/pid\n' + STUBBORN)
        eventually(lambda: not is_alive(self.lines('pid')[0]), 'the end of the program')
        self.assertEqual(len(self.lines('terms')), 1)

    def test_the_whole_process_group_is_ended(self):
        self.first_end('timeout 3s\nrun {dir}/job.sh\n', 'sleep 1000 & echo $! >{dir}/child; wait\n')
        child = int(self.lines('child')[0])
        eventually(lambda: not is_alive(child), 'the end of the grandchild')

    def test_what_has_left_the_group_and_its_parents_is_ended_too(self):
        self.script('stray.sh', 'echo $$ >>$1\nexec sleep 1000 >/dev/null 2>&1\n')
        self.first_end('timeout 3s grace 1s\nrun {dir}/job.sh\n',
                       '(setsid {dir}/stray.sh {dir}/strays &)\nsleep 1000\n')
        stray = int(self.wait_lines('strays', 1)[0])
        eventually(lambda: not is_alive(stray), 'the end of the stray')

    @only_with_fuse
    def test_what_no_signal_ends_is_said(self):
        self.job('slow', 'every 1s\ntimeout 1s grace 1s\noutput /dev/null\nrun cat {dir}/there/file\n')
        daemon = self.start(wrapper=wrapper_beside_it(self, for_good=True), drain='1s')
        run = daemon.wait('start', job='slow')['run']
        daemon.wait('outlives-kill', job='slow', run=run)
        daemon.wait('skip', job='slow', reason='the previous run is still going')
        daemon.stop()
        daemon.wait('left-running', job='slow', run=run)

    @unittest.skipUnless(IS_ROOT, 'only root can hide the cgroups')
    def test_so_is_what_has_cleared_its_environment_though_its_parent_dies_of_the_first_signal(self):
        self.script('stray.sh', 'trap "" TERM\necho $$ >>$1\nwhile :; do sleep 0.1; done\n')
        self.job('slow', 'every 1s\ntimeout 3s grace 1s\noutput /dev/null\n'
                         'run env -i setsid {dir}/stray.sh {dir}/strays; true\n')
        end = self.start(wrapper=WITHOUT_CGROUPS).wait('end', job='slow')
        self.assertEqual(end['accounting'], 'process-group')
        stray = int(self.wait_lines('strays', 1)[0])
        eventually(lambda: not is_alive(stray), 'the end of the stray')

    def test_the_log_says_once_how_runs_are_followed_and_for_each_how_it_was_counted(self):
        self.job('works', 'every 1s\ntimeout 1m\noutput /dev/null\nrun true\n')
        self.job('without-limits', 'every 1s\noutput /dev/null\nrun true\n')
        daemon = self.start('-v')
        ends = daemon.wait('end', 2, job='works')
        self.assertEqual(daemon.wait('end', job='without-limits')['accounting'], 'process-group')
        way, = daemon.events('accounting')
        self.assertEqual('reason' in way, way['accounting'] == 'process-group')
        for end in ends:
            self.assertEqual(end['accounting'].startswith('cgroup'), way['accounting'] == 'cgroup')

    def test_a_stopped_job_is_ended_too(self):
        end = self.first_end('timeout 1s\nrun kill -STOP $$; sleep 1000\n')
        self.assertEqual(end['signal'], 'SIGTERM')

    def test_a_job_in_time_is_left_alone(self):
        end = self.first_end('timeout 20s\nrun sleep 1\n')
        self.assertEqual((end['result'], end['exit']), ('ok', '0'))

    def test_without_one_a_job_may_take_as_long_as_it_likes_and_the_next_runs_are_skipped(self):
        self.job('endless', 'every 1s\noutput /dev/null\nrun echo $$ >{dir}/pid; exec sleep 1000\n')
        daemon = self.start()
        daemon.wait('skip', 3, job='endless', reason='the previous run is still going')
        self.assertEqual(len(daemon.events('start', job='endless')), 1)
        os.kill(int(self.lines('pid')[0]), signal.SIGTERM)
        self.assertEqual(daemon.wait('end', job='endless')['signal'], 'SIGTERM')
        daemon.wait('start', 2, job='endless')


def duration(end):
    """In seconds; these take less than a minute."""
    return float(end['duration'].removesuffix('s'))


class AStartThatHangs(SystemTest):
    """As in a directory or a program on a disk that does not answer, or by a SIGSTOP of the user whose job it is."""

    def start_hanging(self, text):
        """The process of the job `slow`, before it executes its program."""
        self.job('slow', text)
        faults = FaultyCalls(self.dir / 'faults')
        # Its check for leaks can't stop a thread whose child has not begun its program.
        no_leak_check = {'ASAN_OPTIONS': faults.environment['ASAN_OPTIONS'] + ':detect_leaks=0'}
        self.daemon = self.start(env=faults.environment | no_leak_check, poll='1s', drain='1s')
        faults.stop('execve')
        return eventually(lambda: [pid for pid in children_of(self.daemon.pid) if status_of(pid)['State'][0] == 'T'],
                          'a stopped child')[0]

    def test_it_falls_under_the_time_limit_and_holds_up_no_other(self):
        self.start_hanging('every 1s\ntimeout 3s\noutput /dev/null\nrun /bin/sleep 1000\n')
        self.job('quick', 'every 1s\noutput /dev/null\nrun true\n')
        self.daemon.wait('end', 2, job='quick', result='ok')
        end = self.daemon.wait('end', job='slow')
        self.assertEqual((end['reason'], end['signal']), ('timed out after 3s, killed by SIGTERM', 'SIGTERM'))

    def test_without_a_time_limit_it_is_a_run_that_goes_on(self):
        child = self.start_hanging('every 1s\noutput /dev/null\nrun /bin/sleep 1000\n')
        self.daemon.wait('skip', 2, job='slow', reason='the previous run is still going')
        os.kill(child, signal.SIGCONT)
        eventually(lambda: status_of(child)['Name'] == 'sleep', 'its program')
        os.kill(child, signal.SIGKILL)
        self.assertEqual(self.daemon.wait('end', job='slow')['signal'], 'SIGKILL')

    def test_what_it_fails_of_in_the_end_is_the_reason(self):
        child = self.start_hanging('every 1s\nshell {dir}/sh\noutput /dev/null\nrun true\n')
        os.kill(child, signal.SIGCONT)
        end = self.daemon.wait('end', job='slow')
        self.assertEqual((end['not-started'], 'exit' in end), (f'{self.dir}/sh: No such file or directory', False))
        self.assertNotIn('cpu', end)

    def test_acron_ends_and_the_next_one_adopts_it(self):
        child = self.start_hanging('every 1s\noutput /dev/null\nrun /bin/sleep 1000\n')
        self.daemon.stop()
        self.daemon.wait('left-running', job='slow')
        second = self.start()
        self.assertEqual(second.wait('adopted', job='slow')['pid'], str(child))
        os.kill(child, signal.SIGKILL)
        second.wait('end', job='slow', result='unknown')

    def test_an_upgrade_hands_it_over(self):
        child = self.start_hanging('every 1s\noutput {dir}/out\nrun echo it has begun\n')
        self.daemon.process.send_signal(signal.SIGUSR2)
        self.daemon.wait('upgraded')
        os.kill(child, signal.SIGCONT)
        self.assertEqual(self.daemon.wait('end', job='slow')['result'], 'ok')
        self.assertEqual(self.lines('out')[0], 'it has begun')


if __name__ == '__main__':
    main()
