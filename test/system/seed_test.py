"""The two jobs of the original description, word for word but for their paths, and what it says of them."""

import datetime
import hashlib

from harness import SystemTest, main
from mail_servers import Mailbox, text_of

TEN_PAST = datetime.datetime(2026, 1, 7, 10, 10, tzinfo=datetime.timezone.utc)

SIMPLEST = """\
every 10m
run {dir}/mycommand.sh
"""

FULLER = """\
every 10m
timeout 1m  # kill if running longer than 60s
splay  # see splay section

output if-error mark@example.com  # output is emailed here if job errors
output {dir}/myjob.log  # all output is appended here
error if-stderr if-nonzero  # conditions for failure

if {dir}/machine_in_group.sh mygroup

run {dir}/something.py --with-some-args --and-args
        --and-more-args --and-even-more --you-get-the-idea
"""

ARGUMENTS = ['--with-some-args', '--and-args', '--and-more-args', '--and-even-more', '--you-get-the-idea']


HOST = 'web1.example.com'
OFFSET = int(hashlib.sha256(HOST.encode()).hexdigest()[:8], 16) * 600_000 >> 32  # ms


class TheSimplestJob(SystemTest):
    def setUp(self):
        super().setUp()
        self.mail = self.serve_mail(Mailbox())
        self.job('simplest', SIMPLEST)

    def test_it_runs_every_ten_minutes_as_cron_would(self):
        shown = self.run_acron('--next', '--from=2026-01-07T10:00:00Z', '--count=7')
        times = [line.split('\t')[0] for line in shown.stdout.splitlines()]
        self.assertEqual(times, [f'2026-01-07T{hour}:{minute}:00.000+00:00' for hour, minute in
                                 ['10:10'.split(':'), '10:20'.split(':'), '10:30'.split(':'), '10:40'.split(':'),
                                  '10:50'.split(':'), '11:00'.split(':'), '11:10'.split(':')]])

    def test_it_starts_when_the_clock_reaches_ten_past_and_its_output_is_mailed_to_root_at_localhost(self):
        self.script('mycommand.sh', 'echo it works')
        daemon = self.start_before(TEN_PAST)
        self.assertEqual(daemon.wait('start', job='simplest')['scheduled'], '2026-01-07T10:10:00.000+00:00')
        message, = self.mail.wait(1)
        self.assertEqual(self.mail.envelopes()[0].rcpt_tos, ['root@localhost'])
        self.assertIn('it works', text_of(message))

    def test_its_output_is_mailed_to_whoever_the_command_line_names(self):
        self.script('mycommand.sh', 'echo it works')
        self.start_before(TEN_PAST, mailto='ops@example.com')
        self.assertIn('it works', text_of(self.mail.wait(1, 'ops@example.com')[0]))

    def test_without_output_there_is_no_mail(self):
        self.script('mycommand.sh', 'true')
        daemon = self.start_before(TEN_PAST)
        self.assertEqual(daemon.wait('end', job='simplest')['result'], 'ok')
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.mail.envelopes(), [])


class TheFullerJob(SystemTest):
    def setUp(self):
        super().setUp()
        self.mail = self.serve_mail(Mailbox())
        self.job('web/fuller', FULLER)
        self.script('machine_in_group.sh', 'echo "$@" >>"$(dirname "$0")/asked"; test "$1" = mygroup')

    def start_at_its_time(self):
        self.due = TEN_PAST + datetime.timedelta(milliseconds=OFFSET)
        return self.start_before(self.due, hostname=HOST)

    def test_its_script_gets_the_arguments_of_both_lines(self):
        self.script('something.py', 'import sys\nprint(sys.argv[1:])', '/usr/bin/python3')
        self.start_at_its_time().wait('end', job='web/fuller')
        self.assertEqual(self.lines('myjob.log'), [str(ARGUMENTS)])
        self.assertEqual(set(self.lines('asked')), {'mygroup'})

    def test_it_runs_at_the_splay_of_this_host_after_the_tenth_minute(self):
        self.script('something.py', '', '/usr/bin/python3')
        start = self.start_at_its_time().wait('start', job='web/fuller')
        self.assertEqual(start['scheduled'], self.due.isoformat(timespec='milliseconds'))

    def test_its_success_is_logged_and_not_mailed(self):
        (self.dir / 'myjob.log').write_text('from the days before\n')
        self.script('something.py', 'print("all is well")', '/usr/bin/python3')
        daemon = self.start_at_its_time()
        self.assertEqual(daemon.wait('end', job='web/fuller')['result'], 'ok')
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.lines('myjob.log'), ['from the days before', 'all is well'])
        self.assertEqual(self.mail.envelopes(), [])

    def test_a_nonzero_exit_is_a_failure_whose_output_is_logged_and_mailed(self):
        self.script('something.py', 'print("half of it")\nraise SystemExit(3)', '/usr/bin/python3')
        daemon = self.start_at_its_time()
        self.assertEqual(daemon.wait('end', job='web/fuller')['reason'], 'exit status 3')
        self.assertIn('half of it', text_of(self.mail.wait(1, 'mark@example.com')[0]))
        self.assertEqual(self.lines('myjob.log'), ['half of it'])

    def test_a_word_on_stderr_is_a_failure_whose_output_is_logged_and_mailed(self):
        self.script('something.py', 'import sys\nprint("odd", file=sys.stderr)', '/usr/bin/python3')
        daemon = self.start_at_its_time()
        self.assertEqual(daemon.wait('end', job='web/fuller')['reason'], 'wrote to stderr')
        self.assertIn('odd', text_of(self.mail.wait(1, 'mark@example.com')[0]))
        self.assertEqual(self.lines('myjob.log'), ['odd'])

    def test_it_does_not_run_on_a_machine_outside_the_group(self):
        self.script('machine_in_group.sh', 'exit 1')
        self.script('something.py', 'print("ran")', '/usr/bin/python3')
        self.job('other', 'every 10m\nsplay\nrun true\n')
        daemon = self.start_at_its_time()
        daemon.wait('gate', job='web/fuller', result='shut')
        daemon.wait('end', job='other')  # due at the same moment
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.events('start', job='web/fuller'), [])
        self.assertEqual(self.lines('myjob.log'), [])


if __name__ == '__main__':
    main()
