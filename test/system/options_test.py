"""The command line and the configuration file."""

import os

from harness import ACRON, SystemTest, main
from mail_servers import Mailbox

SETTINGS = ['mailto', 'mail-from', 'mail-limit', 'smtp', 'smtp-login', 'smtp-name', 'poll', 'if-interval', 'drain', 'hostname', 'run-dir', 'log']
COMMANDS = ['foreground', 'verbose', 'config', 'check', 'strict', 'next', 'from', 'count', 'per-job', 'json', 'show', 'help',
            'version']


class WithAJob(SystemTest):
    """A tree without a job file would be warned of."""

    def setUp(self):
        super().setUp()
        self.job('yearly', 'cron @yearly\nrun true\n')


class TheCommandLine(WithAJob):
    def refused(self, *options, **settings):
        """What acron says when it refuses."""
        result = self.run_acron(*options, **settings)
        self.assertEqual((result.returncode, result.stdout), (1, ''))
        self.assertRegex(result.stderr, r'^acron: [^\n]+ \(see acron --help\)\n$')
        return result.stderr

    def test_help_names_every_option(self):
        result = self.run_acron('--help')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        for option in SETTINGS + COMMANDS:
            with self.subTest(option=option):
                self.assertIn(f'--{option}', result.stdout)

    def test_version_names_program_and_version(self):
        result = self.run_acron('--version')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertRegex(result.stdout, r'^acron \d+\.\d+\.\d+\n$')

    def test_each_bad_value_is_refused_with_the_option_and_the_reason(self):
        for option, value, reason in [
                ('mailto', 'nobody', "'nobody' is a user name, not a mail address"),
                ('mailto', 'a@b@c d', ''),
                ('mail-from', '@example.com', "nothing stands before the '@'"),
                ('smtp', 'localhost:0', ''), ('smtp', 'localhost:99999', ''), ('smtp', ':25', ''),
                ('smtp', 'local host:25', ''), ('smtp', 'localhost:smtp', ''), ('smtp', 'smtps://', ''),
                ('smtp', 'smtps://me:secret@localhost', 'without a login'), ('smtp-login', '/x', 'only said over TLS'),
                ('poll', '10', "'10' is not a duration"), ('poll', '0s', 'too short'), ('poll', '5x', ''),
                ('poll', '99999999999d', 'too long'), ('poll', '', ''),
                ('if-interval', 'soon', 'not a duration'), ('drain', '-1s', 'not a duration'),
                ('mail-limit', 'many', 'not a number'), ('mail-limit', '-1', 'not a number from 0 to'),
                ('log', 'file.log', "neither 'console' nor 'syslog' nor an absolute path"),
                ('hostname', 'a..b', 'not the name of a machine'), ('hostname', '.', 'not the name of a machine'),
                ('smtp-name', '192.0.2.7', "write '--smtp-name=[192.0.2.7]'"), ('smtp-name', '1.2.3.4.5', 'not the name of a machine'),
                ('log', '', '')]:
            with self.subTest(option=option, value=value):
                said = self.refused(**{option.replace('-', '_'): value})
                self.assertIn(f'--{option}', said)
                self.assertIn(reason, said)

    def test_an_address_that_is_none_is_answered_with_the_one_to_write(self):
        for option in ['mailto', 'mail-from']:
            for value, address in [('root', 'root@localhost'), ('"Ops Team" <ops@example.com>', 'ops@example.com'),
                                   ('Ops <ops@example.com>', 'ops@example.com'), ('mailto:ops@example.com', 'ops@example.com'),
                                   ('"ops@example.com"', 'ops@example.com'), ('ops@example.com,', 'ops@example.com'),
                                   ('MAILTO=x@example.com', 'x@example.com')]:
                with self.subTest(option=option, value=value):
                    said = self.refused('--check', **{option.replace('-', '_'): value})
                    self.assertIn(f"--{option}: ", said)
                    self.assertIn(f"; write '--{option}={address}' (see", said)
                    accepted = self.run_acron('--check', f'--{option}={address}')
                    self.assertEqual((accepted.returncode, accepted.stderr), (0, ''))
            for value in ['a@example.com,b@example.com', 'a@example.com b@example.com', 'root, admin']:
                with self.subTest(option=option, value=value):
                    said = self.refused('--check', **{option.replace('-', '_'): value})
                    self.assertIn('one mail address is expected here, not 2', said)
                    self.assertEqual('a list of your mail server' in said, option == 'mailto')

    def test_no_user_is_made_of_a_word_that_is_another_place(self):
        for option in ['mailto', 'mail-from']:
            for value in ['devnull', 'slack', 'syslog', 'stdout', 'quiet']:
                with self.subTest(option=option, value=value):
                    said = self.refused('--check', **{option.replace('-', '_'): value})
                    self.assertIn(f"'{value}' is not a mail address", said)
                    self.assertNotIn('localhost', said)

    def test_a_word_for_no_mail_is_answered_with_how_none_is_sent(self):
        for value in ['off', 'none', 'No', '""', 'MAILTO=', 'MAILTO=off']:
            with self.subTest(value=value):
                said = self.refused('--check', mailto=value)
                self.assertIn("no mail is sent of a job with another target, such as 'output syslog'", said)
                self.assertNotIn('localhost', said)
        self.assertNotIn('off@localhost', self.refused('--check', mail_from='off'))

    def test_a_character_that_only_looks_right_is_named(self):
        for option in ['\u2014check', '\u2013-check', '\u2212f']:
            with self.subTest(option=option):
                result = self.run_command(self.command(option))
                self.assertEqual(result.returncode, 1)
                self.assertRegex(result.stderr, "an option begins with '--', and .* does not: U\\+20?[12][0-9]+ [A-Z ]* is no '-'")
        said = self.refused(poll='5\u00a0m')
        self.assertIn('<U+00A0>', said)
        self.assertIn('U+00A0 NO-BREAK SPACE stands where a plain blank belongs', said)
        self.assertIn('U+201C LEFT DOUBLE QUOTATION MARK', self.refused(mailto='\u201croot\u201d'))

    def test_each_bad_use_is_refused_with_the_option(self):
        for options, named in [(['--nonsense'], '--nonsense'), (['--fore'], '--fore'), (['-x'], '-x'),
                               (['--next', '--count=many'], 'many'), (['--next', '--count=-1'], '-1'),
                               (['--next', '--count=0'], '0'),
                               (['--json'], '--next'), (['--strict'], '--check'), (['--from=2026-01-01T00:00:00Z'], '--next'),
                               (['--check', '--next'], 'one at a time'), (['--hostname=a b'], '--hostname'),
                               (['--poll'], 'poll'), (['--check=yes'], '--check'), (['--poll=1s'], 'poll'),
                               (['another-tree'], '')]:
            with self.subTest(options=options):
                self.assertIn(named, self.refused(*options))

    def test_an_empty_value_is_refused_with_the_option(self):
        for option in ['--run-dir', '--state', '--hostname', '--mailto', '--log', '--config', '--show']:
            with self.subTest(option=option):
                result = self.run_command([self.command()[0], '--check', option, '', str(self.tree)])
                self.assertEqual(result.returncode, 1)
                self.assertIn(f'{option}: a value is missing', result.stderr)

    def test_names_that_no_mail_server_takes_and_a_directory_as_a_log_are_refused(self):
        for name in ['-x', 'a_b.c', 'a..b', 'a.', 'x-', 'x' * 64]:
            with self.subTest(name=name):
                self.assertIn('is not the name of a machine', self.refused('--check', f'--smtp-name={name}'))
        self.assertIn(f"--log: '{self.dir}' is a directory", self.refused('--check', log=self.dir))

    def test_neither_the_run_directory_nor_the_state_leads_through_procfs(self):
        (self.dir / 'link').symlink_to('/proc/self/cwd')
        for way in ('/proc/self/cwd', f'/proc/1/root{self.dir}', '/dev/fd/0', self.dir / 'link'):
            for option in ('run_dir', 'state'):
                with self.subTest(way=way, option=option):
                    place = f'{way}/in/acron'
                    refused = self.run_acron('-f', cwd=self.dir, **{option: place})
                    self.assertEqual((refused.returncode, refused.stderr), (
                        1, f'acron: {place} leads through procfs (/proc), which would show files of acron itself; name '
                           'the place it means\n'))
                    checked = self.run_acron('--check', **{option: place})
                    self.assertIn(f'warning: {place} leads through procfs', checked.stderr)
        self.assertFalse((self.dir / 'in').exists())

    def test_a_log_in_a_directory_that_is_missing_is_a_warning_of_the_check(self):
        result = self.run_acron('--check', log=f'{self.dir}/missing/log')
        self.assertEqual(result.returncode, 0)
        self.assertIn(f"acron: warning: --log: there is no directory '{self.dir}/missing' here\n", result.stderr)

    def test_what_is_printed_of_an_option_commands_no_terminal(self):
        for options in [['--\x1b[31mred'], ['--config', '/\x1b[31m'], ['--show', '\x1b[31m'], ['--poll=\x1b'],
                        ['--count=\x1b', '--next'], ['--\udcff']]:
            with self.subTest(options=options):
                said = self.refused('--check', *options)
                self.assertNotIn('\x1b', said)
        result = self.run_command(self.command('--check', tree=self.dir / 'a\x1b[31m'))
        self.assertIn('a\\x1b[31m: No such file', result.stderr)

    def test_a_working_directory_that_was_removed_is_told_where_a_path_is_meant_from_it(self):
        gone = self.dir / 'gone'
        gone.mkdir()
        done = self.run_command(['sh', '-c', f'cd {gone} && rmdir {gone} && exec {ACRON} --check .'])
        self.assertEqual(done.returncode, 1)
        self.assertIn("'.' is meant from the working directory, which can't be found", done.stderr)

    def test_the_tree_must_be_named(self):
        result = self.run_command(self.command()[:-1])
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, 'acron: the directory of job files is missing (see acron --help)\n')

    def test_a_tree_that_is_missing_or_no_directory_is_refused(self):
        (self.dir / 'file').touch()
        for tree, reason in [('missing', 'No such file or directory'), ('file', 'is not a directory')]:
            for option in ['-f', '--check', '--next']:
                with self.subTest(tree=tree, option=option):
                    result = self.run_command(self.command(option, tree=self.dir / tree))
                    self.assertEqual(result.returncode, 1)
                    self.assertIn(f'{self.dir / tree}: {reason}', result.stderr)


class TheConfigurationFile(WithAJob):
    def configure(self, text):
        (self.dir / 'acron.conf').write_text(text.replace('{dir}', str(self.dir)))
        return {'config': self.dir / 'acron.conf'}

    def test_a_relative_directory_is_refused_in_the_file_alone(self):
        for name in ['run-dir', 'state']:
            with self.subTest(name=name):
                result = self.run_acron('--check', **self.configure(f'{name} = x\n'), **{name.replace('-', '_'): None})
                self.assertEqual((result.returncode, result.stdout), (1, ''))
                self.assertIn(f"/acron.conf:1:{len(name) + 4}: {name}: 'x' is not an absolute path", result.stderr)
                result = self.run_acron('--check', **{name.replace('-', '_'): 'x'})
                self.assertEqual((result.returncode, result.stderr), (0, ''))

    def test_it_gives_every_setting(self):
        mail = self.serve_mail(Mailbox())
        self.job('gated', 'every 1s\nif echo asked >>{dir}/asked\nrun echo hello\n')
        daemon = self.start(**self.configure(f"""\
# what a fleet's machine has in /etc/acron/acron.conf
mailto = ops@example.com
mail-from = cron@example.com
smtp = {mail.address}
poll = 1s
if-interval = 1s
drain = 2s
hostname = configured.example.com
run-dir = {{dir}}/configured
log = console
"""), smtp=None, poll=None, hostname=None, run_dir=None)
        self.assertEqual(daemon.wait('hello')['host'], 'configured.example.com')
        mail.wait(1, 'ops@example.com')
        self.assertEqual(mail.envelopes()[0].mail_from, 'cron@example.com')
        self.assertEqual((self.dir / 'configured/acron.pid').read_text(), f'{daemon.pid}\n')
        self.wait_lines('asked', 2)
        self.job('late', 'every 1d\nrun true\n')
        daemon.wait('load', job='late')

    def test_the_command_line_wins(self):
        daemon = self.start(**self.configure('hostname = configured.example.com\nrun-dir = {dir}/configured\n'),
                            hostname='given.example.com')
        self.assertEqual(daemon.wait('hello')['host'], 'given.example.com')
        self.assertFalse((self.dir / 'configured').exists())

    def test_a_fault_in_it_is_refused_with_the_file_and_the_name(self):
        for text, named in [('nonsense = 1\n', 'nonsense'), ('foreground = yes\n', 'foreground'),
                            ('poll = often\n', 'often'), ('poll\n', 'poll'), ('mailto = nobody\n', 'nobody'),
                            ('poll = 1s\npoll = 2s\n', 'poll')]:
            with self.subTest(text=text):
                result = self.run_acron('-f', **self.configure(text), poll=None)
                self.assertEqual(result.returncode, 1)
                self.assertIn(str(self.dir / 'acron.conf'), result.stderr)
                self.assertIn(named, result.stderr)
                self.assertEqual(result.stderr.count('\n'), 1)

    def test_a_fault_in_it_is_told_with_its_line_and_column(self):
        for text, said in [('# x\n\n poll = often\n', "3:9: poll: 'often' is not a duration"),
                           ('poll = 1s\r\n\tnonsense = 1\n', "2:2: 'nonsense' is no setting"),
                           ('dain = 1s\n', "1:1: 'dain' is no setting; did you mean 'drain'?"),
                           ('poll = 1s\n\npoll = 2s\n', "3:1: 'poll' is given twice: line 1 has it"),
                           ('poll\n', "1:1: 'poll' is no line 'name = value'"),
                           ('[daemon]\n', "1:1: the file has no sections such as '[daemon]'"),
                           ('hostname =\n', '1:11: hostname: a value is missing'),
                           ('mailto = # ops@example.com\n', '1:9: mailto: a value is missing'),
                           ('\x1b[31mred = 1\n', "1:1: '\\x1b[31mred' is no setting"),
                           ('a\0b = 1\n', "1:1: 'a\\x00b' is no setting"),
                           ('log = /\nhostname = a b\n', "2:12: hostname: 'a b' is not the name of a machine")]:
            with self.subTest(text=text):
                result = self.run_acron('--check', **self.configure(text), poll=None, hostname=None, run_dir=None)
                self.assertEqual(result.returncode, 1)
                self.assertIn(f"acron: {self.dir / 'acron.conf'}:{said}", result.stderr)

    def test_what_it_proposes_is_the_whole_line(self):
        for text, said in [('poll = 10 seconds', "write 'poll = 10s'"),
                           ('drain = 10', "a unit is missing; write 'drain = 10s' or 'drain = 10m'"),
                           ('stop-jobs = 5 sec', "write 'stop-jobs = 5s'"),
                           ('if-interval = huor', "did you mean 'if-interval = hour'?"),
                           ('smtp-name = 192.0.2.7', "write 'smtp-name = [192.0.2.7]'")]:
            with self.subTest(text=text):
                result = self.run_acron('--check', **self.configure(text), poll=None, hostname=None, run_dir=None)
                self.assertEqual(result.returncode, 1)
                self.assertIn(said, result.stderr)

    def test_the_tree_is_trusted_where_it_says_yes_and_by_no_empty_value(self):
        self.job('a', 'every 1h\nrun true\n')
        for value in ['', '# yes', 'perhaps', 'yes no']:
            with self.subTest(value=value):
                result = self.run_acron('--check', **self.configure(f'trust-tree = {value}\n'))
                self.assertEqual(result.returncode, 1)
                self.assertIn('trust-tree: ', result.stderr)
        for value in ['yes', 'no', 'true', 'false', 'on', 'off', '1', '0', 'Yes']:
            with self.subTest(value=value):
                self.assertEqual(self.run_acron('--check', **self.configure(f'trust-tree = {value}\n')).returncode, 0)

    def test_an_address_in_it_is_answered_in_its_form(self):
        result = self.run_acron('--check', **self.configure('mailto = root\n'))
        self.assertEqual(result.returncode, 1)
        self.assertIn("mailto: 'root' is a user name, not a mail address; write 'mailto = root@localhost'", result.stderr)

    def test_a_path_that_would_be_taken_literally_is_told_by_the_check(self):
        for line, text in [('log = /var/log/$HOSTNAME.log', '$HOSTNAME'), ('log = /var/log/acron-%Y%m%d.log', '%Y%m%d'),
                           ('state = ~/acron', '~'), ('run-dir = /run/$USER', '$USER')]:
            with self.subTest(line=line):
                result = self.run_acron('--check', **self.configure(line + '\n'), run_dir=None)
                self.assertEqual(result.returncode, 0)
                self.assertIn(f"acron: warning: '{text}' in '", result.stderr)
        self.assertEqual(self.run_acron('--check', **self.configure('log = /var/log/acron.log\n')).stderr, '')

    def test_one_that_never_ends_is_refused_and_so_is_one_that_nobody_writes(self):
        os.mkfifo(self.dir / 'fifo', 0o600)
        for path, reason in (('/dev/zero', 'it has more than 1048576 bytes'), (self.dir / 'fifo', 'it is not a regular file')):
            for mode in ('-f', '--check'):
                with self.subTest(path=path, mode=mode):
                    result = self.run_acron(mode, config=path)
                    self.assertEqual(result.returncode, 1)
                    self.assertIn(f"can't read the configuration file '{path}': {reason}", result.stderr)

    def test_one_that_can_not_be_read_is_refused(self):
        for name in ['missing.conf', 'tree']:
            with self.subTest(name=name):
                result = self.run_acron('-f', config=self.dir / name)
                self.assertEqual(result.returncode, 1)
                self.assertIn(str(self.dir / name), result.stderr)


if __name__ == '__main__':
    main()
