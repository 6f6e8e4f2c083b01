"""acron as the first process of a container, and --stop-jobs elsewhere: no job is left to the kernel."""

import os
import signal
import time
import unittest

from harness import IS_ROOT, SAME_ORDER, SystemTest, eventually, main
from processes import children_of, is_alive

IN_A_CONTAINER = ('unshare', '--pid', '--fork', '--kill-child', '--mount-proc')
WAITS = 'echo up >>{dir}/up; while :; do sleep 0.1; done'
OBEYS = f'trap "echo told >>{{dir}}/told; exit 0" TERM; {WAITS}'
IGNORES = f'trap "" TERM; {WAITS}'


class EndTest(SystemTest):
    def start_jobs(self, *commands, **settings):
        """acron with a job for each command, once all of them run."""
        for number, command in enumerate(commands):
            self.job(f'job{number}', f'every 1s\nrun {command}\n')
        daemon = self.start(**settings)
        self.wait_lines('up', len(commands))
        return daemon

    def start_gates(self, **settings):
        """acron that waits for the answers of gates, of whose commands one ignores SIGTERM."""
        self.job('asks', f'every 1s\nif {OBEYS}\nrun true\n')
        self.job('asks-each', f'every 1s\nif each-run {OBEYS}\nrun true\n')
        self.job('stubborn', f'every 1s\nif {IGNORES.replace("up >>", "$$ >>{dir}/stubborn; echo up >>")}\nrun true\n')
        daemon = self.start(drain='0', stop_jobs='1s', **settings)
        self.wait_lines('up', 3)
        return daemon

    def check_gates_are_ended(self, daemon):
        """They have said nothing: what they were asked for counts neither as failed nor as refused."""
        self.check_end(daemon)
        self.assertEqual(self.lines('told'), ['told', 'told'])
        self.assertEqual(len(self.lines('up')), 3)
        self.assertEqual([e['reason'] for e in daemon.events('skip', job='asks-each')][-1], 'acron ends')
        self.assertEqual(daemon.events('gate') + daemon.events('start') + daemon.events('end'), [])

    def end_of(self, daemon, job):
        end = daemon.wait('end', job=job)
        return end['result'], end['reason']

    def check_end(self, daemon):
        """In order, and with nothing left over."""
        self.assertEqual(daemon.wait_end(), 0)
        self.assertEqual(daemon.events('left-running') + daemon.events('fault'), [])
        self.assertTrue(daemon.events('goodbye'))


@unittest.skipUnless(IS_ROOT, 'only root makes namespaces')
class AsFirstProcess(EndTest):
    def start_jobs(self, *commands, **settings):
        daemon = super().start_jobs(*commands, wrapper=IN_A_CONTAINER, **settings)
        self.assertEqual(self.lines('run/acron.pid'), ['1'])
        self.acron, = children_of(daemon.pid)
        return daemon

    def terminate(self):
        os.kill(self.acron, signal.SIGTERM)

    def test_running_jobs_get_sigterm_and_then_sigkill_when_the_drain_is_over(self):
        daemon = self.start_jobs(OBEYS, IGNORES, drain='1s')
        self.terminate()
        stop = daemon.wait('stop-jobs')
        self.assertEqual((stop['running'], stop['kill-after']), ('2', '2s'))
        self.assertEqual(self.end_of(daemon, 'job0'), ('failed', 'ended with acron'))
        self.assertEqual(self.end_of(daemon, 'job1'), ('failed', 'ended with acron, killed by SIGKILL'))
        self.check_end(daemon)
        self.assertEqual(self.lines('told'), ['told'])
        self.assertEqual(daemon.events('mail-kept')[0]['count'], '2')
        # All is told: the next one finds nothing open.
        (self.tree / 'job0').unlink()
        (self.tree / 'job1').unlink()
        daemon = self.start()
        self.assertEqual(daemon.events('lost') + daemon.events('adopted'), [])

    def test_what_jobs_have_left_behind_gets_sigterm(self):
        orphan = self.script('orphan', OBEYS.replace('{dir}', str(self.dir)) + '\n')
        daemon = self.start_jobs(f'setsid {orphan} >/dev/null 2>&1 &', drain='1s')
        daemon.wait('end', job='job0')
        eventually(lambda: len(daemon.events('end', job='job0')) >= 2, 'a second run')
        self.terminate()
        self.check_end(daemon)
        self.assertEqual(len(self.lines('told')), len(self.lines('up')))

    def test_the_usual_drain_leaves_time_for_the_rest_of_ten_seconds(self):
        daemon = self.start_jobs(OBEYS)
        self.terminate()
        daemon.wait('end', job='job0', reason='ended with acron')
        self.check_end(daemon)
        self.assertEqual(daemon.events('stop-jobs')[0]['kill-after'], '2s')

    def test_a_job_that_ends_by_itself_within_the_drain_is_left_alone(self):
        daemon = self.start_jobs('echo up >>{dir}/up; while [ ! -e {dir}/go ]; do sleep 0.1; done', drain='1h')
        self.terminate()
        daemon.wait('stopping')
        (self.dir / 'go').touch()
        self.assertEqual(daemon.wait('end', job='job0')['result'], 'ok')
        self.check_end(daemon)
        self.assertEqual(daemon.events('stop-jobs'), [])

    def test_sigquit_ends_it_too(self):
        daemon = self.start_jobs(OBEYS, drain='0')
        os.kill(self.acron, signal.SIGQUIT)
        self.assertEqual(daemon.wait('stopping')['signal'], 'SIGQUIT')
        self.check_end(daemon)
        self.assertEqual(self.lines('told'), ['told'])

    def test_a_second_signal_ends_all_now(self):
        daemon = self.start_jobs(IGNORES, drain='1h', stop_jobs='1h')
        self.terminate()
        daemon.wait('stopping')
        time.sleep(SAME_ORDER)
        self.terminate()
        self.assertEqual(self.end_of(daemon, 'job0'), ('failed', 'ended with acron, killed by SIGKILL'))
        self.check_end(daemon)

    def test_a_second_signal_cuts_the_grace_short(self):
        daemon = self.start_jobs(IGNORES, drain='1s', stop_jobs='1h')
        self.terminate()
        daemon.wait('stop-jobs')  # a second after the first one
        self.terminate()
        self.assertEqual(self.end_of(daemon, 'job0'), ('failed', 'ended with acron, killed by SIGKILL'))
        self.check_end(daemon)

    def test_gates_are_ended_too(self):
        daemon = self.start_gates(wrapper=IN_A_CONTAINER)
        self.acron, = children_of(daemon.pid)
        self.terminate()
        self.check_gates_are_ended(daemon)

    def test_jobs_that_are_left_running_are_said_to_be_killed(self):
        daemon = self.start_jobs(IGNORES, drain='0', stop_jobs='off')
        self.terminate()
        self.assertEqual(daemon.wait_end(), 0)
        self.assertIn('the kernel kills it', daemon.events('left-running')[0]['effect'])


class Elsewhere(EndTest):
    def test_stop_jobs_ends_them(self):
        daemon = self.start_jobs(OBEYS, IGNORES, f'trap "" TERM; setsid sh -c \'trap "" TERM; {WAITS}\'; :',
                                 drain='0', stop_jobs='1s')
        daemon.signal(signal.SIGTERM)
        self.assertEqual(self.end_of(daemon, 'job0'), ('failed', 'ended with acron'))
        for job in ('job1', 'job2'):
            self.assertEqual(self.end_of(daemon, job), ('failed', 'ended with acron, killed by SIGKILL'))
        self.check_end(daemon)
        self.assertEqual(daemon.events('stop-jobs')[0]['kill-after'], '1s')

    def test_gates_are_ended_too(self):
        daemon = self.start_gates()
        daemon.signal(signal.SIGTERM)
        self.check_gates_are_ended(daemon)
        self.assertFalse(is_alive(self.lines('stubborn')[0]))

    def test_a_second_signal_cuts_the_grace_of_gates_short(self):
        self.job('a', f'every 1s\nif {IGNORES}\nrun true\n')
        daemon = self.start(drain='0', stop_jobs='1h')
        self.wait_lines('up', 1)
        daemon.signal(signal.SIGTERM)
        daemon.wait('stopping')
        daemon.insist()
        self.check_end(daemon)

    def test_a_setting_of_the_file_does_the_same(self):
        config = self.dir / 'acron.conf'
        config.write_text('stop-jobs = 1s\ndrain = 0\n')
        daemon = self.start_jobs(OBEYS, config=config)
        daemon.signal(signal.SIGTERM)
        self.assertEqual(self.end_of(daemon, 'job0'), ('failed', 'ended with acron'))
        self.check_end(daemon)

    def test_a_value_that_is_no_duration_is_refused(self):
        result = self.run_acron('-f', stop_jobs='soon')
        self.assertEqual(result.returncode, 1)
        self.assertIn('--stop-jobs: ', result.stderr)

    def test_an_adopted_run_is_ended_too(self):
        daemon = self.start_jobs('echo $$ >>{dir}/pids; ' + WAITS)
        daemon.process.kill()
        daemon.wait_end()
        daemon = self.start(drain='0', stop_jobs='1s')
        daemon.wait('adopted')
        daemon.signal(signal.SIGTERM)
        self.assertIn('ended with acron; ', daemon.wait('end', result='unknown')['reason'])
        self.check_end(daemon)
        self.assertFalse(is_alive(self.lines('pids')[0]))


if __name__ == '__main__':
    main()
