"""A wall clock for acron that a test can set."""

import mmap
import os
import pathlib
import struct
import time

BUILD = pathlib.Path(__file__).resolve().parents[2] / 'build'
LIBRARY = os.environ.get('ACRON_TEST_CLOCK_LIBRARY') or str(BUILD / 'test/libacron_test_clock.so')


class WallClock:
    """A clock that says what a test wants, for a program that is started with this environment."""

    def __init__(self, path, begin):
        if not os.path.exists(LIBRARY):
            raise FileNotFoundError(f'{LIBRARY} is not built')
        path.write_bytes(bytes(8))
        with open(path, 'r+b') as file:
            self._ahead = mmap.mmap(file.fileno(), 8)
        self.set(begin)
        # The library comes before the sanitizer's, and is none of its business.
        options = ':'.join(filter(None, [os.environ.get('ASAN_OPTIONS'), 'verify_asan_link_order=0']))
        self.environment = {'LD_PRELOAD': LIBRARY, 'ACRON_TEST_CLOCK': str(path), 'ASAN_OPTIONS': options}

    def set(self, moment):
        struct.pack_into('=q', self._ahead, 0, int(moment.timestamp() * 1e9) - time.time_ns())
