"""What SIGTERM, SIGINT and SIGHUP do."""

import os
import signal
import time
import unittest

from harness import SystemTest, eventually, main
from mail_servers import Mailbox
from processes import is_alive

UNTIL_RELEASED = 'while ! test -e {dir}/release; do sleep 0.05; done'


class SigTerm(SystemTest):
    def setUp(self):
        super().setUp()
        self.mail = self.serve_mail(Mailbox())

    def start_busy(self, command=UNTIL_RELEASED + '; echo done', **settings):
        """A daemon whose only job runs."""
        self.job('busy', f'every 1s\nrun echo $$ >>{{dir}}/pids; {command}\n')
        daemon = self.start(**settings)
        daemon.wait('start', job='busy')
        self.wait_lines('pids', 1)
        return daemon

    def test_it_starts_no_more_and_lets_a_running_job_finish_and_its_mail_go_out(self):
        daemon = self.start_busy(drain='1h')
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait('stopping', signal='SIGTERM')['running'], '1')
        mark = daemon.mark()
        time.sleep(1.5)  # a tick and a half, in which nothing may start
        (self.dir / 'release').touch()
        daemon.wait('end', job='busy', result='ok')
        self.assertEqual(daemon.wait_end(), 0)
        self.assertEqual(len(daemon.events('start')), 1)
        self.assertTrue(daemon.events('mail-sent', job='busy'))
        self.assertIn('done', self.mail.messages('root@localhost')[0].get_content())
        self.assertEqual(daemon.wait('goodbye', since=mark)['level'], 'info')

    def test_an_idle_acron_ends_at_once(self):
        self.job('idle', 'every 1d\nrun true\n')
        daemon = self.start(drain='1h')
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.events('left-running'), [])

    def test_the_second_one_means_now_and_says_what_still_runs(self):
        daemon = self.start_busy('exec sleep 1000', drain='1h')
        daemon.signal(signal.SIGTERM)
        daemon.wait('stopping', signal='SIGTERM')
        daemon.insist()
        self.assertEqual(daemon.wait_end(), 0)
        self.assertEqual(daemon.events('left-running')[0]['job'], 'busy')
        self.assertTrue(is_alive(self.lines('pids')[0]))

    def test_two_at_once_are_one_order(self):
        daemon = self.start_busy(drain='1h')
        daemon.signal(signal.SIGSTOP)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCONT):  # the first two are there when it goes on
            daemon.signal(number)
        daemon.wait('stopping')
        (self.dir / 'release').touch()
        self.assertEqual(daemon.wait('end', job='busy')['result'], 'ok')
        self.assertEqual(daemon.wait_end(), 0)
        self.assertEqual(daemon.events('end-now'), [])

    def test_the_signal_that_has_others_open_their_logs_again_does_nothing(self):
        daemon = self.start_busy(drain='1h')
        daemon.signal(signal.SIGUSR1)
        daemon.signal(signal.SIGHUP)
        daemon.wait('rescan')
        (self.dir / 'release').touch()
        self.assertEqual(daemon.wait('end', job='busy')['result'], 'ok')
        self.assertEqual(daemon.stop(), 0)

    def test_a_signal_that_nobody_means_does_nothing_and_jobs_have_it_as_usual(self):
        numbers = [signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF, signal.SIGIO, signal.SIGPWR, signal.SIGSTKFLT,
                   signal.SIGRTMIN, signal.SIGRTMIN + 1, signal.SIGRTMAX]
        daemon = self.start_busy(UNTIL_RELEASED + '; grep SigIgn /proc/self/status >{dir}/ignored; kill -ALRM $$',
                                 drain='1h')
        for number in numbers:
            daemon.signal(number)
        daemon.signal(signal.SIGHUP)
        daemon.wait('rescan')
        (self.dir / 'release').touch()
        self.assertEqual(daemon.wait('end', job='busy')['signal'], 'SIGALRM')
        self.assertEqual(int(self.lines('ignored')[0].split()[1], 16), 0)
        self.assertEqual(daemon.stop(), 0)

    def test_when_the_drain_is_over_a_job_is_left_running_and_said(self):
        daemon = self.start_busy('exec sleep 1000', drain='1s')
        self.assertEqual(daemon.stop(), 0)
        left, = daemon.events('left-running')
        self.assertEqual((left['job'], left['run']), ('busy', daemon.events('start')[0]['run']))
        self.assertTrue(is_alive(self.lines('pids')[0]))

    def test_a_drain_of_0_waits_for_no_job(self):
        daemon = self.start_busy('exec sleep 1000', drain='0')
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(len(daemon.events('left-running')), 1)

    def test_a_job_that_is_left_running_goes_on(self):
        daemon = self.start_busy(UNTIL_RELEASED + '; touch {dir}/survived', drain='0')
        self.assertEqual(daemon.stop(), 0)
        (self.dir / 'release').touch()
        eventually((self.dir / 'survived').exists, 'the end of the job')

    def test_a_job_that_is_left_running_may_print(self):
        daemon = self.start_busy(UNTIL_RELEASED + '; echo to nobody; touch {dir}/survived', drain='0')
        self.assertEqual(daemon.stop(), 0)
        (self.dir / 'release').touch()
        eventually(lambda: not is_alive(self.lines('pids')[0]), 'the end of the job')
        self.assertTrue((self.dir / 'survived').exists())

    def test_sigint_does_the_same(self):
        daemon = self.start_busy(drain='1h')
        daemon.signal(signal.SIGINT)
        daemon.wait('stopping', signal='SIGINT')
        (self.dir / 'release').touch()
        self.assertEqual(daemon.wait_end(), 0)
        self.assertTrue(daemon.events('end', job='busy', result='ok'))

    def test_a_timeout_holds_while_acron_waits_for_the_job(self):
        self.job('busy', 'every 1s\ntimeout 2s\nrun exec sleep 1000\n')
        daemon = self.start(drain='1h')
        daemon.wait('start', job='busy')
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.events('end', job='busy')[0]['signal'], 'SIGTERM')
        self.assertEqual(daemon.events('left-running'), [])


class SigHup(SystemTest):
    def test_it_makes_acron_look_at_the_tree_at_once(self):
        self.job('a', 'every 1d\nrun true\n')
        daemon = self.start(poll='1h')
        self.job('b', 'every 1d\nrun true\n')
        (self.tree / 'a').unlink()
        daemon.signal(signal.SIGHUP)
        daemon.wait('rescan')
        daemon.wait('load', job='b')
        daemon.wait('unload', job='a')

    def test_a_storm_of_them_disturbs_nothing(self):
        self.job('ticking', 'every 1s\noutput /dev/null\nrun true\n')
        daemon = self.start(poll='1h')
        daemon.wait('start', job='ticking')
        for _ in range(3000):
            os.kill(daemon.pid, signal.SIGHUP)
            time.sleep(0.001)
        mark = daemon.mark()
        daemon.wait('start', 2, since=mark, job='ticking')
        self.assertEqual(daemon.stop(), 0)
        self.assert_every_tick(daemon, 'ticking')
        self.assertEqual(daemon.events('reload'), [])


if __name__ == '__main__':
    main()
