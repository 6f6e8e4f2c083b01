"""File systems that come over the tree, and go, while acron runs in a mount namespace of its own."""

import datetime
import signal
import subprocess
import unittest

from harness import DEADLINE, IS_ROOT, SystemTest, eventually, main
from steady import STEADY


@unittest.skipUnless(IS_ROOT, 'only root can mount')
class Mounts(SystemTest):
    def watch(self, mounts=':', **settings):
        """acron on a tree with a steady job, after a command of the shell in its namespace."""
        self.job('steady', STEADY)
        shell = ['sh', '-ec', f'{mounts}; exec "$@"', 'sh']
        self.daemon = self.start(wrapper=['unshare', '-m', '--propagation', 'private', *shell], **settings)
        return self.daemon

    def there(self, *command, check=True):
        """Runs a command where acron sees what it mounts."""
        there = ['nsenter', '-m', '-t', str(self.daemon.pid)]
        return subprocess.run([*there, *map(str, command)], check=check, timeout=DEADLINE, capture_output=True)

    def unmount(self, path):
        """acron keeps nothing open there, but in the moment of a look."""
        eventually(lambda: self.there('umount', path, check=False).returncode == 0, f'umount {path}')

    def other(self, name, text):
        path = self.dir / 'other' / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    def test_what_is_mounted_over_a_directory_is_seen_and_so_is_its_end(self):
        self.job('web/a', STEADY)
        self.other('b', STEADY)
        daemon = self.watch()
        self.there('mount', '--bind', self.dir / 'other', self.tree / 'web')
        daemon.wait('load', job='web/b')
        daemon.wait('unload', job='web/a')
        since = daemon.mark()
        self.unmount(self.tree / 'web')
        daemon.wait('load', since=since, job='web/a')
        daemon.wait('unload', job='web/b')

    def test_what_is_mounted_over_a_file_is_seen(self):
        self.job('a', STEADY)
        daemon = self.watch()
        self.there('mount', '--bind', self.other('a', 'every 2s\nrun true\n'), self.tree / 'a')
        daemon.wait('reload', job='a', schedule='every 2s')
        self.unmount(self.tree / 'a')
        daemon.wait('reload', job='a', schedule='every 1s')

    def test_what_is_mounted_over_the_tree_is_seen(self):
        self.other('steady', STEADY)
        self.other('new', STEADY)
        daemon = self.watch()
        self.there('mount', '--bind', self.dir / 'other', self.tree)
        daemon.wait('load', job='new')
        since = daemon.mark()
        self.unmount(self.tree)
        daemon.wait('unload', since=since, job='new')

    def test_a_signal_has_acron_see_it_at_once(self):
        self.job('web/a', STEADY)
        self.other('b', STEADY)
        daemon = self.watch(poll='1h')
        self.there('mount', '--bind', self.dir / 'other', self.tree / 'web')
        daemon.signal(signal.SIGHUP)
        daemon.wait('load', job='web/b')
        daemon.wait('unload', job='web/a')

    def test_a_tree_that_is_unmounted_keeps_its_jobs_until_a_signal_says_that_it_is_meant(self):
        self.other('a', STEADY)
        self.other('b', STEADY)
        (self.dir / 'empty').mkdir()
        daemon = self.watch(f'mount --bind {self.dir}/empty {self.tree}; mount --bind {self.dir}/other {self.tree}')
        self.unmount(self.tree)
        vanished = daemon.wait('jobs-vanished', directory=str(self.tree), jobs='2')
        self.assertEqual(vanished['level'], 'error')
        kept_for = datetime.datetime.fromisoformat(vanished['until']) - datetime.datetime.fromisoformat(vanished['time'])
        self.assertAlmostEqual(kept_for.total_seconds(), 300, delta=5)
        daemon.wait('end', 3, since=daemon.mark(), job='a')
        since = daemon.mark()
        self.there('mount', '--bind', self.dir / 'other', self.tree)
        daemon.wait('jobs-back', directory=str(self.tree))
        self.assertEqual(daemon.events('unload'), [])
        self.unmount(self.tree)
        daemon.wait('jobs-vanished', since=since)
        self.assertEqual(daemon.events('unload'), [])
        daemon.signal(signal.SIGHUP)
        for job in ('a', 'b'):
            daemon.wait('unload', job=job)

    def test_a_start_on_an_empty_tree_that_had_jobs_is_warned_of(self):
        daemon = self.watch()
        daemon.wait('end', job='steady')
        self.assertEqual(daemon.stop(), 0)
        (self.tree / 'steady').unlink()
        daemon = self.start()
        empty = daemon.wait('tree-empty')
        self.assertEqual((empty['level'], empty['tree'], empty['known-jobs']), ('warning', str(self.tree), '1'))
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.start(state=self.dir / 'fresh').events('tree-empty'), [])

    def test_jobs_that_vanished_are_not_back_when_the_tree_can_not_be_read_either(self):
        self.job('a', STEADY)
        daemon = self.watch()
        for name in ('a', 'steady'):
            (self.tree / name).rename(self.dir / name)
        daemon.wait('jobs-vanished', directory=str(self.tree), jobs='2')
        self.tree.chmod(0o777)
        daemon.wait('bad-file', file='.')
        self.tree.chmod(0o755)
        daemon.wait('end', 3, since=daemon.mark(), job='a')
        self.assertEqual(daemon.events('jobs-back'), [])
        for name in ('a', 'steady'):
            (self.dir / name).rename(self.tree / name)
        daemon.wait('jobs-back', directory=str(self.tree))
        self.assertEqual(len(daemon.events('jobs-vanished')), 1)
        self.assertEqual(daemon.events('unload'), [])

    def test_what_is_kept_of_an_unmounted_directory_outlives_an_upgrade(self):
        for name in ('web/a', 'web/b'):
            self.job(name, STEADY)
        (self.dir / 'empty').mkdir()
        daemon = self.watch()
        self.there('mount', '--bind', self.dir / 'empty', self.tree / 'web')
        daemon.wait('jobs-vanished', directory=f'{self.tree}/web', jobs='2')
        since = daemon.mark()
        daemon.signal(signal.SIGUSR2)
        daemon.wait('jobs-vanished', since=since, jobs='2')
        for job in ('web/a', 'web/b'):
            daemon.wait('end', 2, since=since, job=job)
        self.assertEqual(daemon.events('unload'), [])


if __name__ == '__main__':
    main()
