"""A file system that answers nothing, as one on a server that is down."""

import os
import sys
import unittest

from harness import IS_ROOT

MOUNTS = """\
import ctypes, os, signal, struct, subprocess, sys, threading
fuse = os.open('/dev/fuse', os.O_RDWR)
options = f'fd={fuse},rootmode=40000,user_id=0,group_id=0'
if ctypes.CDLL(None).mount(b'hangs', sys.argv[1].encode(), b'fuse', 0, options.encode()) != 0:
    sys.exit(77)
def take_all():
    unique = struct.unpack_from('=IIQ', os.read(fuse, 1 << 20))[2]
    answer = struct.pack('=IIIIHHII36x', 7, 31, 65536, 0, 12, 9, 65536, 1)  # struct fuse_init_out
    os.write(fuse, struct.pack('=IiQ', 16 + len(answer), 0, unique) + answer)
    while True:
        os.read(fuse, 1 << 20)
        open(sys.argv[1] + '.taken', 'w').close()
what = sys.argv.pop(2)
if what == 'take':
    threading.Thread(target=take_all, daemon=True).start()
if what.startswith('become'):
    if os.fork() > 0:
        os.execv(sys.argv[2], sys.argv[2:])
    ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG: the mount is there for as long as that program
    for stream in range(3):
        os.dup2(os.open('/dev/null', os.O_RDWR), stream)
    take_all() if what == 'become-taking' else signal.pause()
sys.exit(subprocess.run(sys.argv[2:]).returncode)  # which nobody serves for as long as that takes
"""

only_with_fuse = unittest.skipUnless(IS_ROOT and os.path.exists('/dev/fuse'), 'only root can mount')


def mounter(test):
    """What mounts such a file system at `there`, in the test's directory."""
    there = test.dir / 'there'
    there.mkdir(exist_ok=True)
    script = test.dir / 'mounts.py'
    script.write_text(MOUNTS)
    return ['unshare', '-m', '--propagation', 'private', sys.executable, str(script), str(there)]


def wrapper_beside_it(test, for_good=False):
    """For a daemon that finds one, see run_beside_it."""
    run_beside_it(test, ['true'])
    return [*mounter(test), 'become-taking' if for_good else 'become']


def run_beside_it(test, command, for_good=False):
    """A command that finds such a file system at `there` in the test's directory. Who waits there can be killed, unless
    it is `for_good`: its server takes the question then, makes
    `there.taken`, and gives no answer."""
    done = test.run_command([*mounter(test), 'take' if for_good else 'leave', *command],
                            env={'ASAN_OPTIONS': 'detect_leaks=0'})  # which would wait for threads that hang
    if done.returncode == 77:
        test.skipTest('no FUSE here')
    return done
