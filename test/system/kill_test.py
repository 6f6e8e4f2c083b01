"""Nothing owed is lost: acron is killed again and again while jobs fail and nobody takes their mail.

ACRON_KILL_RUNS and ACRON_KILLS give the size: 60 and 5 by default, 1000 and 20 for a thorough trial. ACRON_KILL_SEED
repeats an earlier one.
"""

import collections
import contextlib
import os
import random
import shutil
import signal
import sqlite3
import stat
import time

from harness import SystemTest, eventually, main
from mail_servers import Mailbox

RUNS = int(os.environ.get('ACRON_KILL_RUNS', '60'))
KILLS = int(os.environ.get('ACRON_KILLS', '5'))
SEED = int(os.environ.get('ACRON_KILL_SEED', '0')) or random.SystemRandom().randrange(1, 1 << 32)
JOBS = max(4, RUNS // (2 * KILLS))  # so that about two seconds of each life are full of runs
FAILING = 'every 1s\noutput if-error a@example.com\noutput if-error b@example.com\nrun echo "$ACRON_RUN_ID"; exit 3\n'
RECIPIENTS = {'a@example.com', 'b@example.com'}


class StateTest(SystemTest):
    def query(self, text):
        """Of the state file, while no acron has it; SQLite takes up what a crash left in the log."""
        with contextlib.closing(sqlite3.connect(self.dir / 'run/state/state.db')) as database:
            return database.execute(text).fetchall()


class KilledWhileItOwes(StateTest):
    def setUp(self):
        super().setUp()
        print(f'seed {SEED}, {RUNS} runs, {KILLS} kills, {JOBS} jobs', flush=True)
        self.random = random.Random(SEED)

    def start_life(self):
        return self.start('--mail-limit=0', drain='1s')

    def kill(self, daemon):
        daemon.process.kill()
        daemon.wait_end()

    def recorded_runs(self):
        return [run for run, in self.query('SELECT run FROM history WHERE failed = 1')]

    def test_each_recorded_run_has_its_mail_delivered_under_one_id(self):
        server = Mailbox()
        self.addCleanup(server.stop)
        server.start()
        self.smtp = server.address
        server.stop()
        for number in range(JOBS):
            self.job(f'fails{number}', FAILING)
        logged, lost, kills = set(), [], 0
        while kills < KILLS or len(self.recorded_runs()) < RUNS:
            daemon = self.start_life()
            daemon.wait('end', 1 if kills >= KILLS else self.random.randrange(1, 3 * JOBS))
            time.sleep(self.random.random())
            self.kill(daemon)
            kills += 1
            logged |= {e['run'] for e in daemon.events('end') + daemon.events('lost')}
            for event in ('mail-lost', 'outbox-full', 'state-unavailable', 'state-set-aside', 'state-lost', 'fault'):
                lost += daemon.events(event)
        daemon = self.start_life()  # what the last kill cut off is found, and said
        self.assertEqual(daemon.stop(), 0)
        logged |= {e['run'] for e in daemon.events('end') + daemon.events('lost')}
        self.assertEqual(lost, [])
        runs = self.recorded_runs()
        # A kill may cut off the last lines of a log, though what they tell of is on the disk.
        self.assertLessEqual(len(set(runs) - logged), JOBS * kills)
        owed = self.query('SELECT message_id, recipient FROM outbox')
        print(f'{kills} kills, {len(logged)} ends in the logs, {len(runs)} recorded, {len(owed)} mails owed', flush=True)
        self.assertEqual(len(set(owed)), len(owed))
        self.assertEqual(len(owed), len(RECIPIENTS) * len(runs))
        for file in (self.dir / 'run/state').iterdir():
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.deliver(server)
        self.check(server, runs, owed)

    def deliver(self, server):
        """The server is back, and acron is killed at work, too, before it may finish."""
        for job in self.tree.iterdir():
            job.unlink()
        server.start()
        for _ in range(2):
            daemon = self.start_life()
            daemon.signal(15)  # so that it tries at once, whatever it waited for
            self.random_moment_of_delivery(daemon, server)
            self.kill(daemon)
        begin, taken = time.monotonic(), len(server.envelopes())
        while self.query('SELECT count(*) FROM outbox') != [(0,)]:
            daemon = self.start_life()
            self.assertEqual(daemon.stop(), 0)
            self.assertEqual(daemon.events('mail-lost'), [])
        count = len(server.envelopes()) - taken
        print(f'{count} mails in {time.monotonic() - begin:.1f} s after the last kill', flush=True)

    def random_moment_of_delivery(self, daemon, server):
        wanted = len(server.envelopes()) + self.random.randrange(1, 1 + len(RECIPIENTS) * RUNS // 4)
        eventually(lambda: len(server.envelopes()) >= wanted or daemon.process.poll() is not None, 'some mail')

    def check(self, server, runs, owed):
        ids = collections.defaultdict(set)
        times = collections.Counter()
        for envelope, message in zip(server.envelopes(), server.messages()):
            key = (message['X-Acron-Run'], envelope.rcpt_tos[0])
            ids[key].add(message['Message-ID'].strip('<>'))
            times[key] += 1
            self.assertIn(key[0], message.get_content())
        self.assertEqual(set(ids), {(run, to) for run in runs for to in RECIPIENTS})
        self.assertEqual({len(of_one) for of_one in ids.values()}, {1})
        self.assertEqual({(next(iter(of_one)), key[1]) for key, of_one in ids.items()}, set(owed))
        twice = sum(count - 1 for count in times.values())
        # What the server had taken in the moment before a kill.
        print(f'{len(ids)} delivered, {twice} copies more', flush=True)


class Restarts(StateTest):
    def test_a_restart_does_not_hurry_what_was_put_off(self):
        tries = []

        def greylist(_, envelope):
            tries.append(envelope.content)
            return '451 4.7.1 come back later'

        self.serve_mail(Mailbox(greylist))
        self.job('once', 'every 1s\nrun mkdir {dir}/once 2>/dev/null && echo hello\nerror if-stderr\n')
        self.job('ticking', 'every 1s\noutput /dev/null\nrun true\n')
        daemon = self.start()
        eventually(lambda: len(tries) >= 4, 'four tries')
        self.assertEqual(daemon.stop(), 0)
        (attempts, due), = self.query('SELECT attempts, due FROM outbox')
        self.assertEqual(attempts, len(tries))
        self.assertGreater(due, 1000 * time.time() - 60_000)
        daemon = self.start()
        self.assertEqual(daemon.wait('outbox')['waiting'], '1')
        daemon.wait('end', 2, job='ticking')
        self.assertTrue(len(tries) == attempts or 1000 * time.time() >= due)
        daemon.process.kill()
        daemon.wait_end()
        self.assertGreaterEqual(self.query('SELECT attempts, due FROM outbox'), [(attempts, due)])
        self.assertEqual(len(set(tries)), 1)

    def test_mail_in_a_damaged_state_is_said_to_be_lost(self):
        self.job('once', 'every 1s\nrun mkdir {dir}/once 2>/dev/null && echo hello\nerror if-stderr\n')
        daemon = self.start(drain='1s')
        daemon.wait('mail-server-down')
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.wait('mail-kept')['count'], '1')
        (self.dir / 'run/state/state.db').write_bytes(b'x' * 100_000)
        daemon = self.start(drain='1s')
        aside = daemon.wait('state-set-aside')
        self.assertEqual((aside['saved-mail'], aside['lost-mail'], aside['level']), ('0', 'unknown', 'error'))
        daemon.wait('start', 2, job='once')
        self.assertEqual(daemon.stop(), 0)


class SpoiledInUse(StateTest):
    """Whoever empties the state file, by a careless `>` say, loses no mail as long as anything still has it."""

    def owing(self, **settings):
        self.job('once', 'every 1s\nrun mkdir {dir}/once 2>/dev/null && echo hello\nerror if-stderr\n')
        daemon = self.start(drain='1s', **settings)
        daemon.wait('mail-server-down')
        eventually(lambda: self.asked_of_state('SELECT count(*) FROM outbox') == 1, 'the mail in the file')
        self.file = self.dir / 'run/state/state.db'
        return daemon

    def assert_saved(self, daemon):
        aside = daemon.wait('state-set-aside')
        self.assertEqual((aside['saved-mail'], aside['level']), ('1', 'error'))
        daemon.wait('start', job='once', since=daemon.mark())
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.query('SELECT count(*) FROM outbox'), [(1,)])

    def test_an_upgrade_comes_right_behind(self):
        daemon = self.owing(poll='1h')
        os.truncate(self.file, 0)
        daemon.signal(signal.SIGUSR2)
        daemon.wait('upgraded')
        self.assertEqual(daemon.wait('state-set-aside')['lost-mail'], '0')
        self.assert_saved(daemon)

    def test_a_look_notices_before_acron_is_killed(self):
        spoils = (lambda: os.truncate(self.file, 0),
                  lambda: self.file.write_bytes(b'x' * 100_000),
                  lambda: self.file.with_name('state.db-wal').unlink(),
                  lambda: self.file.unlink())
        self.job('quiet', 'every 1d\nrun true\n')
        daemon = self.owing(poll='1s')
        (self.tree / 'once').unlink()  # so that nothing has to be written
        daemon.wait('unload')
        for number, spoil in enumerate(spoils, 1):
            spoil()
            daemon.wait('state-set-aside', count=number, **{'saved-mail': '1', 'lost-mail': '0'})
            eventually(lambda: self.asked_of_state('SELECT count(*) FROM outbox') == 1, 'the mail in a fresh file')
        daemon.process.kill()
        daemon.wait_end()
        self.assertEqual(self.query('SELECT count(*) FROM outbox'), [(1,)])

    def test_acron_is_killed_before_it_looks_but_the_log_has_all(self):
        daemon = self.owing(poll='1h')
        daemon.process.send_signal(signal.SIGSTOP)
        os.truncate(self.file, 0)
        daemon.process.kill()
        daemon.wait_end()
        daemon = self.start(drain='1s')
        self.assert_saved(daemon)
        self.assertEqual(daemon.events('state-empty'), [])

    def test_what_nothing_has_any_more_is_said_to_be_lost(self):
        daemon = self.owing(poll='1h')
        daemon.process.send_signal(signal.SIGSTOP)
        for file in (self.file, self.file.with_name('state.db-wal')):
            os.truncate(file, 0)
        daemon.process.kill()
        daemon.wait_end()
        empty = self.start(drain='1s').wait('state-empty')
        self.assertEqual(empty['level'], 'warning')
        self.assertIn('mail that was owed', empty['effect'])

    def test_a_state_that_is_gone_at_the_next_start_is_said_to_be_forgotten(self):
        daemon = self.owing(poll='1h')
        self.assertEqual(daemon.events('state-empty'), [])
        daemon.process.kill()
        daemon.wait_end()
        shutil.rmtree(self.dir / 'run/state')
        self.start(drain='1s').wait('state-empty', reason='it was not there, though an acron has run here before')

    def test_a_file_that_was_removed_with_its_log_is_kept_under_no_other_name(self):
        daemon = self.owing(poll='1s')
        shutil.rmtree(self.dir / 'run/state')
        aside = daemon.wait('state-set-aside')
        self.assertNotIn('to', aside)
        self.assertEqual((aside['saved-mail'], aside['lost-mail']), ('1', '0'))


    def take_its_place_away(self, daemon):
        """No file can be made in place of the one that was removed until `give_it_back`."""
        daemon.process.send_signal(signal.SIGSTOP)  # or it makes its directory anew in between
        shutil.rmtree(self.dir / 'run/state')
        (self.dir / 'run/state').touch()
        daemon.process.send_signal(signal.SIGCONT)

    def give_it_back(self):
        (self.dir / 'run/state').unlink()

    def test_mail_of_a_file_that_was_removed_and_can_not_be_made_anew_is_lost_with_acron_and_not_said_to_be_kept(self):
        self.job('talking', 'every 1s\nrun echo "$ACRON_RUN_ID"\n')
        daemon = self.start(drain='1s', poll='1s')
        eventually(lambda: self.asked_of_state('SELECT count(*) FROM outbox') >= 3, 'three mails in the file')
        self.take_its_place_away(daemon)
        self.assertIn('kept in memory', daemon.wait('state-unavailable')['effect'])
        daemon.wait('end', job='talking', since=daemon.mark())
        self.assertEqual(daemon.stop(), 0)
        lost = daemon.events('mail-lost', level='error', job='talking', to='root@localhost')
        self.assertEqual(len(lost), len(daemon.events('end', job='talking')))
        self.assertEqual(len({e['message-id'] for e in lost}), len(lost))
        self.assertEqual(daemon.events('mail-kept'), [])
        self.give_it_back()
        daemon = self.start(drain='1s')
        daemon.wait('end', job='talking')
        self.assertEqual(daemon.events('outbox'), [])

    def test_an_upgrade_waits_until_mail_of_a_file_that_was_removed_can_be_saved(self):
        daemon = self.owing(poll='1h')
        self.take_its_place_away(daemon)
        daemon.signal(signal.SIGUSR2)
        self.assertIn("the state can't be written", daemon.wait('upgrade-failed')['reason'])
        self.give_it_back()
        daemon.signal(signal.SIGUSR2)
        daemon.wait('upgraded')
        self.assert_saved(daemon)


if __name__ == '__main__':
    main()
