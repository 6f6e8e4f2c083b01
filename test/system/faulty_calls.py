"""System calls of acron that fail when a test wants it."""

import mmap
import os
import pathlib
import struct

from harness import eventually

BUILD = pathlib.Path(__file__).resolve().parents[2] / 'build'
LIBRARY = os.environ.get('ACRON_TEST_FAULTS_LIBRARY') or str(BUILD / 'test/libacron_test_faults.so')
MOST_RULES = 8
RULE = struct.Struct('=16s208s6q')  # as test/support/faulty_calls.c has it
COUNTS = struct.Struct('=3q')
ALWAYS = 1 << 62


class Fault:
    """A rule that may be put to rest, and knows how often it was followed."""

    def __init__(self, memory, at):
        self._memory = memory
        self._counts_at = at + RULE.size - COUNTS.size

    @property
    def done(self):
        return COUNTS.unpack_from(self._memory, self._counts_at)[2]

    def wait(self, count=1):
        eventually(lambda: self.done >= count, f'{count} faults')

    def end(self):
        struct.pack_into('=q', self._memory, self._counts_at, 0)


class FaultyCalls:
    """Rules for a program that is started with this environment. An earlier one goes before a later one."""

    def __init__(self, path):
        if not os.path.exists(LIBRARY):
            raise FileNotFoundError(f'{LIBRARY} is not built')
        path.write_bytes(bytes(MOST_RULES * RULE.size))
        with open(path, 'r+b') as file:
            self._memory = mmap.mmap(file.fileno(), MOST_RULES * RULE.size)
        self._rules = 0
        # The library comes before the sanitizer's, and is none of its business.
        options = ':'.join(filter(None, [os.environ.get('ASAN_OPTIONS'), 'verify_asan_link_order=0']))
        self.environment = {'LD_PRELOAD': LIBRARY, 'ACRON_TEST_FAULTS': str(path), 'ASAN_OPTIONS': options}

    def _add(self, call, file, error, most, every, times):
        at, self._rules = self._rules * RULE.size, self._rules + 1
        assert self._rules <= MOST_RULES
        RULE.pack_into(self._memory, at, call.encode(), os.fsencode(file), error, most, every, 0, 0, 0)
        struct.pack_into('=q', self._memory, at + RULE.size - COUNTS.size, times)  # last, since it begins to count
        return Fault(self._memory, at)

    def fail(self, call, error, file='', every=1, times=ALWAYS):
        """Each `every`th call on a file with such a name fails with that errno, so many times. `clone3` does from the
        next start on for good."""
        return self._add(call, file, error, 0, every, times)

    def shorten(self, call, most, file='', every=1, times=ALWAYS):
        """... transfers so many bytes at most."""
        return self._add(call, file, 0, most, every, times)

    def hang(self, call, file=''):
        """Each such call waits until the fault ends, as on a disk that does not answer."""
        return self._add(call, file, -2, 0, 1, ALWAYS)

    def stop(self, call):
        """One child is stopped as it begins (`clone`), or before its program does (`execve`)."""
        return self._add(call, '', -1, 0, 1, 1)
