"""The ways to start acron: in the foreground, in the background, as a second copy, under a service manager."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import unittest

from faulty_calls import FaultyCalls
from hanging_mount import only_with_fuse, wrapper_beside_it
from harness import DEADLINE, IS_ROOT, SANITIZED, Acron, SystemTest, eventually, main, parse_line
from mail_servers import Mailbox
from processes import children_of, is_alive, open_files_of, status_of

JOB = 'every 1s\noutput /dev/null\nrun true\n'


class InTheForeground(SystemTest):
    def test_it_logs_a_line_of_keys_and_values_for_everything(self):
        self.job('web/cleanup', 'every 1s\noutput /dev/null\nrun echo out; echo err >&2; exit 3\n')
        daemon = self.start()
        start, end = daemon.wait('start'), daemon.wait('end')
        self.assertEqual((start['job'], start['level']), ('web/cleanup', 'info'))
        self.assertEqual((end['job'], end['run'], end['result'], end['exit'], end['level']),
                         ('web/cleanup', start['run'], 'failed', '3', 'warning'))
        self.assertEqual((end['stdout-bytes'], end['stderr-bytes']), ('4', '4'))
        self.assertRegex(start['time'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$')

    def test_its_lines_are_coloured_on_a_terminal(self):
        master, terminal = os.openpty()
        self.addCleanup(os.close, master)
        self.job('failing', 'every 1s\noutput /dev/null\nrun false\n')
        process = subprocess.Popen(self.command('-f'), env=self.environment(), stdin=terminal, stdout=terminal,
                                   stderr=terminal)
        os.close(terminal)
        self.addCleanup(process.wait, DEADLINE)
        self.addCleanup(process.terminate)
        seen = b''
        while b'event=end' not in seen or not seen.endswith(b'\n'):
            seen += os.read(master, 4096)
        self.assertRegex(seen, rb'\x1b\[33mevent=end .*\x1b\[0m')

    def test_a_log_file_takes_its_place_and_follows_its_rotation(self):
        log = self.dir / 'acron.log'
        self.job('a', JOB)
        daemon = subprocess.Popen(self.command('-f', log=log), env=self.environment())
        self.addCleanup(daemon.wait, DEADLINE)
        self.addCleanup(daemon.terminate)
        eventually(lambda: 'event=end' in ''.join(self.lines('acron.log')), 'a run in the log')
        log.rename(self.dir / 'acron.log.1')
        eventually(lambda: 'event=end' in ''.join(self.lines('acron.log')), 'a run in the new log')
        self.assertTrue(all(map(parse_line, self.lines('acron.log.1') + self.lines('acron.log'))))


class WithFewOpenFiles(SystemTest):
    def test_it_does_not_start_and_says_why(self):
        done = self.run_command(['prlimit', '--nofile=39:39', *self.command('-f')])
        self.assertEqual((done.returncode, done.stderr),
                         (1, 'acron: no more than 39 files may be open, and it needs 40; raise the limit (ulimit -Hn, '
                             'LimitNOFILE=)\n'))


class WhereADiskDoesNotAnswer(SystemTest):
    @only_with_fuse
    def test_it_says_what_it_waits_for(self):
        self.job('a', JOB)
        hangs = self.dir / 'there'
        wrapper = wrapper_beside_it(self)
        starts = {}
        for what, settings in (('tree', {'tree': hangs}), ('state directory', {'state': hangs / 'state'}),
                               ('run directory', {'run_dir': hangs / 'run', 'state': self.dir / 'state'})):
            usual = {'run_dir': self.dir / f'run of {what}'}
            starts[what] = Acron([*wrapper, *self.command('-f', **usual | settings)], self.environment())
            self.addCleanup(starts[what].close)
        for what, daemon in starts.items():
            with self.subTest(what=what):
                eventually(lambda said=daemon.strays: said, 'a word')
                self.assertRegex(daemon.strays[0], f'^acron: the start waits for the {what} {hangs}[^ ]*, which has not')
                daemon.process.kill()
                daemon.wait_end()


@unittest.skipIf(SANITIZED, 'a sanitizer needs terabytes of address space')
class WithFewThreads(SystemTest):
    def test_it_starts_or_says_why_not(self):
        """Never in between: a start that hangs would keep the lock."""
        self.job('a', 'every 1h\nrun true\n')
        for kilobytes in range(36_000, 90_000, 6_000):
            with self.subTest(kilobytes=kilobytes):
                daemon = self.spawn(wrapper=['sh', '-c', f'ulimit -v {kilobytes}; exec "$@"', 'sh'])
                eventually(lambda: daemon.process.poll() is not None or daemon.events('ready'), 'a start or a refusal')
                if daemon.process.poll() is not None:
                    self.assertNotEqual(daemon.wait_end(), 0)
                    self.assertTrue(daemon.strays or daemon.events('fault'), 'a reason')
                    daemon.strays.clear()
                daemon.close()


class InTheBackground(SystemTest):
    def setUp(self):
        super().setUp()
        self.log = self.dir / 'acron.log'

    def launch(self, **settings):
        """Returns what the parent said; the daemon is ended by the test's clean-up."""
        result = self.run_acron(**({'log': self.log} | settings))
        self.addCleanup(self.end_daemon)
        return result

    def daemon_pid(self):
        return int((self.dir / 'run/acron.pid').read_text())

    def end_daemon(self):
        try:
            pid = self.daemon_pid()
            os.kill(pid, signal.SIGTERM)
        except (OSError, ValueError):
            return
        eventually(lambda: not is_alive(pid), 'the end of the daemon')

    def test_its_parent_says_nothing_and_exits_with_0_once_it_runs(self):
        self.job('a', JOB)
        result = self.launch()
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, '', ''))
        self.assertTrue(is_alive(self.daemon_pid()))
        eventually(lambda: 'event=end' in ''.join(self.lines('acron.log')), 'a run')

    def test_it_is_detached_from_whoever_started_it(self):
        self.job('a', JOB)
        self.launch()
        pid = self.daemon_pid()
        fields = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
        group, session, terminal = int(fields[2]), int(fields[3]), int(fields[4])
        self.assertNotIn(session, (os.getsid(0), pid))  # not the leader: it can not get a terminal again
        self.assertEqual((group, terminal), (session, 0))
        self.assertEqual(os.readlink(f'/proc/{pid}/cwd'), '/')
        self.assertEqual({os.readlink(f'/proc/{pid}/fd/{n}') for n in range(3)}, {'/dev/null'})

    def test_a_job_whose_output_is_stdout_is_said_to_lose_it(self):
        self.job('a', 'every 1s\noutput stdout\nrun echo word\n')
        self.launch()
        eventually(lambda: 'leads nowhere' in ''.join(self.lines('acron.log')), 'a failure of the output')
        line = next(line for line in self.lines('acron.log') if 'leads nowhere' in line)
        self.assertIn('event=output-failed job=a', line)
        self.assertIn('lost-bytes=5', line)

    def test_no_file_of_its_own_takes_the_place_of_a_standard_descriptor_that_was_closed(self):
        self.job('a', JOB)
        closed = ['/bin/sh', '-c', 'exec "$@" <&- >&- 2>&-', 'sh']
        process = subprocess.Popen([*closed, *self.command('-f', log=self.log)], env=self.environment())
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        eventually(lambda: 'event=end' in ''.join(self.lines('acron.log')), 'a run')
        self.assertEqual({os.readlink(f'/proc/{process.pid}/fd/{n}') for n in range(3)}, {'/dev/null'})

    def test_a_relative_tree_is_read_where_it_was_started(self):
        self.job('a', JOB)
        result = self.run_command([*self.command(log=self.log)[:-1], 'tree'], cwd=self.dir)
        self.addCleanup(self.end_daemon)
        self.assertEqual(result.returncode, 0)
        eventually(lambda: 'event=end' in ''.join(self.lines('acron.log')), 'a run')

    def test_its_parent_exits_with_1_and_says_why_when_the_tree_is_missing(self):
        self.tree.rmdir()
        result = self.launch()
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, f'acron: {self.tree}: No such file or directory\n')

    @unittest.skipUnless(IS_ROOT, 'only root is wary of other owners')
    def test_its_parent_exits_with_1_and_says_why_when_the_tree_is_not_trusted(self):
        self.tree.chmod(0o777)
        result = self.launch()
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, f'^acron: {self.tree} can be written by others .*chmod go-w')

    def test_its_parent_exits_with_1_and_says_why_when_the_log_can_not_be_opened(self):
        result = self.launch(log=self.dir / 'missing/acron.log')
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, '^acron: .*missing/acron.log')
        self.assertEqual(result.stderr.count('\n'), 1)

    @unittest.skipUnless(IS_ROOT, 'only root is wary of other owners')
    def test_its_parent_exits_with_1_and_says_why_when_another_user_could_exchange_what_it_keeps(self):
        theirs = self.dir / 'theirs'
        for name in ('', 'run', 'state', 'logs'):
            (theirs / name).mkdir(mode=0o755)
        os.chown(theirs, 1000, 1000)
        for setting in ({'run_dir': theirs / 'run'}, {'log': theirs / 'logs/acron.log'}):
            with self.subTest(**setting):
                result = self.launch(**setting)
                self.assertEqual(result.returncode, 1)
                self.assertRegex(result.stderr, f'^acron: .*{theirs} is owned by uid 1000, .*chown it to root')
        self.assertEqual(list((theirs / 'logs').iterdir()), [])

    def test_its_parent_exits_with_1_and_says_why_when_the_run_directory_can_not_be_made(self):
        (self.dir / 'file').touch()
        result = self.launch(run_dir=self.dir / 'file/run')
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, '^acron: .*file/run')

    def test_sigterm_ends_it_and_removes_its_pid_file(self):
        self.job('a', JOB)
        self.launch()
        self.end_daemon()
        self.assertFalse((self.dir / 'run/acron.pid').exists())
        self.assertIn('event=goodbye', self.lines('acron.log')[-1])


class ASecondCopy(SystemTest):
    def second(self, *options):
        result = self.run_acron(*options)
        return result.returncode, result.stdout, result.stderr

    def test_it_exits_with_0_at_once_and_in_silence(self):
        self.job('a', JOB)
        daemon = self.start()
        self.assertEqual(self.second(), (0, '', ''))
        self.assertEqual(self.second('-f'), (0, '', ''))
        daemon.wait('end', since=daemon.mark(), job='a')  # the first goes on

    def test_a_pid_file_that_names_an_innocent_process_is_not_trusted(self):
        innocent = subprocess.Popen(['sleep', '1000'])
        self.addCleanup(innocent.wait)
        self.addCleanup(innocent.kill)
        (self.dir / 'run').mkdir(mode=0o755)
        (self.dir / 'run/acron.pid').write_text(f'{innocent.pid}\n')
        daemon = self.start()
        self.assertEqual((self.dir / 'run/acron.pid').read_text(), f'{daemon.pid}\n')
        self.assertEqual(self.second(), (0, '', ''))
        self.assertTrue(is_alive(innocent.pid))

    def test_a_copy_takes_over_after_the_first_was_killed_while_its_job_still_runs(self):
        self.job('long', 'every 1s\noutput /dev/null\nrun echo $$ >{dir}/pid; exec sleep 1000\n')
        first = self.start()
        job, = map(int, self.wait_lines('pid', 1))
        first.process.kill()
        first.wait_end()
        second = self.start()
        second.wait('ready', jobs='1')
        self.assertTrue(is_alive(job))
        self.assertNotIn('acron.lock', ' '.join(os.readlink(f'/proc/{job}/fd/{n}') for n in range(3)))
        self.assertEqual(os.listdir(f'/proc/{job}/fd'), ['0', '1', '2'])

    def test_of_many_started_together_one_runs(self):
        self.job('a', JOB)
        commands = [self.command(log=self.dir / 'acron.log') for _ in range(8)]
        copies = [subprocess.Popen(command, env=self.environment(), stderr=subprocess.PIPE) for command in commands]
        self.assertEqual([(copy.communicate(timeout=DEADLINE)[1], copy.returncode) for copy in copies], [(b'', 0)] * 8)
        pid = int((self.dir / 'run/acron.pid').read_text())
        self.wait_lines('acron.log', 2)  # lines are written together, a moment later
        self.assertEqual(sum(parse_line(line)['event'] == 'hello' for line in self.lines('acron.log')), 1)
        os.kill(pid, signal.SIGTERM)
        eventually(lambda: not is_alive(pid), 'the end of the daemon')


class AfterOneThatWasKilledAsItStartedAJob(SystemTest):
    """Its child has the lock a while longer: it is no second acron."""

    def kill_while_a_child_stops_at(self, call):
        self.job('a', 'every 1s\noutput /dev/null\nrun /bin/sleep 1000\n')
        faults = FaultyCalls(self.dir / 'faults')
        first = self.start(env=faults.environment)
        faults.stop(call)
        child = eventually(lambda: [pid for pid in children_of(first.pid) if status_of(pid)['State'][0] == 'T'],
                           'a stopped child')[0]
        self.addCleanup(os.kill, child, signal.SIGKILL)
        first.process.kill()
        first.process.wait(DEADLINE)  # not for the end of its log, which its child has open
        return child

    def test_the_next_waits_for_a_child_that_has_just_begun(self):
        child = self.kill_while_a_child_stops_at('clone')
        second = self.spawn()
        lock = str(self.dir / 'run/acron.lock')
        eventually(lambda: second.process.poll() is not None or lock in open_files_of(second.pid), 'its look at the lock')
        os.kill(child, signal.SIGCONT)
        second.wait('ready')

    def test_the_next_says_why_it_does_not_start_while_the_child_hangs(self):
        self.kill_while_a_child_stops_at('clone')
        result = self.run_acron('-f')
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r'^acron: .*/acron\.lock is held, but not by a living acron')

    def test_the_next_starts_beside_a_program_that_hangs_as_it_is_executed(self):
        child = self.kill_while_a_child_stops_at('execve')
        self.start()
        self.assertTrue(is_alive(child))


class UnderAServiceManager(SystemTest):
    def setUp(self):
        super().setUp()
        self.mail = self.serve_mail(Mailbox())
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.socket.settimeout(DEADLINE)
        self.socket.bind(str(self.dir / 'notify'))

    def start_notified(self, **settings):
        return self.start(env={'NOTIFY_SOCKET': str(self.dir / 'notify')} | settings)

    def receive(self, word):
        """The next message that holds the word."""
        while word not in (message := self.socket.recv(4096).decode()):
            pass
        return message

    def test_it_says_when_it_is_ready_and_how_many_jobs_it_has(self):
        self.job('a', JOB)
        self.start_notified()
        self.assertEqual(self.receive('READY=1').splitlines(), ['READY=1', 'STATUS=1 jobs'])
        self.job('b', JOB)
        self.assertEqual(self.receive('STATUS'), 'STATUS=2 jobs')

    def test_it_keeps_the_watchdog_calm(self):
        self.job('a', JOB)
        self.start_notified(WATCHDOG_USEC='400000')
        for _ in range(5):
            self.receive('WATCHDOG=1')

    def test_it_says_when_it_stops(self):
        self.job('a', JOB)
        daemon = self.start_notified()
        daemon.signal(signal.SIGTERM)
        self.receive('STOPPING=1')
        self.assertEqual(daemon.wait_end(), 0)

    def receive_pipe(self):
        """The next pipe that it is to keep."""
        while True:
            message, descriptors, _, _ = socket.recv_fds(self.socket, 4096, 8)
            if descriptors:
                pipe, = descriptors
                self.addCleanup(os.close, pipe)
                return message.decode(), pipe

    def test_it_keeps_the_pipes_of_jobs_that_go_on_when_acron_dies(self):
        self.job('long', 'every 1s\noutput {dir}/out\noutput if-error a@example.com\n'
                         'run echo begun; while [ ! -e {dir}/go ]; do sleep 0.1; done; '
                         'seq 100000 && seq 100000 >&2 && touch {dir}/done\n')
        first = self.start_notified()
        kept = [self.receive_pipe() for _ in range(2)]
        for message, _ in kept:
            self.assertRegex(message, r'^FDSTORE=1\nFDNAME=output-\d+$')
        self.wait_lines('out', 1)
        first.process.kill()
        first.wait_end()
        # As systemd hands them on: from 3 upwards, and to this process.
        low = ' '.join(f'{number}<&{pipe}' for number, (_, pipe) in zip((3, 4), kept))
        script = f'exec {low}; LISTEN_PID=$$ LISTEN_FDS=2 exec "$@"'
        pipes = [pipe for _, pipe in kept]
        for pipe in pipes:
            os.set_inheritable(pipe, True)
        second = self.start(wrapper=['bash', '-c', script, 'bash'], close_fds=False)
        for pipe in pipes:
            os.set_inheritable(pipe, False)
        self.assertEqual(second.wait('late-output-dropped')['pipes'], '2')
        second.wait('adopted', job='long')
        (self.dir / 'go').touch()
        eventually((self.dir / 'done').exists, 'the end of the job')
        second.wait('end', job='long', result='unknown')
        second.wait('end', job='long', result='ok')

    def test_it_lets_go_of_the_pipes_of_a_job_that_ends(self):
        self.job('long', 'every 1s\noutput {dir}/out\noutput if-error a@example.com\n'
                         'run while [ ! -e {dir}/go ]; do sleep 0.1; done\n')
        self.start_notified()
        names = {self.receive_pipe()[0].split('\n')[1] for _ in range(2)}
        (self.dir / 'go').touch()
        self.assertEqual({self.receive('FDSTOREREMOVE=1').split('\n')[1] for _ in range(2)}, names)

    def test_it_keeps_the_pipe_of_what_a_job_has_left_behind_until_that_ends(self):
        self.job('leaves', 'every 1s\noutput {dir}/out\nrun mkdir {dir}/once || exit 0; '
                           '{ while [ ! -e {dir}/go ]; do sleep 0.1; done; } & echo begun\n')
        daemon = self.start_notified()
        name = self.receive_pipe()[0].split('\n')[1]
        eventually(lambda: any('output' in end for end in daemon.events('end', job='leaves')), 'the end of the run')
        (self.tree / 'leaves').unlink()
        daemon.signal(signal.SIGHUP)  # the empty tree is meant
        daemon.wait('unload', job='leaves')
        self.socket.setblocking(False)
        messages = []
        with contextlib.suppress(BlockingIOError):
            while True:
                messages.append(self.socket.recv(4096).decode())
        self.assertFalse([message for message in messages if f'FDSTOREREMOVE=1\n{name}' in message])
        self.socket.settimeout(DEADLINE)
        (self.dir / 'go').touch()
        self.assertEqual(self.receive('FDSTOREREMOVE=1').split('\n')[1], name)

    def test_its_jobs_do_not_know_of_the_manager(self):
        self.job('a', 'every 1s\noutput {dir}/env\nrun env\n')
        self.start_notified(WATCHDOG_USEC='400000', INVOCATION_ID='x', LISTEN_FDS='1').wait('end', job='a')
        self.assertEqual([line for line in self.lines('env')
                          if line.startswith(('NOTIFY', 'WATCHDOG', 'INVOCATION', 'LISTEN'))], [])

    def test_its_lines_carry_priorities_for_the_journal(self):
        self.job('failing', 'every 1s\noutput /dev/null\nrun false\n')
        daemon = subprocess.Popen(self.command('-f'), env=self.environment(JOURNAL_STREAM='8:1'), text=True,
                                  stderr=subprocess.PIPE)
        self.addCleanup(daemon.stderr.close)
        self.addCleanup(daemon.wait, DEADLINE)
        self.addCleanup(daemon.terminate)
        for line in daemon.stderr:
            self.assertRegex(line, r'^<[3467]>event=\w')
            if 'event=end' in line:
                break
        self.assertTrue(line.startswith('<4>event=end'), line)


class Descriptors(SystemTest):
    def test_those_that_each_child_gets_a_copy_of_are_no_files_that_it_could_wait_for(self):
        self.job('a', 'every 1s\noutput {dir}/out\noutput if-error {dir}/errors\nrun while :; do echo x; sleep 0.1; done\n')
        daemon = self.start()
        self.wait_lines('out', 2)
        links = {int(link.name): os.readlink(link) for link in pathlib.Path(f'/proc/{daemon.pid}/fd').iterdir()}
        self.assertLessEqual({link for number, link in links.items() if 2 < number < 64}, {'/', '/dev/null'})
        self.assertIn(f'{self.dir}/out', links.values())


if __name__ == '__main__':
    main()
