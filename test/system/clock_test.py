"""The local clock: summer time both ways, and a clock that is set. The expected times come from Python's zoneinfo."""

import datetime
import zoneinfo

from harness import SystemTest, main
from wall_clock import WallClock

UTC = datetime.timezone.utc
MINUTE = datetime.timedelta(minutes=1)
ANCHOR = datetime.datetime(1970, 1, 1)
SUNDAY = datetime.datetime(1970, 1, 4)
# A zone and a day, in UTC, whose 60 hours from then on hold a change.
CHANGES = [('Europe/Madrid', '2026-03-28'), ('Europe/Madrid', '2026-10-24'), ('America/New_York', '2026-03-07'),
           ('America/New_York', '2026-10-31'), ('Australia/Lord_Howe', '2026-04-04'),
           ('Australia/Lord_Howe', '2026-10-03'), ('Asia/Kolkata', '2026-03-28'), ('America/Santiago', '2026-09-05'),
           ('America/Havana', '2026-03-07'), ('Pacific/Apia', '2011-12-29'), ('Africa/Casablanca', '2026-02-14')]


def minutes(start, hours):
    """Each minute after `start`, in UTC."""
    return [start + n * MINUTE for n in range(1, hours * 60 + 1)]


def local(moment, zone):
    return moment.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)


def grid_ticks(period, zone, start, hours):
    """When a grid of labels on the wall clock is reached or jumped over; again only after a whole period."""
    anchor = SUNDAY if period % datetime.timedelta(weeks=1) == datetime.timedelta() else ANCHOR
    ticks, last = [], start - 1000 * period
    highest = (local(start, zone) - anchor) // period
    for moment in minutes(start, hours):
        number, past = divmod(local(moment, zone) - anchor, period)
        if number > highest or (past == datetime.timedelta() and moment - last >= period):
            ticks.append(moment)
            last = moment
        highest = max(highest, number)
    return ticks


def matching_ticks(zone, start, hours, matches):
    """When the wall clock shows a minute that matches."""
    return [moment for moment in minutes(start, hours) if matches(local(moment, zone))]


class TablesTest(SystemTest):
    def coming(self, zone, start, until):
        """The runs of the one job, as moments, and as they are printed."""
        shown = self.run_acron('--next', '--count=5000', f'--from={start.isoformat()}', env={'TZ': zone})
        self.assertEqual((shown.returncode, shown.stderr), (0, ''))
        runs = [(datetime.datetime.fromisoformat(line.split('\t')[0]), line) for line in shown.stdout.splitlines()]
        return [(moment, line) for moment, line in runs if moment <= until]

    def assert_runs(self, zone, start, hours, expected):
        until = start + datetime.timedelta(hours=hours)
        runs = self.coming(zone, start, until)
        self.assertEqual([moment.astimezone(UTC) for moment, _ in runs], expected)
        for moment, line in runs:
            printed = moment.astimezone(zoneinfo.ZoneInfo(zone)).isoformat(timespec='milliseconds')
            self.assertEqual(line.split('\t')[0], printed)


class Intervals(TablesTest):
    def test_an_interval_is_a_grid_on_the_local_clock_across_every_change(self):
        for period in ['10m', '7m', '30m', '45m', '1h', '1h30m', '2h', '3h', '6h', '12h', '1d', '1w']:
            self.job('a', f'every {period}\nrun true\n')
            step = as_timedelta(period)
            for zone, day in CHANGES:
                with self.subTest(period=period, zone=zone, day=day):
                    start = datetime.datetime.fromisoformat(day).replace(tzinfo=UTC)
                    self.assert_runs(zone, start, 60, grid_ticks(step, zone, start, 60))


def as_timedelta(period):
    units = {'w': 7 * 24 * 60, 'd': 24 * 60, 'h': 60, 'm': 1}
    total, digits = 0, ''
    for letter in period:
        if letter.isdigit():
            digits += letter
        else:
            total, digits = total + int(digits) * units[letter], ''
    return total * MINUTE


class Calendars(TablesTest):
    def test_a_cron_line_with_a_star_in_minute_or_hour_follows_real_time(self):
        lines = {'*/15 * * * *': lambda t: t.minute % 15 == 0, '30 * * * *': lambda t: t.minute == 30,
                 '*/10 2 * * *': lambda t: t.hour == 2 and t.minute % 10 == 0,
                 '@hourly': lambda t: t.minute == 0}
        for line, matches in lines.items():
            self.job('a', f'cron {line}\nrun true\n')
            for zone, day in CHANGES:
                with self.subTest(line=line, zone=zone, day=day):
                    start = datetime.datetime.fromisoformat(day).replace(tzinfo=UTC)
                    self.assert_runs(zone, start, 60, matching_ticks(zone, start, 60, matches))

    def madrid(self, text, day):
        """The runs of the day of a change and the days beside it."""
        self.job('a', f'{text}\nrun true\n')
        start = datetime.datetime.fromisoformat(day).replace(tzinfo=UTC)
        return [line.split('.')[0] + line[-8:-2] for _, line in
                self.coming('Europe/Madrid', start, start + datetime.timedelta(hours=70))]

    def test_a_fixed_time_in_the_hour_that_is_skipped_runs_once_when_the_gap_ends(self):
        for text in ['every day at 02:30', 'cron 30 2 * * *', 'every day at 02:30,02:45', 'cron 10,20 2 * * *']:
            with self.subTest(text=text):
                self.assertIn('2026-03-29T03:00:00+02:00', self.madrid(text, '2026-03-27'))
                on_the_day = [run for run in self.madrid(text, '2026-03-27') if run.startswith('2026-03-29')]
                self.assertEqual(on_the_day, ['2026-03-29T03:00:00+02:00'])

    def test_a_fixed_time_in_the_hour_that_is_repeated_runs_once_the_first_time(self):
        for text in ['every day at 02:30', 'cron 30 2 * * *', 'every sun at 02:30']:
            with self.subTest(text=text):
                on_the_day = [run for run in self.madrid(text, '2026-10-23') if run.startswith('2026-10-25')]
                self.assertEqual(on_the_day, ['2026-10-25T02:30:00+02:00'])

    def test_whole_weeks_are_counted_from_the_first_sunday_of_1970(self):
        start = datetime.datetime(2026, 1, 1, tzinfo=UTC)
        for weeks in (1, 2, 3, 5):
            self.job('a', f'every {weeks}w\nrun true\n')
            step = datetime.timedelta(weeks=weeks)
            ticks = [SUNDAY.replace(tzinfo=UTC) + n * step for n in range(3000)]
            until = start + datetime.timedelta(days=100)
            with self.subTest(weeks=weeks):
                self.assert_runs('UTC', start, 100 * 24, [tick for tick in ticks if start < tick <= until])

    def test_a_variable_that_names_no_zone_counts_as_utc_and_that_is_said(self):
        self.job('a', 'every 1d\nrun true\n')
        wrong = {'TZ': 'Europe/Berlim'}
        shown = self.run_acron('--next', '--from=2026-01-05T12:00:00Z', '--count=1', env=wrong)
        self.assertEqual(shown.stdout, '2026-01-06T00:00:00.000+00:00\ta\n')
        self.assertIn("unknown time zone 'Europe/Berlim'", shown.stderr)
        said = self.start(env=wrong).wait('zone')
        self.assertEqual((said['zone'], said['level']), ('UTC', 'warning'))
        self.assertIn("unknown time zone 'Europe/Berlim'", said['reason'])

    def test_the_zone_of_a_job_is_its_own(self):
        self.job('a', 'every day at 09:00\ntimezone Asia/Tokyo\nrun true\n')
        start = datetime.datetime(2026, 1, 5, tzinfo=UTC)
        runs = self.coming('America/New_York', start, start + datetime.timedelta(hours=30))
        self.assertEqual([line for _, line in runs], ['2026-01-06T09:00:00.000+09:00\ta'])


class Live(SystemTest):
    def scheduled(self, text, due):
        """When the daemon runs a job next, if its clock is about to reach this time in Madrid."""
        self.job('a', f'{text}\noutput /dev/null\nrun date\n')
        daemon = self.start_before(due, zone='Europe/Madrid')
        start = daemon.wait('start', job='a')
        daemon.close()
        return datetime.datetime.fromisoformat(start['scheduled'])

    def test_an_hourly_job_runs_when_the_clock_jumps_from_two_to_three(self):
        due = datetime.datetime(2026, 3, 29, 1, tzinfo=UTC)
        self.assertEqual(self.scheduled('every 1h', due), due)

    def test_a_daily_job_of_the_skipped_hour_runs_when_the_clock_jumps(self):
        due = datetime.datetime(2026, 3, 29, 1, tzinfo=UTC)
        self.assertEqual(self.scheduled('every day at 02:30', due), due)

    def test_an_hourly_job_runs_both_times_that_it_is_two_o_clock(self):
        for hour in (0, 1):
            due = datetime.datetime(2026, 10, 25, hour, tzinfo=UTC)
            self.assertEqual(self.scheduled('every 1h', due), due)


class AClockThatIsSet(SystemTest):
    def start_at(self, begin):
        self.clock = WallClock(self.dir / 'clock', begin)
        return self.start(env=self.clock.environment)

    def test_set_forward_by_hours_it_runs_no_burst_and_says_what_was_passed_over(self):
        self.job('interval', 'every 10m\noutput /dev/null\nrun true\n')
        self.job('often', 'every 1s\noutput /dev/null\nrun true\n')
        begin = datetime.datetime(2026, 1, 7, 10, 1, tzinfo=UTC)
        daemon = self.start_at(begin)
        daemon.wait('start', job='often')
        self.clock.set(begin + datetime.timedelta(hours=4))
        self.assertEqual(daemon.wait('clock-set')['level'], 'warning')
        skip = daemon.wait('skip', job='interval')
        self.assertEqual(skip['scheduled'], '2026-01-07T10:10:00.000+00:00')
        self.assertIn('clock was set forward', skip['reason'])
        daemon.wait('end', 3, since=daemon.mark(), job='often')
        self.assertEqual(daemon.events('start', job='interval'), [])

    def test_set_forward_by_less_than_three_hours_a_fixed_time_that_was_passed_runs_once(self):
        self.job('fixed', 'every day at 10:30\noutput /dev/null\nrun true\n')
        self.job('often', 'every 1s\noutput /dev/null\nrun true\n')
        begin = datetime.datetime(2026, 1, 7, 10, 1, tzinfo=UTC)
        daemon = self.start_at(begin)
        daemon.wait('start', job='often')
        self.clock.set(begin + datetime.timedelta(hours=2))
        self.assertEqual(daemon.wait('start', job='fixed')['scheduled'], '2026-01-07T10:30:00.000+00:00')
        daemon.wait('end', 3, since=daemon.mark(), job='often')
        self.assertEqual(len(daemon.events('start', job='fixed')), 1)

    def test_set_back_by_minutes_it_runs_no_tick_twice(self):
        self.job('often', 'every 1s\noutput /dev/null\nrun true\n')
        begin = datetime.datetime(2026, 1, 7, 10, 1, tzinfo=UTC)
        daemon = self.start_at(begin)
        last = daemon.wait('start', 3, job='often')[-1]
        self.clock.set(datetime.datetime.fromisoformat(last['scheduled']) - datetime.timedelta(seconds=4))
        daemon.wait('clock-set')
        daemon.wait('start', 3, since=daemon.mark(), job='often')
        scheduled = [e['scheduled'] for e in daemon.events('start', job='often')]
        self.assertEqual(scheduled, sorted(set(scheduled)))

    def assert_said(self, event, jobs, first, until):
        self.assertEqual((event['level'], event['jobs'], event['first']), ('warning', jobs, first))
        self.assertEqual(datetime.datetime.fromisoformat(event['until']), until)
        self.assertIn('no tick runs twice', event['effect'])

    def test_set_back_it_says_how_many_jobs_wait_and_until_when(self):
        for name in ('often', 'seldom'):
            self.job(name, f'cron seconds {"*" if name == "often" else "*/3"} * * * * *\noutput /dev/null\nrun true\n')
        self.job('daily', 'every day at 23:00\noutput /dev/null\nrun true\n')
        begin = datetime.datetime(2026, 1, 7, 10, 1, tzinfo=UTC)
        daemon = self.start_at(begin)
        daemon.wait('start', job='seldom')
        self.clock.set(begin - datetime.timedelta(hours=2))
        said = daemon.wait('clock-set')
        last = datetime.datetime.fromisoformat(daemon.events('start')[-1]['scheduled'])
        self.assert_said(said, '2', 'often', last)
        mark = daemon.mark()
        self.clock.set(last + datetime.timedelta(minutes=1))
        self.assertNotIn('jobs', daemon.wait('clock-set', since=mark))

    def test_set_back_before_a_start_it_says_how_many_jobs_wait_and_until_when(self):
        self.job('often', 'every 1s\noutput /dev/null\nrun true\n')
        begin = datetime.datetime(2026, 1, 7, 10, 1, tzinfo=UTC)
        for hours, is_said in [(2, True), (4, False)]:
            with self.subTest(hours=hours):
                daemon = self.start_at(begin)
                daemon.wait('end', job='often')
                daemon.stop()
                last = datetime.datetime.fromisoformat(daemon.events('start')[-1]['scheduled'])
                begin -= datetime.timedelta(hours=hours)
                daemon = self.start_at(begin)
                if is_said:
                    self.assert_said(daemon.wait('clock-behind'), '1', 'often', last)
                else:
                    daemon.wait('start', job='often')
                    self.assertEqual(daemon.events('clock-behind'), [])
                daemon.stop()
                begin += datetime.timedelta(minutes=1) if not is_said else datetime.timedelta(hours=hours, minutes=1)


if __name__ == '__main__':
    main()
