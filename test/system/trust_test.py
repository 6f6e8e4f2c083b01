"""Job files that others than root could have written."""

import os
import signal
import subprocess
import unittest

from harness import IS_ROOT, SystemTest, eventually, main
from steady import STEADY, FilesTest


@unittest.skipUnless(IS_ROOT, 'only root is wary of other owners')
class Trust(FilesTest):
    def refused(self, name='a'):
        reason = self.daemon.wait('bad-file', file=name)['error']
        self.daemon.wait('end', 2, since=self.daemon.mark(), job='steady')
        self.assertEqual(self.daemon.events('start', job=name), [])
        return reason

    def test_a_file_that_others_can_write_is_refused_until_its_mode_is_mended(self):
        for mode in (0o666, 0o664, 0o646):
            path = self.job(f'a{mode:o}', STEADY, mode)
        path = self.job('a', STEADY, 0o666)
        self.watch()
        self.assertRegex(self.refused(), r'can be written by others \(mode 0666\); chmod go-w it')
        for mode in ('a664', 'a646'):
            self.refused(mode)
        path.chmod(0o644)
        self.daemon.wait('end', job='a')

    def test_a_setuid_file_is_refused(self):
        self.job('a', STEADY, 0o4755)
        self.watch()
        self.assertIn('setuid', self.refused())

    def test_a_file_of_another_owner_is_refused(self):
        os.chown(self.job('a', STEADY), 65534, 65534)
        self.watch()
        self.assertIn('is owned by uid 65534', self.refused())

    def test_a_symlink_to_a_file_of_another_owner_is_refused(self):
        evil = self.dir / 'evil'
        evil.write_text(STEADY)
        os.chown(evil, 65534, 65534)
        (self.tree / 'a').symlink_to(evil)
        self.watch()
        self.assertIn('65534', self.refused())

    def test_a_directory_that_others_can_write_is_refused_with_all_below(self):
        self.job('open/a', STEADY)
        (self.tree / 'open').chmod(0o777)
        self.watch()
        self.assertIn('can be written by others', self.refused('open'))
        self.assertEqual(self.daemon.events('start', job='open/a'), [])
        (self.tree / 'open').chmod(0o755)
        self.daemon.wait('end', job='open/a')

    def test_a_directory_above_the_tree_that_others_can_write_later_stops_what_is_new(self):
        self.watch()
        self.dir.chmod(0o777)
        reason = self.daemon.wait('bad-file')['error']
        self.assertEqual(reason, f'{self.dir} can be written by others (mode 0777); chmod go-w it')
        self.job('a', STEADY)
        self.daemon.wait('end', 3, since=self.daemon.mark(), job='steady')
        self.assertEqual(self.daemon.events('load', job='a'), [])
        self.assertEqual(len(self.daemon.events('bad-file')), 1)
        self.dir.chmod(0o755)
        self.daemon.wait('end', job='a')

    def test_a_hard_link_does_not_stop_a_job(self):
        path = self.job('a', STEADY)
        os.link(path, self.dir / 'another-name')
        self.watch()
        self.daemon.wait('end', job='a')


USER = 1000


class ForeignTree(SystemTest):
    """A tree that is another user's: a ConfigMap, a bind mount, a rootless container's volume."""

    def own(self, user=USER, files=0o666, directories=0o777):
        for path in [self.tree, *self.tree.rglob('*')]:
            if not path.is_symlink():
                os.chown(path, user, user)
                path.chmod(directories if path.is_dir() else files)

    def swap(self, version, **jobs):
        """As the kubelet does: files in a directory of their own, to which `..data` is turned."""
        data = self.tree / f'..2026_11_29_{version}'
        data.mkdir()
        for name, text in jobs.items():
            (data / name).write_text(text)
            link = self.tree / name
            if not link.is_symlink():
                link.symlink_to(f'..data/{name}')
        (self.tree / '..data_tmp').symlink_to(data.name)
        (self.tree / '..data_tmp').rename(self.tree / '..data')
        self.own()


@unittest.skipUnless(IS_ROOT, 'only root is wary of other owners')
class TrustTree(ForeignTree):
    def test_it_is_refused_at_the_start_with_the_option_as_a_remedy(self):
        self.job('a', STEADY)
        self.own()
        result = self.run_acron('-f')
        self.assertEqual(result.returncode, 1)
        self.assertIn(f'{self.tree} is owned by uid {USER}', result.stderr)
        self.assertIn('chown it to root, or start acron with --trust-tree', result.stderr)

    def test_with_the_option_it_runs_and_each_start_says_so(self):
        self.job('_defaults', 'env WORD=inherited\n')
        self.job('web/a', 'every 1s\noutput {dir}/said\nrun echo $WORD\n')
        outside = self.dir / 'outside'
        outside.write_text(STEADY)
        os.chown(outside, USER, USER)
        (self.tree / 'link').symlink_to(outside)
        self.own()
        above = self.dir / 'above'
        above.mkdir()
        above.chmod(0o777)
        self.tree = self.tree.rename(above / 'tree')
        os.mkfifo(self.tree / 'fifo')
        daemon = self.start('--trust-tree')
        said = daemon.wait('tree-trusted')
        self.assertEqual((said['level'], said['tree']), ('warning', str(self.tree)))
        self.assertIn('root', said['effect'])
        daemon.wait('end', job='web/a', result='ok')
        daemon.wait('end', job='link', result='ok')
        self.assertEqual(self.lines('said')[0], 'inherited')
        self.assertEqual([e['file'] for e in daemon.events('bad-file')], ['fifo'])
        mark = daemon.mark()
        daemon.signal(signal.SIGUSR2)
        daemon.wait('tree-trusted', since=mark)
        daemon.wait('end', since=mark, job='web/a')
        self.assertEqual(daemon.events('upgrade-failed'), [])

    def test_the_configuration_file_may_set_it_and_an_upgrade_heeds_what_it_says_then(self):
        self.job('a', STEADY)
        self.own()
        config = self.dir / 'acron.conf'
        config.write_text('trust-tree = yes\n')
        daemon = self.start(config=config)
        daemon.wait('end', job='a')
        config.write_text('trust-tree = no\n')
        daemon.signal(signal.SIGUSR2)
        self.assertIn('--trust-tree', daemon.wait('upgrade-failed')['reason'])
        config.write_text('trust-tree = perhaps\n')
        result = self.run_acron('--check', config=config)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, 'acron.conf.*trust-tree')

    def test_it_covers_the_tree_and_nothing_else(self):
        self.job('a', STEADY)
        config = self.dir / 'acron.conf'
        config.write_text('')
        os.chown(config, USER, USER)
        result = self.run_acron('-f', '--trust-tree', config=config)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f'acron.conf is owned by uid {USER}', result.stderr)

    def test_a_config_map_loads_each_job_once_and_its_swap_is_noticed(self):
        old, new = ('every 1s\noutput {dir}/said\nrun echo %s\n'.replace('{dir}', str(self.dir)) % word
                    for word in ('old', 'new'))
        self.swap('first', a=old, b=STEADY, _defaults='nice 1\n')
        daemon = self.start('--trust-tree')
        self.assertEqual((daemon.wait('ready')['jobs'], daemon.wait('ready')['faulty-files']), ('2', '0'))
        daemon.wait('end', job='a', result='ok')
        (self.tree / 'b').unlink()
        self.swap('second', a=new, _defaults='nice 1\n')
        daemon.wait('reload', job='a')
        daemon.wait('unload', job='b')
        eventually(lambda: 'new' in self.lines('said'))
        self.assertEqual(daemon.events('bad-file'), [])

    def test_a_check_reads_it_and_warns_of_its_owner(self):
        self.job('good', 'every 10m\nrun true\n')
        self.job('web/bad', 'evry 10m\nrun true\n')
        self.own(files=0o644, directories=0o755)
        result = self.run_acron('--check')
        self.assertEqual((result.returncode, result.stdout), (1, 'good\tevery 10m\n'))
        self.assertIn("web/bad:1:1: error: unknown directive 'evry'", result.stderr)
        warnings = [line for line in result.stderr.splitlines() if ': warning: ' in line]
        self.assertEqual(len(warnings), 1)
        self.assertRegex(warnings[0], f'^\\.: warning: is owned by uid {USER}.*chown it to root.*root\'s acron refuses it, '
                                      'and 3 more below it.*--trust-tree')
        (self.tree / 'web/bad').unlink()
        self.assertEqual(self.run_acron('--check').returncode, 0)
        self.assertEqual(self.run_acron('--check', '--strict').returncode, 1)
        result = self.run_acron('--check', '--strict', '--trust-tree')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        result = self.run_acron('--next', '--count=1')
        self.assertEqual((result.returncode, len(result.stdout.splitlines())), (0, 1))
        self.assertIn('warning: is owned', result.stderr)

    def test_a_check_shows_nobody_what_only_root_may_read(self):
        self.job('a', STEADY)
        secret = self.dir / 'secret'
        secret.write_text('password=hunter2\n')
        secret.chmod(0o600)
        (self.tree / 'b').symlink_to(secret)
        os.chown(self.tree / 'b', USER, USER, follow_symlinks=False)
        self.own()
        checked = self.run_acron('--check', '--verbose')
        self.assertEqual(checked.returncode, 1)
        self.assertNotIn('hunter2', checked.stderr + checked.stdout)
        self.assertIn(f'b: error: is a symlink of uid {USER}', checked.stderr)

    def assert_shows_no_secret(self, *options, tree=None, refused=True):
        for mode in (['--check', '-v'], ['--next'], ['--show=s'], *([option] for option in options)):
            with self.subTest(mode=mode):
                result = self.run_acron(*mode, tree=tree)
                self.assertNotIn('hunter2', result.stdout + result.stderr)
                self.assertNotEqual(result.returncode, 0)

    def private_place(self):
        private = self.dir / 'private'
        private.mkdir(mode=0o700)
        (private / 's').write_text('password=hunter2\n')
        (private / 's').chmod(0o600)
        return private

    def link(self, path, target):
        path.symlink_to(target)
        os.chown(path, USER, USER, follow_symlinks=False)

    def test_neither_a_symlink_in_the_tree_nor_one_on_the_way_to_it_shows_a_user_what_only_root_may_read(self):
        private = self.private_place()
        self.job('sub/a', STEADY)
        self.own(directories=0o755)
        self.link(self.tree / 's', private / 's')
        self.link(self.tree / 'directory', private)
        self.link(self.tree / 'sub/_defaults', private / 's')
        self.link(self.tree / 'theirs', private / 's')
        (self.tree / 'through').symlink_to('theirs')
        self.assert_shows_no_secret('--show=directory/s', '--show=sub/a', '--show=theirs', '--show=through')
        home = self.dir / 'home'
        home.mkdir()
        self.link(home / 'tree', private)
        self.link(home / 'above', self.dir)
        for tree in (home / 'tree', home / 'above/private', home / 'above/home/tree'):
            self.assert_shows_no_secret(tree=tree)
        checked = self.run_acron('--check', tree=home / 'tree')
        self.assertIn(f"{home}/tree leads through a symlink of uid {USER} to what is not that user's", checked.stderr)
        self.assertIn('hunter2', self.run_acron('--check', '--trust-tree', tree=home / 'tree').stderr)

    def test_a_check_follows_a_users_symlink_to_a_tree_of_that_user(self):
        self.job('web/a', 'every 10m\nrun true\n')
        self.own(directories=0o755)
        home = self.dir / 'home'
        home.mkdir()
        self.link(home / 'tree', self.tree)
        checked = self.run_acron('--check', tree=home / 'tree')
        self.assertEqual((checked.returncode, checked.stdout), (0, 'web/a\tevery 10m\n'))

    def test_a_check_reads_no_hard_link_to_what_only_root_may_read(self):
        secret = self.dir / 'secret'
        secret.write_text('password=hunter2\n')
        secret.chmod(0o600)
        self.job('web/a', STEADY)
        os.link(secret, self.tree / 'web/b')
        os.link(secret, self.tree / '_defaults')
        os.link(self.job('own', STEADY), self.tree / 'own-too')
        own = self.job('web/own', STEADY, 0o600)
        os.chown(own, USER, USER)
        os.link(own, self.dir / 'own')
        def checked():
            results = [self.run_acron(*options) for options in (['--check', '-v'], ['--next'], ['--show=web/b'], ['--show=web/a'])]
            for result in results:
                self.assertNotIn('hunter2', result.stdout + result.stderr)
            return results[0].stderr
        for owner, mode in ((USER, 0o755), (0, 0o777)):
            for directory in (self.tree, self.tree / 'web'):
                directory.chmod(mode)
                os.chown(directory, owner, owner)
            self.assertRegex(checked(), '(?m)^_defaults: error: has a second name')
            (self.tree / '_defaults').rename(self.dir / 'aside')
            self.assertRegex(checked(), '(?m)^web/b: error: has a second name')
            ours = '(web/)?own.*' if owner == USER else 'own.*'
            self.assertNotRegex(self.run_acron('--check').stderr, f'(?m)^{ours}: error')
            (self.dir / 'aside').rename(self.tree / '_defaults')

    def test_a_check_warns_of_each_kind_of_thing_that_root_would_refuse(self):
        def warned(name, reason):
            result = self.run_acron('--check')
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(result.stdout, 'a\tevery 1s\n')
            self.assertRegex(result.stderr, f'(?m)^{name}: warning: {reason}')
        path = self.job('a', STEADY)
        path.chmod(0o664)
        warned('a', r'can be written by others \(mode 0664\); chmod go-w it')
        path.chmod(0o4755)
        warned('a', 'is setuid')
        path.chmod(0o644)
        self.job('_defaults', 'nice 1\n', 0o666)
        warned('_defaults', 'can be written by others')
        (self.tree / '_defaults').unlink()
        self.dir.chmod(0o777)
        warned(r'\.', f'{self.dir} can be written by others')
        self.dir.chmod(0o755)
        outside = self.dir / 'outside'
        outside.mkdir()
        path.rename(outside / 'a')
        outside.chmod(0o777)
        path.symlink_to(outside / 'a')
        warned('a', "is a symlink to a place that can't be trusted")
        self.assertIn("a: warning: is a symlink", self.run_acron('--show=a').stderr)


@unittest.skipUnless(IS_ROOT, 'only root is wary of other owners')
class TheConfigurationFile(SystemTest):
    def refusal(self, config):
        result = self.run_acron('--check', config=config)
        self.assertEqual((result.returncode, result.stdout), (1, ''))
        return result.stderr

    def test_it_is_refused_where_others_could_have_written_or_exchanged_it(self):
        self.job('a', STEADY)
        place = self.dir / 'place'
        place.mkdir()
        config = place / 'acron.conf'
        config.write_text('poll = 1s\n')
        link = self.dir / 'link.conf'
        link.symlink_to(config)
        for path in (config, link):
            self.assertEqual(self.run_acron('--check', config=path).returncode, 0)
            place.chmod(0o777)
            self.assertIn(f"{path} can't be trusted: {place} can be written by others", self.refusal(path))
            place.chmod(0o755)
            os.chown(place, 65534, 65534)
            self.assertIn(f"{path} can't be trusted: {place} is owned by uid 65534", self.refusal(path))
            os.chown(place, 0, 0)
            config.chmod(0o666)
            self.assertIn(f'{path} can be written by others', self.refusal(path))
            config.chmod(0o644)

    def test_one_that_acron_was_started_with_as_a_descriptor_is_read(self):
        self.job('a', STEADY)
        read, write = os.pipe()
        os.write(write, b'nonsense = 1\n')
        os.close(write)
        self.addCleanup(os.close, read)
        result = subprocess.run(self.command('--check', config=f'/dev/fd/{read}'), pass_fds=[read], text=True,
                                capture_output=True, check=False, env=self.environment())
        self.assertEqual(result.returncode, 1)
        self.assertIn('nonsense', result.stderr)


if __name__ == '__main__':
    main()
