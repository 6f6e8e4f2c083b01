"""What --check says of job files that can be loaded, and would not do what was meant."""

import os
import shutil
import subprocess
import sys
import unittest

from hanging_mount import only_with_fuse, run_beside_it
from harness import ACRON, IS_ROOT, Acron, SystemTest, main


class AnotherUser(SystemTest):
    def as_nobody(self):
        program = shutil.copy(ACRON, self.dir / 'acron')  # its own directory may be closed to others
        return ('setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', program, '--config=/dev/null')

    @unittest.skipUnless(IS_ROOT, 'only root can be another user')
    def test_what_may_not_be_read_is_told_as_such(self):
        self.dir.chmod(0o755)
        self.job('closed/a', 'every 10m\nrun true\n')
        (self.tree / 'closed').chmod(0o700)
        as_nobody = self.as_nobody()
        for options in (['--check'], ['--show=closed/a'], [f'--show={self.tree}/closed/a']):
            with self.subTest(options=options):
                result = self.run_command([*as_nobody, *options, str(self.tree)], cwd='/')
                self.assertEqual((result.returncode, result.stderr.splitlines()[0]),
                                 (1, "closed: error: can't be read: Permission denied"))

    @unittest.skipUnless(IS_ROOT, 'only root can be another user')
    def test_a_tree_for_root_is_good_whoever_looks_at_it_and_only_the_daemon_refuses_it(self):
        self.dir.chmod(0o755)
        self.job('web/_defaults', 'user backup\n')
        for name in ('web/a', 'web/b', 'web/c'):
            self.job(name, 'every 10m\nrun true\n')
        self.job('d', 'every 10m\nnice -5\nrun true\n')
        self.job('plain', 'every 10m\nnice 5\nuser nobody\nrun true\n')
        self.job('plainer', 'every 10m\nrun true\n')
        as_nobody = self.as_nobody()

        def look(*options):
            return self.run_command([*as_nobody, *options, str(self.tree)], cwd='/')

        advice = 'acron: advice: 4 jobs need an acron that root runs (user, nice): d, web/a, web/b and 1 more\n'
        result = look('--check', '--strict')
        self.assertEqual((result.returncode, result.stderr), (0, advice))
        self.assertEqual(len(result.stdout.splitlines()), 6)
        self.assertEqual(look('--next').returncode, 0)
        self.assertIn('user backup', look('--show=web/a').stdout)
        self.assertEqual(self.run_acron('--check', '--strict').stderr, '')
        run = self.dir / 'run'
        run.mkdir(mode=0o700)
        shutil.chown(run, 'nobody')
        daemon = Acron([*as_nobody, '-f', f'--run-dir={run}', f'--smtp={self.smtp}', str(self.tree)], self.environment())
        self.addCleanup(daemon.close)
        self.assertIn('only root may run a job', daemon.wait('bad-file', file='web/_defaults')['error'])
        self.assertIn('only root may put', daemon.wait('bad-file', file='d')['error'])
        self.assertEqual(daemon.wait('ready')['jobs'], '2')


class Shells(SystemTest):
    """The check asks the shell of a job about its commands."""

    def errors(self, *options, **settings):
        """The headlines, and the exit status."""
        result = self.run_acron('--check', *options, **settings)
        lines = [line for line in result.stderr.splitlines() if not line.startswith('acron: ')]
        return [line for line in lines if ': error: ' in line or ': warning: ' in line], result.returncode

    def test_what_the_shell_refuses_is_an_error_in_its_own_words(self):
        for number, (command, words) in enumerate([('(echo a', 'unexpected'), ('if true; then echo a', 'unexpected'),
                                                   ('a && && b', 'unexpected'), ('for i in 1 2; do echo', 'unexpected'),
                                                   ('echo ${x', ''), ('a | ', 'unexpected'), ('fi', 'unexpected')]):
            for directive in ['run', 'if', 'if each-run']:
                with self.subTest(command=command, directive=directive):
                    rest = '' if directive == 'run' else 'run true\n'
                    self.job('a', f'every 10m\n{directive} {command}\n{rest}')
                    lines, status = self.errors()
                    self.assertEqual((len(lines), status), (1, 1))
                    place = f'a:2:{len(directive) + 2}: error: /bin/sh refuses the command: '
                    self.assertTrue(lines[0].startswith(place), lines)
                    self.assertIn(words, lines[0])

    @unittest.skipUnless(IS_ROOT, 'a limit of processes does not hold for root')
    def test_a_shell_that_can_not_be_started_is_a_warning(self):
        self.dir.chmod(0o755)
        for number in range(3):
            self.job(f'a{number}', f'every 10m\nrun echo {number}; echo b\n')
        program = shutil.copy(ACRON, self.dir / 'acron')  # its own directory may be closed to others
        alone = '64999'  # no user's, so that nobody else counts
        as_it = ('prlimit', '--nproc=1:1', 'setpriv', f'--reuid={alone}', f'--regid={alone}', '--clear-groups')
        result = self.run_command([*as_it, program, '--config=/dev/null', '--check', str(self.tree)], cwd='/',
                                  env={'ASAN_OPTIONS': 'detect_leaks=0'})  # which would take a process
        self.assertEqual(result.returncode, 0, result.stderr)
        for number in range(3):
            self.assertIn(f"a{number}:2:5: warning: the command could not be checked: /bin/sh can't be started: ",
                          result.stderr)

    def test_the_reason_why_joined_lines_are_refused_is_given(self):
        self.job('a', 'every 10m\nrun if true\n  then\n    echo a\n  fi\n')
        (line,), status = self.errors()
        self.assertEqual(status, 1)
        self.assertIn('a:2:5: error: /bin/sh refuses the command: ', line)
        self.assertIn("its lines are joined by blanks: end those that are commands of their own with ';'", line)
        self.job('a', 'every 10m\nrun if true;\n  then\n    echo a;\n  fi\n')
        self.assertEqual(self.errors(), ([], 0))

    def test_a_here_document_is_refused_whatever_the_shell_says(self):
        self.job('a', 'every 10m\nrun cat <<END\n  hello\n  END\n')
        (line,), status = self.errors()
        self.assertEqual(status, 1)
        self.assertIn('a:2:5: error: a here-document needs lines of its own', line)

    def test_each_job_is_judged_by_its_own_shell(self):
        self.job('_defaults', 'shell /bin/bash\n')
        self.job('own', 'every 10m\nshell /bin/dash\nrun diff <(a) <(b)\n')
        self.job('inherited', 'every 10m\nrun diff <(a) <(b)\n')
        self.job('below/_defaults', 'shell /bin/sh\nif (a\n')
        self.job('below/a', 'every 10m\nrun true\n')
        self.job('below/b', 'every 10m\nrun (b\n')
        lines, status = self.errors()
        self.assertEqual(status, 1)
        self.assertEqual([line.split(': refuses')[0].split(' refuses')[0] for line in lines],
                         ['below/_defaults:2:4: error: /bin/sh', 'below/b:2:5: error: /bin/sh', 'own:3:5: error: /bin/dash'])

    def test_bash_is_named_where_it_takes_what_sh_does_not(self):
        self.job('a', 'every 10m\nrun diff <(a) <(b)\n')
        (line,), _ = self.errors()
        if subprocess.run(['/bin/sh', '-nc', 'diff <(a) <(b)'], stderr=subprocess.DEVNULL).returncode != 0:
            self.assertIn("; bash takes it: add 'shell /bin/bash'", line)
        for directive in ['run', 'if']:
            for shell in ['dash', 'sh']:
                rest = '' if directive == 'run' else 'run true\n'
                self.job('a', f'every 10m\n{directive} cat <<<x\nshell /bin/{shell}\n{rest}')
                (line,), _ = self.errors()
                self.assertTrue(shell == 'sh' or "; bash takes it: let line 3 say 'shell /bin/bash'" in line, line)
                self.assertNotIn('add', line)
        self.job('a', 'every 10m\nshell /bin/bash\nrun diff <(a) <(b)\n')
        self.assertEqual(self.errors(), ([], 0))

    def test_what_a_variable_may_have_bash_take_is_a_warning(self):
        for variable in ['BASHOPTS=extglob', 'BASH_ENV=/x']:
            self.job('a', f'every 10m\nshell /bin/bash\nenv {variable}\nrun echo /e!(x)\n')
            (line,), status = self.errors()
            name = variable.split('=')[0]
            self.assertEqual((status, line.split(' refuses')[0]), (0, 'a:4:5: warning: /bin/bash'))
            self.assertTrue(line.endswith(f"; with 'env {name}' it may take it"), line)
        self.job('a', 'every 10m\nshell /bin/bash\nenv A=extglob\nrun echo /e!(x)\n')
        self.assertEqual(self.errors()[1], 1)

    def test_what_bash_refuses_and_yet_ends_well_is_an_error(self):
        for test in ('[[ -f /nonexistent ]', '[[ -f /x -a -f /y ]]', '[[ -z ]]', '[[ a b ]]', '[[ ( a ]]'):
            for lines in (f'if {test}\nrun true\n', f'run {test} && a\n'):
                with self.subTest(lines=lines):
                    self.job('a', f'every 10m\nshell /bin/bash\n{lines}')
                    (error,), status = self.errors()
                    self.assertEqual(status, 1)
                    self.assertIn(': error: /bin/bash refuses the command: ', error)
        self.job('a', 'every 10m\nrun [[ a b ]]\n')
        self.assertNotIn('bash takes it', self.errors()[0][0])

    def test_a_command_that_begins_like_an_option_is_read_as_a_command(self):
        for shell in ['', 'shell /bin/dash\n', 'shell /bin/bash\n']:
            self.job('a', f'every 10m\n{shell}run -foo --x; bar\n')
            self.assertEqual(self.errors(), ([], 0))
            self.job('a', f'every 10m\n{shell}run -x (a\n')
            (line,), status = self.errors()
            self.assertEqual((status, 'Illegal option' in line), (1, False), line)

    def test_nothing_is_executed(self):
        began = self.dir / 'began'
        self.script('startup', f'touch {began}\n')
        for shell in ['/bin/sh', '/bin/bash', '/bin/dash']:
            self.job(shell.replace('/', '_')[1:], f'every 10m\nshell {shell}\nif touch {began}\nrun echo $(touch {began}) `touch {began}`; touch {began}\n')
        self.assertEqual(self.errors(env={'BASH_ENV': str(self.dir / 'startup'), 'ENV': str(self.dir / 'startup')}), ([], 0))
        self.assertFalse(began.exists())

    def test_no_program_but_a_shell_of_the_system_is_started(self):
        began = self.dir / 'began'
        for name in ['sh', 'bash', 'interpreter']:
            program = self.script(name, f'touch {began}\nexit 2\n')
            self.job(name, f'every 10m\nshell {program}\nrun (a\n')
        self.job('python', 'every 10m\nshell /usr/bin/python3\nrun print("a")\n')
        self.job('upwards', f'every 10m\nshell /bin/../..{self.dir}/sh\nrun (a\n')
        self.assertEqual(self.errors(), ([], 0))
        self.assertFalse(began.exists())

    def test_a_shell_that_is_not_there_or_is_no_program_is_a_warning(self):
        no_program = "can't be started: it is no program"
        for name, shell, said in [('missing', '/bin/nonesuch', "can't be started here: No such file or directory"),
                                  ('elsewhere', '/nonexistent', "can't be started here: No such file or directory"),
                                  ('directory', '/bin', no_program), ('file', '/etc/passwd', no_program)]:
            with self.subTest(shell=shell):
                self.job('a', f'every 10m\nshell {shell}\nrun true\n')
                (line,), status = self.errors()
                self.assertEqual(status, 0)
                self.assertEqual(line, f'a:2:7: warning: {shell} {said}')
        self.job('a', 'every 10m\nshell /usr/bin/env\nrun true\n')
        self.assertEqual(self.errors(), ([], 0))

    def test_a_shell_that_is_not_there_is_told_once_where_it_is_named(self):
        self.job('_defaults', 'shell /bin/nonesuch\nif true\n')
        for name in ['a', 'b', 'below/c']:
            self.job(name, 'every 10m\nif false\nrun (a\n')
        self.assertEqual(self.errors(), ([
            "_defaults:1:7: warning: /bin/nonesuch can't be started here: No such file or directory"], 0))

    def test_a_shell_line_that_is_refused_is_told_once(self):
        for shell in ['bash', '/bin/bash -e']:
            self.job('a', f'every 10m\nshell {shell}\nif [[ -f /x ]]\nrun diff <(a) <(b)\n')
            (line,), status = self.errors()
            self.assertEqual(status, 1)
            self.assertRegex(line, r'^a:2:\d+: error: ')

    def test_the_shell_of_a_defaults_tells_what_a_command_means(self):
        self.job('_defaults', 'shell /bin/bash\n')
        self.job('a', 'every 10m\nif [[ -f /x ]]\nrun backup &>/var/log/x\n')
        self.assertEqual(self.errors(), ([], 0))
        self.job('_defaults', 'splay\n')
        lines, status = self.errors()
        self.assertEqual(([line.split(': ')[0] for line in lines], status), (['a:2:4', 'a:3:12'], 0))

    def test_commands_that_no_shell_gets_are_not_asked_about(self):
        self.job('a', 'every 10m\nrun /usr/bin/x --y=z a,b\n')
        self.assertEqual(self.errors(), ([], 0))

    def test_what_moves_bits_in_another_language_is_no_here_document(self):
        self.job('_defaults', 'shell /usr/bin/python3\n')
        self.job('a', 'every 10m\nrun print(1 <<2)\n')
        self.job('b', 'every 10m\nshell /bin/sh\nrun cat <<EOF\n')
        lines, status = self.errors()
        self.assertEqual(status, 1)
        self.assertEqual([line.split(': ')[0] for line in lines], ['b:3:5'])

    def test_a_file_with_another_error_shows_all_of_them(self):
        self.job('a', 'every 10m\ntimeout 5x\nenv A=$HOME\nrun (a\n')
        lines, status = self.errors()
        self.assertEqual(status, 1)
        self.assertEqual([line.split(': ')[0] for line in lines], ['a:2:10', 'a:3:7', 'a:4:5'])

    def test_the_daemon_loads_what_it_always_loaded(self):
        self.job('a', 'every 1s\noutput /dev/null\nrun (a\n')
        self.start().wait('end', job='a', result='failed')


class Warnings(SystemTest):
    def test_a_warning_leaves_the_status_at_0_unless_asked_otherwise(self):
        self.job('a', 'every 10m\nenv PATH=$PATH:/opt/bin\nrun date "+\\%F"\n')
        result = self.run_acron('--check')
        self.assertEqual((result.returncode, result.stdout), (0, 'a\tevery 10m\n'))
        self.assertIn("a:2:10: warning: '$PATH' is not expanded in 'env'", result.stderr)
        self.assertIn("  env PATH=$PATH:/opt/bin\n           ^\n", result.stderr)
        self.assertIn("a:3:12: warning: '\\%' is a crontab's", result.stderr)
        strict = self.run_acron('--check', '--strict')
        self.assertEqual((strict.returncode, strict.stderr), (1, result.stderr))

    def test_many_jobs_in_one_second_are_advice_for_who_asks_and_never_counted(self):
        for name in 'abc':
            self.job(name, 'every 1h\nrun true\n')
        result = self.run_acron('--check', '--strict')
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        result = self.run_acron('--check', '--strict', '-v')
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stderr, '^acron: advice: 3 jobs start within the second')
        self.assertRegex(self.run_acron('--next').stderr, '^acron: advice: 3 jobs start within the second')

    def test_a_tree_without_a_job_file_is_no_success(self):
        self.tree.mkdir(exist_ok=True)
        for left_out in ([], ['README.md', 'web/a.bak', '_defaults']):
            for name in left_out:
                self.job(name, 'timeout 1m\n')
            warning = f'acron: warning: there is no job file below {self.tree}\n'
            for option, status in (('--check', 0), ('--next', 0), ('--strict', 1)):
                with self.subTest(left_out=left_out, option=option):
                    result = self.run_acron('--check', '--strict') if status else self.run_acron(option)
                    self.assertEqual((result.returncode, result.stdout), (status, ''))
                    self.assertTrue(result.stderr.startswith(warning), result.stderr)
        self.job('a', 'nothing\n')
        self.assertNotIn('there is no job file', self.run_acron('--check').stderr)

    def test_a_good_tree_has_none(self):
        self.job('_defaults', "env GREETING='it costs $5'\noutput /var/log/a-b.log\n")
        self.job('a', 'every 10m\nrun find "$HOME" -name "*.log" -mtime +7 | wc -l >/tmp/$(date +%F)\n')
        result = self.run_acron('--check', '--strict')
        self.assertEqual((result.returncode, result.stderr), (0, ''))

    def test_one_in_the_defaults_is_told_once(self):
        self.job('web/_defaults', 'env A=$HOME\n')
        for name in ['a', 'b', 'deep/c']:
            self.job(f'web/{name}', 'every 10m\nrun true\n')
        result = self.run_acron('--check')
        self.assertEqual(result.stderr.count(": warning: '$HOME' is not expanded"), 1)
        self.assertIn('web/_defaults:1:7: warning: ', result.stderr)

    def test_a_name_with_what_can_not_be_seen_is_one_and_shown_escaped(self):
        text = 'every 10m\nrun true\n'
        for name in ('\ufeffa', 'b\u200b', 'web /c', 'web /d'):
            self.job(name, text)
        result = self.run_acron('--check')
        self.assertEqual(result.returncode, 0)
        self.assertEqual(result.stdout, ''.join(name + '\tevery 10m\n' for name in
                                                ('b\\xe2\\x80\\x8b', 'web /c', 'web /d', '\\xef\\xbb\\xbfa')))
        self.assertEqual(result.stderr.splitlines(), [
            "b<U+200B>: warning: its name holds U+200B ZERO WIDTH SPACE, which can't be told from others by sight",
            'web : warning: its name begins or ends with a blank',
            "<U+FEFF>a: warning: its name holds U+FEFF ZERO WIDTH NO-BREAK SPACE, which can't be told from others by sight"])
        self.assertEqual(self.run_acron('--check', '--strict').returncode, 1)
        self.assertNotIn('\ufeff', self.run_acron('--next').stdout)
        self.assertIn('\\xef\\xbb\\xbfa', self.run_acron('--next').stdout)

    def test_two_jobs_of_which_one_is_called_like_a_copy_are_one(self):
        for name in ('a', 'a.20261129', 'web/b.sh', 'web/b-old.sh', 'c-old', 'deep/a-2026-11-29', 'd.1', 'd'):
            self.job(name, 'every 10m\nrun true\n')
        result = self.run_acron('--check')
        self.assertEqual(result.stderr.splitlines(), [
            f"{copy}: warning: it looks like a copy of '{job}', and both are jobs: a name such as '{copy}.bak' or "
            f"'{copy}.off' is none" for copy, job in (('a.20261129', 'a'), ('web/b-old.sh', 'web/b.sh'))])
        self.assertEqual(self.run_acron('--check', '--strict').returncode, 1)
        self.job('a.20261129', 'disabled\nevery 10m\nrun true\n')
        (self.tree / 'web/b-old.sh').rename(self.tree / 'web/b-old.sh.bak')
        self.assertEqual(self.run_acron('--check', '--strict').returncode, 0)

    def test_a_copy_with_the_name_of_another_job_is_one_where_it_does_the_same(self):
        self.job('db', 'every 10m\nrun true\n')
        self.job('db-backup', 'every 20m\nrun true\n')
        self.assertIn("db-backup: warning: it looks like a copy of 'db'", self.run_acron('--check').stderr)
        self.job('db-backup', 'every 10m\nrun dump\n')
        self.assertEqual(self.run_acron('--check').stderr, '')

    def test_a_name_that_looks_switched_off_is_one(self):
        self.job('web/a_disabled', 'every 10m\nrun true\n')
        self.job('b_disabled', 'disabled\nevery 10m\nrun true\n')
        self.assertEqual(self.run_acron('--check').stderr,
                         "web/a_disabled: warning: it is a job all the same: a name such as 'a.disabled' switches it off, "
                         "or 'disabled' in the file\n")

    def test_a_file_in_the_place_of_the_tree_is_told_what_to_give(self):
        file = self.job('a', 'every 10m\nrun true\n')
        result = self.run_acron('--check', tree=file)
        self.assertEqual((result.returncode, result.stderr), (
            1, f'acron: {file}: is not a directory; give the directory of the tree that the file belongs to\n'))

    def test_a_directory_that_looks_switched_off_is_one(self):
        for name in ('web/disabled/a', 'web/disabled/b', 'web/disabled/old/c', 'old/a', 'Off/a', 'archive/a'):
            self.job(name, 'every 10m\nrun true\n')
        self.assertEqual(self.run_acron('--check').stderr.splitlines(), [
            f"{name}: warning: the jobs in it run all the same: a name such as '{meant}' switches them off, or 'disabled' "
            f"in its _defaults"
            for name, meant in (('Off', 'jobs.disabled'), ('old', 'old.disabled'), ('web/disabled', 'jobs.disabled'))])
        for name in ('old/_defaults', 'web/_defaults', 'Off/_defaults'):
            self.job(name, 'disabled\n')
        self.assertEqual(self.run_acron('--check', '--strict').returncode, 0)

    def test_an_example_beside_the_job_is_one(self):
        for name in ('x', 'x.example', 'x.sample', 'x.dist', 'x.template', 'x.j2'):
            self.job(name, 'every 10m\nrun true\n')
        self.job('y.example', 'every 10m\nrun true\n')
        self.assertEqual([line.split(' and ')[0] for line in self.run_acron('--check').stderr.splitlines()],
                         [f"x.{ending}: warning: it looks like a copy of 'x',"
                          for ending in ('dist', 'example', 'j2', 'sample', 'template')])

    def test_an_output_that_is_a_directory_is_one(self):
        self.job('_defaults', f'output {self.dir}\n')
        self.job('a', f'every 10m\noutput if-error {self.dir}/.\noutput {self.dir}/log\nrun true\n')
        result = self.run_acron('--check')
        self.assertEqual(result.returncode, 0)
        self.assertEqual([line for line in result.stderr.splitlines() if 'warning' in line],
                         [f'{place}: warning: this is a directory here; output goes to a file'
                          for place in ('_defaults:1:8', 'a:2:17')])
        self.assertEqual(self.run_acron('--check', '--strict').returncode, 1)

    def test_only_the_check_tells_them(self):
        self.job('a', 'every 10m\nenv A=$HOME\nrun (a\n')
        self.assertEqual(self.run_acron('--next').stderr, '')
        self.assertEqual(self.run_acron('--show=a').stderr, '')

    def test_advice_is_for_who_asks_and_never_counted(self):
        self.job('a', 'cron 0 0 */2 * fri\nrun true\n')
        self.assertEqual(self.run_acron('--check', '--strict').stderr, '')
        result = self.run_acron('--check', '--strict', '-v')
        self.assertEqual(result.returncode, 0)
        self.assertIn("a:1:10: warning: a day must match both day fields, not either, since '*/2' begins with '*'; for either "
                      "write 'cron 0 0 1-31/2 * fri'\n", result.stderr)

    def test_a_character_that_can_not_be_seen_is_shown_in_the_line(self):
        self.job('a', 'every\u00a010m\nrun true\n')
        result = self.run_acron('--check')
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, "a:1:6: error: U+00A0 NO-BREAK SPACE stands where a plain blank belongs; write 'every 10m'\n"
                                        '  every<U+00A0>10m\n       ^\n')


@only_with_fuse
class AMountThatHangs(SystemTest):
    def check(self, *options, **settings):
        return run_beside_it(self, self.command('--check', *options, **settings))

    def test_a_check_tells_of_it_and_ends(self):
        self.job('a', 'every 1s\noutput {dir}/there/out\noutput {dir}/there/other\nrun true\n')
        self.job('b', 'every 1s\nshell {dir}/there/sh\noutput {dir}\nrun true\n')
        checked = self.check(log=self.dir / 'there/log', state=self.dir / 'there/state', smtp_login=self.dir / 'there/x',
                             smtp='smtps://mail.example.com')
        self.assertEqual(checked.returncode, 0, checked.stderr)
        warnings = [line for line in checked.stderr.splitlines() if 'does not answer' in line]
        self.assertEqual(len(warnings), 2, checked.stderr)  # of the jobs, and of the options
        self.assertTrue(warnings[0].startswith('a:2:'), checked.stderr)
        self.assertIn(str(self.dir / 'there/x'), warnings[1])


if __name__ == '__main__':
    main()
