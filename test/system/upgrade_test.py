"""SIGUSR2: acron executes its new program in place, and what runs goes on."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import unittest

from harness import ACRON, IS_ROOT, SANITIZED, SystemTest, eventually, main
from mail_servers import Mailbox, text_of
from processes import is_alive

# Prints forty lines, twenty of them over the upgrade; the end comes when the test wants it. A pause is bash's own, since
# a process for each would leave a slow machine to nothing else.
COUNT = r'''
exec 9<> <(:)
pause() { read -rt 0.1 -u 9; }
i=0
while [ $i -lt 20 ]; do echo "$1 $i"; i=$((i+1)); pause; done
while [ ! -e "$2" ]; do pause; done
while [ $i -lt 40 ]; do echo "$1 $i"; i=$((i+1)); done
printf 'the end, \303\244 \377'
exit $3
'''


class UpgradeTest(SystemTest):
    def setUp(self):
        super().setUp()
        # A program of the test's own, which it may replace.
        self.program = self.dir / 'acron'
        shutil.copy(ACRON, self.program)

    def command(self, *options, **settings):
        return [str(self.program), *super().command(*options, **settings)[1:]]

    def replace_program(self, text):
        """As a package upgrade does."""
        fresh = self.dir / 'acron.fresh'
        fresh.write_text(text)
        fresh.chmod(0o755)
        fresh.rename(self.program)

    def upgrade(self, daemon):
        """Returns the fields of the line that says it."""
        mark = daemon.mark()
        daemon.signal(signal.SIGUSR2)
        upgraded = daemon.wait('upgraded', since=mark)
        daemon.wait('ready', since=mark)
        self.assertIsNone(daemon.process.poll())
        return upgraded

    def start_once(self, daemon, jobs):
        """Waits for the first run of these jobs and takes their files away, so that there is no second."""
        for job in jobs:
            daemon.wait('start', job=job)
            (self.tree / job).unlink()
        daemon.signal(signal.SIGHUP)  # an empty tree is meant
        for job in jobs:
            daemon.wait('unload', job=job)

    def go(self):
        (self.dir / 'go').touch()


class WhatRuns(UpgradeTest):
    def test_fifty_runs_lose_no_line_and_no_exit_status(self):
        box = self.serve_mail(Mailbox())
        count = self.script('count', COUNT, '/bin/bash')
        jobs = [f'job-{n}' for n in range(50)]
        for n, job in enumerate(jobs):
            target = 'someone@example.com' if n % 5 == 0 else f'{self.dir}/{job}.log'
            if n % 5 == 1:
                target = 'if-error ' + target
            self.job(job, f'every 1s\noutput {target}\nrun {count} {job} {{dir}}/go {n % 3}\n')
        daemon = self.start()
        self.start_once(daemon, jobs)
        self.assertEqual(self.upgrade(daemon)['running'], '50')
        self.assertEqual(self.run_acron().returncode, 0)  # there is one already
        self.assertEqual(self.upgrade(daemon)['running'], '50')
        self.go()
        ends = daemon.wait('end', count=50)
        self.assertEqual({e['job']: e['exit'] for e in ends}, {job: str(n % 3) for n, job in enumerate(jobs)})
        self.assertEqual(sorted(e['job'] for e in daemon.events('start')), sorted(jobs))
        mails = {m['X-Acron-Job']: text_of(m) for m in box.wait(10)}
        for n, job in enumerate(jobs):
            lines = [f'{job} {i}' for i in range(40)]
            if n % 5 == 0:
                self.assertEqual(re.findall(rf'(?m)^{job} \d+$', mails[job]), lines)
                self.assertIn('the end', mails[job])
            elif n % 5 != 1 or n % 3 != 0:
                printed = (self.dir / f'{job}.log').read_bytes()
                self.assertEqual(printed, '\n'.join([*lines, 'the end, \u00e4 ']).encode() + b'\xff')

    def test_a_time_limit_ends_when_it_would_have_and_the_grace_too(self):
        self.job('slow', 'every 1s\ntimeout 6s grace 3s\noutput {dir}/out\n'
                         'run trap "" TERM; while :; do sleep 0.1; done\n')
        daemon = self.start()
        self.start_once(daemon, ['slow'])
        self.upgrade(daemon)
        self.upgrade(daemon)
        end = daemon.wait('end', job='slow')
        self.assertEqual(end['signal'], 'SIGKILL')
        self.assertIn('timed out after 6s', end['reason'])
        self.assertRegex(end['duration'], r'^(9|1\d)(\.\d+)?s$')

    def test_a_run_that_is_being_ended_is_killed_when_its_grace_ends(self):
        self.job('slow', 'every 1s\ntimeout 4s grace 5s\noutput {dir}/out\n'
                         'run trap "echo asked" TERM; while :; do sleep 0.1; done\n')
        daemon = self.start()
        self.start_once(daemon, ['slow'])
        self.wait_lines('out', 1)
        self.upgrade(daemon)
        end = daemon.wait('end', job='slow')
        self.assertEqual(end['signal'], 'SIGKILL')
        self.assertIn('timed out after 4s', end['reason'])
        self.assertEqual(self.lines('out').count('asked'), 1)

    def test_the_edited_job_ends_as_it_began(self):
        self.job('a', 'every 1s\noutput {dir}/old\nrun while [ ! -e {dir}/go ]; do sleep 0.1; done; echo old\n')
        daemon = self.start()
        daemon.wait('start', job='a')
        self.job('a', 'every 1d\noutput {dir}/new\nrun echo new\n')
        daemon.wait('reload', job='a')
        self.upgrade(daemon)
        self.go()
        daemon.wait('end', job='a')
        self.assertEqual(self.lines('old'), ['old'])
        self.assertEqual(self.lines('new'), [])


class WhatWaits(UpgradeTest):
    def test_a_retry_keeps_its_time_and_a_queued_run_its_turn(self):
        self.job('retries', 'every 40s\nretry 1 every 20s\noutput {dir}/retries\n'
                            'run if [ -e {dir}/tried ]; then echo second; else echo first; touch {dir}/tried; exit 3; fi\n')
        queues = 'overlap queue\noutput {dir}/queues\nrun while [ ! -e {dir}/go ]; do sleep 0.1; done; echo done\n'
        self.job('queues', 'every 1s\n' + queues)
        daemon = self.start()
        daemon.wait('retry', job='retries')
        daemon.wait('queued', job='queues')
        self.job('retries', 'every 1d\nrun true\n')
        self.job('queues', 'every 1d\n' + queues)
        daemon.wait('reload', job='queues')
        upgraded = self.upgrade(daemon)
        self.assertEqual((upgraded['running'], upgraded['waiting']), ('2', '1'))
        self.go()
        daemon.wait('end', job='queues', count=2)
        self.assertEqual(self.lines('queues'), ['done', 'done'])
        end = daemon.wait('end', job='retries')
        self.assertEqual((end['result'], end['attempts']), ('ok', '2'))
        self.assertEqual(self.lines('retries'), ['first', 'second'])

    def test_a_gate_that_is_being_asked_is_asked_anew(self):
        gate = self.script('gate', 'echo $$ >> {dir}/asked\nwhile [ ! -e {dir}/go ]; do sleep 0.1; done\n'
                           .replace('{dir}', str(self.dir)))
        self.job('gated', f'every 1s\nif each-run {gate}\noutput {{dir}}/out\nrun echo ran\n')
        daemon = self.start()
        first = int(self.wait_lines('asked', 1)[0])
        upgraded = self.upgrade(daemon)
        self.assertEqual((daemon.wait('upgrade')['running'], upgraded['running'], upgraded['waiting']), ('0', '0', '1'))
        self.wait_lines('asked', 2)
        eventually(lambda: not is_alive(first), 'the first gate to be ended')
        self.go()
        daemon.wait('end', job='gated')
        self.assertTrue(daemon.events('start', job='gated'))

    def test_the_limit_of_mails_to_a_recipient_counts_on(self):
        mail = self.serve_mail(Mailbox())
        self.job('one', 'every 1s\nrun false\n')
        daemon = self.start(mail_limit=2)
        daemon.wait('mail-held-back', job='one')
        self.upgrade(daemon)
        daemon.wait('end', job='one', count=2, since=daemon.mark())
        daemon.stop()
        self.assertEqual(len(mail.envelopes('root@localhost')), 2)


class WithoutItsState(UpgradeTest):
    """The new program can't open the state file until later, and the file tells of runs that were handed over."""

    def hide_state(self):
        (self.dir / 'run/state').chmod(0o777)  # acron trusts no directory that others can write to
        self.addCleanup((self.dir / 'run/state').chmod, 0o700)

    def show_state(self, daemon):
        mark = daemon.mark()
        (self.dir / 'run/state').chmod(0o700)
        self.assertEqual(daemon.wait('state-available', since=mark)['lost'], '0')
        eventually(lambda: self.asked_of_state('SELECT count(*) FROM history') > 0, 'a run in the state')

    def begin(self, *jobs):
        """One run of each, which ends when the file of its name is there; the state knows that it has begun."""
        for job in jobs:
            self.job(job, 'every 1s\n' + self.waits_for(job))
        daemon = self.start()
        self.start_once(daemon, jobs)
        begun = 'SELECT count(*) FROM open_run WHERE pid IS NOT NULL'
        eventually(lambda: self.asked_of_state(begun) == len(jobs), 'the runs in the state')
        return daemon

    def waits_for(self, job):
        return ('output {dir}/out\noutput if-error someone@example.com\n'
                f'run while [ ! -e {{dir}}/{job}.go ]; do sleep 0.1; done\n')

    def let_go(self, job):
        (self.dir / f'{job}.go').touch()

    def end_and_look_again(self, daemon, runs):
        """So many runs ended well, each once, and the next acron thinks so, too."""
        self.assertEqual(daemon.stop(), 0)
        ends = [e for e in daemon.events('end') if e['job'] != 'mails']
        self.assertEqual([e['result'] for e in ends], ['ok'] * runs)
        self.assertEqual(len({e['run'] for e in ends}), runs)
        for one in (daemon, self.start()):
            self.assertEqual(one.events('lost') + one.events('adopted'), [])

    def test_runs_that_were_handed_over_are_neither_adopted_nor_lost(self):
        box = self.serve_mail(Mailbox())
        daemon = self.begin('early', 'late')
        self.hide_state()
        self.assertEqual(self.upgrade(daemon)['running'], '2')
        daemon.wait('state-unavailable')
        self.let_go('early')
        daemon.wait('end', job='early')
        self.show_state(daemon)
        self.job('mails', 'every 1s\noutput someone@example.com\nrun echo all is told\n')  # behind all other mail
        daemon.wait('mail-sent', job='mails')
        self.let_go('late')
        daemon.wait('end', job='late')
        self.end_and_look_again(daemon, 2)
        self.assertEqual({m['X-Acron-Job'] for m in box.wait(1)}, {'mails'})

    def test_a_run_that_has_ended_before_the_second_upgrade_is_not_lost(self):
        daemon = self.begin('early', 'late')
        self.hide_state()
        self.upgrade(daemon)
        self.let_go('early')
        daemon.wait('end', job='early')
        self.assertEqual(self.upgrade(daemon)['running'], '1')
        self.let_go('late')
        daemon.wait('end', job='late')
        self.show_state(daemon)
        self.end_and_look_again(daemon, 2)

    def test_a_run_that_waited_has_its_turn_and_is_not_lost(self):
        rest = 'overlap queue\n' + self.waits_for('queues')
        self.job('queues', 'every 1s\n' + rest)
        daemon = self.start()
        daemon.wait('queued', job='queues')
        self.job('queues', 'every 1d\n' + rest)
        daemon.wait('reload', job='queues')
        eventually(lambda: self.asked_of_state('SELECT count(*) FROM queued_run') == 1, 'the queue in the state')
        self.hide_state()
        self.assertEqual(self.upgrade(daemon)['waiting'], '1')
        self.let_go('queues')
        daemon.wait('end', 2, job='queues')
        self.show_state(daemon)
        self.end_and_look_again(daemon, 2)


class TheTicks(UpgradeTest):
    def test_none_is_lost_and_none_runs_twice(self):
        self.job('tick', 'every 1s\noutput {dir}/ticks\nrun echo "$ACRON_SCHEDULED"\n')
        daemon = self.start()
        daemon.wait('start', job='tick')
        for _ in range(3):
            self.upgrade(daemon)
            mark = daemon.mark()
            daemon.wait('start', job='tick', count=2, since=mark)
        self.assertEqual(daemon.stop(), 0)
        self.assert_every_tick(daemon, 'tick')
        ran = self.lines('ticks')
        self.assertEqual(len(ran), len(set(ran)))
        started = [e['scheduled'] for e in daemon.events('start', job='tick')]
        self.assertEqual(len(started), len(set(started)))

    def test_a_job_whose_file_is_bad_by_then_goes_on_in_its_good_version(self):
        self.job('a', 'every 1s\noutput {dir}/ticks\nrun echo "$ACRON_SCHEDULED"\n')
        daemon = self.start()
        self.job('a', 'every 1s\n')
        daemon.wait('bad-file', file='a')
        for _ in range(2):
            mark = daemon.mark()
            self.upgrade(daemon)
            daemon.wait('ready', since=mark, jobs='1', faulty_files='1')
            self.assertEqual(daemon.wait('bad-file', since=mark)['file'], 'a')
            daemon.wait('start', since=daemon.mark(), job='a')
        self.assert_every_tick(daemon, 'a')
        self.job('a', 'every 1s\noutput {dir}/new\nrun echo new\n')
        daemon.wait('reload', since=mark, job='a')
        self.wait_lines('new', 1)

    def test_jobs_under_a_faulty_defaults_go_on_and_it_is_told_in_one_line(self):
        jobs = [f'web/{name}' for name in 'abcde']
        for job in jobs:
            self.job(job, 'every 1s\noutput /dev/null\nrun true\n')
        daemon = self.start()
        self.job('web/_defaults', 'timout 1m\n')
        daemon.wait('bad-file', file='web/_defaults')
        mark = daemon.mark()
        self.upgrade(daemon)
        for job in jobs:
            daemon.wait('start', since=daemon.mark(), job=job)
        self.assertEqual([e['file'] for e in daemon.events('bad-file')], ['web/_defaults'] * 2)
        self.job('web/_defaults', 'timeout 1m\n')
        for job in jobs:
            daemon.wait('reload', since=mark, job=job)

    def test_what_turned_bad_or_vanished_since_the_last_look_goes_on(self):
        jobs = ['a', 'mode/b', 'mode/c', 'web/d', 'web/e', 'ignored/f']
        for job in jobs:
            self.job(job, 'every 1s\noutput /dev/null\nrun true\n')
        daemon = self.start(poll='1h')
        self.job('a', 'every 1s\n')
        self.job('web/_defaults', 'timout 1m\n')
        (self.tree / 'ignored/_ignore').write_text('[\n')
        (self.tree / 'mode').chmod(0o777 if IS_ROOT else 0)
        self.upgrade(daemon)
        daemon.wait('ready', count=2, jobs='6')
        for job in jobs:
            daemon.wait('start', since=daemon.mark(), job=job)
        (self.tree / 'mode').chmod(0o755)
        self.assertEqual(daemon.events('unload') + daemon.events('reload'), [])

    def test_a_tree_that_was_emptied_since_the_last_look_is_waited_for(self):
        for name in ('a', 'b', 'c', 'd'):
            self.job(name, 'every 1s\noutput /dev/null\nrun true\n')
        daemon = self.start(poll='1h')
        self.tree.rename(self.dir / 'elsewhere')
        self.tree.mkdir()
        self.upgrade(daemon)
        daemon.wait('jobs-vanished', jobs='4')
        daemon.wait('start', since=daemon.mark(), job='a')
        self.assertEqual(daemon.events('unload'), [])

    def test_a_job_whose_bad_file_is_gone_by_then_goes_too(self):
        for name in ('a', 'b'):
            self.job(name, 'every 1s\noutput /dev/null\nrun true\n')
        daemon = self.start(poll='1h')
        self.job('a', 'every 1s\n')
        daemon.signal(signal.SIGHUP)
        daemon.wait('bad-file', file='a')
        (self.tree / 'a').unlink()
        mark = daemon.mark()
        self.upgrade(daemon)
        daemon.wait('ready', since=mark, jobs='1')

    def test_a_storm_of_signals_is_survived(self):
        self.job('tick', 'every 1s\noutput {dir}/ticks\nrun echo "$ACRON_SCHEDULED"\n')
        self.job('long', 'every 1s\noutput {dir}/long\nrun while [ ! -e {dir}/go ]; do sleep 0.1; done; echo long\n')
        daemon = self.start()
        self.start_once(daemon, ['long'])
        for _ in range(300):
            daemon.signal(signal.SIGUSR2)
            daemon.signal(signal.SIGHUP)
        daemon.wait('upgraded')
        mark = daemon.mark()
        self.go()
        daemon.wait('end', job='long')
        daemon.wait('start', job='tick', count=2, since=mark)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.lines('long'), ['long'])
        self.assert_every_tick(daemon, 'tick')
        self.assertEqual(len(self.lines('ticks')), len(set(self.lines('ticks'))))


class BeforeItIsReady(UpgradeTest):
    """A file that was written within the last second holds `ready` back for another."""

    def test_a_signal_is_served_when_the_first_start_is_over(self):
        self.job('a', 'every 1d\nrun true\n')
        daemon = self.spawn()
        daemon.wait('hello')
        daemon.signal(signal.SIGUSR2)
        daemon.wait('upgraded')
        daemon.wait('ready', count=2)
        self.assertEqual(daemon.events('upgrade-failed'), [])

    def test_a_signal_to_a_new_program_is_served_when_it_has_taken_over(self):
        self.job('long', 'every 1s\noutput {dir}/out\nrun while [ ! -e {dir}/go ]; do sleep 0.1; done; echo done\n')
        daemon = self.start()
        self.start_once(daemon, ['long'])
        self.job('b', 'every 1d\nrun true\n')
        mark = daemon.mark()
        daemon.signal(signal.SIGUSR2)
        daemon.wait('upgraded', since=mark)
        daemon.signal(signal.SIGUSR2)
        upgraded = daemon.wait('upgraded', since=mark, count=2)
        self.assertEqual([e['running'] for e in upgraded], ['1', '1'])
        daemon.wait('ready', since=mark, count=2)
        self.assertEqual(daemon.events('upgrade-failed'), [])
        self.go()
        daemon.wait('end', job='long', result='ok')
        self.assertEqual(self.lines('out'), ['done'])

    def test_signals_do_not_end_one_that_has_just_written_its_pid_file(self):
        pid_file = self.dir / 'run/acron.pid'
        daemon = self.spawn()
        eventually(lambda: pid_file.exists() and pid_file.read_text(), 'the pid file')
        daemon.signal(signal.SIGHUP)
        daemon.signal(signal.SIGUSR2)
        daemon.wait('rescan')
        daemon.wait('upgraded')


class Wrappers(UpgradeTest):
    def test_a_script_in_the_place_of_the_program_is_executed_each_time_as_it_was_called(self):
        real = self.dir / 'real'
        shutil.copy(ACRON, real)
        daemon = self.start()
        # An option that may be given once.
        self.replace_program(f'#!/bin/sh\necho "$@" >> {self.dir}/calls\nexec {real} -v "$@"\n')
        for upgrades in (1, 2, 3):
            self.assertEqual(self.upgrade(daemon)['running'], '0')
            self.assertEqual(len(self.lines('calls')), 2 * upgrades)  # asked, and executed
        self.assertEqual(len(set(self.lines('calls'))), 1)
        self.assertEqual({e['program'] for e in daemon.events('upgrade')}, {str(self.program)})

    def start_with_real_program(self):
        """Returns an acron that runs a job until go(), and the path of a program for a wrapper to start."""
        real = self.dir / 'real'
        shutil.copy(ACRON, real)
        self.job('a', 'every 1s\noutput {dir}/out\n'
                      'run echo one; while [ ! -e {dir}/go ]; do sleep 0.1; done; echo two; exit 3\n')
        daemon = self.start()
        self.start_once(daemon, ['a'])
        return daemon, real

    def refused(self, daemon, wrapper):
        """Returns why acron does not execute this script."""
        self.replace_program(f'#!/bin/sh\n{wrapper}\n')
        mark = daemon.mark()
        daemon.signal(signal.SIGUSR2)
        return daemon.wait('upgrade-failed', since=mark)['reason']

    def assert_undisturbed(self, daemon):
        self.assertEqual(daemon.events('upgraded'), [])
        self.assertEqual(len(daemon.events('ready')), 1)
        self.go()
        daemon.wait('end', job='a', exit='3')
        self.assertEqual(self.lines('out'), ['one', 'two'])

    def test_one_that_starts_acron_as_its_child_is_refused(self):
        daemon, real = self.start_with_real_program()
        for wrapper in (f'{real} "$@"; exit $?', f'{real} "$@" 2>&1 | cat', f'( {real} "$@"; echo done )'):
            with self.subTest(wrapper):
                self.assertEqual(self.refused(daemon, wrapper),
                                 f'{self.program} starts acron as its child; a wrapper has to use exec')
        self.assert_undisturbed(daemon)

    def test_one_that_leaves_acron_too_few_open_files_is_refused(self):
        daemon, real = self.start_with_real_program()
        for limit in ('-n 12', '-n 22', '-Sn 22'):
            with self.subTest(limit):
                self.assertRegex(self.refused(daemon, f'ulimit {limit}; exec {real} "$@"'),
                                 r'does not start: acron: \d+ files may be open, and it needs \d+; .*ulimit -n')
        self.assert_undisturbed(daemon)

    def test_one_that_leaves_acron_enough_open_files_takes_over(self):
        daemon, real = self.start_with_real_program()
        self.replace_program(f'#!/bin/sh\nulimit -n 120; exec {real} "$@"\n')
        self.assertEqual(self.upgrade(daemon)['running'], '1')
        self.go()
        daemon.wait('end', job='a', exit='3')
        self.assertEqual(self.lines('out'), ['one', 'two'])

    @unittest.skipIf(SANITIZED, 'a sanitizer has its own memory')
    def test_one_that_leaves_acron_too_little_address_space_is_refused_and_one_that_is_not_goes_on(self):
        daemon, real = self.start_with_real_program()
        for tries, megabytes in enumerate(range(22, 400, 6), 1):
            self.replace_program(f'#!/bin/sh\nulimit -v {megabytes * 1024}; exec {real} "$@"\n')
            mark = daemon.mark()
            daemon.signal(signal.SIGUSR2)
            eventually(lambda tries=tries: daemon.process.poll() is not None or daemon.events('upgraded')
                       or len(daemon.events('upgrade-failed')) == tries, 'an upgrade, a refusal or the end')
            if daemon.process.poll() is not None or daemon.events('upgraded'):
                break
        daemon.wait('ready', since=mark)
        reasons = [e['reason'] for e in daemon.events('upgrade-failed')]
        self.assertTrue([r for r in reasons if re.search('does not start: acron: .*too little address space', r)])
        self.go()
        daemon.wait('end', job='a', exit='3')
        self.assertEqual(self.lines('out'), ['one', 'two'])

    def test_a_limit_on_open_files_that_is_as_before_is_no_reason_to_refuse(self):
        daemon = self.start(wrapper=('prlimit', '--nofile=60:60'))
        self.upgrade(daemon)

    def test_one_that_answers_as_before_takes_over(self):
        real = self.dir / 'real'
        shutil.copy(ACRON, real)
        daemon = self.start()
        self.replace_program(f'#!/bin/sh\nunset ACRON_HANDOVER_FILES\nexec {real} "$@"\n')
        self.upgrade(daemon)


class BadPrograms(UpgradeTest):
    def test_one_that_takes_its_time_to_answer_takes_over(self):
        real = self.dir / 'real'
        shutil.copy(ACRON, real)
        daemon = self.start()
        self.replace_program(f'#!/bin/sh\nsleep 7\nexec {real} "$@"\n')
        self.upgrade(daemon)

    def test_acron_goes_on_with_a_new_program_that_is_none(self):
        self.job('a', 'every 1s\noutput {dir}/out\nrun while [ ! -e {dir}/go ]; do sleep 0.1; done; echo done\n')
        daemon = self.start()
        self.start_once(daemon, ['a'])
        for text, reason in (('#!/bin/sh\necho broken >&2\nexit 3\n', 'broken'),
                             ('#!/bin/sh\nexit 0\n', 'does not know how'),
                             ('#!/bin/sh\necho acron takes over, version 1\n', 'does not know how'),
                             ('no program', 'Exec format error'),
                             ('#!/bin/sh\nexec sleep 1000\n', 'did not answer')):
            self.replace_program(text)
            mark = daemon.mark()
            daemon.signal(signal.SIGUSR2)
            self.assertIn(reason, daemon.wait('upgrade-failed', since=mark)['reason'])
        self.program.unlink()
        mark = daemon.mark()
        daemon.signal(signal.SIGUSR2)
        self.assertIn('No such file', daemon.wait('upgrade-failed', since=mark)['reason'])
        self.go()
        daemon.wait('end', job='a', result='ok')
        self.assertEqual(self.lines('out'), ['done'])
        self.assertEqual(daemon.events('upgraded'), [])

    def test_a_program_that_can_not_be_executed_at_the_last_moment_changes_nothing(self):
        # Answers well, and is gone.
        real = self.dir / 'real'
        shutil.copy(ACRON, real)
        self.job('a', 'every 1s\noutput {dir}/out\n'
                      'run echo one; while [ ! -e {dir}/go ]; do sleep 0.1; done; echo two\n')
        daemon = self.start()
        self.start_once(daemon, ['a'])
        self.replace_program(f'#!/bin/sh\nrm "$0"\nexec {real} "$@"\n')
        daemon.signal(signal.SIGUSR2)
        self.assertIn('No such file', daemon.wait('upgrade-failed')['reason'])
        self.go()
        daemon.wait('end', job='a', result='ok')
        self.assertEqual(self.lines('out'), ['one', 'two'])

    def test_one_that_keeps_its_lock_or_its_mail_elsewhere_is_refused(self):
        config = self.dir / 'acron.conf'
        places = {'run-dir': 'run', 'state': 'run/state'}

        def configure(places):
            config.write_text(''.join(f'{name} = {self.dir}/{place}\n' for name, place in places.items()))

        configure(places)
        daemon = self.start(config=config, run_dir=None)
        for name, place in places.items():
            configure(places | {name: 'elsewhere'})
            mark = daemon.mark()
            daemon.signal(signal.SIGUSR2)
            self.assertEqual(daemon.wait('upgrade-failed', since=mark)['reason'],
                             f"that takes a restart: '{name} {self.dir}/elsewhere' instead of '{name} {self.dir}/{place}'")
        self.assertEqual(self.run_acron('-f').returncode, 0)  # the lock is held
        configure(places)
        daemon.signal(signal.SIGUSR2)
        daemon.wait('upgraded')

    def wait_for_signals(self, daemon):
        """Until acron has taken all signals that were sent so far."""
        status = pathlib.Path(f'/proc/{daemon.pid}/status')
        eventually(lambda: re.search(r'(?m)^ShdPnd:\s*0+$', status.read_text()), 'no signal to be pending')
        mark = daemon.mark()
        daemon.signal(signal.SIGHUP)  # follows them through the same pipe
        daemon.wait('rescan', since=mark)

    def ask_one_that_waits(self, daemon, last_words):
        """Returns when acron has asked a program that answers, by these words of a shell, once the test wants it."""
        self.replace_program(f'#!/bin/sh\ntouch {self.dir}/asked\n'
                             f'while [ ! -e {self.dir}/go ]; do sleep 0.1; done\n{last_words}\n')
        daemon.signal(signal.SIGUSR2)
        eventually((self.dir / 'asked').exists, 'the question')

    def test_a_second_signal_is_served_when_the_first_has_failed(self):
        daemon = self.start()
        self.ask_one_that_waits(daemon, 'exit 1')
        fresh = self.dir / 'acron.fresh'
        shutil.copy(ACRON, fresh)
        fresh.rename(self.program)
        for _ in range(3):
            daemon.signal(signal.SIGUSR2)
            self.wait_for_signals(daemon)
        self.go()
        daemon.wait('upgraded')
        self.assertIn('does not start', daemon.wait('upgrade-failed')['reason'])
        self.assertEqual(len(daemon.events('upgrade')), 2)

    def test_a_program_that_came_with_a_second_signal_is_asked_before_it_is_executed(self):
        real = self.dir / 'real'
        shutil.copy(ACRON, real)
        daemon = self.start()
        self.ask_one_that_waits(daemon, f'exec {real} "$@"')
        self.replace_program('#!/bin/sh\necho broken >&2\nexit 3\n')
        daemon.signal(signal.SIGUSR2)
        self.wait_for_signals(daemon)
        self.go()
        self.assertIn('broken', daemon.wait('upgrade-failed')['reason'])
        self.assertIsNone(daemon.process.poll())

    @unittest.skipUnless(IS_ROOT, 'only root can mount')
    def test_while_mail_is_in_memory_alone_acron_refuses_before_it_holds_anything(self):
        state = self.dir / 'state'
        state.mkdir(mode=0o700)
        self.job('tick', 'every 1s\noutput {dir}/ticks\nrun echo "$ACRON_SCHEDULED"\n')
        self.job('owes', 'every 1s\noutput if-error someone@example.com\nrun false\n')
        mounts = f'mount -t tmpfs -o ro,mode=0700 acron-test {state}; exec "$@"'
        daemon = self.start(state=state, wrapper=['unshare', '-m', '--propagation', 'private', 'sh', '-ec', mounts, 'sh'])
        daemon.wait('state-unavailable')
        daemon.wait('end', job='owes')
        mark = daemon.mark()
        daemon.signal(signal.SIGUSR2)
        self.assertIn("the state can't be written", daemon.wait('upgrade-failed', since=mark)['reason'])
        daemon.wait('end', job='tick', count=2, since=daemon.mark())
        self.assertFalse([e for e in daemon.events('skip') if 'waiting' in e['reason']])
        self.assertFalse([e for e in daemon.events('end') if 'output' in e])
        self.assert_every_tick(daemon, 'tick')
        subprocess.run(['nsenter', '-m', '-t', str(daemon.pid), 'mount', '-o', 'remount,rw', state], check=True)
        self.upgrade(daemon)  # at once, not at the next of the tries that come every ten seconds

    @unittest.skipUnless(IS_ROOT, 'only root has to ask')
    def test_one_that_others_could_have_written_is_refused(self):
        daemon = self.start()
        self.program.chmod(0o777)
        daemon.signal(signal.SIGUSR2)
        self.assertIn('can be written by others', daemon.wait('upgrade-failed')['reason'])
        self.assertIsNone(daemon.process.poll())

    def test_it_is_refused_once_acron_ends(self):
        self.job('a', 'every 1s\noutput {dir}/out\nrun while [ ! -e {dir}/go ]; do sleep 0.1; done\n')
        daemon = self.start()
        daemon.wait('start', job='a')
        daemon.signal(signal.SIGTERM)
        daemon.wait('stopping')
        daemon.signal(signal.SIGUSR2)
        self.assertEqual(daemon.wait('upgrade-failed')['reason'], 'acron ends')
        self.go()
        self.assertEqual(daemon.wait_end(), 0)

    def test_the_variable_does_no_harm(self):
        for value in ('ask', '7:8', '0:1', '-1:-1', 'x', ''):
            with self.subTest(value):
                done = self.run_acron('--check', env={'ACRON_HANDOVER': value})
                self.assertEqual(done.returncode, 0, done.stderr)
        self.job('a', 'every 1s\noutput {dir}/out\nrun env\n')
        daemon = self.start(env={'ACRON_HANDOVER': '0:2'})
        daemon.wait('end', job='a')
        self.assertFalse([line for line in self.lines('out') if line.startswith('ACRON_HANDOVER')])


class InTheBackground(UpgradeTest):
    def test_a_daemon_stays_the_same_process(self):
        self.job('a', 'every 1s\noutput {dir}/out\nrun while [ ! -e {dir}/go ]; do sleep 0.1; done; echo done\n')
        log = self.dir / 'log'
        # Relative paths are those of the directory it was started in.
        settings = {'log': log, 'run_dir': 'run', 'state': 'state', 'tree': 'tree'}
        self.assertEqual(self.run_acron(cwd=self.dir, **settings).returncode, 0)
        pid_file = self.dir / 'run/acron.pid'
        pid = int(eventually(lambda: pid_file.exists() and pid_file.read_text(), 'the pid file'))
        self.addCleanup(self.end, pid)
        eventually(lambda: 'event=start' in log.read_text(), 'a start')
        os.kill(pid, signal.SIGUSR2)
        eventually(lambda: log.read_text().count('event=ready') == 2, 'the second ready')
        self.assertEqual(int(pid_file.read_text()), pid)
        self.assertEqual(os.readlink(f'/proc/{pid}/cwd'), '/')
        self.assertEqual(pathlib.Path(f'/proc/{pid}/environ').read_bytes().count(b'ACRON_HANDOVER=ask'), 0)
        self.go()
        eventually(lambda: self.lines('out'), 'the end of the job')
        self.assertEqual(self.lines('out')[0], 'done')

    def end(self, pid):
        if is_alive(pid):
            os.kill(pid, signal.SIGTERM)
        eventually(lambda: not is_alive(pid), 'its end')


if __name__ == '__main__':
    main()
