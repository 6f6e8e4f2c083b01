"""Jobs that are switched off: by `disabled`, by `only 0%`, by the name of their file or directory."""

import json
import re
import signal

from harness import SystemTest, eventually, main

EVERY = 'every 1s\noutput /dev/null\nrun echo {dir} >/dev/null\n'
MONDAY = '2026-01-05T00:00:00Z'


class Name(SystemTest):
    def test_a_name_that_rests_says_nothing_of_a_job_that_runs_beside_it(self):
        self.job('a', EVERY)
        self.job('a.disabled', EVERY)
        self.job('web/b', EVERY)
        self.job('web.off/b', EVERY)
        self.job('c.off', EVERY)
        daemon = self.start()
        self.assertEqual(daemon.wait('disabled')['job'], 'c')
        daemon.wait('end', job='a')
        daemon.wait('end', job='web/b')
        mark = daemon.mark()
        (self.tree / 'a').unlink()
        daemon.wait('unload', job='a')
        daemon.wait('disabled', job='a', since=mark)
        self.assertEqual(len(daemon.events('disabled')), 2)


class Comments(SystemTest):
    ON = 'every 2s\noutput /dev/null\nrun true\n'

    def test_a_job_rests_whose_file_says_disabled_alone_or_has_comments_alone(self):
        self.job('steady', EVERY)
        for off in ('disabled\n', 'disabled for now\nrun true\n', re.sub('^', '#', self.ON, flags=re.MULTILINE)):
            self.job('a', self.ON)
            daemon = self.start()
            daemon.wait('end', job='a')
            since = daemon.mark()
            self.job('a', off)
            daemon.wait('unload', job='a')
            self.assertTrue(daemon.wait('disabled', since=since, job='a')['reason'])
            since = daemon.mark()
            daemon.wait('end', 4, since=since, job='steady')
            self.assertEqual([e for e in daemon.events('start', job='a') if e in daemon._events[since:]], [])
            self.assertEqual(daemon.events('bad-file'), [])
            self.job('a', self.ON)
            daemon.wait('end', since=since, job='a')
            daemon.stop()

    def test_it_is_told_as_what_it_is(self):
        self.job('a', '#every 10m\n#run true\n')
        self.job('b', 'disabled until the move is over\n')
        self.job('on', 'every 10m\nrun true\n')
        result = self.run_acron('--check', '-v', '--strict')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertIn('a\tleft out: all its lines are comments\n'
                      "b\tleft out: it says 'disabled until the move is over', and has neither a schedule nor 'run'\n",
                      result.stdout)
        self.assertEqual(self.run_acron('--next', f'--from={MONDAY}').stderr,
                         'acron: no runs, since disabled: a, b\n')
        self.assertIn("'a' is no job: all its lines are comments", self.run_acron('--show=a').stderr)

    def test_the_log_says_what_becomes_of_the_job_of_a_bad_file(self):
        self.job('a', self.ON)
        self.job('web/b', self.ON)
        daemon = self.start()
        daemon.wait('end', job='a')
        self.job('a', '')
        self.job('new', '#every 10m\nrun true\n')
        self.job('web/_defaults', 'rubbish\n')
        fault = daemon.wait('bad-file', file='a')
        self.assertIn("'disabled' switches a job off", fault['error'])
        self.assertEqual(fault['effect'], 'its last good version stays')
        self.assertEqual(daemon.wait('bad-file', file='new')['effect'], 'nothing of it is loaded until it is mended')
        self.assertEqual(daemon.wait('bad-file', file='web/_defaults')['effect'],
                         'the jobs below keep what they had, and new ones wait')
        daemon.wait('end', since=daemon.mark(), job='a')
        daemon.wait('end', since=daemon.mark(), job='web/b')


class Directive(SystemTest):
    def test_a_disabled_job_does_not_run_until_it_is_enabled_while_its_neighbour_does(self):
        self.job('steady', EVERY)
        self.job('web/_defaults', 'disabled while the relay is down\n')
        self.job('web/inherits', EVERY)
        self.job('web/other', EVERY + 'disabled off\n')
        self.job('own', EVERY + 'disabled\n')
        daemon = self.start('-v')
        self.assertEqual(daemon.wait('ready')['disabled'], '2')
        self.assertEqual(daemon.wait('disabled', job='web/inherits')['reason'], 'while the relay is down')
        self.assertNotIn('reason', daemon.wait('disabled', job='own'))
        daemon.wait('end', 2, job='steady')
        daemon.wait('end', job='web/other')
        self.assertEqual(daemon.events('start', job='own') + daemon.events('start', job='web/inherits'), [])
        self.job('web/_defaults', 'disabled off\n')
        self.job('own', EVERY)
        daemon.wait('end', job='web/inherits')
        daemon.wait('end', job='own')
        self.job('own', EVERY + 'disabled again\n')
        since = daemon.mark()
        self.assertEqual(daemon.wait('disabled', since=since, job='own')['reason'], 'again')
        since = daemon.mark()
        daemon.wait('end', 3, since=since, job='steady')
        self.assertEqual([e for e in daemon.events('start', job='own') if e in daemon._events[since:]], [])

    def test_a_disabled_job_stays_so_over_an_upgrade(self):
        self.job('steady', EVERY)
        self.job('off', EVERY + 'disabled\n')
        daemon = self.start()
        mark = daemon.mark()
        daemon.signal(signal.SIGUSR2)
        self.assertEqual(daemon.wait('ready', since=mark)['disabled'], '1')
        daemon.wait('end', 2, since=mark, job='steady')
        self.assertEqual(daemon.events('start', job='off'), [])

    def test_it_is_checked_and_listed_as_what_it_is(self):
        self.job('_defaults', 'disabled until the move is over\n')
        self.job('a', 'every 10m\nrun true\n')
        self.job('b', 'every 10m\nrun true\ndisabled off\n')
        self.job('c', 'every 10m\nrun true\ndisabled\n')
        self.job('d', 'every 10m\nrun true\ndisabled off\nonly 0%\n')
        result = self.run_acron('--check')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertEqual(result.stdout, 'a\tevery 10m\tdisabled: until the move is over\nb\tevery 10m\n'
                                        'c\tevery 10m\tdisabled\nd\tevery 10m\tnowhere: only 0%\n')
        self.assertIn('\t_defaults:1\tdisabled until the move is over\n', self.run_acron('--check', '-v').stdout)
        self.assertIn('c:3\tdisabled\n', self.run_acron('--show=c').stdout)
        self.assertIn('_defaults:1\tdisabled until', self.run_acron('--show=a').stdout)
        self.job('a', 'evry 10m\ndisabled\n')
        result = self.run_acron('--check')
        self.assertEqual(result.returncode, 1)
        self.assertIn("a:1:1: error: unknown directive 'evry'", result.stderr)

    def test_it_has_no_coming_runs_and_that_is_said(self):
        for name in 'abcde':
            self.job(name, 'every 10m\nrun true\ndisabled\n')
        self.job('on', 'every 10m\nrun true\n')
        result = self.run_acron('--next', f'--from={MONDAY}', '--count=2')
        self.assertEqual([line.split('\t')[1] for line in result.stdout.splitlines()], ['on', 'on'])
        self.assertEqual(result.stderr, 'acron: no runs, since disabled: a, b, c and 2 more\n')
        result = self.run_acron('--next', f'--from={MONDAY}', '--count=2', '--json')
        self.assertEqual({run['job'] for run in json.loads(result.stdout)}, {'on'})


if __name__ == '__main__':
    main()
