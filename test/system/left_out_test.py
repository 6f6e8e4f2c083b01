"""What lies in the tree and is no job: by its name, or because an `_ignore` names it."""

import re

from harness import IS_ROOT, SOURCE, SystemTest, eventually, main
from steady import STEADY

NO_JOB = 'this is no job\n'


class Names(SystemTest):
    def endings_in_the_manual(self):
        page = (SOURCE / 'cmake/man/acron-job.5.in').read_text()
        block = re.search(r'^\.Bd -ragged -offset indent\n((?:.*\n)+?)\.Ed', page.split('.Sh LEFT OUT')[1], re.MULTILINE)
        return block.group(1).replace('\\&', '').split()

    def test_names_of_backups_and_documents_are_no_jobs_nor_hold_any_and_a_check_lists_them(self):
        endings = self.endings_in_the_manual()
        self.assertGreaterEqual(len(endings), 40)
        names = ['a' + ending for ending in endings] + ['a' + ending + '.1' for ending in endings]
        names += ['a~', 'a,v', '#a#', 'sedA1b2C3', 'DEADJOE', 'a - Shortcut', 'a.bak by max', 'a.dpkg-dist', 'a.ucf-old', 'a.LOCAL', 'a.disabled', 'a.off', 'a.disabled.conf',
                  'a.disabled-for-migration', '_lib.sh',
                  'README', 'README.md', 'Readme.txt', 'LICENSE', 'CHANGES.md', 'web/b.bak/README.md']
        self.job('a', 'every 10m\nrun true\n')
        for name in names:
            self.job(name, NO_JOB)
        self.job('web.disabled/b', 'every 10m\nrun true\n')
        self.job('web.old/b', NO_JOB)
        result = self.run_acron('--check', '--strict')
        self.assertEqual((result.returncode, result.stdout), (0, 'a\tevery 10m\n'))
        listed = dict(line.split('\tleft out: ') for line in self.run_acron('--check', '-v').stdout.splitlines()
                      if '\tleft out: ' in line)
        self.assertEqual(set(listed), set(names) - {'web/b.bak/README.md'} | {'web.disabled', 'web.old', 'web/b.bak'})
        self.assertEqual(result.stderr, f'acron: left out: {len(listed)} names (see --check -v)\n')
        self.assertEqual(self.start().wait('ready')['left-out'], str(len(listed)))
        self.assertIn('backup', listed['a.puppet-bak'])
        self.assertIn('document', listed['README.md'])
        self.assertIn('switched off', listed['web.disabled'])
        self.assertIn("keeps for itself", listed['_lib.sh'])

    def test_hidden_names_are_neither_listed_nor_counted(self):
        self.job('a', 'every 10m\nrun true\n')
        for name in ('.x', 'CVS/x', 'RCS/x', 'web/SCCS/x', 'lost+found/x', 'Thumbs.db', 'desktop.ini'):
            self.job(name, NO_JOB)
        result = self.run_acron('--check', '--strict')
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, 'a\tevery 10m\n', ''))
        self.assertNotIn('left out', self.run_acron('--check', '-v').stdout)

    def test_a_name_that_is_nearly_that_of_a_special_file_is_a_warning(self):
        self.job('a', STEADY)
        self.job('web/_default', 'disabled\n')
        self.job('_Ignore', 'a\n')
        self.job('_defaults.bak', 'disabled\n')
        result = self.run_acron('--check')
        self.assertEqual(result.returncode, 0)
        said = 'is left out, so nothing that it says counts; did you mean '
        self.assertEqual(result.stderr.splitlines(), [f"_Ignore: warning: {said}'_ignore'?",
                                                      f"web/_default: warning: {said}'_defaults'?",
                                                      'acron: left out: 3 names (see --check -v)'])
        self.assertEqual(self.run_acron('--check', '--strict').returncode, 1)
        daemon = self.start()
        self.assertIn("'_defaults'", daemon.wait('misnamed', file='web/_default')['reason'])
        self.assertIn("'_ignore'", daemon.wait('misnamed', file='_Ignore')['reason'])
        daemon.wait('end', 2, job='a')
        self.assertEqual(len(daemon.events('misnamed')), 2)
        self.assertEqual(daemon.events('bad-file'), [])

    def test_a_name_that_is_no_jobs_is_not_shown_as_one(self):
        for name in ('web/a.bak', 'web.off/a', 'README.md', '.hidden/a', 'b.disabled'):
            self.job(name, 'every 10m\nrun true\n')
        for name, reason in (('web/a.bak', 'is no job: its name is that of a backup'),
                             ('web.off/a', r'is no job: its name says that it is switched off \(web.off\)'),
                             ('README.md', 'is no job: its name is that of a document'),
                             ('.hidden/a', 'is no job: it is hidden'),
                             ('b', "no job file 'b' below .*; a name that ends in .disabled or .off switches it off")):
            result = self.run_acron(f'--show={name}')
            self.assertEqual((result.returncode, result.stdout), (1, ''))
            self.assertRegex(result.stderr, reason)


class SwitchedOffByName(SystemTest):
    def test_a_job_whose_file_is_renamed_rests_until_it_has_its_name_again(self):
        path = self.job('a', STEADY)
        self.job('web/b', STEADY)
        self.job('steady', STEADY)
        daemon = self.start()
        daemon.wait('end', job='a')
        daemon.wait('end', job='web/b')
        for ending in ('.disabled', '.off'):
            since = daemon.mark()
            path.rename(self.tree / ('a' + ending))
            (self.tree / 'web').rename(self.tree / ('web' + ending))
            for job, what in (('a', 'a'), ('web/b', 'web')):
                daemon.wait('unload', since=since, job=job)
                self.assertIn(what + ending, daemon.wait('disabled', since=since, job=what)['reason'])
            since = daemon.mark()
            daemon.wait('end', 3, since=since, job='steady')
            started = {event['job'] for event in daemon.wait('start', 3, since=since)}
            self.assertEqual(started, {'steady'})
            (self.tree / ('a' + ending)).rename(path)
            (self.tree / ('web' + ending)).rename(self.tree / 'web')
            for job in ('a', 'web/b'):
                daemon.wait('load', since=since, job=job)  # else the end may be that of a run from before
                daemon.wait('end', since=since, job=job)
        self.assertEqual(daemon.events('bad-file') + daemon.events('load', job='a.off'), [])


class Ignore(SystemTest):
    def check(self, status=0):
        result = self.run_acron('--check')
        self.assertEqual(result.returncode, status, result.stderr)
        return [line.split('\t')[0] for line in result.stdout.splitlines()]

    def test_what_it_names_there_and_below_is_no_job(self):
        for name in ('Makefile', 'web/Makefile', 'web/deep/Makefile', 'lib/x', 'web/lib/y', 'web/a.sh', '1.sh', 'fleet.txt'):
            self.job(name, NO_JOB)
        for name in ('good', 'web/good', 'web/fleet.txt', 'web/deep/b.sh'):
            self.job(name, 'every 10m\nrun true\n')
        self.job('_ignore', '# no jobs\nMakefile\nlib/   # scripts\nweb/*.sh\n/fleet.txt\n?.sh\n')
        self.job('web/deep/_ignore', '# b.sh\n')
        (self.tree / 'link').symlink_to('good')
        self.assertEqual(self.check(status=1), ['good', 'web/fleet.txt', 'web/good'])  # the link is a second name
        with open(self.tree / '_ignore', 'a') as file:
            file.write('link\n')
        self.assertEqual(self.check(), ['good', 'web/fleet.txt', 'web/good'])
        self.assertIn('web/lib\tleft out: an _ignore names it\n', self.run_acron('--check', '-v').stdout)
        self.assertIn("'lib/x' is no job: an _ignore names it (lib)", self.run_acron('--show=lib/x').stderr)

    def test_a_faulty_one_is_told_as_a_fault_and_no_job_below_is_loaded(self):
        self.job('web/_ignore', 'good\n!bad\n')
        self.job('web/good', 'every 10m\nrun true\n')
        self.job('other', 'every 10m\nrun true\n')
        result = self.run_acron('--check')
        self.assertEqual((result.returncode, result.stdout), (1, 'other\tevery 10m\n'))
        self.assertIn("web/_ignore:2:1: error: '!' is not supported", result.stderr)

    def test_an_edit_of_it_is_heeded_while_acron_runs(self):
        self.job('steady', STEADY)
        self.job('web/a', STEADY)
        self.job('web/notes', NO_JOB)
        ignore = self.job('_ignore', 'notes\n')
        daemon = self.start()
        daemon.wait('end', job='web/a')
        self.assertEqual(daemon.events('bad-file'), [])
        self.job('_ignore', 'notes\nweb/a\n')
        daemon.wait('unload', job='web/a')
        since = daemon.mark()
        self.job('web/_ignore', 'b\n')
        self.job('_ignore', 'no[tes\n')
        self.assertEqual(daemon.wait('bad-file', since=since)['file'], '_ignore')
        since = daemon.mark()
        self.job('new', STEADY)
        daemon.wait('bad-file', since=since, file='new')
        daemon.wait('end', 2, since=since, job='steady')
        # What it named while it was good is still named.
        self.assertEqual({e['file'] for e in daemon.events('bad-file')}, {'_ignore', 'new'})
        self.job('_ignore', 'notes\n')
        daemon.wait('end', since=since, job='new')
        daemon.wait('end', since=since, job='web/a')
        since = daemon.mark()
        ignore.unlink()
        daemon.wait('bad-file', since=since, file='web/notes')
        daemon.wait('end', since=since, job='web/a')

    def test_root_obeys_none_that_others_could_have_written(self):
        if not IS_ROOT:
            self.skipTest('only root is wary of other owners')
        self.job('a', STEADY)
        self.job('_ignore', 'nothing\n')
        daemon = self.start()
        daemon.wait('end', job='a')
        self.job('_ignore', 'a\n', 0o666)
        self.assertIn('can be written by others', daemon.wait('bad-file', file='_ignore')['error'])
        daemon.wait('end', since=daemon.mark(), job='a')
        (self.tree / '_ignore').chmod(0o644)
        daemon.wait('unload', job='a')
        eventually(lambda: daemon.events('unload', job='a'))


if __name__ == '__main__':
    main()
