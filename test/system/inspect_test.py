"""--check, --next and --show: looking at a tree without a daemon."""

import json
import subprocess

from harness import ACRON, SystemTest, main

MONDAY = '2026-01-05T00:00:00Z'


class Check(SystemTest):
    def test_a_good_tree_gives_a_line_for_each_job_and_0(self):
        self.job('b', 'every 10m\nrun true\n')
        self.job('a/deep/er', 'every 1d\nrun true\n')
        result = self.run_acron('--check')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertEqual(result.stdout, 'a/deep/er\tevery 1d\nb\tevery 10m\n')

    def test_all_faults_of_all_files_are_shown_at_once_as_a_compiler_would_and_give_1(self):
        self.job('bad', 'evry 10m\ntimout 1m\nrun true\n')
        self.job('good', 'every 10m\nrun true\n')
        self.job('web/worse', 'every 5x\noutput relative.log\nrun echo "never closed\n')
        result = self.run_acron('--check')
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, 'good\tevery 10m\n')
        lines = result.stderr.splitlines()
        heads = [line.split(': error: ')[0] for line in lines if ': error: ' in line]
        self.assertEqual(heads, ['bad:1:1', 'bad:2:1', 'web/worse:1:8', 'web/worse:2:8', 'web/worse:3:10'])
        self.assertEqual(lines[0], "bad:1:1: error: unknown directive 'evry'; did you mean 'every'?")
        self.assertEqual(lines[1:3], ['  evry 10m', '  ^'])
        self.assertEqual(lines[3], "bad:2:1: error: unknown directive 'timout'; did you mean 'timeout'?")
        at = lines.index('  every 5x')
        self.assertEqual(lines[at + 1], '         ^')

    def test_a_fault_in_the_defaults_is_shown_where_it_is(self):
        self.job('web/_defaults', 'timeout\n')
        self.job('web/a', 'every 10m\nrun true\n')
        result = self.run_acron('--check')
        self.assertEqual(result.returncode, 1)
        self.assertIn('web/_defaults:1:1: error: ', result.stderr)

    def test_what_a_file_holds_can_not_command_the_terminal(self):
        self.job('evil', '\x1b[2Jevery 10m\nrun true\n')
        result = self.run_acron('--check')
        self.assertEqual(result.returncode, 1)
        self.assertNotIn('\x1b', result.stderr)
        self.assertIn('\\x1b[2J', result.stderr)

    def test_of_two_links_to_one_file_the_first_by_name_is_the_job(self):
        elsewhere = self.dir / 'elsewhere'
        elsewhere.write_text('every 10m\nrun true\n')
        self.tree.mkdir(exist_ok=True)
        for name in ('c', 'a', 'd', 'b'):
            (self.tree / name).symlink_to(elsewhere)
        result = self.run_acron('--check')
        self.assertEqual(result.stdout, 'a\tevery 10m\n')
        self.assertEqual(result.returncode, 1)

    def test_an_output_that_can_not_be_written_is_no_success(self):
        self.job('a', 'every 10m\nrun true\n')
        for mode in (['--check'], ['--next'], ['--show', 'a']):
            with open('/dev/full', 'w') as full:
                result = subprocess.run([ACRON, *mode, str(self.tree)], stdout=full, stderr=subprocess.PIPE, text=True)
            self.assertEqual((result.returncode, result.stderr), (1, 'acron: the output could not be written\n'))

    def test_it_needs_no_daemon_and_makes_no_files(self):
        self.job('a', 'every 10m\nrun true\n')
        self.run_acron('--check')
        self.assertFalse((self.dir / 'run').exists())


class Next(SystemTest):
    def next(self, *options, status=0, **settings):
        result = self.run_acron('--next', *options, **settings)
        self.assertEqual(result.returncode, status, result.stderr)
        return [line.split('\t') for line in result.stdout.splitlines()]

    def test_runs_come_in_the_order_of_their_times_ten_by_default(self):
        self.job('often', 'every 10m\nrun true\n')
        self.job('daily', 'every 1d\nrun true\n')
        self.job('hourly', 'every 1h\nrun true\n')
        runs = self.next('--from=2026-01-05T23:25:00Z')
        self.assertEqual(runs, [['2026-01-05T23:30:00.000+00:00', 'often'], ['2026-01-05T23:40:00.000+00:00', 'often'],
                                ['2026-01-05T23:50:00.000+00:00', 'often'], ['2026-01-06T00:00:00.000+00:00', 'daily'],
                                ['2026-01-06T00:00:00.000+00:00', 'hourly'], ['2026-01-06T00:00:00.000+00:00', 'often'],
                                ['2026-01-06T00:10:00.000+00:00', 'often'], ['2026-01-06T00:20:00.000+00:00', 'often'],
                                ['2026-01-06T00:30:00.000+00:00', 'often'], ['2026-01-06T00:40:00.000+00:00', 'often']])

    def test_they_come_strictly_after_the_time_given(self):
        self.job('often', 'every 10m\nrun true\n')
        self.assertEqual(self.next('--from=2026-01-05T23:30:00Z', '--count=1')[0][0], '2026-01-05T23:40:00.000+00:00')
        self.assertEqual(self.next('--from=2026-01-05T23:29:59.999Z', '--count=1')[0][0],
                         '2026-01-05T23:30:00.000+00:00')

    def test_per_job_gives_the_coming_runs_of_each(self):
        self.job('often', 'every 10m\nrun true\n')
        self.job('daily', 'every 1d\nrun true\n')
        runs = self.next(f'--from={MONDAY}', '--count=2', '--per-job')
        self.assertEqual(runs, [['2026-01-05T00:10:00.000+00:00', 'often'], ['2026-01-05T00:20:00.000+00:00', 'often'],
                                ['2026-01-06T00:00:00.000+00:00', 'daily'], ['2026-01-07T00:00:00.000+00:00', 'daily']])

    def test_json_says_the_same_and_the_splay_apart(self):
        self.job('plain', 'every 10m\nrun true\n')
        self.job('täglich "x"', 'every 1h\nsplay job\nrun true\n')
        lines = self.next(f'--from={MONDAY}', '--count=50')
        result = self.run_acron('--next', f'--from={MONDAY}', '--count=50', '--json')
        runs = json.loads(result.stdout)
        self.assertEqual([[run['time'], run['job']] for run in runs], lines)
        self.assertEqual({run['offset_ms'] for run in runs if run['job'] == 'plain'}, {0})
        self.assertEqual(len({run['offset_ms'] for run in runs}), 2)
        self.assertTrue(all(run['tick'].endswith(':00:00.000+00:00') for run in runs if run['job'] != 'plain'))

    def test_without_a_time_it_is_after_now(self):
        self.job('often', 'every 1s\nrun true\n')
        self.assertEqual(len(self.next('--count=3')), 3)

    def test_an_empty_tree_has_no_runs(self):
        self.assertEqual(self.next(), [])
        self.assertEqual(json.loads(self.run_acron('--next', '--json').stdout), [])

    def test_a_faulty_tree_gives_the_runs_of_its_good_jobs_and_1(self):
        self.job('bad', 'every\n')
        self.job('good', 'every 1d\nrun true\n')
        self.assertEqual(self.next(f'--from={MONDAY}', '--count=1', status=1),
                         [['2026-01-06T00:00:00.000+00:00', 'good']])

    def test_a_time_that_is_none_is_refused(self):
        for time in ['tomorrow', '2026-02-30T00:00:00Z', '2026-01-05', '2026-01-05T00:00:00']:
            with self.subTest(time=time):
                result = self.run_acron('--next', f'--from={time}')
                self.assertEqual((result.returncode, result.stdout), (1, ''))
                self.assertIn('--from: ', result.stderr)


class Show(SystemTest):
    def test_each_directive_is_shown_with_the_file_and_line_that_it_comes_from(self):
        self.job('_defaults', 'timeout 5m\nsplay\n')
        self.job('web/_defaults', '# nearer\nsplay job\nif true\n')
        self.job('web/a', 'every 10m\nif false\nrun echo a\n   b\n')
        result = self.run_acron('--show=web/a')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertEqual(set(result.stdout.splitlines()),
                         {'_defaults:1\ttimeout 5m', 'web/_defaults:2\tsplay job', 'web/_defaults:3\tif true',
                          'web/a:1\tevery 10m', 'web/a:2\tif false', 'web/a:3\trun echo a b'})

    def test_a_command_is_shown_as_it_is_written(self):
        self.job('a', "every 10m\nrun tr '\\n' ' ' </etc/hosts\n")
        self.assertIn("run tr '\\n' ' ' </etc/hosts\n", self.run_acron('--show', 'a').stdout)

    def test_a_job_may_be_named_by_any_path_to_its_file_below_the_tree(self):
        self.job('web/a', 'every 10m\nrun true\n')
        for name in ('web/a', './web/a', 'web//a', 'web/../web/a', self.tree / 'web/a', f'{self.tree}/./web/a'):
            with self.subTest(name=name):
                shown = self.run_acron(f'--show={name}')
                self.assertEqual((shown.returncode, shown.stderr), (0, ''))
                self.assertEqual(shown.stdout, 'web/a:1\tevery 10m\nweb/a:2\trun true\n')
        for tree, name, directory in ((f'{self.tree}/', self.tree / 'web/a', None), ('.', self.tree / 'web/a', self.tree),
                                      ('tree/', 'tree/web/a', self.dir), ('../tree/.', './web/a', self.tree)):
            with self.subTest(tree=tree, name=name):
                shown = self.run_acron(f'--show={name}', tree=tree, cwd=directory)
                self.assertEqual((shown.returncode, shown.stdout), (0, 'web/a:1\tevery 10m\nweb/a:2\trun true\n'))
        shown = self.run_acron('--show=tree/web/a', cwd=self.dir)
        self.assertEqual((shown.returncode, shown.stdout), (0, 'web/a:1\tevery 10m\nweb/a:2\trun true\n'))
        self.assertIn("there is no job file 'web/none'", self.run_acron('--show=./web/none').stderr)
        for name in ('/web/a', '../tree/web/a', f'{self.tree}2/web/a', '..'):
            with self.subTest(name=name):
                shown = self.run_acron(f'--show={name}')
                self.assertEqual((shown.returncode, shown.stdout), (1, ''))
                self.assertIn(f"'{name}' does not lie below {self.tree}; a job is named by its path", shown.stderr)

    def test_a_job_that_is_not_there_or_is_faulty_gives_1(self):
        self.job('bad', 'every\nrun true\n')
        (self.tree / '_defaults').write_text('timeout 1m\n')
        self.assertIn("'_defaults' is no job", self.run_acron('--show=_defaults').stderr)
        self.assertIn("no job file 'none'", self.run_acron('--show=none').stderr)
        self.assertEqual(self.run_acron('--show=none').returncode, 1)
        self.assertIn('bad:1:1: error: ', self.run_acron('--show=bad').stderr)
        self.assertEqual(self.run_acron('--show=bad').returncode, 1)


if __name__ == '__main__':
    main()
