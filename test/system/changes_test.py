"""Job files that are made, edited, deleted, renamed and swapped while jobs run."""

import os

from harness import main
from steady import STEADY, FilesTest, job

UNTIL_GO = 'until test -e {dir}/go; do sleep 0.05; done'


class Changes(FilesTest):
    def test_a_new_file_is_a_new_job(self):
        daemon = self.watch()
        self.job('web/deep/new', job('new'))
        daemon.wait('load', job='web/deep/new')
        daemon.wait('end', job='web/deep/new')

    def test_an_edit_in_place_counts_from_the_next_run(self):
        path = self.job('a', job('old'))
        daemon = self.watch()
        daemon.wait('end', job='a')
        path.write_text(job('new').replace('{dir}', str(self.dir)))
        daemon.wait('reload', job='a')
        self.said('new')

    def test_an_edit_by_renaming_counts_from_the_next_run(self):
        self.job('a', job('old'))
        daemon = self.watch()
        daemon.wait('end', job='a')
        self.job('a', job('new'))
        daemon.wait('reload', job='a')
        self.said('new')

    def test_an_edit_that_keeps_size_and_time_is_seen_too(self):
        path = self.job('a', job('old'))
        times = path.stat()
        daemon = self.watch()
        daemon.wait('end', job='a')
        path.write_text(job('new').replace('{dir}', str(self.dir)))
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        daemon.wait('reload', job='a')
        self.said('new')

    def test_a_swapped_symlink_is_seen(self):
        for word in ('old', 'new'):
            (self.dir / word).write_text(job(word).replace('{dir}', str(self.dir)))
        (self.tree / 'a').symlink_to(self.dir / 'old')
        daemon = self.watch()
        daemon.wait('end', job='a')
        (self.tree / '.a').symlink_to(self.dir / 'new')
        (self.tree / '.a').rename(self.tree / 'a')
        daemon.wait('reload', job='a')
        self.said('new')

    def test_a_swapped_symlink_to_the_whole_tree_is_seen(self):
        for word in ('old', 'new'):
            (self.dir / f'release-{word}').mkdir()
            (self.dir / f'release-{word}/a').write_text(job(word).replace('{dir}', str(self.dir)))
        (self.tree / 'current').symlink_to(self.dir / 'release-old')
        daemon = self.watch()
        daemon.wait('end', job='current/a')
        (self.tree / '.current').symlink_to(self.dir / 'release-new')
        (self.tree / '.current').rename(self.tree / 'current')
        daemon.wait('reload', job='current/a')
        self.said('new', 'current/a')

    def test_a_deleted_file_stops_its_job_after_the_current_run(self):
        path = self.job('a', f'every 1s\noutput {{dir}}/said\nrun {UNTIL_GO}; echo b\n')
        daemon = self.watch()
        daemon.wait('start', job='a')
        path.unlink()
        daemon.wait('unload', job='a')
        (self.dir / 'go').touch()
        self.assertEqual(daemon.wait('end', job='a')['result'], 'ok')
        daemon.wait('end', 2, since=daemon.mark(), job='steady')
        self.assertEqual(len(daemon.events('start', job='a')), 1)
        self.assertIn('b', self.lines('said'))

    def test_a_renamed_file_is_the_end_of_one_job_and_the_start_of_another(self):
        path = self.job('a', job('a'))
        daemon = self.watch()
        daemon.wait('end', job='a')
        path.rename(self.tree / 'b')
        daemon.wait('unload', job='a')
        daemon.wait('end', job='b')

    def test_an_edit_while_the_job_runs_leaves_the_run_as_it_began(self):
        self.job('a', f'every 1s\ntimeout 1h\noutput {{dir}}/said\nrun echo old; {UNTIL_GO}\n')
        daemon = self.watch()
        daemon.wait('start', job='a')
        self.job('a', 'every 1s\ntimeout 1s\noutput {dir}/other\nrun echo new\n')
        daemon.wait('reload', job='a')
        daemon.wait('skip', 2, job='a')  # longer than the new timeout
        (self.dir / 'go').touch()
        self.assertEqual(daemon.wait('end', job='a')['result'], 'ok')
        self.wait_lines('other', 1)
        self.assertEqual(set(self.lines('said')), {'old'})

    def test_an_edit_of_the_defaults_reaches_every_job_below(self):
        self.job('web/_defaults', 'output {dir}/old\n')
        for name in ('a', 'b'):
            self.job(f'web/{name}', f'every 1s\nrun echo {name}\n')
        daemon = self.watch()
        self.wait_lines('old', 2)
        self.job('web/_defaults', 'output {dir}/new\n')
        for name in ('a', 'b'):
            daemon.wait('reload', job=f'web/{name}')
        self.wait_lines('new', 4)
        self.assertEqual(set(self.lines('new')), {'a', 'b'})

    def test_files_of_editors_and_package_tools_are_no_jobs(self):
        for name in ['.hidden', 'a~', 'a.bak', 'a.swp', 'a.tmp', 'a.orig', 'a.rej', 'a.dpkg-new', 'a.dpkg-old',
                     'a.rpmsave', 'a.rpmnew', 'a.rpmorig', '#a#', '.git/a']:
            self.job(name, 'this is not a job\n')
        self.job('last', STEADY)
        daemon = self.watch()
        daemon.wait('start', job='last')
        self.assertEqual(daemon.events('bad-file'), [])
        self.assertEqual({e['job'] for e in daemon.events('start')}, {'steady', 'last'})


if __name__ == '__main__':
    main()
