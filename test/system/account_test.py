"""Users and groups that come and go while acron runs, as a directory service has them."""

import datetime
import os
import pathlib
import shutil
import signal
import unittest

from harness import IS_ROOT, SystemTest, main

UID = 54321
USER = f'late:x:{UID}:{UID}::/:/bin/sh\n'
GROUP = f'late:x:{UID}:\n'
NOT_STARTED = 'could not be started: '


@unittest.skipUnless(IS_ROOT, 'mounts lists of users and groups of its own')
class ALateAccount(SystemTest):
    def setUp(self):
        super().setUp()
        self.dir.chmod(0o755)
        (self.dir / 'all').mkdir()
        (self.dir / 'all').chmod(0o1777)
        self.lists = {name: self.dir / name for name in ('passwd', 'group')}
        for name, path in self.lists.items():
            path.write_text(pathlib.Path('/etc', name).read_text())

    def make_known(self, known=True):
        """In place, since what is mounted is the file itself."""
        for name, line in (('passwd', USER), ('group', GROUP)):
            others = self.lists[name].read_text().replace(line, '')
            self.lists[name].write_text(others + line if known else others)

    def start_here(self, user, lines):
        """acron just before the only run of a job; it knows of none before."""
        shutil.rmtree(self.dir / 'run', ignore_errors=True)
        self.job('a', f'every 1m\nuser {user}\nretry 30 every 1s\noutput {self.dir}/all/out\n{lines}')
        mounts = ' && '.join(f'mount --bind {path} /etc/{name}' for name, path in self.lists.items())
        wrapper = ['unshare', '-m', '--propagation', 'private', 'sh', '-ec', f'{mounts}; exec "$@"', 'sh']
        return self.start_before(datetime.datetime(2026, 1, 7, 10, 10, tzinfo=datetime.timezone.utc), wrapper=wrapper)

    def test_a_run_begins_as_soon_as_its_user_or_group_is_known_also_after_an_upgrade(self):
        for user, what in (('late', 'user'), ('daemon:late', 'group')):
            for upgrades in (False, True):
                with self.subTest(what=what, upgrades=upgrades):
                    daemon = self.start_here(user, 'if each-run echo asked >>{dir}/all/gate\nrun id -un; id -gn\n')
                    self.assertEqual(daemon.wait('retry', job='a')['reason'], NOT_STARTED + f"there is no {what} 'late'")
                    if upgrades:
                        daemon.signal(signal.SIGUSR2)
                        self.assertEqual(daemon.wait('upgraded')['running'], '1')
                    self.make_known()
                    self.assertEqual(daemon.wait('end', job='a')['result'], 'ok')
                    self.assertEqual(self.lines('all/out'), [user.split(':')[0], 'late'])
                    self.assertEqual((self.dir / 'all/out').stat().st_gid, UID)
                    self.assertEqual(self.lines('all/gate'), ['asked'])
                    self.assertEqual(len(daemon.events('start', job='a')), 1)
                    self.assertEqual(daemon.stop(), 0)
                    self.make_known(False)
                    for name in ('out', 'gate'):
                        os.remove(self.dir / 'all' / name)

    def test_a_user_who_vanishes_between_two_attempts_runs_nothing(self):
        self.make_known()
        daemon = self.start_here('late', 'run echo ran; test -e {dir}/good\n')
        daemon.wait('retry', job='a', reason='exit status 1')
        self.make_known(False)
        daemon.wait('retry', job='a', reason=NOT_STARTED + "there is no user 'late'")
        ran = self.lines('all/out')
        daemon.wait('retry', 2, job='a', reason=NOT_STARTED + "there is no user 'late'")
        self.assertEqual(self.lines('all/out'), ran)
        (self.dir / 'good').touch()
        self.make_known()
        self.assertEqual(daemon.wait('end', job='a')['result'], 'ok')
        self.assertEqual(self.lines('all/out'), [*ran, 'ran'])
        self.assertEqual(daemon.stop(), 0)

    def test_a_gate_that_could_not_be_asked_before_may_still_say_no(self):
        daemon = self.start_here('late', 'if each-run test -e {dir}/open\nrun echo ran\n')
        daemon.wait('retry', job='a')
        self.make_known()
        reason = daemon.wait('no-retry', job='a')['reason']
        self.assertEqual(reason, f'`if each-run test -e {self.dir}/open`: exit status 1')
        end = daemon.wait('end', job='a')
        self.assertEqual((end['result'], end['not-started']), ('failed', "there is no user 'late'"))
        self.assertEqual(self.lines('all/out'), [])
        self.assertEqual(daemon.stop(), 0)


if __name__ == '__main__':
    main()
