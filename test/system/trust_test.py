"""Job files that others than root could have written."""

import os
import unittest

from harness import IS_ROOT, main
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


if __name__ == '__main__':
    main()
