"""Jobs that succeed, fail, hang and leave things behind, once a second, while the mail server is down: what acron holds
stays the same. `test/soak` does it with more jobs and for longer."""

import os
import threading
import time

from harness import SANITIZED, SystemTest, closed_port, main
from processes import children_of, memory_of, status_of

SECONDS = float(os.environ.get('ACRON_SOAK_SECONDS', 16))
JOBS = int(os.environ.get('ACRON_SOAK_JOBS', 40))
MEGABYTE = 1 << 20

KINDS = [
    'output /dev/null\nrun true\n',
    'output {dir}/log\nrun echo out; echo err >&2\n',
    'run echo mailed; exit 3\n',
    'output if-error {dir}/held-back\noutput if-error ops@example.com\nrun seq 2000; test $(($$ % 3)) = 0\n',
    'timeout 1s grace 1s\noutput ops@example.com\nrun sleep 60\n',
    'timeout 1s grace 1s\noutput /dev/null\nrun trap "" TERM; sleep 1.5; sleep 60\n',
    'output /dev/null\nrun sleep 2 &\n',
    'retry 2 every 1s\noutput if-first-error ops@example.com\nrun kill -SEGV $$\n',
    'overlap replace\noutput /dev/null\nrun sleep 1.2\n',
    'output /dev/null\nrun no-such-program\n',
]


class Moment:
    def __init__(self, pid):
        self.descriptors = len(os.listdir(f'/proc/{pid}/fd'))
        self.threads = int(status_of(pid)['Threads'])
        self.children = len(children_of(pid))
        self.memory = memory_of(pid)


class Soak(SystemTest):
    def test_descriptors_threads_children_and_memory_stay_flat(self):
        for number in range(JOBS):
            self.job(f'group{number % 7}/{number}', 'every 1s\n' + KINDS[number % len(KINDS)])
        # Freed memory that the sanitizer holds back for a while would look like ours.
        options = os.environ.get('ASAN_OPTIONS', '') + ':quarantine_size_mb=1'
        daemon = self.start(smtp=f'127.0.0.1:{closed_port()}', env={'ASAN_OPTIONS': options})
        daemon.wait('end', JOBS)
        moments = self.watch(daemon.pid)
        early, late = moments[len(moments) // 4:len(moments) // 2], moments[-(len(moments) // 4):]
        self.say(early, late)
        # The least of many moments is what is never given back.
        for what in ('descriptors', 'threads', 'children'):
            least_early, least_late = (min(getattr(m, what) for m in part) for part in (early, late))
            self.assertLessEqual(least_late, least_early + self.leeway(what, early), what)
        grown = max(m.memory for m in late) - max(m.memory for m in early)
        self.assertLess(grown, (32 if SANITIZED else 4) * MEGABYTE)
        self.assertGreater(len(daemon.events('end', result='ok')), JOBS)
        self.assertGreater(len(daemon.events('end', result='failed')), JOBS)
        self.assertEqual(daemon.events('fault'), [])

    def watch(self, pid):
        """Moments, evenly over the time; on a machine too slow for that, over more of it."""
        moments, end = [], time.monotonic() + SECONDS
        pause = threading.Event()
        while time.monotonic() < end or len(moments) < 24:
            moments.append(Moment(pid))
            pause.wait(SECONDS / 200)
        return moments

    def leeway(self, what, early):
        """Jobs that hang overlap differently from moment to moment, as far as they did before."""
        values = [getattr(m, what) for m in early]
        return 0 if what == 'threads' else max(values) - min(values)

    def say(self, early, late):
        def spread(part, what):
            values = [getattr(m, what) for m in part]
            return f'{min(values)}..{max(values)}'

        for what in ('descriptors', 'threads', 'children', 'memory'):
            print(f'\n{what}: {spread(early, what)} early, {spread(late, what)} late', end='')
        print(f'\n{JOBS} jobs, {SECONDS:.0f} s')


if __name__ == '__main__':
    main()
