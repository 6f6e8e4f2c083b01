"""Jobs that are switched off: by `disabled`, by `only 0%`, by the name of their file or directory."""

import json
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
