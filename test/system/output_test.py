"""Where the output goes, what counts as an error, and what a mail says."""

import email.utils
import os
import signal
import stat
import unittest

from hanging_mount import only_with_fuse, wrapper_beside_it
from harness import IS_ROOT, SystemTest, eventually, main
from mail_servers import Mailbox, SmtpSink, text_of

NOISY = 'echo to stdout; echo to stderr >&2'


class OutputTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.mail = self.serve_mail(Mailbox())

    def run_once(self, wrapper=(), **jobs):
        """Lets each job run at least once, and ends in order: mail is flushed by then. Returns the first ends."""
        for name, text in jobs.items():
            self.job(name, 'every 1s\n' + text)
        self.daemon = self.start(wrapper=wrapper)
        ends = {name: self.daemon.wait('end', job=name) for name in jobs}
        self.assertEqual(self.daemon.stop(), 0)
        return ends

    def texts(self, recipient):
        return [text_of(message) for message in self.mail.messages(recipient)]


class Targets(OutputTest):
    def test_a_file_gets_all_output_of_every_run_at_its_end(self):
        (self.dir / 'log').write_text('old\n')
        self.job('noisy', f'every 1s\noutput {{dir}}/log\nrun {NOISY}\n')
        daemon = self.start()
        daemon.wait('end', 2, job='noisy')
        daemon.stop()
        lines = self.lines('log')
        self.assertEqual(lines[0], 'old')
        self.assertGreaterEqual(lines.count('to stdout'), 2)
        self.assertEqual(lines.count('to stdout'), lines.count('to stderr'))

    def test_a_file_gets_every_byte_as_it_was(self):
        (self.dir / 'bytes').write_bytes(bytes(range(256)) * 1000)
        self.run_once(bytes='output {dir}/log\nrun cat {dir}/bytes\n')
        written = (self.dir / 'log').read_bytes()
        self.assertEqual(written[:256_000], (self.dir / 'bytes').read_bytes())

    def test_a_file_is_made_so_that_only_its_group_can_read_it(self):
        self.run_once(noisy=f'output {{dir}}/log\nrun {NOISY}\n')
        self.assertEqual(stat.S_IMODE((self.dir / 'log').stat().st_mode), 0o640)

    def test_the_null_device_swallows_it_all(self):
        ends = self.run_once(noisy=f'output /dev/null\nrun {NOISY}\n',
                             failing=f'output /dev/null\nrun {NOISY}; false\n')
        self.assertEqual(ends['failing']['result'], 'failed')
        self.assertEqual(self.mail.envelopes(), [])

    def test_an_address_gets_it_by_mail(self):
        self.run_once(noisy=f'output mark@example.com\nrun {NOISY}\n', quiet='output mark@example.com\nrun true\n')
        for text in self.texts('mark@example.com'):
            self.assertIn('to stdout', text)
        self.assertEqual(self.mail.envelopes('root@localhost'), [])

    def test_several_outputs_each_get_it(self):
        self.run_once(noisy='output {dir}/a\noutput {dir}/b\noutput x@example.com\noutput y@example.com\n'
                            f'run {NOISY}\n')
        self.assertIn('to stdout', self.lines('a'))
        self.assertIn('to stdout', self.lines('b'))
        self.assertIn('to stdout', self.texts('x@example.com')[0])
        self.assertIn('to stdout', self.texts('y@example.com')[0])

    def test_files_have_both_streams_in_the_order_in_which_they_were_written(self):
        lines = 'run for i in $(seq 300); do echo "out $i"; echo "err $i" >&2; done; exit 1\n'
        ends = self.run_once(plain='output {dir}/plain\n' + lines,
                             held='output if-error {dir}/held\noutput /dev/null\n' + lines)
        expected = [f'{stream} {n}' for n in range(1, 301) for stream in ('out', 'err')]
        for name, end in ends.items():
            self.assertEqual(self.lines(name)[:600], expected)
            self.assertEqual(end['output-bytes'], str(sum(len(line) + 1 for line in expected)))
            self.assertNotIn('stdout-bytes', end)
            self.assertNotIn('stderr-bytes', end)

    def test_a_failure_without_output_is_mailed_and_a_success_without_output_is_not(self):
        self.run_once(good='output good@example.com\nrun true\n', bad='output bad@example.com\nrun false\n')
        self.assertEqual(self.mail.envelopes('good@example.com'), [])
        self.assertIn('It printed nothing.', self.texts('bad@example.com')[0])

    def test_a_file_that_can_not_be_written_is_said_and_its_bytes_are_counted(self):
        os.mkfifo(self.dir / 'fifo')
        (self.dir / 'link').symlink_to('/dev/full')
        self.run_once(link='output {dir}/link\nrun echo 1234567\n', fifo='output {dir}/fifo\nrun echo 1234567\n',
                      missing='output {dir}/missing/log\nrun echo 1234567\n')
        reasons = {e['job']: (e['reason'], e['lost-bytes']) for e in self.daemon.events('output-failed')}
        self.assertEqual(reasons['link'], ('is a symlink, which is not followed', '8'))
        self.assertEqual(reasons['missing'], ('No such file or directory', '8'))
        self.assertEqual(reasons['fifo'][1], '8')

    @unittest.skipUnless(IS_ROOT, 'only root is wary of hard links')
    def test_a_hard_link_to_another_file_is_not_written(self):
        (self.dir / 'precious').write_text('mine')
        os.link(self.dir / 'precious', self.dir / 'log')
        self.run_once(noisy=f'output {{dir}}/log\nrun {NOISY}\n')
        self.assertEqual((self.dir / 'precious').read_text(), 'mine')
        self.assertTrue(self.daemon.events('output-failed', job='noisy'))


    @unittest.skipUnless(IS_ROOT, 'only root can give a job another user')
    def test_a_users_link_into_procfs_is_not_followed_since_it_would_lead_to_what_is_acrons(self):
        self.dir.chmod(0o755)
        for name, mode in (('u', 0o755), ('private', 0o700), ('private/in', 0o777)):
            (self.dir / name).mkdir()
            (self.dir / name).chmod(mode)
        os.chown(self.dir / 'u', 65534, 65534)
        (self.dir / 'u/c').symlink_to('/proc/self/cwd')
        (self.dir / 'u/t').symlink_to('/proc/thread-self')
        user = 'user nobody\ncwd /\nrun echo word\n'
        self.run_once(wrapper=['env', '-C', self.dir / 'private/in'], cwd=f'output {{dir}}/u/c/x\n{user}',
                      thread=f'output {{dir}}/u/t/comm\n{user}', own=f'output {{dir}}/u/own\n{user}')
        for job in ('cwd', 'thread'):
            self.assertIn('leads through procfs', self.daemon.events('output-failed', job=job)[0]['reason'])
        self.assertEqual(list((self.dir / 'private/in').iterdir()), [])
        self.assertEqual(self.lines('u/own'), ['word'])

    @unittest.skipUnless(IS_ROOT, 'only root is wary of whose directories lead to a file')
    def test_a_path_that_another_user_could_lead_elsewhere_is_not_written_with_roots_rights(self):
        for name in ('home', 'home/u', 'ours', 'logs'):
            (self.dir / name).mkdir(mode=0o755)
        os.chown(self.dir / 'home/u', 1000, 1000)
        (self.dir / 'home/u/logs').symlink_to(self.dir / 'ours')
        (self.dir / 'ours/x.log').write_text('precious\n')
        (self.dir / 'of-root').symlink_to('logs')
        self.run_once(theirs='output {dir}/home/u/logs/x.log\nrun echo word\n',
                      held='output if-success {dir}/home/u/x.log\nrun echo word\n',
                      ours='output {dir}/of-root/x.log\nrun echo word\n')
        for job in ('theirs', 'held'):
            reason = self.daemon.events('output-failed', job=job)[0]['reason']
            self.assertTrue(reason.startswith(f'{self.dir}/home/u is owned by uid 1000'), reason)
            self.assertIn("give the job a 'user'", reason)
        self.assertEqual(self.lines('ours/x.log'), ['precious'])
        self.assertFalse((self.dir / 'home/u/x.log').exists())
        self.assertIn('word', self.lines('logs/x.log'))


class AFileThatIsMoved(OutputTest):
    """While a run prints to it."""

    def printed(self, meanwhile):
        """By a run between whose two lines something happens to its file, and what it says was lost."""
        self.job('long', 'every 1s\noutput {dir}/out/log\n'
                         'run echo before; until [ -e {dir}/moved ]; do sleep 0.02; done; echo after; exit 7\n')
        (self.dir / 'out').mkdir()
        daemon = self.start()
        self.wait_lines('out/log', 1)
        meanwhile(self.dir / 'out/log')
        (self.dir / 'moved').touch()
        run = daemon.wait('end', job='long', exit='7')['run']
        daemon.stop()
        return daemon.events('output-failed', run=run)

    def test_renamed_it_is_made_anew_for_what_comes(self):
        self.assertEqual(self.printed(lambda log: log.rename(f'{log}.1')), [])
        self.assertEqual(self.lines('out/log.1'), ['before'])
        self.assertEqual(self.lines('out/log')[0], 'after')

    def test_removed_it_is_made_anew_for_what_comes(self):
        self.assertEqual(self.printed(lambda log: log.unlink()), [])
        self.assertEqual(self.lines('out/log')[0], 'after')

    def test_replaced_what_comes_goes_to_the_new_one(self):
        def replace(log):
            (self.dir / 'new').write_text('new\n')
            (self.dir / 'new').rename(log)
        self.assertEqual(self.printed(replace), [])
        self.assertEqual(self.lines('out/log')[:2], ['new', 'after'])

    def test_replaced_by_a_symlink_what_comes_goes_to_the_one_that_was_moved_away(self):
        def replace(log):
            log.rename(f'{log}.1')
            log.symlink_to('/dev/null')
        self.assertEqual(self.printed(replace), [])
        self.assertEqual(self.lines('out/log.1'), ['before', 'after'])

    def test_with_its_directory_moved_away_too(self):
        self.assertEqual(self.printed(lambda log: log.parent.rename(self.dir / 'gone')), [])
        self.assertEqual(self.lines('gone/log'), ['before', 'after'])

    def test_removed_and_replaced_by_a_symlink_what_comes_is_lost_and_counted(self):
        def replace(log):
            log.unlink()
            log.symlink_to('/dev/null')
        failure, = self.printed(replace)
        self.assertEqual((failure['reason'], failure['lost-bytes']), ('is a symlink, which is not followed', '6'))


class OwnStreams(OutputTest):
    """`output stdout` and `output stderr`."""

    def lines_of_stdout(self, daemon):
        """All of them, up to an end in order."""
        daemon.signal(signal.SIGTERM)
        return daemon.process.stdout.read().decode('utf-8', 'surrogateescape').split('\n')

    def wait_strays(self, daemon, count):
        """Lines of stderr that are none of the log's."""
        eventually(lambda: len(daemon.strays) >= count, f'{count} lines of jobs')
        lines, daemon.strays[:] = list(daemon.strays), []
        return lines

    def test_lines_of_many_jobs_come_whole(self):
        names = ['stdout', '/dev/stdout', '/proc/1/fd/1', 'if-success stdout']
        for number, name in enumerate(names * 2):
            self.job(f'job{number}', f'every 1s\noutput {name}\nrun seq -f "job{number} %.0f" 300; printf no-end >&2\n')
        daemon = self.start()
        for number in range(8):
            daemon.wait('end', 2, job=f'job{number}')
        lines = self.lines_of_stdout(daemon)
        wanted = {f'job{number} {n}' for number in range(8) for n in range(1, 301)} | {'no-end', ''}
        self.assertEqual(set(lines), wanted)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(len(lines) - 1, 301 * len(daemon.events('end')))
        self.assertEqual(daemon.events('output-failed'), [])

    def test_every_byte_comes_as_it_was(self):
        (self.dir / 'bytes').write_bytes(bytes(range(256)) * 1000)
        self.job('bytes', 'every 1s\noutput stdout\nrun cat {dir}/bytes\n')
        daemon = self.start()
        got = daemon.process.stdout.read(256_001)
        self.assertEqual(got, (self.dir / 'bytes').read_bytes() + b'\n')
        daemon.close()

    def test_lines_on_stderr_and_those_of_the_log_come_whole(self):
        self.job('a', 'every 1s\noutput /dev/stderr\nrun seq -f "line %.0f" 500\n')
        self.job('b', 'every 1s\noutput if-error stderr\nrun seq -f "line %.0f" 500; exit 1\n')
        daemon = self.start('-v')
        lines = self.wait_strays(daemon, 3000)
        daemon.stop()
        lines += daemon.strays
        daemon.strays.clear()
        self.assertEqual(set(lines), {f'line {n}' for n in range(1, 501)})

    def test_a_reader_who_is_gone_is_said(self):
        self.job('a', 'every 1s\noutput stdout\nrun echo word\n')
        daemon = self.spawn()
        daemon.process.stdout.close()
        failure = daemon.wait('output-failed', job='a')
        self.assertEqual((failure['output'], failure['reason'], failure['lost-bytes']), ('stdout', 'Broken pipe', '5'))

    def test_a_stream_that_was_closed_is_said(self):
        self.job('a', 'every 1s\noutput stdout\nrun echo word\n')
        daemon = self.start(wrapper=['/bin/sh', '-c', 'exec "$@" >&-', 'sh'])
        self.assertEqual(daemon.wait('output-failed', job='a')['reason'], "acron's stdout is closed")

    def test_a_reader_who_does_not_read_holds_up_no_other_job_and_what_is_lost_is_counted(self):
        self.job('ticking', 'every 1s\noutput {dir}/ticks\nrun echo tick\n')
        self.job('flood', 'every 1s\noutput stdout\nrun [ -e {dir}/once ] || { touch {dir}/once; seq 500000; }\n')
        daemon = self.start()
        failure = daemon.wait('output-failed', job='flood')
        self.assertEqual(failure['reason'], "nobody reads acron's stdout")
        daemon.wait('end', 2, since=daemon.mark(), job='ticking', result='ok')
        self.assert_every_tick(daemon, 'ticking')
        daemon.signal(signal.SIGTERM)
        got = len(daemon.process.stdout.read())
        daemon.stop()
        lost = sum(int(e['lost-bytes']) for e in daemon.events('output-failed', job='flood'))
        self.assertEqual(got + lost, sum(len(str(n)) + 1 for n in range(1, 500_001)))

    def test_no_line_is_lost_by_an_upgrade_in_place(self):
        self.job('flood', 'every 1s\noutput stdout\nrun [ -e {dir}/once ] || { touch {dir}/once; seq 300000; }\n')
        self.job('after', 'every 1s\noutput stdout\nrun [ ! -e {dir}/go ] || echo after\n')
        daemon = self.start()
        daemon.wait('start', job='flood')
        mark = daemon.mark()
        daemon.signal(signal.SIGUSR2)  # while nobody reads
        daemon.wait('ready', since=mark)
        wanted = ''.join(f'{n}\n' for n in range(1, 300_001)).encode()
        self.assertEqual(daemon.process.stdout.read(len(wanted)), wanted)
        (self.dir / 'go').touch()
        self.assertEqual(daemon.process.stdout.readline(), b'after\n')
        self.assertEqual(daemon.events('output-failed'), [])


class IfError(OutputTest):
    def test_a_success_triggers_no_output_that_is_for_errors(self):
        self.run_once(good=f'output if-error mark@example.com\noutput if-error {{dir}}/log\nrun {NOISY}\n')
        self.assertEqual(self.mail.envelopes(), [])
        self.assertFalse((self.dir / 'log').exists())

    def test_a_failure_triggers_each_output_that_is_for_errors_with_all_that_was_printed(self):
        self.run_once(bad='output if-error mark@example.com\noutput if-error {dir}/log\n'
                          f'run seq 100000; {NOISY}; exit 1\n')
        lines = self.lines('log')
        # Two pipes have no order between them.
        self.assertEqual([line for line in lines if line != 'to stderr'][:100_001],
                         [*(str(n) for n in range(1, 100_001)), 'to stdout'])
        self.assertIn('to stderr', lines)
        text = self.texts('mark@example.com')[0]
        self.assertIn('\nstderr: to stderr', text)


class Errors(OutputTest):
    def results(self, error_line):
        """Of jobs that exit with another status than 0, write to stderr, do both, or neither."""
        cases = {'nonzero': 'exit 3', 'stderr': 'echo word >&2', 'both': 'echo word >&2; exit 3',
                 'neither': 'echo word'}
        ends = self.run_once(**{name: f'output /dev/null\n{error_line}\nrun {command}\n'
                                for name, command in cases.items()})
        return {name: end.get('reason', 'ok') for name, end in ends.items()}

    def test_by_default_a_nonzero_exit_is_a_failure(self):
        self.assertEqual(self.results(''), {'nonzero': 'exit status 3', 'both': 'exit status 3',
                                            'stderr': 'ok', 'neither': 'ok'})

    def test_both_flags_make_both_failures(self):
        self.assertEqual(self.results('error if-stderr if-nonzero'),
                         {'nonzero': 'exit status 3', 'both': 'exit status 3, wrote to stderr',
                          'stderr': 'wrote to stderr', 'neither': 'ok'})

    def test_if_stderr_alone_turns_if_nonzero_off(self):
        self.assertEqual(self.results('error if-stderr'), {'nonzero': 'ok', 'both': 'wrote to stderr',
                                                           'stderr': 'wrote to stderr', 'neither': 'ok'})

    def test_if_nonzero_alone_turns_if_stderr_off(self):
        self.assertEqual(self.results('error if-nonzero'), {'nonzero': 'exit status 3', 'both': 'exit status 3',
                                                            'stderr': 'ok', 'neither': 'ok'})

    def test_a_death_by_signal_is_a_failure_whatever_the_flags(self):
        ends = self.run_once(shot='output /dev/null\nerror if-stderr\nrun kill -SEGV $$\n')
        self.assertEqual((ends['shot']['reason'], ends['shot']['signal']), ('killed by SIGSEGV', 'SIGSEGV'))


class TheMail(OutputTest):
    def message(self, command):
        self.run_once(report=f'output mark@example.com\nrun {command}\n')
        self.end = self.daemon.events('end', job='report')[0]
        return self.mail.messages('mark@example.com')[0]

    def test_its_headers_say_who_what_and_how_it_ended(self):
        message = self.message(f'{NOISY}; exit 3')
        self.assertEqual(message['Subject'], '[test.example.com] report failed: exit status 3')
        self.assertEqual(message['From'].addresses[0].addr_spec, 'acron@test.example.com')
        self.assertEqual(message['To'], 'mark@example.com')
        self.assertEqual(message['Auto-Submitted'], 'auto-generated')
        self.assertEqual(message['MIME-Version'], '1.0')
        self.assertIsNotNone(email.utils.parsedate_to_datetime(message['Date']))
        self.assertRegex(message['Message-ID'], r'^<[^<>@\s]+@test\.example\.com>$')

    def test_its_body_is_what_a_person_can_act_on(self):
        text = text_of(self.message(f'{NOISY}; exit 3'))
        run = self.end['run']
        start = self.daemon.events('start', run=run)[0]
        for part in [f'Command:     {NOISY}; exit 3\n', f'Scheduled:   {start["scheduled"]}\n', 'Started:     20',
                     f'Duration:    {self.end["duration"]}\n', 'Ended:       exit status 3\n', f'Run:         {run}\n',
                     '10 bytes on stdout, 10 on stderr', '\nto stdout\n', '\nstderr: to stderr\n']:
            with self.subTest(part=part):
                self.assertIn(part, text)

    def test_strange_bytes_arrive_in_lines_that_mail_allows(self):
        message = self.message(r"printf 'caf\303\251 \377\000 %s\n.\n..\nFrom x\n.' "
                               r"$(head -c 5000 /dev/zero | tr '\0' y)")
        for line in self.mail.envelopes()[0].content.split(b'\r\n'):
            self.assertLessEqual(len(line), 998)
            self.assertTrue(all(byte < 128 and byte != 0 for byte in line))
        text = text_of(message)
        self.assertIn('café', text)
        self.assertIn('y' * 5000 + '\n.\n..\nFrom x\n.', text)

    def test_several_mails_share_a_connection(self):
        self.run_once(one=f'output a@example.com\noutput b@example.com\noutput c@example.com\nrun {NOISY}\n')
        self.assertGreaterEqual(len(self.mail.envelopes()), 3)
        self.assertLess(self.mail.connections, len(self.mail.envelopes()))

    def test_the_sender_is_whom_the_command_line_names(self):
        self.job('noisy', f'every 1s\nrun {NOISY}\n')
        self.start(mail_from='cron@example.org')
        self.mail.wait(1)
        self.assertEqual(self.mail.envelopes()[0].mail_from, 'cron@example.org')

    def test_a_server_without_esmtp_gets_it_too(self):
        sink = self.serve_mail(SmtpSink('-e'))
        self.run_once(noisy=f'output mark@example.com\nrun {NOISY}\n')
        self.assertEqual(sink.messages()[0]['To'], 'mark@example.com')


class TheRun(OutputTest):
    def printed(self, command):
        self.run_once(it=f'output {{dir}}/printed\nrun {command}\n')
        return self.lines('printed')

    def test_it_has_an_environment_of_its_own(self):
        lines = self.printed('env | sort; echo --')
        names = [line.split('=')[0] for line in lines[:lines.index('--')]]
        expected = {'ACRON_JOB', 'ACRON_MARK', 'ACRON_RUN_ID', 'ACRON_SCHEDULED', 'HOME', 'LOGNAME', 'PATH', 'SHELL', 'TZ',
                    'USER'}
        self.assertEqual(set(names) - {'PWD', 'OLDPWD', '_', 'SHLVL'}, expected)
        self.assertIn('ACRON_JOB=it', lines)
        start = self.daemon.events('start')[0]
        self.assertIn(f'ACRON_RUN_ID={start["run"]}', lines)
        self.assertIn(f'ACRON_SCHEDULED={start["scheduled"]}', lines)

    def test_it_reads_nothing_and_inherits_nothing(self):
        self.script('descriptors.py', """
import os
print([n for n in map(int, os.listdir('/proc/self/fd')) if os.path.exists(f'/proc/self/fd/{n}')])
print(os.readlink('/proc/self/fd/0'))
print(repr(os.read(0, 10)))
""", '/usr/bin/python3')
        self.assertEqual(self.printed('exec {dir}/descriptors.py')[:3], ['[0, 1, 2]', '/dev/null', "b''"])

    def test_it_leads_a_session_and_has_default_signals_and_mask(self):
        lines = self.printed('umask; cat /proc/$$/stat; exec grep ^Sig /proc/self/status')
        pid, _, _, _, group, session = lines[1].split()[:6]
        self.assertEqual((pid, pid), (group, session))
        masks = dict(line.split(':\t') for line in lines[2:7] if line.startswith('Sig'))
        self.assertEqual((masks['SigBlk'], masks['SigIgn']), ('0' * 16, '0' * 16))
        self.assertEqual(lines[0], '0022')


@only_with_fuse
class AFileSystemThatDoesNotAnswer(OutputTest):
    MANY = 9

    def start_beside_it(self, **settings):
        for number in range(self.MANY):
            self.job(f'hangs-{number}', f'every 1s\noutput {{dir}}/there/{number}\noutput someone@example.com\n'
                                        'run echo said\n')
        self.job('answers', 'every 1s\noutput {dir}/log\nrun echo said\n')
        self.job('goes-on', 'every 1s\noutput {dir}/there/on\nrun while :; do echo said; sleep 0.1; done\n')
        # A check for leaks would wait for threads that hang.
        self.daemon = self.start(wrapper=wrapper_beside_it(self), env={'ASAN_OPTIONS': 'detect_leaks=0'}, **settings)
        for number in range(self.MANY):
            self.daemon.wait('start', job=f'hangs-{number}')

    def test_it_holds_up_no_other_job_and_the_runs_that_write_there_not_for_long(self):
        self.start_beside_it()
        already = len(self.daemon.events('end', job='answers'))
        self.daemon.wait('end', already + 3, job='answers', result='ok')
        self.assertGreaterEqual(len(self.lines('log')), 3)
        for number in range(self.MANY):
            failed = self.daemon.wait('output-failed', job=f'hangs-{number}')
            self.assertEqual((failed['reason'], failed['lost-bytes']), ('the file system does not answer', '5'))
            end = self.daemon.wait('end', job=f'hangs-{number}', run=failed['run'], result='ok')
            self.assertNotIn('output', end)
        self.mail.wait(self.MANY)
        self.daemon.wait('output-failed', job='goes-on')
        self.assertEqual(self.daemon.events('end', job='goes-on'), [])
        self.daemon.signal(signal.SIGUSR2)
        self.daemon.wait('upgraded')
        self.daemon.wait('end', 3, job='hangs-0')  # none of these waits
        self.daemon.stop()

    def test_a_run_that_has_ended_is_told_though_acron_ends_before_it_gives_up(self):
        self.start_beside_it(drain='1s')
        self.daemon.stop()
        for number in range(self.MANY):
            first = self.daemon.wait('start', job=f'hangs-{number}')['run']
            self.daemon.wait('end', job=f'hangs-{number}', run=first, result='ok')
            self.daemon.wait('output-failed', job=f'hangs-{number}', run=first)
        self.assertEqual([e['job'] for e in self.daemon.events('left-running')], ['goes-on'])
        self.assertTrue(self.daemon.events('output-failed', job='goes-on'))


if __name__ == '__main__':
    main()
