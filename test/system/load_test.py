"""Many jobs, many runs and many files: nothing grows with time."""

import os

from harness import SANITIZED, SystemTest, eventually, main
from processes import children_of, memory_of, status_of

MEGABYTE = 1 << 20


def descriptors_of(pid):
    return len(os.listdir(f'/proc/{pid}/fd'))


class ManyRuns(SystemTest):
    def test_a_hundred_jobs_due_in_the_same_second_all_start(self):
        for number in range(100):
            self.job(f'group{number % 7}/{number}', 'every 10s\noutput /dev/null\nrun sleep 0.5\n')
        daemon = self.start()
        starts = daemon.wait('start', 100)
        daemon.wait('end', 100, result='ok')
        first = [e['job'] for e in starts if e['scheduled'] == starts[0]['scheduled']]
        self.assertEqual(len(set(first)), 100)

    def test_after_three_hundred_runs_there_are_no_more_descriptors_children_or_threads(self):
        for number in range(30):
            self.job(str(number), 'every 3s\noutput {dir}/log\noutput if-error {dir}/other\nrun echo $$; echo x >&2\n')
        daemon = self.start()
        daemon.wait('end', 60)
        quiet = self.quiet_state(daemon)
        daemon.wait('end', 360)
        # On a busy machine files of runs that have ended are still being closed; what is lost never is.
        seen = []

        def is_quiet():
            seen.append(self.quiet_state(daemon))
            return all(now <= before for now, before in zip(seen[-1], quiet))

        try:
            eventually(is_quiet, 'as few descriptors and threads as before')
        except AssertionError as late:
            links = sorted(os.readlink(f'/proc/{daemon.pid}/fd/{name}') for name in os.listdir(f'/proc/{daemon.pid}/fd'))
            raise AssertionError(f'{late}: before {quiet}, then {seen[:3]} ... {seen[-3:]}; open: {links}') from late

    def quiet_state(self, daemon):
        """Descriptors and threads at a moment when no job runs; no child may be left then, dead or alive."""
        pid = daemon.pid
        before = eventually(lambda: not children_of(pid) and (descriptors_of(pid), int(status_of(pid)['Threads'])),
                            'a moment without children')
        # The least of several moments, since at any one a file may be open.
        return min([before] + [(descriptors_of(pid), int(status_of(pid)['Threads'])) for _ in range(50)])


class ManyFiles(SystemTest):
    def test_ten_thousand_files_load_are_checked_and_run_with_flat_memory(self):
        for group in range(100):
            directory = self.tree / f'group{group}'
            directory.mkdir()
            for number in range(100):
                (directory / f'job{number}').write_text('every 1d\nsplay job\noutput /dev/null\nrun true\n')
        for number in range(5):
            self.job(f'often{number}', 'every 1s\noutput /dev/null\nrun true\n')
        checked = self.run_acron('--check')
        self.assertEqual(checked.returncode, 0)
        self.assertEqual(len(checked.stdout.splitlines()), 10_005)
        daemon = self.start()
        daemon.wait('start', 5)
        loaded = memory_of(daemon.pid, 'RssAnon')
        daemon.wait('start', 60, since=daemon.mark())  # twelve seconds, and as many polls
        grown = memory_of(daemon.pid, 'RssAnon') - loaded
        self.assertLess(grown, 2 * MEGABYTE if not SANITIZED else 64 * MEGABYTE)
        self.assert_every_tick(daemon, 'often0')
        print(f'\n10,005 jobs: {loaded / MEGABYTE:.1f} MiB resident, {grown / 1024:.0f} KiB more after 12 polls')
        (self.tree / 'group7/job7').write_text('every 1d\nrun true changed\n')
        daemon.wait('reload', job='group7/job7')
        self.assertEqual(daemon.stop(), 0)


if __name__ == '__main__':
    main()
