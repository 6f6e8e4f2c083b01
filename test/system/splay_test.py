"""Consistent splay: one host's offset stays what it is, and anyone can compute it anew."""

import datetime
import json

from harness import SystemTest, main

RECOMPUTE = "h=$(printf '%s' \"$0\" | sha256sum | cut -c1-8); echo $((0x$h * $1 * 1000 >> 32))"
HOSTS = ['web-0001.dc1.example.com', 'web-0002.dc1.example.com', 'db-17.eu-west.example.net', 'web1', 'x']


def at(text):
    return datetime.datetime.fromisoformat(text)


class TheOffset(SystemTest):
    def recomputed(self, key, seconds):
        """In milliseconds, by a shell."""
        return int(self.run_command(['sh', '-c', RECOMPUTE, key, seconds]).stdout)

    def offset(self, job, host, start='2026-01-07T00:00:00Z'):
        shown = self.run_acron('--next', '--json', '--per-job', '--count=1', f'--from={start}', hostname=host)
        return {run['job']: run['offset_ms'] for run in json.loads(shown.stdout)}[job]

    def test_a_shell_computes_the_offset_of_splay_from_the_host_alone(self):
        self.job('disk', 'every 10m\nsplay\nrun true\n')
        for host in HOSTS:
            with self.subTest(host=host):
                self.assertEqual(self.offset('disk', host), self.recomputed(host, 600))

    def test_a_shell_computes_the_offset_of_splay_job_from_host_and_job(self):
        self.job('cleanup/disk', 'every 1d\nsplay job\nrun true\n')
        for host in HOSTS:
            with self.subTest(host=host):
                self.assertEqual(self.offset('cleanup/disk', host), self.recomputed(f'{host}:cleanup/disk', 86400))

    def test_a_window_bounds_the_offset(self):
        self.job('disk', 'every 1h\nsplay 5m\nrun true\n')
        for host in HOSTS:
            with self.subTest(host=host):
                self.assertEqual(self.offset('disk', host), self.recomputed(host, 300))

    def test_a_window_longer_than_the_interval_is_the_interval(self):
        self.job('disk', 'every 10m\nsplay job 2h\nrun true\n')
        self.assertEqual(self.offset('disk', 'web1'), self.recomputed('web1:disk', 600))

    def test_known_offsets_do_not_change_with_a_new_version(self):
        # Computed with Python's hashlib, sha256sum in two shells, and node.
        self.job('cleanup/disk', 'every 10m\nsplay job\nrun true\n')
        self.job('cleanup/logs', 'every 10m\nsplay job\nrun true\n')
        self.job('alone', 'every 10m\nsplay\nrun true\n')
        host = 'web-0001.dc1.example.com'
        self.assertEqual(self.offset('cleanup/disk', host), 178213)
        self.assertEqual(self.offset('cleanup/logs', host), 170259)
        self.assertEqual(self.offset('alone', host), 112183)
        self.assertEqual(self.offset('cleanup/disk', 'web-0002.dc1.example.com'), 580675)

    def test_jobs_of_one_interval_share_the_offset_of_splay_and_not_that_of_splay_job(self):
        for name in ('a', 'b'):
            self.job(name, 'every 10m\nsplay\nrun true\n')
            self.job(f'own-{name}', 'every 10m\nsplay job\nrun true\n')
        self.assertEqual(self.offset('a', 'web1'), self.offset('b', 'web1'))
        self.assertNotEqual(self.offset('own-a', 'web1'), self.offset('own-b', 'web1'))

    def test_the_case_of_a_host_name_and_its_final_dot_do_not_matter(self):
        self.job('disk', 'every 10m\nsplay\nrun true\n')
        self.assertEqual(self.offset('disk', 'WEB1.Example.COM.'), self.recomputed('web1.example.com', 600))

    def test_splay_off_undoes_the_splay_of_the_defaults(self):
        self.job('_defaults', 'splay\n')
        self.job('disk', 'every 10m\nsplay off\nrun true\n')
        self.assertEqual(self.offset('disk', 'web1'), 0)

    def test_the_interval_between_splayed_runs_is_exact(self):
        self.job('disk', 'every 10m\nsplay\nrun true\n')
        shown = self.run_acron('--next', '--count=200', '--from=2026-01-07T00:00:00Z', hostname='web1')
        times = [at(line.split('\t')[0]) for line in shown.stdout.splitlines()]
        steps = {later - earlier for earlier, later in zip(times, times[1:])}
        self.assertEqual(steps, {datetime.timedelta(minutes=10)})


class TheDaemon(SystemTest):
    def scheduled(self, count):
        daemon = self.start(hostname='web1')
        starts = daemon.wait('start', count, job='disk')
        daemon.stop()
        return [at(start['scheduled']) for start in starts]

    def test_a_job_keeps_its_offset_over_restarts(self):
        self.job('disk', 'every 2s\nsplay\noutput /dev/null\nrun true\n')
        expected = int(self.run_command(['sh', '-c', RECOMPUTE, 'web1', '2']).stdout)
        lives = [self.scheduled(2), self.scheduled(2)]
        offsets = {time.timestamp() * 1000 % 2000 for life in lives for time in life}
        self.assertEqual({round(offset) for offset in offsets}, {expected})

    def test_a_start_between_a_tick_and_its_offset_still_runs_that_tick_once(self):
        tick = datetime.datetime(2026, 1, 7, 10, 10, tzinfo=datetime.timezone.utc)
        due = tick + datetime.timedelta(milliseconds=self.splay_of('web1'))
        self.job('disk', 'every 10m\nsplay\noutput /dev/null\nrun true\n')
        daemon = self.start_before(due, hostname='web1')
        self.assertEqual(at(daemon.wait('end', job='disk') and daemon.events('start')[0]['scheduled']), due)
        daemon.stop()
        self.assertEqual(len(daemon.events('start')), 1)

    def splay_of(self, host):
        return int(self.run_command(['sh', '-c', RECOMPUTE, host, '600']).stdout)


if __name__ == '__main__':
    main()
