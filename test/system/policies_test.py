"""What a job file may ask for its runs, each directive through the built program."""

import datetime
import grp
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
import unittest

from harness import ACRON, IS_ROOT, Acron, SystemTest, eventually, main
from mail_servers import Mailbox, text_of
from processes import is_alive, status_of

JOB = 'every 1s\noutput {dir}/all/out\n'
RARE = 'every 4s\noutput {dir}/all/out\n'  # a shell is ready for its signals by the next
AS_NOBODY = ('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups')
root_only = unittest.skipUnless(IS_ROOT, 'only root can become another user')


class PolicyTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.dir.chmod(0o755)
        (self.dir / 'all').mkdir()
        (self.dir / 'all').chmod(0o1777)  # also for users other than root

    def run_once(self, lines, **fields):
        """The end of the first run of a job with these lines."""
        self.job('a', JOB + lines)
        self.daemon = self.start()
        end = self.daemon.wait('end', job='a', **fields)
        (self.tree / 'a').unlink()
        self.daemon.signal(signal.SIGHUP)  # the empty tree is meant
        return end

    def printed(self, lines):
        self.run_once(lines, result='ok')
        return self.lines('all/out')


@root_only
class TheUser(PolicyTest):
    def test_user_runs_the_job_with_that_users_ids_and_surroundings(self):
        entry = pwd.getpwnam('daemon')
        lines = self.printed('user daemon\nrun cat /proc/self/status; echo "$USER $LOGNAME $HOME $PATH"; pwd\n')
        status = dict(line.split(':\t', 1) for line in lines if ':\t' in line)
        self.assertEqual(status['Uid'].split(), [str(entry.pw_uid)] * 4)
        self.assertEqual(status['Gid'].split(), [str(entry.pw_gid)] * 4)
        self.assertEqual(sorted(map(int, status['Groups'].split())),
                         sorted(os.getgrouplist('daemon', entry.pw_gid)))
        self.assertEqual(int(status['CapEff'], 16), 0)
        self.assertIn(f'daemon daemon {entry.pw_dir} /usr/local/bin:/usr/bin:/bin', lines)
        self.assertEqual(lines[-1], entry.pw_dir)

    def test_user_with_a_group_has_that_one_as_its_first(self):
        self.assertEqual(self.printed('user daemon:games\nrun id -g\n')[0], str(grp.getgrnam('games').gr_gid))

    def test_an_output_file_is_the_users(self):
        self.run_once('user daemon\nrun echo hello\n')
        found = (self.dir / 'all/out').stat()
        self.assertEqual((found.st_uid, found.st_gid), (pwd.getpwnam('daemon').pw_uid, pwd.getpwnam('daemon').pw_gid))

    def test_an_output_file_is_refused_where_the_user_may_not_write(self):
        (self.dir / 'all').chmod(0o755)
        self.run_once('user daemon\nrun echo hello\n')
        failed = self.daemon.wait('output-failed', job='a')
        self.assertEqual((failed['reason'], failed['output']), ('Permission denied', str(self.dir / 'all/out')))
        self.assertFalse((self.dir / 'all/out').exists())

    def test_a_user_that_is_not_known_is_a_run_that_could_not_be_started_and_is_mailed(self):
        mail = self.serve_mail(Mailbox())
        self.job('a', 'every 1s\nuser no-such-user\noutput ops@example.com\noutput {dir}/all/out\nrun id\n')
        daemon = self.start()
        end = daemon.wait('end', job='a')
        self.assertEqual((end['result'], end['not-started']), ('failed', "there is no user 'no-such-user'"))
        self.assertIn("there is no user 'no-such-user'", text_of(mail.wait(1, 'ops@example.com')[0]))
        self.assertFalse((self.dir / 'all/out').exists())

    def test_the_gates_are_asked_as_the_user(self):
        self.assertEqual(set(self.printed('user daemon\nif id -un >{dir}/all/gate\nif each-run id -un >{dir}/all/each\n'
                                          'run id -un\n')), {'daemon'})
        self.assertEqual(self.lines('all/gate'), ['daemon'])
        self.assertEqual(self.lines('all/each'), ['daemon'])


@root_only
class WithoutRoot(PolicyTest):
    def setUp(self):
        super().setUp()
        self.program = self.dir / 'acron'
        shutil.copy(ACRON, self.program)  # where everyone may read it

    def check(self, lines):
        self.job('a', 'every 1h\n' + lines + 'run true\n')
        for path in (self.tree, self.tree / 'a'):
            os.chown(path, 65534, 65534)
        command = [*AS_NOBODY, self.program, '--config=/dev/null', '--check', str(self.tree)]
        return self.run_command(command, cwd='/')

    def test_what_only_root_may_ask_is_an_error_at_load(self):
        for lines, reason in (('user daemon\n', 'root'), ('user nobody:daemon\n', 'root'), ('nice -5\n', 'root')):
            with self.subTest(lines=lines):
                advice = self.check(lines).stderr
                self.assertEqual(advice, 'acron: advice: 1 job needs an acron that root runs (user, nice): a\n')
                run = self.dir / 'nobody'
                run.mkdir(mode=0o700)
                shutil.chown(run, 'nobody')
                daemon = Acron([*AS_NOBODY, self.program, '--config=/dev/null', '-f', f'--run-dir={run}', str(self.tree)],
                               self.environment())
                self.addCleanup(daemon.close)
                fault = daemon.wait('bad-file', file='a')
                self.assertEqual((fault['line'], reason in fault['error']), ('2', True))
                daemon.stop()
                shutil.rmtree(run)

    def begin_without_home(self, uid):
        self.job('a', 'every 1h\nrun true\n')
        (self.dir / 'own').mkdir(mode=0o700)
        os.chown(self.dir / 'own', uid, uid)
        daemon = Acron(['setpriv', f'--reuid={uid}', f'--regid={uid}', '--clear-groups', self.program,
                        '--config=/dev/null', '-f', '--trust-tree', str(self.tree)],
                       self.environment(HOME=None, XDG_RUNTIME_DIR=str(self.dir / 'own')))
        self.addCleanup(daemon.close)
        return daemon

    def test_its_state_lies_in_its_users_home_where_no_variable_names_one(self):
        daemon = self.begin_without_home(65534)
        self.assertIn(pwd.getpwuid(65534).pw_dir + '/.local', daemon.wait('state-unavailable')['reason'])

    def test_its_state_lies_in_the_run_directory_where_its_user_has_no_home(self):
        daemon = self.begin_without_home(3456789)
        daemon.wait('ready')
        self.assertTrue((self.dir / 'own/acron/state/state.db').exists())
        daemon.stop()

    def test_what_everyone_may_ask_is_good(self):
        checked = self.check('user nobody\nnice 5\numask 077\nlimit files 64\ncwd /\n')
        self.assertEqual((checked.returncode, checked.stderr), (0, ''))


class TheSurroundings(PolicyTest):
    def test_env_is_set_over_what_acron_sets(self):
        self.assertEqual(self.printed("env A='two  words'\nenv HOME=/elsewhere\nrun echo \"$A|$HOME|$ACRON_JOB\"\n")[0],
                         'two  words|/elsewhere|a')

    def test_a_plain_command_is_found_by_the_jobs_own_path(self):
        (self.dir / 'bin').mkdir()
        self.script('bin/only-here', 'echo found\n')
        self.assertEqual(self.printed('env PATH=/usr/bin:/bin:{dir}/bin\nrun only-here\n')[0], 'found')

    def test_cwd_is_where_it_starts(self):
        self.assertEqual(self.printed('cwd {dir}\nrun pwd\n')[0], str(self.dir))

    def test_a_cwd_that_is_missing_is_a_run_that_could_not_be_started(self):
        end = self.run_once('cwd {dir}/missing\nrun echo ran\n')
        self.assertEqual((end['result'], end['not-started']),
                         ('failed', f"can't enter the directory {self.dir}/missing: No such file or directory"))
        self.assertEqual(self.lines('all/out'), [])

    @root_only
    def test_a_job_whose_user_has_no_home_is_not_started_unless_it_says_where(self):
        self.assertFalse(os.path.exists(pwd.getpwnam('nobody').pw_dir))
        self.job('lost', JOB + 'user nobody\nretry 1 every 1s\nrun echo ran; pwd\n')
        self.job('placed', JOB + 'user nobody\ncwd /\nrun echo placed; pwd\n')
        self.job('here/_defaults', 'cwd {dir}/all\n')
        self.job('here/inherits', JOB + 'user nobody\nrun echo inherits; pwd\n')
        self.job('gated', JOB + 'user nobody\nif touch {dir}/all/asked\nrun true\n')
        self.job('asks', JOB + 'user nobody\nif each-run touch {dir}/all/asked\nrun true\n')
        daemon = self.start()
        reason = (f"can't enter the home directory {pwd.getpwnam('nobody').pw_dir} of user nobody: "
                  "No such file or directory; 'cwd /' would start it in /")
        end = daemon.wait('end', job='lost')
        self.assertEqual((end['result'], end['level'], end['not-started']), ('failed', 'warning', reason))
        self.assertIn(reason, daemon.wait('skip', job='asks')['reason'])
        gate = [e for e in daemon.events('gate', job='gated') if e['level'] == 'warning'][0]
        self.assertEqual((gate['result'], gate['reason']), ('shut', 'could not be started: ' + reason))
        daemon.wait('end', job='placed')
        daemon.wait('end', job='here/inherits')
        lines = self.wait_lines('all/out', 4)
        self.assertEqual(lines[lines.index('placed') + 1], '/')
        self.assertEqual(lines[lines.index('inherits') + 1], str(self.dir / 'all'))
        self.assertNotIn('ran', lines)
        self.assertFalse((self.dir / 'all/asked').exists())

    def test_the_zone_that_acron_is_given_reaches_jobs_and_gates(self):
        self.job('plain', JOB + 'run date "+plain $TZ %z"\n')
        self.job('own', JOB + 'env TZ=America/Bogota\nrun date "+own $TZ %z"\n')
        self.job('schedule', JOB + 'timezone America/Bogota\nrun date "+schedule $TZ %z"\n')
        self.job('gated', JOB + 'if date "+gate $TZ %z" >>{dir}/all/gates\nif each-run date "+each $TZ %z" >>{dir}/all/gates\n'
                          'run true\n')
        daemon = self.start(env={'TZ': ':Asia/Kolkata'})
        for job in ('plain', 'own', 'schedule', 'gated'):
            daemon.wait('end', job=job)
        self.assertEqual(set(self.lines('all/gates')), {'gate :Asia/Kolkata +0530', 'each :Asia/Kolkata +0530'})
        expected = {'plain :Asia/Kolkata +0530', 'own America/Bogota -0500', 'schedule :Asia/Kolkata +0530'}
        eventually(lambda: set(self.lines('all/out')) == expected, 'the zones of all jobs')

    def test_umask_and_nice_are_as_said(self):
        self.assertEqual(self.printed('umask 027\nnice 7\nrun umask; nice\n')[:2], ['0027', '7'])

    def test_shell_gets_the_command(self):
        self.assertEqual(self.printed('shell /bin/bash\nrun echo ${BASH_VERSION:+bash} $SHELL\n')[0], 'bash /bin/bash')


class TheLimits(PolicyTest):
    def test_memory(self):
        end = self.run_once("limit memory 256M\nrun /usr/bin/python3 -S -c 'bytearray(300 << 20)' 2>&1\n")
        self.assertEqual((end['result'], end['exit']), ('failed', '1'))
        self.assertIn('MemoryError', self.lines('all/out'))

    def test_cpu(self):
        end = self.run_once('limit cpu 1s\nrun while :; do :; done\n')
        self.assertEqual((end['result'], end['signal']), ('failed', 'SIGXCPU'))
        # The kernel samples what it counts against the limit, and does not what it tells in the end.
        self.assertTrue(0.5 < float(end['cpu'].removesuffix('s')) < 2, end['cpu'])

    def test_files_and_core(self):
        self.assertEqual(self.printed('limit files 64\nlimit core 0\nrun ulimit -n; ulimit -c\n')[:2], ['64', '0'])

    def test_processes(self):
        self.assertEqual(self.printed('limit processes 4000\nrun grep "Max processes" /proc/self/limits\n')[0].split(),
                         ['Max', 'processes', '4000', '4000', 'processes'])


class TheUsage(PolicyTest):
    def test_the_end_of_a_run_says_its_cpu_time_and_its_peak_of_memory(self):
        end = self.run_once("run /usr/bin/python3 -S -c 'bytearray(200 << 20)'\n")
        self.assertRegex(end['cpu'], r'^[\d.]+m?s$')
        size = re.fullmatch(r'(\d+)([KMG]?)', end['peak-memory'])
        self.assertGreaterEqual(int(size[1]) * 1024 ** ' KMG'.index(size[2] or ' '), 200 << 20)


class TheOverlap(PolicyTest):
    def test_by_default_a_run_is_skipped_while_the_last_goes_on(self):
        self.job('a', JOB + 'run sleep 1000\n')
        daemon = self.start(drain='0')
        daemon.wait('skip', 2, job='a', reason='the previous run is still going')
        self.assertEqual(len(daemon.events('start', job='a')), 1)

    def test_a_run_that_ended_while_acron_stood_still_is_in_nobodys_way(self):
        self.job('a', 'cron seconds */4 * * * * *\noutput {dir}/all/out\nrun sleep 1; true\n')
        daemon = self.start()
        first = datetime.datetime.fromisoformat(daemon.wait('start', job='a')['scheduled'])
        daemon.signal(signal.SIGSTOP)
        next_one = first + datetime.timedelta(seconds=4)
        eventually(lambda: time.time() > next_one.timestamp() + 2, 'the next one to be overdue')
        daemon.signal(signal.SIGCONT)
        second = daemon.wait('start', 2, job='a')[1]
        self.assertEqual(datetime.datetime.fromisoformat(second['scheduled']), next_one)
        self.assertEqual(daemon.events('skip'), [])

    def test_queue_lets_one_wait(self):
        self.job('a', JOB + 'overlap queue\nrun until test -e {dir}/go; do sleep 0.05; done\n')
        daemon = self.start()
        queued = daemon.wait('queued', job='a')
        self.assertEqual(queued['for'], 'the previous run')
        daemon.wait('skip', job='a', reason='a run is waiting already')
        (self.dir / 'go').touch()
        daemon.wait('start', job='a', scheduled=queued['scheduled'])

    def test_replace_ends_the_last_run(self):
        self.job('a', RARE + "overlap replace\nrun echo $$ >>{dir}/pids; trap 'echo ended; exit 0' TERM; "
                             'sleep 1000 & wait\n')
        daemon = self.start(drain='0')
        end = daemon.wait('end', job='a')
        self.assertEqual((end['result'], end['exit'], end['reason']), ('failed', '0', 'replaced by the next run'))
        first = int(self.wait_lines('pids', 2)[0])
        self.assertFalse(is_alive(first))
        self.assertIn('ended', self.lines('all/out'))

    def test_what_is_replaced_has_the_grace_of_its_timeout_or_ten_seconds(self):
        stubborn = "overlap replace\nrun trap '' TERM; while :; do sleep 0.1; done\n"
        self.job('usual', RARE + stubborn)
        self.job('given', RARE + 'timeout 1h grace 2s\n' + stubborn)
        daemon = self.start(drain='0')
        daemon.wait('end', job='usual')
        for name, grace in (('given', 2), ('usual', 10)):  # the shorter one is over by then, too
            end = daemon.events('end', job=name)[0]
            self.assertEqual(end['reason'], 'replaced by the next run, killed by SIGKILL')
            self.assertGreaterEqual(float(end['duration'].rstrip('s')), grace)

    def test_allow_lets_them_run_beside_each_other(self):
        self.job('a', JOB + 'overlap allow\nrun echo $$ >>{dir}/pids; exec sleep 1000\n')
        self.start(drain='0')
        pids = [int(pid) for pid in self.wait_lines('pids', 2)[:2]]
        eventually(lambda: [status_of(pid)['Name'].strip() for pid in pids] == ['sleep', 'sleep'], 'both at once')

    def test_jobs_with_one_lock_never_run_together(self):
        for name in ('a', 'b', 'c'):
            self.job(name, 'every 1s\noutput /dev/null\nlock disk\n'
                           'run mkdir {dir}/held && echo $ACRON_JOB >>{dir}/ran && sleep 0.2 && rmdir {dir}/held\n')
        daemon = self.start()
        eventually(lambda: set(self.lines('ran')) == {'a', 'b', 'c'}, 'a run of each')
        daemon.wait('queued', **{'for': 'the lock'})
        daemon.wait('end', 6)
        self.assertEqual(daemon.events('end', result='failed'), [])


class TheRetry(PolicyTest):
    def test_a_failed_run_is_tried_again_and_told_of_once(self):
        mail = self.serve_mail(Mailbox())
        # A minute's schedule leaves room for retries; the clock stands just before it.
        self.job('a', 'every 1m\nretry 3 every 1s\noutput ops@example.com\n'
                      'run echo try >>{dir}/tries; echo said; test $(wc -l <{dir}/tries) = 3\n')
        daemon = self.start_before(datetime.datetime(2026, 1, 7, 10, 10, tzinfo=datetime.timezone.utc))
        retry = daemon.wait('retry', 2, job='a')[0]
        self.assertEqual((retry['attempt'], retry['reason'], retry['next-in']), ('1', 'exit status 1', '1s'))
        end = daemon.wait('end', job='a')
        self.assertEqual((end['result'], end['attempts']), ('ok', '3'))
        self.assertEqual(len(daemon.events('start', job='a')), 1)
        text = text_of(mail.wait(1, 'ops@example.com')[0])
        self.assertEqual(text.count('exit status 1'), 2)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(len(mail.envelopes()), 1)

    def test_a_run_that_can_not_be_started_is_tried_again_whatever_is_missing(self):
        missing = {'directory': 'cwd {dir}/missing\nrun true\n', 'shell': 'shell {dir}/missing\nrun true; true\n'}
        if IS_ROOT:
            missing |= {'user': 'user no-such-user\nrun true\n', 'group': 'user daemon:no-such-group\nrun true\n'}
        for job, lines in missing.items():
            self.job(job, 'every 1m\nretry 2 every 1s\noutput /dev/null\n' + lines)
        daemon = self.start_before(datetime.datetime(2026, 1, 7, 10, 10, tzinfo=datetime.timezone.utc))
        for job in missing:
            with self.subTest(missing=job):
                end = daemon.wait('end', job=job)
                self.assertEqual((end['result'], end['attempts']), ('failed', '3'))
                self.assertIn('not-started', end)
                self.assertEqual([retry['attempt'] for retry in daemon.events('retry', job=job)], ['1', '2'])
        self.assertEqual(daemon.stop(), 0)

    def test_no_attempt_starts_when_the_next_run_is_due(self):
        end = self.run_once('retry 3 every 1s\nrun false\n')
        self.assertEqual(end['result'], 'failed')
        self.assertNotIn('attempts', end)
        self.assertEqual(self.daemon.events('retry'), [])


class TheGateOfEachRun(PolicyTest):
    def test_a_no_is_a_skip_and_a_yes_a_run(self):
        self.job('a', JOB + 'if each-run test ! -e {dir}/maintenance\nrun echo ran\n')
        (self.dir / 'maintenance').touch()
        daemon = self.start()
        wanted = f'`if each-run test ! -e {self.dir}/maintenance`: exit status 1'
        daemon.wait('skip', job='a', reason=wanted)
        self.assertEqual(self.lines('all/out'), [])
        self.assertEqual(daemon.events('end', job='a'), [])
        (self.dir / 'maintenance').unlink()
        daemon.wait('end', job='a', result='ok')
        self.assertIn('ran', self.lines('all/out'))


class TheHosts(PolicyTest):
    def test_a_job_runs_only_on_hosts_of_its_share_and_patterns(self):
        # printf only:test.example.com | sha256sum
        rank = int(subprocess.run("h=$(printf 'only:%s' test.example.com | sha256sum | cut -c1-8); "
                                  'echo $((0x$h * 1000000 >> 32))', shell=True, capture_output=True, text=True,
                                  check=True).stdout)
        below, above = rank / 10000, (rank + 1) / 10000
        self.assertTrue(0 < below < above <= 100)
        here = {'share': f'only {above:.4f}%', 'pattern': 'only on web*,te[a-t]t', 'full': 'only on *.example.com',
                'all': 'only 100%', 'both': f'only {above:.4f}%\nonly on test'}
        elsewhere = {'no-share': f'only {below:.4f}%', 'no-pattern': 'only on web*,db-0[1-9]',
                     'not-both': f'only {below:.4f}%\nonly on test'}
        for name, line in (here | elsewhere).items():
            self.job(name, f'every 1s\noutput /dev/null\n{line}\nrun true\n')
        daemon = self.start()
        for name in here:
            daemon.wait('end', job=name, result='ok')
        for name in elsewhere:
            daemon.wait('elsewhere', job=name)
        self.assertEqual({e['job'] for e in daemon.events('elsewhere')}, set(elsewhere))
        self.assertEqual({e['job'] for e in daemon.events('start')} & set(elsewhere), set())


class TheDescription(PolicyTest):
    def test_it_is_shown_with_the_job(self):
        self.job('a', 'every 1h\ndescription Removes what nobody wants\nrun true\n')
        self.assertIn('Removes what nobody wants', self.run_acron('--show=a').stdout)
        self.assertIn('Removes what nobody wants', self.run_acron('--check', '--verbose').stdout)


if __name__ == '__main__':
    main()
