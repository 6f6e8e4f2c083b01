"""Full disks, stubborn jobs, floods of output and missing resources: each stays where it is."""

import array
import datetime
import fcntl
import os
import re
import resource
import shutil
import signal
import subprocess
import termios
import time
import unittest

from harness import SANITIZED, SystemTest, eventually, main
from mail_servers import Mailbox, text_of
from processes import is_alive, memory_of

TICKING = 'every 1s\noutput /dev/null\nrun true\n'
MEGABYTE = 1 << 20


class TroubleTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.mail = self.serve_mail(Mailbox())
        self.job('ticking', TICKING)

    def assert_undisturbed(self, daemon, ticks=3):
        daemon.wait('end', ticks, since=daemon.mark(), job='ticking', result='ok')
        self.assert_every_tick(daemon, 'ticking')

    def small_disk(self):
        """A file system of 64 KiB."""
        path = self.dir / 'small'
        path.mkdir()
        mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'acron-test', path], check=False,
                                 capture_output=True)
        if mounted.returncode != 0:
            self.skipTest('no tmpfs can be mounted here')
        self.addCleanup(subprocess.run, ['umount', '-l', path], check=True)
        return path


class AFullDisk(TroubleTest):
    def test_a_job_ends_as_ever_when_its_log_can_take_no_more_and_what_is_lost_is_counted(self):
        disk = self.small_disk()
        self.job('writer', f'every 1s\noutput {disk}/log\nrun head -c 1000000 /dev/zero; exit 4\n')
        daemon = self.start()
        self.assertEqual(daemon.wait('end', job='writer')['exit'], '4')
        failure = daemon.wait('output-failed', job='writer')
        self.assertEqual((failure['reason'], failure['output']), ('No space left on device', f'{disk}/log'))
        self.assertEqual(int(failure['lost-bytes']), 1_000_000 - 65536)
        self.assert_undisturbed(daemon)

    def test_a_log_is_written_again_once_there_is_space(self):
        disk = self.small_disk()
        (disk / 'ballast').write_bytes(bytes(65536))
        self.job('writer', f'every 1s\noutput {disk}/log\nrun echo a word\n')
        daemon = self.start()
        daemon.wait('output-failed', job='writer')
        (disk / 'ballast').unlink()
        eventually(lambda: 'a word' in (disk / 'log').read_text(), 'a word in the log')
        self.assert_undisturbed(daemon)

    def assert_whole_lines(self, path, pattern, cut):
        """But those that a full disk has cut off, of which there are this many at least."""
        torn = [line for line in path.read_text().splitlines() if not re.fullmatch(pattern, line)]
        self.assertGreaterEqual(len(torn), cut)
        for line in torn:
            self.assertTrue('line 100000'.startswith(line[:6]) and len(line) < len('line 100000'), torn)

    def test_a_line_that_it_cuts_off_is_not_joined_by_the_next_run_nor_by_what_comes_late(self):
        disk = self.small_disk()
        flood = 'seq -f "line %.0f" 100000 108000'
        # Not beside it: seq writes parts of lines.
        late = f'echo "line 100000"; ({flood}; until [ -e {{dir}}/go ]; do sleep 0.05; done; {flood}) & true'
        for name, command in {'run': flood, 'late': f'[ -e {{dir}}/begun ] || {{ touch {{dir}}/begun; {late}; }}'}.items():
            with self.subTest(name):
                (disk / 'ballast').write_bytes(bytes(30000))
                self.job(name, f'every 1s\noutput {disk}/{name}\nrun {command}\n')
                daemon = self.start()
                daemon.wait('output-failed', job=name)
                (disk / 'ballast').unlink()
                size = (disk / name).stat().st_size
                (self.dir / 'go').touch()
                eventually(lambda: (disk / name).stat().st_size > size, 'more in the file')
                daemon.stop()
                self.assert_whole_lines(disk / name, r'line 10\d{4}', cut=1)
                (disk / name).unlink()
                (self.tree / name).unlink()
                (self.dir / 'go').unlink()

    def test_a_line_that_it_cuts_off_on_acrons_own_streams_is_joined_by_none_of_the_log_nor_of_a_job(self):
        self.job('flood', 'every 1s\noutput stdout\nrun seq -f "line %.0f" 100000 100400\n')
        disk = self.small_disk()
        both = disk / 'both'
        command = ['/bin/sh', '-c', 'exec "$@" >>"$0" 2>&1', both, *self.command('-f', '-v')]
        for is_restarted in (False, True):
            with self.subTest(is_restarted=is_restarted):
                (disk / 'ballast').write_bytes(bytes(40000))
                both.touch()
                acron = self.spawn_for_good(command)
                eventually(lambda: both.stat().st_size > 24000, 'a full disk')
                time.sleep(2)  # runs that find it full
                size = both.stat().st_size
                if is_restarted:
                    acron.terminate()
                    acron.wait()
                (disk / 'ballast').unlink()
                if is_restarted:
                    acron = self.spawn_for_good(command)
                eventually(lambda: both.stat().st_size > size + 8000, 'more lines')
                acron.terminate()
                acron.wait()
                text = both.read_text()
                self.assertEqual('event=log-lost' in text, not is_restarted)
                for line in text.splitlines():
                    self.assertNotRegex(line, r'.(time=|line 1)')
                both.unlink()

    def spawn_for_good(self, command):
        acron = subprocess.Popen(command, env=self.environment())
        self.addCleanup(acron.wait)
        self.addCleanup(acron.terminate)
        return acron

    def test_acron_goes_on_when_its_own_log_can_take_no_more_and_counts_the_lines(self):
        disk = self.small_disk()
        (disk / 'ballast').write_bytes(bytes(65536))
        self.job('marking', 'every 1s\noutput {dir}/marks\nrun echo mark\n')
        acron = subprocess.Popen(self.command('-f', log=disk / 'acron.log'), env=self.environment())
        self.addCleanup(acron.wait)
        self.addCleanup(acron.terminate)
        self.wait_lines('marks', 3)
        (disk / 'ballast').unlink()
        eventually(lambda: 'event=log-lost lines=' in (disk / 'acron.log').read_text(), 'the number of lost lines')
        self.wait_lines('marks', len(self.lines('marks')) + 2)

    def test_acron_and_its_log_go_on_under_a_limit_on_file_size_and_jobs_have_theirs(self):
        self.job('marking', 'every 1s\noutput {dir}/marks\nrun echo mark\n')
        self.job('large', 'every 1s\noutput {dir}/large-log\nrun head -c 100000 /dev/zero\n')
        self.job('own', 'every 1s\noutput {dir}/limits\nrun ulimit -f; head -c 100000 /dev/zero >{dir}/own-file\n')
        daemon = self.start(wrapper=['prlimit', '--fsize=51200:unlimited'], state=self.dir / 'state')
        failure = daemon.wait('output-failed', job='large')
        self.assertEqual((failure['reason'], failure['lost-bytes']), ('File too large', '48800'))
        self.assertEqual(daemon.wait('end', job='own')['exit'], str(128 + signal.SIGXFSZ))
        self.assertEqual(self.lines('limits')[0], '100')
        self.assert_undisturbed(daemon)

    def test_a_log_whose_directory_is_removed_counts_its_lines_until_the_directory_is_back(self):
        place = self.dir / 'logs'
        place.mkdir()
        self.job('marking', 'every 1s\noutput {dir}/marks\nrun echo mark\n')
        acron = subprocess.Popen(self.command('-f', log=place / 'acron.log'), env=self.environment())
        self.addCleanup(acron.wait)
        self.addCleanup(acron.terminate)
        self.wait_lines('marks', 1)
        shutil.rmtree(place.rename(self.dir / 'removed'))  # at once: acron may just be making its log anew
        self.wait_lines('marks', len(self.lines('marks')) + 2)
        place.mkdir()
        eventually(lambda: 'event=log-lost lines=' in ''.join(self.lines('logs/acron.log')), 'the number of lost lines')

    def test_acron_goes_on_when_nobody_reads_its_log(self):
        for number in range(40):
            self.job(f'noise/{number}', TICKING)
        self.job('marking', 'every 1s\noutput {dir}/marks\nrun echo mark\n')
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        acron = subprocess.Popen(self.command('-f', '-v', drain='0'), env=self.environment(), stderr=writer)
        os.close(writer)
        self.addCleanup(acron.wait)
        self.addCleanup(acron.kill)
        # A pipe is full before it holds 64 KiB, since a write does not always fill up the page of the one before; what
        # is said until four more marks stand is more than there is room for.
        eventually(lambda: bytes_in(reader) > 40_000, 'a pipe that is nearly full')
        self.wait_lines('marks', len(self.lines('marks')) + 4)
        acron.terminate()
        self.assertEqual(acron.wait(), 0)


def bytes_in(pipe):
    count = array.array('i', [0])
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return count[0]


def seconds_since_a_run_began(daemon):
    last = datetime.datetime.fromisoformat(daemon.events('start')[-1]['time'])
    return (datetime.datetime.now(datetime.timezone.utc) - last).total_seconds()


class AStubbornJob(TroubleTest):
    def test_a_job_that_ignores_sigterm_disturbs_no_other(self):
        self.job('stubborn', 'every 1s\ntimeout 4s grace 1s\noutput /dev/null\nrun exec {dir}/stubborn.sh\n')
        self.script('stubborn.sh', 'trap "" TERM\nwhile :; do sleep 1; done\n')
        daemon = self.start()
        self.assertEqual(daemon.wait('end', job='stubborn')['signal'], 'SIGKILL')
        self.assert_undisturbed(daemon)

    def test_a_grandchild_that_holds_the_pipe_ends_no_later_run_and_is_said(self):
        self.job('parent', 'every 1s\noutput {dir}/said\nrun sleep 1000 & echo $! >>{dir}/children; echo begun\n')
        daemon = self.start()
        end = daemon.wait('end', job='parent')
        self.assertEqual((end['result'], end['exit']), ('ok', '0'))
        self.assertIn('left open', end['output'])
        daemon.wait('end', 2, since=daemon.mark(), job='parent')
        self.assertTrue(is_alive(self.lines('children')[0]))
        self.assertEqual(self.lines('said')[:2], ['begun', 'begun'])
        self.assert_undisturbed(daemon)

    def test_a_command_that_can_not_be_started_has_failed(self):
        self.job('missing', 'every 1s\nrun /no/such/program --at all\n')
        self.job('directory', 'every 1s\nrun /tmp\n')
        daemon = self.start()
        for name in ('missing', 'directory'):
            self.assertEqual(daemon.wait('end', job=name)['result'], 'failed')
        texts = [text_of(message) for message in self.mail.wait(2)]
        self.assertTrue(any('/no/such/program' in text for text in texts))

    def test_acron_held_up_for_seconds_says_so_and_goes_on(self):
        daemon = self.start()
        daemon.wait('start', job='ticking')
        daemon.signal(signal.SIGSTOP)
        eventually(lambda: seconds_since_a_run_began(daemon) > 3, 'the end of a pause')
        daemon.signal(signal.SIGCONT)
        # A run that was going at the pause may be taken for one that still is.
        eventually(lambda: any('held up' in skip['reason'] for skip in daemon.events('skip', job='ticking')),
                   'a skip that says it')
        self.assert_undisturbed(daemon)


class AFlood(TroubleTest):
    def flood(self, command):
        """What the mail about 200 MB says, and by how much acron has grown meanwhile."""
        self.job('flood', f'every 1s\nrun test ! -e {{dir}}/done && {command}; touch {{dir}}/done\n')
        self.job('small', 'every 1s\noutput small@example.com\nrun echo small\n')
        self.job('later', 'every 1d\nrun true\n')
        daemon = self.start()
        daemon.wait('start', job='ticking')
        self.mail.wait(1, 'small@example.com')
        before = memory_of(daemon.pid)
        largest = before

        def ended():
            nonlocal largest
            largest = max(largest, memory_of(daemon.pid))
            return [e for e in daemon.events('end', job='flood') if int(e['stdout-bytes']) > 0]

        end, = eventually(ended, 'the end of the flood')[:1]
        self.assertEqual(end['stdout-bytes'], str(200 * MEGABYTE))
        message = self.mail.wait(1, 'root@localhost')[0]
        if not SANITIZED:
            self.assertLess(largest - before, 6 * MEGABYTE)
        self.assert_undisturbed(daemon, 1)
        return text_of(message)

    def test_of_200_megabytes_in_lines_the_mail_has_the_beginning_and_the_end(self):
        text = self.flood('{ echo first!; yes | head -c 209715188; echo last; }')
        self.assertIn('\nfirst!\ny\ny\n', text)
        self.assertTrue(text.endswith('y\nlast\n'), text[-20:])
        self.assertRegex(text, r'\n\[\.\.\. \d{9} bytes left out \.\.\.\]\n')
        self.assertLess(len(text), 200_000)

    def test_a_line_of_200_megabytes_is_no_worse(self):
        text = self.flood('head -c 209715200 /dev/zero')
        self.assertIn('bytes left out', text)
        self.assertLess(len(text), 200_000)


class FewResources(TroubleTest):
    def test_runs_that_find_no_descriptors_fail_with_the_reason_and_later_ones_start(self):
        for number in range(40):
            self.job(f'many/{number}', 'every 4s\noutput /dev/null\nrun sleep 1\n')
        daemon = self.start(wrapper=('prlimit', '--nofile=60:60'))
        failed = daemon.wait('end', result='failed')
        self.assertIn('Too many open files', failed['not-started'])
        daemon.wait('end', since=daemon.mark(), job=failed['job'])
        daemon.wait('end', since=daemon.mark(), result='ok')
        for number in range(40):
            (self.tree / f'many/{number}').unlink()
        daemon.signal(signal.SIGHUP)  # the empty directory is meant
        daemon.wait('unload', 40)
        daemon.wait('end', 3, since=daemon.mark(), job='ticking', result='ok')

    def test_runs_that_find_descriptors_leave_enough_for_their_output_and_their_mail(self):
        for number in range(40):
            self.job(f'many/{number}', f'every 4s\noutput {{dir}}/out{number}\noutput if-error ops@example.com\n'
                                       'run echo a word; sleep 1; exit 3\n')
        daemon = self.start('--mail-limit=0', wrapper=('prlimit', '--nofile=60:60'))
        begun = [end['job'] for end in daemon.wait('end', 20, exit='3')]
        self.assertIn('Too many open files', daemon.wait('end', duration='0s', result='failed')['not-started'])
        self.mail.wait(len(begun), 'ops@example.com')
        for job in set(begun):
            self.assertIn('a word', self.lines(f'out{job.removeprefix("many/")}'))
        self.assertEqual(daemon.events('output-failed'), [])

    @unittest.skipIf(SANITIZED, 'a sanitizer has its own memory')
    def test_a_sudden_lack_of_memory_fails_runs_at_most_and_all_is_well_once_there_is_some(self):
        for number in range(20):
            self.job(f'mail{number}', "every 1s\nrun head -c 3000000 /dev/zero | tr '\\0' x; exit 1\n")
            self.job(f'held{number}', f'every 1s\noutput {{dir}}/all\noutput if-error {{dir}}/held{number}\n'
                                      'run seq 100000; exit 1\n')
        daemon = self.start('--mail-limit=0')
        size = next(int(line.split()[1]) for line in open(f'/proc/{daemon.pid}/status', encoding='ascii')
                    if line.startswith('VmSize'))
        limit = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(daemon.pid, resource.RLIMIT_AS, (size * 1024 + MEGABYTE, resource.RLIM_INFINITY))
        daemon.wait('end', 60, since=daemon.mark())
        resource.prlimit(daemon.pid, resource.RLIMIT_AS, limit)
        for job in ('ticking', 'mail7', 'held7'):
            daemon.wait('end', 2, since=daemon.mark(), job=job)
        self.assertEqual(daemon.stop(), 0)

    @unittest.skipIf(SANITIZED, 'a sanitizer has its own memory')
    def test_where_address_space_is_too_small_to_run_jobs_acron_does_not_start_and_says_so(self):
        for number in range(40):
            self.job(f'many/{number}', 'every 1s\noutput if-error a@example.com\nrun echo word; exit 1\n')
        said = []
        for megabytes in range(22, 400, 6):
            daemon = self.spawn('--mail-limit=0', wrapper=('prlimit', f'--as={megabytes * MEGABYTE}'), drain='0')
            eventually(lambda: daemon.process.poll() is not None or daemon.events('ready'), 'its start or its end')
            if daemon.process.poll() is None:
                break
            self.assertGreater(daemon.wait_end(), 0)
            self.assertRegex('\n'.join(daemon.strays), 'address space|shared libraries')  # the loader's words
            said += [words for words in daemon.strays if 'too little address space to run' in words]
            daemon.strays.clear()
        self.assertTrue(said)
        daemon.wait('end', 200, result='failed', exit='1')
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.events('fault'), [])

    def test_names_with_every_character_are_logged_as_one_value(self):
        names = ['with space', 'quote"and\\slash', 'tab\tnew\nline', 'täglich', 'a=b', '\x1b[31mred']
        for name in names:
            self.job(name, TICKING)
        daemon = self.start()
        daemon.wait('start', job='with space')
        daemon.wait('start', job='quote"and\\slash')
        daemon.wait('start', job='tab\\x09new\\x0aline')
        daemon.wait('start', job='täglich')
        daemon.wait('start', job='a=b')
        daemon.wait('start', job='\\x1b[31mred')


if __name__ == '__main__':
    main()
