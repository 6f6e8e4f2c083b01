"""Zone files as they should not be, and as they become while acron runs: by garbage, mounts, upgrades of tzdata."""

import datetime
import os
import pathlib
import re
import shutil
import signal
import unittest

from harness import IS_ROOT, SystemTest, eventually, main

ZONES = pathlib.Path('/usr/share/zoneinfo')
SUMMER = '--from=2026-06-30T20:00:00Z'
DAILY = 'every day at 09:00\nrun true\n'


def contents(zone):
    return (ZONES / zone).read_bytes()


@unittest.skipUnless(IS_ROOT, 'mounts directories of its own over /etc and /usr/share/zoneinfo')
class ZoneTest(SystemTest):
    """acron that sees an /etc and a tzdata of the test's own."""

    def setUp(self):
        super().setUp()
        self.etc, self.zones = self.dir / 'etc', self.dir / 'zoneinfo'
        self.etc.mkdir()
        for name in ('passwd', 'group', 'nsswitch.conf', 'hosts', 'ld.so.cache', 'machine-id'):
            if os.path.exists(f'/etc/{name}'):
                shutil.copy(f'/etc/{name}', self.etc)
        for zone in ('Etc/UTC', 'Europe/Berlin', 'Europe/Rome', 'Asia/Tokyo'):
            self.set_zone(zone, contents(zone))
        self.localtime = self.etc / 'localtime'
        self.localtime.symlink_to('/usr/share/zoneinfo/Europe/Berlin')
        self.job('daily', DAILY)

    def set_zone(self, name, content):
        """As dpkg does, by renaming."""
        path = self.zones / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name('.fresh')
        fresh.write_bytes(content)
        fresh.rename(path)

    def set_localtime(self, make):
        """As timedatectl(1) does, by renaming: nobody sees a moment without one."""
        fresh = self.localtime.with_name('.fresh')
        make(fresh)
        if fresh.is_dir() and not fresh.is_symlink():  # which takes the place of nothing but a directory
            self.localtime.unlink()
        fresh.rename(self.localtime)

    def wrapper(self, mount=''):
        mounts = f'mount --bind {self.etc} /etc && mount --bind {self.zones} /usr/share/zoneinfo {mount}'
        return ['unshare', '-m', '--propagation', 'private', 'sh', '-c', f'{mounts} && exec "$@"', 'sh']

    def run_here(self, *options, mount='', env=None):
        return self.run_command([*self.wrapper(mount), *self.command(*options)], env={'TZ': None} | (env or {}))

    def next_here(self, **settings):
        """Of the jobs in one line, name and local time; and what is said."""
        shown = self.run_here('--next', '--per-job', '--count=1', SUMMER, **settings)
        return [line.split('\t')[::-1] for line in shown.stdout.splitlines()], shown.stderr

    def start_here(self, *options, mount=''):
        daemon = self.spawn('-v', *options, wrapper=self.wrapper(mount), env={'TZ': None})
        daemon.wait('ready')
        return daemon

    def last_line(self, name):
        return (self.lines(name) or [''])[-1]

    def assert_waits_as_next_says(self, daemon, job):
        """The daemon comes to wait for the same run of the job that a new process tells of."""
        shown = self.run_here('--next', '--per-job', '--count=1').stdout
        due = [datetime.datetime.fromisoformat(line.split('\t')[0]) for line in shown.splitlines()
               if line.endswith('\t' + job)]
        eventually(lambda: [datetime.datetime.fromisoformat(wait['next'])
                            for wait in daemon.events('wait', job=job)[-1:]] == due, f'the next run of {job} at {due}')

    def test_a_localtime_that_is_no_zone_counts_as_utc_and_says_why(self):
        bad = {
            'is no time zone file': lambda path: path.write_text('Europe/Berlin\n'),
            'is empty': lambda path: path.touch(),
            'is cut off': lambda path: path.write_bytes(contents('Europe/Berlin')[:-1]),
            'is damaged': lambda path: path.write_bytes(contents('Europe/Berlin').replace(b'CET-1', b'CET??')),
            'can\'t be read: Is a directory': lambda path: path.mkdir(),
            'is no regular file': os.mkfifo,
            'which does not exist': lambda path: path.symlink_to('/usr/share/zoneinfo/Europe/Nowhere'),
            'can\'t be read: Too many levels': lambda path: path.symlink_to('localtime'),
        }
        for reason, make in bad.items():
            with self.subTest(reason=reason):
                self.set_localtime(make)
                runs, said = self.next_here()
                self.assertEqual(runs, [['daily', '2026-07-01T09:00:00.000+00:00']])
                self.assertIn(reason, said)
                self.assertIn('times are in UTC', said)
                if self.localtime.is_dir() and not self.localtime.is_symlink():
                    self.localtime.rmdir()
        self.set_localtime(bad['is no time zone file'])
        checked = self.run_here('--check')
        self.assertEqual(checked.returncode, 0, checked.stderr)
        daemon = self.start_here()
        said = daemon.wait('zone')
        self.assertEqual((said['level'], said['zone']), ('warning', 'UTC'))
        self.assertIn('/etc/localtime is no time zone file', said['reason'])
        self.assertEqual(daemon.stop(), 0)

    def test_a_localtime_that_turns_bad_leaves_the_last_good_zone(self):
        daemon = self.start_here()
        mark = daemon.mark()
        self.set_localtime(lambda path: path.write_text('Europe/Berlin\n'))
        said = daemon.wait('zone', since=mark)
        self.assertEqual((said['level'], said['zone']), ('error', 'Europe/Berlin'))
        self.assertIn('/etc/localtime is no time zone file', said['reason'])
        self.assertIn('stay in use', said['effect'])
        # For the C library the file would mean UTC.
        self.job('clock', 'every 1s\noutput {dir}/clock\nrun echo "${TZ-none} $(date +%Z)"\n')
        eventually(lambda: re.fullmatch('Europe/Berlin CES?T', self.last_line('clock')), 'the kept zone in a command')
        mark = daemon.mark()
        self.job('other', DAILY)
        due = datetime.datetime.fromisoformat(daemon.wait('wait', since=mark, job='other')['next'])
        self.assertIn(due.hour, (7, 8))  # 9 o'clock in Berlin
        self.set_localtime(lambda path: path.write_bytes(contents('Europe/Berlin')))
        self.assertIn('can be used now', daemon.wait('zone', since=mark, zone='Europe/Berlin')['reason'])
        eventually(lambda: re.fullmatch('none CES?T', self.last_line('clock')), 'the zone of the file in a command')
        mark = daemon.mark()
        self.set_localtime(lambda path: path.symlink_to('/usr/share/zoneinfo/Asia/Tokyo'))
        self.assertEqual(daemon.wait('zone', since=mark, zone='Asia/Tokyo')['before'], 'Europe/Berlin')
        self.assert_waits_as_next_says(daemon, 'daily')
        self.assertEqual(len(daemon.events('zone')), 3)
        self.assertEqual(daemon.stop(), 0)

    def test_commands_see_the_kept_zone_by_its_rule_where_no_good_file_has_its_name_any_more(self):
        berlin, good = self.zones / 'Europe/Berlin', contents('Europe/Berlin')
        self.job('clock', 'every 1s\noutput {dir}/clock\nrun echo "${TZ-none} $(date +%Z)"\n')
        for variable in (None, 'Europe/Berlin'):
            daemon = self.spawn(wrapper=self.wrapper(), env={'TZ': variable})
            as_it_is, by_rule = f'{variable or "none"} CES?T', re.escape('CET-1CEST,M3.5.0,M10.5.0/3') + ' CES?T'
            for spoil in (berlin.unlink, lambda: self.set_zone('Europe/Berlin', b''),
                          lambda: self.set_zone('Europe/Berlin', b'garbage')):
                eventually(lambda: re.fullmatch(as_it_is, self.last_line('clock')), 'the zone by its file')
                spoil()
                eventually(lambda: re.fullmatch(by_rule, self.last_line('clock')), 'the zone by its rule')
                self.set_zone('Europe/Berlin', good)
            eventually(lambda: re.fullmatch(as_it_is, self.last_line('clock')), 'the zone by its file')
            berlin.unlink()
            eventually(lambda: re.fullmatch(by_rule, self.last_line('clock')), 'the zone by its rule')
            daemon.signal(signal.SIGUSR2)
            daemon.wait('upgraded')
            (self.dir / 'clock').unlink()
            eventually(lambda: self.lines('clock'), 'a run after the upgrade')
            self.assertRegex(self.lines('clock')[0], f'^{by_rule}$')
            self.assertEqual(daemon.stop(), 0)
            self.set_zone('Europe/Berlin', good)

    def test_zones_whose_files_are_bad_go_on_over_an_upgrade(self):
        self.job('roman', 'every day at 09:00\ntimezone Europe/Rome\nrun true\n')
        self.job('runs', 'every 1s\ntimezone Europe/Rome\nrun sleep 1000\n')
        daemon = self.start_here()
        daemon.wait('start', job='runs')
        self.set_localtime(lambda path: path.write_text('garbage'))
        self.set_zone('Europe/Rome', b'garbage')
        for zone in ('Europe/Rome', 'Europe/Berlin'):
            daemon.wait('zone', level='error', zone=zone)
        mark = daemon.mark()
        daemon.signal(signal.SIGUSR2)
        self.assertEqual(daemon.wait('upgraded', since=mark)['running'], '1')
        daemon.wait('zone', since=mark, level='error', before='UTC', zone='Europe/Berlin')
        for job in ('roman', 'daily'):
            due = datetime.datetime.fromisoformat(daemon.wait('wait', since=mark, job=job)['next'])
            self.assertIn(due.hour, (7, 8))
        self.assertEqual(daemon.events('bad-file'), [])

    def test_a_bad_zone_file_refuses_the_job_that_names_it_and_no_other(self):
        self.set_zone('Europe/Rome', b'garbage')
        self.job('roman', 'every day at 09:00\ntimezone Europe/Rome\nrun true\n')
        expected = "the time zone 'Europe/Rome' can't be used: /usr/share/zoneinfo/Europe/Rome is no time zone file"
        checked = self.run_here('--check')
        self.assertEqual(checked.returncode, 1)
        self.assertIn(f'roman:2:10: error: {expected}', checked.stderr)
        self.assertIn('daily\t', checked.stdout)
        daemon = self.start_here()
        fault = daemon.wait('bad-file')
        self.assertEqual((fault['file'], fault['line'], fault['column']), ('roman', '2', '10'))
        daemon.wait('load', job='daily')
        self.set_zone('Europe/Rome', contents('Europe/Rome'))
        daemon.wait('load', job='roman')
        self.assertEqual(daemon.stop(), 0)

    def test_a_named_zone_keeps_its_rules_when_its_file_turns_bad_and_follows_an_upgrade_of_tzdata(self):
        self.job('roman', 'every day at 09:00\ntimezone Europe/Rome\nrun true\n')
        daemon = self.start_here()
        for content, reason in ((b'', 'is empty'), (contents('Europe/Rome')[:500], 'is cut off')):
            mark = daemon.mark()
            self.set_zone('Europe/Rome', content)
            said = daemon.wait('zone', since=mark, zone='Europe/Rome')
            self.assertEqual(said['level'], 'error')
            self.assertIn(f'/usr/share/zoneinfo/Europe/Rome {reason}', said['reason'])
        # tzdata is upgraded: two zones that are in use have other rules now.
        mark = daemon.mark()
        self.set_zone('Europe/Rome', contents('Asia/Tokyo'))
        self.set_zone('Europe/Berlin', contents('America/New_York'))
        for zone in ('Europe/Rome', 'Europe/Berlin'):
            self.assertIn('new rules', daemon.wait('zone', since=mark, zone=zone)['reason'])
        for job in ('roman', 'daily'):
            self.assert_waits_as_next_says(daemon, job)
        self.assertEqual(daemon.stop(), 0)

    def test_a_zone_that_no_job_names_any_more_is_forgotten_until_one_does(self):
        roman = self.job('roman', 'every day at 09:00\ntimezone Europe/Rome\nrun true\n')
        daemon = self.start_here()
        daemon.wait('load', job='roman')
        roman.unlink()
        daemon.wait('unload', job='roman')
        mark = daemon.mark()
        self.set_zone('Europe/Rome', b'garbage')
        # Two looks at the zones lie between two that tell of another.
        for content in ('America/New_York', 'Asia/Tokyo', 'Europe/Berlin'):
            since = daemon.mark()
            self.set_zone('Europe/Berlin', contents(content))
            daemon.wait('zone', since=since, zone='Europe/Berlin')
        self.assertEqual(daemon.events('zone', zone='Europe/Rome'), [])
        self.job('roman', 'every day at 09:00\ntimezone Europe/Rome\nrun true\n')
        self.assertIn('is no time zone file', daemon.wait('bad-file', since=mark, file='roman')['error'])
        self.set_zone('Europe/Rome', contents('Asia/Tokyo'))
        daemon.wait('load', since=mark, job='roman')
        self.assert_waits_as_next_says(daemon, 'roman')
        self.set_zone('Europe/Rome', b'garbage')
        self.assertEqual(daemon.wait('zone', since=mark, zone='Europe/Rome', level='error')['zone'], 'Europe/Rome')
        self.assertEqual(daemon.stop(), 0)

    def test_a_zone_file_that_is_too_large_is_refused_with_its_size(self):
        self.set_zone('Europe/Rome', b'TZif' + bytes(300000))
        self.job('roman', 'every day at 09:00\ntimezone Europe/Rome\nrun true\n')
        self.assertIn('Europe/Rome is too large for a time zone file: it has 300004 bytes, at most 262144 are read',
                      self.run_here('--check').stderr)

    def test_a_zone_file_mounted_over_the_target_of_the_link_counts(self):
        self.set_localtime(lambda path: path.symlink_to('/usr/share/zoneinfo/Etc/UTC'))
        tokyo = self.dir / 'tokyo'
        for content, name in ((contents('Asia/Tokyo'), 'Asia/Tokyo'), (contents('Asia/Seoul'), 'localtime')):
            with self.subTest(name=name):
                tokyo.write_bytes(content)
                mount = f'&& mount --bind {tokyo} /etc/localtime'
                runs, said = self.next_here(mount=mount)
                self.assertEqual((runs, said), ([['daily', '2026-07-01T09:00:00.000+09:00']], ''))
                daemon = self.start_here(mount=mount)
                self.assertEqual(daemon.wait('hello')['zone'], name)
                self.assertEqual(daemon.stop(), 0)

    def test_a_zone_file_mounted_while_acron_runs_is_seen(self):
        self.set_localtime(lambda path: path.write_bytes(contents('Etc/UTC')))
        daemon = self.start_here()
        tokyo = self.dir / 'tokyo'
        tokyo.write_bytes(contents('Asia/Tokyo'))
        done = self.run_command(['nsenter', f'--target={daemon.pid}', '--mount', 'mount', '--bind', tokyo, '/etc/localtime'])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(daemon.wait('zone')['zone'], 'Asia/Tokyo')
        self.assertEqual(daemon.stop(), 0)

    def test_a_machine_without_tzdata_has_the_zone_that_its_localtime_holds(self):
        shutil.rmtree(self.zones)
        self.zones.mkdir()
        self.set_localtime(lambda path: path.write_bytes(contents('Europe/Berlin')))
        self.job('roman', 'every day at 09:00\ntimezone Europe/Rome\nrun true\n')
        self.job('utc', 'every day at 09:00\ntimezone UTC\nrun true\n')
        runs, said = self.next_here()
        self.assertEqual(runs, [['daily', '2026-07-01T09:00:00.000+02:00'], ['utc', '2026-07-01T09:00:00.000+00:00']])
        self.assertIn("unknown time zone 'Europe/Rome': this machine has no time zones but UTC; install the package tzdata",
                      said)
        self.assertNotIn('did you mean', said)
        daemon = self.start_here()
        daemon.wait('bad-file', file='roman')
        self.set_zone('Europe/Rome', contents('Europe/Rome'))
        daemon.wait('load', job='roman')
        self.assertEqual(daemon.stop(), 0)

    def test_a_machine_with_few_zones_or_bad_ones_refuses_a_job_in_an_unknown_one_and_runs_the_others(self):
        shutil.rmtree(self.zones)
        self.set_zone('America/New_York', contents('America/New_York'))
        self.set_zone('Europe/Warsaw', b'garbage')
        self.job('zoned', 'every day at 09:00\ntimezone Europe/Paris\nrun true\n')
        self.job('near', 'every day at 09:00\ntimezone Europe/Warsow\nrun true\n')
        checked = self.run_here('--check')
        self.assertEqual(checked.returncode, 1, checked.stderr)
        self.assertIn("unknown time zone 'Europe/Paris' (try a name such as UTC)", checked.stderr)
        self.assertIn("unknown time zone 'Europe/Warsow' (try a name such as UTC)", checked.stderr)
        runs, said = self.next_here(env={'TZ': 'Foo/Bar'})
        self.assertIn("unknown time zone 'Foo/Bar' (try", said)
        self.assertEqual([job for job, _ in runs], ['daily'])
        daemon = self.start_here()
        daemon.wait('bad-file', file='zoned')
        self.job('later', 'every day at 09:00\ntimezone Asia/Tokyo\nrun true\n')
        daemon.wait('bad-file', file='later')
        self.assertEqual(daemon.stop(), 0)

    @unittest.skipUnless(shutil.which('strace'), 'counts system calls')
    def test_a_thousand_jobs_in_unknown_zones_read_the_list_of_zones_once(self):
        for number in range(1000):
            self.job(f'jobs/{number}', f'every day at 09:00\ntimezone Europe/Berlim{number % 50}\nrun true\n')
        trace = self.dir / 'trace'
        checked = self.run_command([*self.wrapper(), 'strace', '-f', '-qq', '-o', trace, '-e', 'trace=openat,getdents64',
                                    *self.command('--check')], env={'TZ': None})
        self.assertEqual(checked.stderr.count("unknown time zone 'Europe/Berlim"), 1000)
        reads = [line for line in trace.read_text().splitlines() if '/usr/share/zoneinfo/Europe"' in line]
        self.assertLess(len(reads), 100)

    def test_a_machine_without_localtime_is_on_utc(self):
        on_utc = ([['daily', '2026-07-01T09:00:00.000+00:00']], '')
        self.localtime.unlink()
        self.assertEqual(self.next_here(), on_utc)
        shutil.rmtree(self.zones)
        self.zones.mkdir()
        self.set_localtime(lambda path: path.symlink_to('/usr/share/zoneinfo/Etc/UTC'))  # as in images without tzdata
        self.assertEqual(self.next_here(), on_utc)

    def test_a_variable_states_the_zone_in_any_way_that_the_c_library_takes(self):
        self.set_localtime(lambda path: path.symlink_to('/usr/share/zoneinfo/Asia/Tokyo'))
        odd = self.dir / 'zone'
        odd.write_bytes(contents('Asia/Kolkata'))
        for value, offset in ((':/etc/localtime', '+09:00'), ('/etc/localtime', '+09:00'), (':', '+09:00'),
                              ('Europe/Rome', '+02:00'), (':Europe/Rome', '+02:00'), (str(odd), '+05:30'),
                              (f':{odd}', '+05:30'), ('CET-1CEST,M3.5.0,M10.5.0/3', '+02:00'), ('EST5', '-05:00'),
                              ('EST5EDT', '-04:00'), ('<+0545>-5:45', '+05:45'), ('UTC0', '+00:00')):
            with self.subTest(value=value):
                self.assertEqual(self.next_here(env={'TZ': value}), ([['daily', f'2026-07-01T09:00:00.000{offset}']], ''))
        for value, reason in (('/no/such/file', "/no/such/file can't be read: No such file"),
                              ('Europe/Berlim', "did you mean 'Europe/Berlin'?"), ('Foo', "unknown time zone 'Foo'"),
                              (str(self.tree / 'daily'), 'is no time zone file')):
            with self.subTest(value=value):
                runs, said = self.next_here(env={'TZ': value})
                self.assertEqual(runs, [['daily', '2026-07-01T09:00:00.000+00:00']])
                self.assertIn(reason, said)
                self.assertIn('times are in UTC', said)

    def test_a_pipe_as_localtime_holds_up_neither_a_start_nor_an_upgrade_nor_an_end(self):
        for make in (os.mkfifo, lambda path: path.symlink_to('pipe')):
            with self.subTest(make=make):
                self.set_localtime(make)
                if self.localtime.is_symlink():
                    os.mkfifo(self.etc / 'pipe')
                daemon = self.start_here()
                self.assertIn('is no regular file', daemon.wait('zone')['reason'])
                mark = daemon.mark()
                daemon.signal(signal.SIGUSR2)
                daemon.wait('upgraded', since=mark)
                daemon.wait('ready', since=mark)
                self.assertEqual(daemon.stop(), 0)

    def test_a_command_has_the_clock_of_its_schedule_whatever_the_variable_and_after_an_upgrade(self):
        self.set_localtime(lambda path: path.symlink_to('/usr/share/zoneinfo/Asia/Tokyo'))
        self.job('clock', 'every 1s\nrun echo "${{TZ-none}} $(date +%z)" >> {dir}/clock\n'.format(dir=self.dir))
        for value, clock in ((None, 'none +0900'), ('', 'none +0900'), (':', 'none +0900'), ('EST5', 'EST5 -0500'),
                             ('ABC25', 'UTC +0000'), ('CET-1CEST,M13.5.0,M10.5.0', 'UTC +0000')):
            with self.subTest(value=value):
                due = self.next_here(env={'TZ': value})[0][0][1]
                self.assertTrue(due.replace(':', '').endswith(clock.split()[1]), due)
                daemon = self.spawn(wrapper=self.wrapper(), env={'TZ': value})
                daemon.wait('end', job='clock')
                daemon.signal(signal.SIGUSR2)
                daemon.wait('upgraded')
                daemon.wait('end', job='clock', since=daemon.mark())
                self.assertEqual(daemon.stop(), 0)
                self.assertEqual(set(self.lines('clock')), {clock})
                (self.dir / 'clock').unlink()

    def test_the_file_that_a_variable_names_is_watched(self):
        zone = self.dir / 'zone'
        zone.write_bytes(contents('Asia/Tokyo'))
        daemon = self.spawn(wrapper=self.wrapper(), env={'TZ': str(zone)})
        daemon.wait('ready')
        zone.write_bytes(contents('Europe/Rome'))
        eventually(lambda: daemon.events('zone', zone='Europe/Rome'), 'the other zone')
        self.assertEqual(daemon.stop(), 0)


if __name__ == '__main__':
    main()
