"""What /proc tells of processes, and an end for those that nobody waits for."""

import ctypes
import os
import pathlib
import signal

PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


def status_of(pid):
    """/proc/PID/status as a dictionary; empty when the process is gone."""
    try:
        text = pathlib.Path(f'/proc/{pid}/status').read_text()
    except OSError:
        return {}
    return dict(line.split(':\t', 1) for line in text.splitlines() if ':\t' in line)


def is_alive(pid):
    return status_of(pid).get('State', 'Z')[0] not in 'ZX'


def children_of(pid):
    found = []
    for entry in pathlib.Path('/proc').iterdir():
        if entry.name.isdigit() and status_of(entry.name).get('PPid') == str(pid):
            found.append(int(entry.name))
    return found


def open_files_of(pid):
    """The names of its descriptors; of those it has while we look."""
    names = set()
    for link in pathlib.Path(f'/proc/{pid}/fd').iterdir():
        try:
            names.add(os.readlink(link))
        except OSError:
            pass
    return names


def memory_of(pid, kind='VmRSS'):
    """Resident bytes; with `RssAnon`, without the pages of program and libraries, which come and go."""
    return int(status_of(pid)[kind].split()[0]) * 1024


def inherit_orphans():
    """What jobs and background copies leave behind becomes a child of ours."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_strays():
    """Ends all children, so those must have been waited for that anyone else waits for."""
    for _ in range(1000):
        left = children_of(os.getpid())
        if not left:
            return
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
