"""Takes all processors from everyone else, for random times at random moments, until it is ended. For root."""

import multiprocessing
import os
import random
import signal
import sys
import time


def stall(processor, longest, begin):
    """Stalls of up to so many seconds, at the same moments on each processor, a fifth of the time."""
    os.sched_setaffinity(0, {processor})
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
    chance, now = random.Random(begin), begin
    while True:
        now += chance.uniform(0, 4 * longest)
        time.sleep(max(0.0, now - time.monotonic()))
        now += chance.uniform(0, longest)
        while time.monotonic() < now:
            pass


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    longest, begin = float(sys.argv[1]), time.monotonic()
    stalls = [multiprocessing.Process(target=stall, args=(processor, longest, begin), daemon=True)
              for processor in os.sched_getaffinity(0)]
    for process in stalls:
        process.start()
    for process in stalls:
        process.join()


if __name__ == '__main__':
    main()
