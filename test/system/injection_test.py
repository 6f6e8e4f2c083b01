"""System calls that fail: no start, byte, mail or line is lost without a word, and all goes on once they work again."""

import collections
import contextlib
import errno
import os
import signal
import sqlite3
import subprocess

from faulty_calls import ALWAYS, FaultyCalls
from harness import SystemTest, eventually, main, parse_line
from mail_servers import Mailbox, text_of
from web_servers import Authority, WebServer

TICKING = 'every 1s\noutput /dev/null\nrun true\n'
NUMBERS = ''.join(f'{n}\n' for n in range(1, 1001))  # in one write(2) of seq's
MANY_NUMBERS = ''.join(f'{n}\n' for n in range(1, 20_001))  # more than is held back in memory
MOST_NUMBERS = ''.join(f'{n}\n' for n in range(1, 100_001))


def descriptors_of(pid):
    return len(os.listdir(f'/proc/{pid}/fd'))


def accounts_by_cgroup(test):
    """Whether a run can have a cgroup here."""
    daemon = test.start('-v', poll='1h')
    kind = daemon.wait('accounting')['accounting']
    daemon.close()
    return kind.startswith('cgroup')


class InjectionTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.calls = FaultyCalls(self.dir / 'faults')
        self.job('ticking', TICKING)

    def start_faulty(self, *options, **settings):
        return self.start(*options, env=self.calls.environment, **settings)

    def content(self, name):
        return (self.dir / name).read_text()

    def assert_undisturbed(self, daemon):
        daemon.wait('end', 2, since=daemon.mark(), job='ticking', result='ok')
        self.assert_every_tick(daemon, 'ticking')


class Starts(InjectionTest):
    def assert_starts_again(self, daemon, call, error, file=''):
        """A start that fails says why and is over; the next is as ever."""
        fault = self.calls.fail(call, error, file)
        failed = daemon.wait('end', since=daemon.mark(), result='failed')
        self.assertEqual((failed['job'], failed['not-started']), ('ticking', os.strerror(error)))
        fault.end()
        daemon.wait('end', since=daemon.mark(), job='ticking', result='ok')
        started = {e['run'] for e in daemon.events('start')}
        eventually(lambda: started <= {e['run'] for e in daemon.events('end')}, 'an end for each start')

    def test_one_that_fails_has_its_reason_leaves_nothing_and_the_next_takes_place(self):
        daemon = self.start_faulty()
        daemon.wait('end', job='ticking', result='ok')
        before = descriptors_of(daemon.pid)
        for call, error, file in [('clone', errno.EAGAIN, ''), ('clone', errno.ENOMEM, ''),
                                  ('pipe2', errno.EMFILE, ''), ('pipe2', errno.ENFILE, ''),
                                  ('epoll_add', errno.ENOSPC, 'pipe:'), ('epoll_add', errno.ENOSPC, 'pidfd')]:
            with self.subTest(call=call, error=errno.errorcode[error]):
                self.assert_starts_again(daemon, call, error, file)
        eventually(lambda: descriptors_of(daemon.pid) <= before, 'as few descriptors as before')
        self.assert_undisturbed(daemon)

    def test_one_into_a_cgroup_that_fails_has_its_reason_and_leaves_nothing(self):
        if not accounts_by_cgroup(self):
            self.skipTest('no cgroup to be had')
        self.job('limited', 'every 1s\noutput /dev/null\noverlap replace\nrun true\n')
        daemon = self.start_faulty()
        daemon.wait('end', job='limited', result='ok')
        before = descriptors_of(daemon.pid)
        self.calls.fail('clone3', errno.EAGAIN, times=1)  # and from then on
        failed = daemon.wait('end', 3, since=daemon.mark(), job='limited', result='failed')
        self.assertEqual({e['not-started'] for e in failed}, {os.strerror(errno.EAGAIN)})
        eventually(lambda: descriptors_of(daemon.pid) <= before, 'as few descriptors as before')
        self.assert_undisturbed(daemon)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual({e['run'] for e in daemon.events('start')}, {e['run'] for e in daemon.events('end')})

    def test_a_gate_that_can_not_be_asked_is_shut_until_it_can(self):
        self.job('gated', 'every 1s\nif test -d /\noutput /dev/null\nrun true\n')
        fault = self.calls.fail('pipe2', errno.EMFILE)
        daemon = self.start_faulty(if_interval='1s')
        self.assertIn(os.strerror(errno.EMFILE), daemon.wait('gate', job='gated', result='shut')['reason'])
        fault.end()
        daemon.wait('gate', job='gated', result='open')
        daemon.wait('end', job='gated', result='ok')

    def test_what_is_started_inherits_no_faults(self):
        self.job('looking', 'every 1s\noutput {dir}/seen\nrun env; cat /proc/self/maps; echo --\n')
        daemon = self.start_faulty()
        daemon.wait('end', job='looking', result='ok')
        text = self.content('seen')
        self.assertIn('--\n', text)
        for word in ('LD_PRELOAD', 'ACRON_TEST', 'acron_test_faults'):
            self.assertNotIn(word, text)


class Output(InjectionTest):
    def test_that_is_interrupted_and_cut_short_at_every_step_is_whole(self):
        self.job('printing', 'every 1s\noutput {dir}/said\noutput if-error {dir}/kept\n'
                             'error if-stderr\nrun seq 20000; echo done >&2\n')
        for call, file in [('read', 'pipe:'), ('writev', str(self.dir)), ('write', '/var/tmp/'),
                           ('pread', '/var/tmp/')]:
            self.calls.fail(call, errno.EINTR, file, every=2)
            self.calls.shorten(call, 777, file)
        daemon = self.start_faulty()
        daemon.wait('end', 3, job='printing')
        self.assertEqual(daemon.events('output-failed'), [])
        for name in ('said', 'kept'):
            with self.subTest(name=name):
                # The last run may still be writing; and two pipes have no order between them.
                lines = [line for line in self.lines(name) if line != 'done']
                wanted = MANY_NUMBERS.splitlines() * 2
                self.assertEqual(lines[:len(wanted)], wanted)
        self.assert_undisturbed(daemon)

    def test_that_a_file_does_not_take_is_counted_and_the_next_run_is_whole(self):
        faults = {}
        for error in (errno.ENOSPC, errno.EIO, errno.EDQUOT):
            name = errno.errorcode[error]
            self.job(name, f'every 1s\noutput {{dir}}/log-{name}\nrun seq 1000\n')
            if error != errno.EDQUOT:
                self.calls.shorten('writev', 100, f'log-{name}', times=1)
            faults[error] = self.calls.fail('writev', error, f'log-{name}')
        daemon = self.start_faulty()
        for error, fault in faults.items():
            name, begun = errno.errorcode[error], 0 if error == errno.EDQUOT else 100
            with self.subTest(error=name):
                failure = daemon.wait('output-failed', job=name)
                self.assertEqual((failure['reason'], failure['output']), (os.strerror(error), f'{self.dir}/log-{name}'))
                self.assertEqual(int(failure['lost-bytes']), len(NUMBERS) - begun)
                self.assertEqual(daemon.wait('end', job=name)['result'], 'ok')
                fault.end()
                self.wait_content(f'log-{name}', NUMBERS[:begun] + ('\n' if begun else '') + NUMBERS)  # amid a line
        self.assert_undisturbed(daemon)

    def wait_content(self, name, beginning):
        eventually(lambda: self.content(name).startswith(beginning), f'a whole run in {name}')

    def with_files_that_can_not_be_opened(self, times=ALWAYS):
        """A daemon with two such jobs, and the fault of each by its name."""
        faults = {}
        for error in (errno.ENOSPC, errno.EMFILE):
            name = errno.errorcode[error]
            (self.dir / f'log-{name}').touch()
            self.job(name, f'every 1s\noutput {{dir}}/log-{name}\nrun seq 1000\n')
            faults[error] = self.calls.fail('open', error, f'log-{name}', times=times)
        return self.start_faulty(), faults

    def test_whose_file_can_not_be_opened_is_counted_and_the_next_run_is_whole(self):
        daemon, faults = self.with_files_that_can_not_be_opened()
        for error, fault in faults.items():
            name = errno.errorcode[error]
            failure = daemon.wait('output-failed', job=name)
            self.assertEqual((failure['reason'], failure['lost-bytes']), (os.strerror(error), str(len(NUMBERS))))
            fault.end()
            self.wait_content(f'log-{name}', NUMBERS)

    def test_whose_file_can_be_opened_once_it_is_needed_is_whole(self):
        daemon, faults = self.with_files_that_can_not_be_opened(times=1)
        for error, fault in faults.items():
            name = errno.errorcode[error]
            daemon.wait('end', job=name)
            fault.wait()
            self.wait_content(f'log-{name}', NUMBERS)
            self.assertEqual(daemon.events('output-failed', job=name), [])

    def held_back(self, call, error, place):
        """What is said of output that is to be held back when that fails, and what of it is written."""
        (self.dir / 'kept').touch()
        self.job('holding', 'every 1s\noutput if-error {dir}/kept\nrun seq 100000; exit 1\n')
        fault = self.calls.fail(call, error, place)
        daemon = self.start_faulty()
        failure = daemon.wait('output-failed', job='holding')
        written = self.content('kept')
        self.assertEqual(daemon.wait('end', job='holding')['exit'], '1')
        fault.end()
        eventually(lambda: MOST_NUMBERS in self.content('kept'), 'a whole run')
        self.assertIn('/var/tmp and /tmp could not hold back all of the output', failure['reason'])
        return failure, written

    def test_that_can_not_be_held_back_anywhere_has_its_end_and_says_what_is_missing(self):
        failure, written = self.held_back('write', errno.ENOSPC, '/tmp/#')  # of both places
        note = f'\n[acron: {failure["lost-bytes"]} bytes are missing here: {os.strerror(errno.ENOSPC)}]\n'
        begin, end = written.split(note)[:2]
        end = end[:end.index('\n100000\n') + len('\n100000\n')]  # another run may have been as bad meanwhile
        self.assertTrue(MOST_NUMBERS.startswith(begin) and MOST_NUMBERS.endswith('\n' + end))
        self.assertGreater(min(len(begin), len(end)), 50_000)
        self.assertEqual(len(begin) + len(end) + int(failure['lost-bytes']), len(MOST_NUMBERS))

    def test_that_was_held_back_and_can_not_be_read_again_is_counted(self):
        failure, _ = self.held_back('pread', errno.EIO, '/var/tmp/')
        self.assertIn(int(failure['lost-bytes']), range(40_000, len(MOST_NUMBERS)))

    def test_that_one_place_does_not_hold_back_is_held_back_in_the_next(self):
        for call, error, place in [('open', errno.EROFS, '/var/tmp'), ('write', errno.ENOSPC, '/var/tmp/'),
                                   ('open', errno.EOPNOTSUPP, '/var/tmp')]:
            with self.subTest(call=call, error=errno.errorcode[error]):
                (self.dir / 'kept').unlink(missing_ok=True)
                self.job('holding', 'every 1s\noutput if-error {dir}/kept\nrun seq 100000; exit 1\n')
                if call == 'write':
                    self.calls.shorten(call, 100, place, times=1)
                fault = self.calls.fail(call, error, place)
                daemon = self.start_faulty()
                daemon.wait('end', job='holding')
                eventually(lambda: self.lines('kept')[:100_000] == MOST_NUMBERS.splitlines(), 'all that was printed')
                self.assertGreater(fault.done, 0)
                self.assertEqual(daemon.events('output-failed'), [])
                fault.end()
                daemon.stop()


class State(InjectionTest):
    def setUp(self):
        super().setUp()
        self.mail = self.serve_mail(Mailbox())
        self.job('failing', 'every 1s\nrun echo "$ACRON_RUN_ID"; exit 1\n')

    def query(self, text):
        with contextlib.closing(sqlite3.connect(self.dir / 'run/state/state.db')) as database:
            return database.execute(text).fetchall()

    def outage(self, daemon, reason, fault, since=0):
        """The state can't be written, jobs and mail go on, and then it can."""
        self.assertIn(reason, daemon.wait('state-unavailable', since=since)['reason'])
        mark = daemon.mark()
        daemon.wait('mail-sent', 2, since=mark, job='failing')
        daemon.wait('end', 2, since=mark, job='ticking', result='ok')
        self.assertGreater(fault.done, 0)
        fault.end()
        self.assertEqual(daemon.wait('state-available', since=since)['lost'], '0')

    def assert_nothing_lost(self, daemon, outages):
        self.assertEqual(daemon.stop(), 0)
        for event in ('state-unavailable', 'state-available'):
            self.assertEqual(len(daemon.events(event)), outages)
        for event in ('state-set-aside', 'state-refused', 'state-lost', 'mail-lost'):
            self.assertEqual(daemon.events(event), [])
        ends = collections.Counter(e['run'] for e in daemon.events('end'))
        self.assertEqual(collections.Counter(run for run, in self.query('SELECT run FROM history')), ends)
        self.assertEqual(self.query('SELECT run FROM open_run') + self.query('SELECT id FROM outbox'), [])
        runs = collections.Counter(e['run'] for e in daemon.events('end', job='failing'))
        self.assertEqual(collections.Counter(message['X-Acron-Run'] for message in self.mail.messages()), runs)
        self.assert_every_tick(daemon, 'ticking')

    def test_that_can_not_be_written_waits_in_memory_and_nothing_is_lost(self):
        daemon = self.start_faulty('--mail-limit=0')
        daemon.wait('end', job='failing')
        trials = [('pwrite', errno.ENOSPC, 'full'), ('pwrite', errno.EIO, 'I/O error'),
                  ('fdatasync', errno.EIO, 'I/O error'), ('fdatasync', errno.ENOSPC, 'I/O error')]
        for call, error, reason in trials:
            with self.subTest(call=call, error=errno.errorcode[error]):
                since = daemon.mark()
                self.outage(daemon, reason, self.calls.fail(call, error, 'state.db'), since)
        self.assert_nothing_lost(daemon, len(trials))

    def test_whose_directory_can_not_be_synced_is_as_good(self):
        synced = [self.calls.fail(call, errno.EIO, str(self.dir / 'run/state')) for call in ('fsync', 'fdatasync')]
        daemon = self.start_faulty('--mail-limit=0')
        daemon.wait('end', 2, job='ticking', result='ok')
        self.assertGreater(sum(fault.done for fault in synced), 0)
        for fault in synced:
            fault.end()
        daemon.wait('mail-sent', 2, job='failing')
        self.assertEqual(daemon.stop(), 0)
        for event in ('state-set-aside', 'state-refused', 'state-lost', 'mail-lost'):
            self.assertEqual(daemon.events(event), [])
        ends = collections.Counter(e['run'] for e in daemon.events('end'))
        self.assertEqual(collections.Counter(run for run, in self.query('SELECT run FROM history')), ends)

    def test_whose_file_can_not_be_opened_at_the_start_is_taken_up_later(self):
        fault = self.calls.fail('open', errno.EMFILE, 'state.db')
        daemon = self.start_faulty('--mail-limit=0')
        self.outage(daemon, '', fault)
        self.assert_nothing_lost(daemon, 1)

    def test_that_does_not_answer_at_the_start_is_told_as_what_it_waits_for(self):
        fault = self.calls.hang('pwrite', 'state.db')
        daemon = self.spawn(env=self.calls.environment)
        said = daemon.wait('start-waits')
        self.assertIn(f'the state directory {self.dir}/run/state has not answered', said['reason'])
        fault.end()
        daemon.wait('ready')

    def test_that_does_not_answer_keeps_acron_neither_from_its_jobs_nor_from_its_end(self):
        for insists in (False, True):
            with self.subTest(insists=insists):
                daemon = self.start_faulty('--mail-limit=0', '--drain=1s')
                daemon.wait('end', job='failing')
                fault = self.calls.hang('pwrite', 'state.db')
                fault.wait()
                daemon.wait('end', 2, since=daemon.mark(), job='ticking', result='ok')
                daemon.signal(signal.SIGTERM)
                if insists:
                    daemon.insist()
                self.assertEqual(daemon.wait_end(), 0)
                fault.end()

    def test_that_is_written_in_pieces_is_as_good(self):
        interrupted = self.calls.fail('pwrite', errno.EINTR, 'state.db', every=2)
        cut = self.calls.shorten('pwrite', 100, 'state.db', every=3)
        daemon = self.start_faulty('--mail-limit=0')
        daemon.wait('mail-sent', 3, job='failing')
        self.assertGreater(min(interrupted.done, cut.done), 0)
        self.assert_nothing_lost(daemon, 0)


class Log(InjectionTest):
    def setUp(self):
        super().setUp()
        (self.tree / 'ticking').unlink()
        self.job('marking', 'every 1s\noutput {dir}/marks\nrun echo mark\n')

    def start_with_log(self):
        command = self.command('-f', log=self.dir / 'acron.log')
        acron = subprocess.Popen(command, env=self.environment(**self.calls.environment), stdin=subprocess.DEVNULL)
        self.addCleanup(acron.wait)
        self.addCleanup(acron.kill)
        return acron

    def stop(self, acron):
        acron.terminate()
        self.assertEqual(acron.wait(), 0)
        return [parse_line(line) for line in self.lines('acron.log')]

    def assert_each_run_is_there(self, lines):
        """Two lines a run, of which some may be counted instead; returns how many."""
        self.assertIn('goodbye', {line['event'] for line in lines if line})
        said = sum(line is not None and line.get('job') == 'marking' and line['event'] in ('start', 'end')
                   for line in lines)
        lost = sum(int(line['lines']) for line in lines if line and line['event'] == 'log-lost')
        self.assertEqual(said + lost, 2 * len(self.lines('marks')))
        return lost

    def test_that_is_interrupted_and_cut_short_is_whole(self):
        self.calls.fail('write', errno.EINTR, 'acron.log', every=2)
        self.calls.shorten('write', 7, 'acron.log')
        acron = self.start_with_log()
        self.wait_lines('marks', 3)
        lines = self.stop(acron)
        self.assertNotIn(None, lines)
        self.assertEqual(self.assert_each_run_is_there(lines), 0)

    def test_that_takes_no_more_stops_nothing_and_counts_the_lines(self):
        for error in (errno.ENOSPC, errno.EIO):
            with self.subTest(error=errno.errorcode[error]):
                for name in ('acron.log', 'marks'):
                    (self.dir / name).unlink(missing_ok=True)
                acron = self.start_with_log()
                eventually(lambda: any('event=end job=marking' in line for line in self.lines('acron.log')), 'a run')
                # Seven bytes: a line that is torn says not yet what it is.
                self.calls.shorten('write', 7, 'acron.log', times=1)
                fault = self.calls.fail('write', error, 'acron.log')
                fault.wait()
                self.wait_lines('marks', len(self.lines('marks')) + 2)
                fault.end()
                eventually(lambda: 'event=log-lost lines=' in self.content('acron.log'), 'the number of lost lines')
                self.wait_lines('marks', len(self.lines('marks')) + 2)
                self.assertGreater(self.assert_each_run_is_there(self.stop(acron)), 1)


class Mail(InjectionTest):
    def test_over_a_connection_that_takes_and_gives_little_at_a_time_is_whole(self):
        mail = self.serve_mail(Mailbox())
        self.job('printing', 'every 1s\nrun seq 5000\n')
        interrupted = [self.calls.fail(call, errno.EINTR, 'socket:', every=3) for call in ('send', 'recv')]
        cut = [self.calls.shorten('send', 100, 'socket:'), self.calls.shorten('recv', 1, 'socket:')]
        daemon = self.start_faulty()
        daemon.wait('mail-sent', 2, job='printing')
        for message in mail.messages():
            self.assertTrue(text_of(message).endswith('\n\n' + ''.join(f'{n}\n' for n in range(1, 5001))))
        for fault in interrupted + cut:
            self.assertGreater(fault.done, 10)
        self.assertEqual(daemon.events('mail-server-down') + daemon.events('mail-postponed'), [])
        self.assertEqual(len({message['Message-ID'] for message in mail.messages()}), len(mail.messages()))
        self.assert_undisturbed(daemon)

    def test_that_can_not_be_sent_to_its_end_is_sent_again_soon_and_arrives_once(self):
        mail = self.serve_mail(Mailbox())
        self.job('printing', 'every 1s\nrun test ! -e {dir}/once && touch {dir}/once && seq 5000\nerror if-stderr\n')
        broken = self.calls.fail('send', errno.ENOBUFS, 'socket:', every=8, times=1)  # in the middle of the message
        self.calls.shorten('send', 1000, 'socket:')
        daemon = self.start_faulty()
        daemon.wait('mail-sent', job='printing')
        self.assertEqual(broken.done, 1)
        message, = mail.messages()
        self.assertTrue(text_of(message).endswith('\n4999\n5000\n'))
        self.assertEqual(daemon.events('mail-lost'), [])


class Sockets(InjectionTest):
    """Of TLS, to mail and web servers."""

    def setUp(self):
        super().setUp()
        self.authority = Authority(self.dir)
        self.certificate = self.authority.certify('DNS:localhost')

    def start_trusting(self):
        return self.start(env=self.calls.environment | {'SSL_CERT_FILE': str(self.authority.certificate)})

    def serve_web(self, tls):
        server = WebServer(self.certificate if tls else None)
        self.addCleanup(server.stop)
        server.start()
        return server

    def serve_mail_by_tls(self):
        server = self.serve_mail(Mailbox(certificate=self.certificate, tls_first=True))
        self.smtp = 'smtps://' + server.address.replace('127.0.0.1', 'localhost')
        return server

    def send_faults(self):
        """Each transfer is interrupted, or short."""
        interrupted = [self.calls.fail(call, errno.EINTR, 'socket:', every=3) for call in ('send', 'sendmsg', 'recv')]
        return interrupted + [self.calls.shorten('send', 50, 'socket:'), self.calls.shorten('sendmsg', 50, 'socket:'),
                              self.calls.shorten('recv', 7, 'socket:')]

    def test_mail_by_tls_in_little_pieces_is_whole(self):
        mail = self.serve_mail_by_tls()
        self.job('printing', 'every 1s\nrun seq 5000\n')
        faults = self.send_faults()
        daemon = self.start_trusting()
        daemon.wait('mail-sent', 2, job='printing')
        for message in mail.messages():
            self.assertTrue(text_of(message).endswith('\n\n' + ''.join(f'{n}\n' for n in range(1, 5001))))
        self.assertGreater(sum(fault.done for fault in faults), 50)
        self.assertEqual(daemon.events('mail-server-down') + daemon.events('mail-postponed'), [])
        self.assert_undisturbed(daemon)

    def test_records_in_little_pieces_are_whole(self):
        servers = [self.serve_web(tls) for tls in (False, True)]
        self.job('printing', ''.join(f'output {server.url("/", host="localhost")}\n' for server in servers)
                 + 'every 1s\nrun seq 5000\n')
        faults = self.send_faults()
        daemon = self.start_trusting()
        for server in servers:
            for _, _, _, record in server.wait(2):
                self.assertTrue(record['output'].endswith('\n4999\n5000\n'))
        daemon.wait('webhook-sent', 4)
        self.assertGreater(sum(fault.done for fault in faults), 50)
        self.assertEqual(daemon.events('webhook-server-down') + daemon.events('webhook-postponed'), [])
        self.assert_undisturbed(daemon)

    def test_what_a_connection_breaks_off_is_sent_again_and_nothing_is_lost(self):
        self.serve_mail_by_tls()
        web = self.serve_web(True)
        self.job('printing', f'every 1s\noutput {web.url("/", host="localhost")}\noutput ops@example.com\nrun seq 10\n')
        broken = [self.calls.fail(call, error, 'socket:', every=5, times=2)
                  for call, error in (('connect', errno.EADDRNOTAVAIL), ('connect', errno.ENOBUFS),
                                      ('send', errno.ECONNRESET), ('sendmsg', errno.EPIPE),
                                      ('recv', errno.ECONNRESET), ('recv', errno.ETIMEDOUT))]
        daemon = self.start_trusting()
        before = descriptors_of(daemon.pid)
        eventually(lambda: sum(fault.done for fault in broken) >= 8, 'faults of several kinds')
        for fault in broken:
            fault.end()
        runs = {e['run'] for e in daemon.events('end', job='printing')}
        eventually(lambda: runs <= {e['message-id'] for e in daemon.events('webhook-sent')}, 'each record')
        eventually(lambda: len(daemon.events('mail-sent')) >= len(runs), 'each mail')
        self.assertEqual(daemon.events('mail-lost') + daemon.events('webhook-lost') + daemon.events('fault'), [])
        self.assertEqual({record['run'] for *_, record in web.posts()} & runs, runs)
        (self.tree / 'printing').unlink()
        eventually(lambda: descriptors_of(daemon.pid) <= before + 2, 'as few descriptors as before')
        self.assert_undisturbed(daemon)


if __name__ == '__main__':
    main()
