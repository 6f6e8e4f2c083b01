"""Mail servers that are down, slow, mute, or refuse: mail is late, and nothing else."""

import datetime
import re
import signal

from harness import SystemTest, eventually, main
from mail_servers import Mailbox, Mute, SmtpSink, silence, text_of

TICKING = 'every 1s\noutput /dev/null\nrun true\n'
ONCE = 'every 1s\nrun mkdir {dir}/once 2>/dev/null && echo hello\nerror if-stderr\n'


class MailTroubleTest(SystemTest):
    def start_ticking(self, **settings):
        """A job that ticks, and one that has something to mail once."""
        self.job('ticking', TICKING)
        self.job('once', ONCE)
        return self.start(**settings)

    def assert_undisturbed(self, daemon, ticks=3):
        daemon.wait('end', ticks, since=daemon.mark(), job='ticking', result='ok')
        self.assert_every_tick(daemon, 'ticking')


class ADeadServer(MailTroubleTest):
    def test_mail_goes_out_once_the_server_is_back_and_trouble_is_said_once(self):
        sink = self.serve_mail(SmtpSink())
        sink.halt()
        daemon = self.start_ticking()
        down = daemon.wait('mail-server-down')
        self.assertIn('Connection refused', down['reason'])
        self.assert_undisturbed(daemon)
        sink.start()
        sent = daemon.wait('mail-sent', job='once')
        daemon.wait('mail-server-up')
        message, = sink.messages()
        self.assertEqual(message['Message-ID'], f'<{sent["message-id"]}>')
        self.assertEqual(len(daemon.events('mail-server-down')), 1)

    def test_a_server_that_is_killed_between_mails_loses_none(self):
        sink = self.serve_mail(SmtpSink())
        self.job('ticking', TICKING)
        self.job('talking', 'every 1s\nrun echo "$ACRON_RUN_ID"\n')
        daemon = self.start()
        daemon.wait('mail-sent')
        sink.halt()
        daemon.wait('mail-server-down')
        self.assert_undisturbed(daemon)
        sink.start()
        daemon.wait('mail-server-up')
        self.assertEqual(daemon.stop(), 0)
        runs = {e['run'] for e in daemon.events('end', job='talking')}
        self.assertEqual({message['X-Acron-Run'] for message in sink.messages()}, runs)
        self.assertEqual(daemon.events('mail-lost'), [])

    def test_what_can_not_be_delivered_at_the_end_is_kept_said_and_delivered_by_the_next_life(self):
        sink = self.serve_mail(SmtpSink())
        sink.halt()
        daemon = self.start_ticking(drain='1s')
        daemon.wait('mail-server-down')
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.wait('mail-kept')['count'], '1')
        self.assertEqual(daemon.events('mail-lost'), [])
        sink.start()
        daemon = self.start()
        self.assertEqual(daemon.wait('outbox')['waiting'], '1')
        sent = daemon.wait('mail-sent', job='once')
        self.assertEqual([message['Message-ID'] for message in sink.messages()], [f'<{sent["message-id"]}>'])
        self.assertEqual(daemon.stop(), 0)
        daemon = self.start()
        daemon.wait('start', job='ticking')
        self.assertEqual(daemon.events('outbox'), [])

    def test_without_a_state_mail_is_kept_in_memory_and_what_is_lost_is_said(self):
        (self.dir / 'no-directory').write_text('')
        sink = self.serve_mail(SmtpSink())
        sink.halt()
        daemon = self.start_ticking(drain='1s', state=self.dir / 'no-directory')
        daemon.wait('state-unavailable')
        daemon.wait('mail-server-down')
        sink.start()
        daemon.wait('mail-sent', job='once')
        sink.halt()
        (self.dir / 'once').rmdir()
        daemon.wait('mail-server-down', 2)
        self.assertEqual(daemon.stop(), 0)
        lost, = daemon.events('mail-lost')
        self.assertEqual((lost['job'], lost['to'], lost['level']), ('once', 'root@localhost', 'error'))
        self.assertEqual(daemon.events('mail-kept'), [])


    def test_the_second_sigterm_keeps_it_where_the_state_can_be_written_again(self):
        self.serve_mail(SmtpSink()).halt()
        state = self.dir / 'state'
        state.mkdir()
        state.chmod(0o777)  # acron trusts no directory that others can write to
        daemon = self.start_ticking(drain='1h', state=state)
        daemon.wait('state-unavailable')
        daemon.wait('mail-server-down')
        state.chmod(0o700)
        daemon.signal(signal.SIGTERM)
        daemon.wait('stopping', signal='SIGTERM')
        daemon.insist()
        self.assertEqual(daemon.wait_end(), 0)
        self.assertEqual(daemon.wait('mail-kept')['count'], '1')
        self.assertEqual(daemon.events('mail-lost'), [])


class AHangingServer(MailTroubleTest):
    def test_a_server_that_says_nothing_delays_only_mail(self):
        self.serve_mail(Mute())
        daemon = self.start_ticking(drain='1s')
        daemon.wait('end', job='once', result='ok')
        self.assert_undisturbed(daemon, 5)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.wait('mail-kept')['count'], '1')

    def test_the_second_sigterm_ends_it_at_once(self):
        self.serve_mail(Mute())
        daemon = self.start_ticking(drain='1h')
        daemon.wait('end', job='once', result='ok')
        daemon.signal(signal.SIGTERM)
        daemon.wait('stopping', signal='SIGTERM')
        daemon.insist()
        self.assertEqual(daemon.wait_end(), 0)
        self.assertEqual(daemon.wait('mail-kept')['count'], '1')
        self.serve_mail(SmtpSink())
        self.assertEqual(self.start().wait('mail-sent')['job'], 'once')

    def test_a_message_that_the_server_says_nothing_to_delays_no_other(self):
        def silent_to_one(_, envelope):
            return silence() if b'X-Acron-Job: once' in envelope.content else None

        mail = self.serve_mail(Mailbox(silent_to_one))
        daemon = self.start_ticking(drain='1s')
        daemon.wait('end', job='once', result='ok')
        self.job('later', ONCE.replace('once', 'later'))
        self.assertEqual(mail.wait(1)[0]['X-Acron-Job'], 'later')
        daemon.wait('mail-sent', job='later')
        self.assertEqual(mail.connections, 2)
        daemon.close()
        self.assertEqual(daemon.wait('mail-kept')['count'], '1')
        self.assertEqual(daemon.events('mail-server-down'), [])

    def test_a_recipient_whose_mail_hangs_starves_no_other(self):
        def silent_to_one(_, envelope):
            return silence() if 'hangs@example.com' in envelope.rcpt_tos else None

        mail = self.serve_mail(Mailbox(silent_to_one))
        self.job('hanging', 'every 1s\noutput hangs@example.com\nrun echo hello\n')
        daemon = self.start(drain='1s')
        eventually(lambda: mail.connections >= 4, 'four connections that hang')
        self.job('later', ONCE.replace('once', 'later') + 'output known@example.com\n')
        mail.wait(1, 'known@example.com')
        daemon.wait('mail-sent', job='later')
        self.assertEqual(daemon.events('mail-sent', job='hanging'), [])
        self.assertEqual(daemon.events('mail-server-down'), [])

    def test_a_message_that_hangs_while_the_server_is_down_delays_no_other(self):
        def bad_to_two(server, envelope):
            if 'drops@example.com' in envelope.rcpt_tos:
                server.transport.close()
                return '250 nobody hears this'
            return silence() if 'hangs@example.com' in envelope.rcpt_tos else None

        mail = self.serve_mail(Mailbox(bad_to_two))
        for name in ['drops', 'hangs']:
            self.job(name, ONCE.replace('once', name) + f'output {name}@example.com\n')
        daemon = self.start(drain='1s')
        daemon.wait('mail-server-down')
        self.job('later', ONCE.replace('once', 'later') + 'output known@example.com\n')
        mail.wait(1, 'known@example.com')
        daemon.wait('mail-sent', job='later')

    def test_a_slow_server_delays_only_mail(self):
        sink = self.serve_mail(SmtpSink('-w', '3'))
        daemon = self.start_ticking()
        daemon.wait('mail-sent', job='once')
        self.assert_undisturbed(daemon)
        self.assertEqual(len(sink.messages()), 1)


class AServerThatRelaysForFriends(Mailbox):
    """Its friends are made later."""

    closed = True

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.closed and address.endswith('@example.org'):
            return f'554 5.7.1 <{address}>: Relay access denied'
        return await super().handle_RCPT(server, session, envelope, address, options)


class AServerWithFavourites(Mailbox):
    """It refuses all others while it has words for that."""

    def __init__(self, refusal):
        super().__init__()
        self._refusal = refusal

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self._refusal and address.endswith('@example.org'):
            return self._refusal[0]
        return await super().handle_RCPT(server, session, envelope, address, options)


class AServerOfGroups(Mailbox):
    """It refuses strangers at some recipients, in words about all mail."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith('grp'):
            return '550 5.7.1 RESOLVER.RST.AuthRequired; authentication required'
        return await super().handle_RCPT(server, session, envelope, address, options)


class ARefusingServer(MailTroubleTest):
    def test_mail_waits_for_a_server_that_refuses_this_machine_or_its_sender_and_the_log_names_the_option(self):
        refusals = ['554 5.7.1 Service unavailable; Client host [127.0.0.1] blocked using zen.example.com',
                    '550 HELO should be your own name',
                    '554 Message rejected: Email address is not verified.']
        expected = ['', '; --smtp-name sets what acron calls this machine', '; --mail-from sets the sender']
        for number, (refusal, remedy) in enumerate(zip(refusals, expected)):
            with self.subTest(refusal=refusal):
                said = [refusal]
                mail = self.serve_mail(Mailbox(recipient_hook=lambda _, said=said: said[0]))
                self.job('once', ONCE.replace('once', f'once{number}'))
                daemon = self.start()
                reason = daemon.wait('mail-server-down')['reason']
                self.assertTrue(reason.endswith(f'was answered: {refusal}{remedy}'), reason)
                said[0] = None
                mail.wait(1)
                daemon.wait('mail-server-up')
                self.assertEqual(daemon.events('mail-lost'), [])
                self.assertEqual(daemon.stop(), 0)

    def test_a_refusal_in_words_that_say_nothing_waits_for_a_day_over_restarts_and_holds_up_no_other(self):
        refusal = ['550 5.7.1 Not today']
        mail = self.serve_mail(AServerWithFavourites(refusal))
        self.job('once', ONCE + 'output far@example.org\noutput near@example.com\n')
        daemon = self.start()
        postponed = daemon.wait('mail-postponed', job='once')
        self.assertEqual(postponed['to'], 'far@example.org')
        said = re.search(r'was answered: 550 5.7.1 Not today; acron does not know whether this is final, and tries '
                         r'until (\S+)$', postponed['reason'])
        until = datetime.datetime.fromisoformat(said[1])
        self.assertLess(abs(until - datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)),
                        datetime.timedelta(minutes=10))
        mail.wait(1, 'near@example.com')
        daemon.close()
        daemon = self.start()
        refusal.clear()
        mail.wait(1, 'far@example.org')
        self.assertEqual(daemon.wait('mail-sent')['to'], 'far@example.org')
        self.assertEqual(daemon.events('mail-lost'), [])

    def test_mail_waits_for_a_sender_that_the_server_takes_and_is_sent_under_it(self):
        mail = self.serve_mail(Mailbox(
            sender_hook=lambda address: None if address == 'ops@example.com' else '501 Syntax error'))
        daemon = self.start_ticking(mail_from='acron@vm')
        reason = daemon.wait('mail-server-down')['reason']
        self.assertIn('MAIL FROM:<acron@vm>', reason)
        self.assertTrue(reason.endswith('was answered: 501 Syntax error; --mail-from sets the sender'), reason)
        daemon.close()  # at once: more tries would make the next one later
        self.assertEqual(daemon.events('mail-lost'), [])
        self.assertEqual(self.start(mail_from='ops@example.com').wait('mail-sent')['job'], 'once')
        message, = mail.wait(1)
        self.assertEqual(mail.envelopes()[0].mail_from, 'ops@example.com')
        self.assertEqual(message['From'].addresses[0].addr_spec, 'ops@example.com')

    def test_mail_that_a_server_does_not_relay_waits_until_it_does_and_holds_up_no_other(self):
        mail = self.serve_mail(AServerThatRelaysForFriends())
        self.job('once', ONCE + 'output far@example.org\noutput near@example.com\n')
        daemon = self.start()
        postponed = daemon.wait('mail-postponed', job='once')
        self.assertEqual(postponed['to'], 'far@example.org')
        self.assertIn('Relay access denied; the server has to allow this machine to relay', postponed['reason'])
        mail.wait(1, 'near@example.com')
        mail.closed = False
        mail.wait(1, 'far@example.org')
        self.assertEqual(daemon.events('mail-lost'), [])
        self.assertEqual(daemon.events('mail-server-down'), [])

    def test_recipients_who_are_refused_in_words_about_all_mail_hold_up_no_other(self):
        mail = self.serve_mail(AServerOfGroups())
        for number in range(8):
            self.job(f'a{number}', ONCE.replace('once', f'once{number}') + f'output grp{number}@example.com\n')
        daemon = self.start()
        daemon.wait('mail-server-down')
        self.job('good', ONCE + 'output good@example.com\n')
        mail.wait(1, 'good@example.com')
        daemon.wait('mail-server-up')
        self.assertEqual(daemon.events('mail-lost'), [])

    def test_mail_that_is_postponed_comes_later_under_the_same_id(self):
        tries = []

        def greylist(_, envelope):
            tries.append(envelope.content)
            return '451 4.7.1 come back later' if len(tries) < 3 else None

        mail = self.serve_mail(Mailbox(greylist))
        daemon = self.start_ticking()
        message, = mail.wait(1)
        self.assertEqual(len(set(tries)), 1)
        self.assertIn('come back later', daemon.wait('mail-postponed', job='once')['reason'])
        self.assertEqual(f'<{daemon.wait("mail-sent")["message-id"]}>', message['Message-ID'])
        self.assert_undisturbed(daemon)

    def test_a_greylist_that_refuses_by_5xx_delays_mail_and_loses_none(self):
        said = ['550 5.7.1 Greylisted, please try again in 5 minutes', '554 temporarily deferred']
        mail = self.serve_mail(Mailbox(recipient_hook=lambda _: said.pop(0) if said else None))
        daemon = self.start_ticking()
        mail.wait(1)
        self.assertIn('Greylisted', daemon.wait('mail-postponed', job='once')['reason'])
        self.assertEqual(daemon.events('mail-lost') + daemon.events('mail-server-down'), [])

    def test_a_soft_refusal_at_any_stage_is_tried_again(self):
        sink = self.serve_mail(SmtpSink())
        for number, stage in enumerate(['connect', 'ehlo,helo', 'mail', 'rcpt', 'data', '.']):
            with self.subTest(stage=stage):
                sink.halt()
                sink.options = ('-r', stage)
                sink.start()
                self.job('once', ONCE.replace('once', f'once{number}'))
                daemon = self.start()
                daemon.wait('end', job='once', result='ok')
                self.wait_for_refusal(daemon)
                sink.halt()
                sink.options = ()
                sink.start()
                sent = daemon.wait('mail-sent', job='once')
                self.assertEqual(daemon.stop(), 0)
                self.assertIn(f'<{sent["message-id"]}>', [message['Message-ID'] for message in sink.messages()])

    def wait_for_refusal(self, daemon):
        """Either of the two ways to say it."""
        while not (daemon.events('mail-postponed') or daemon.events('mail-server-down')):
            daemon.wait('end', since=daemon.mark(), job='once')

    def test_mail_that_is_refused_for_good_is_given_up_and_the_other_recipients_get_theirs(self):
        mail = self.serve_mail(Mailbox())
        self.job('once', ONCE + 'output unknown@example.com\noutput known@example.com\n')
        daemon = self.start()
        lost = daemon.wait('mail-lost', job='once')
        self.assertEqual(lost['to'], 'unknown@example.com')
        self.assertIn('no such user', lost['reason'])
        self.assertIn('hello', text_of(mail.wait(1, 'known@example.com')[0]))
        daemon.wait('start', 3, since=daemon.mark())
        self.assertEqual(len(daemon.events('mail-lost')), 1)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.events('mail-kept'), [])

    def test_a_server_that_breaks_off_after_the_message_gets_it_again_under_the_same_id(self):
        tries = []

        def break_off(server, envelope):
            tries.append(envelope.content)
            if len(tries) == 1:
                server.transport.abort()
            return None if len(tries) > 1 else '250 never heard'

        mail = self.serve_mail(Mailbox(break_off))
        daemon = self.start_ticking()
        mail.wait(1)
        self.assertEqual(tries[0], tries[1])
        self.assert_undisturbed(daemon)

    def test_output_that_is_not_utf_8_is_shown_by_any_reader(self):
        mail = self.serve_mail(Mailbox())
        self.job('once', "every 1s\nrun mkdir {dir}/once 2>/dev/null && printf 'K\\344se, na\\303\\257ve\\000!\\n'\nerror if-stderr\n")
        self.start()
        message, = mail.wait(1)
        self.assertEqual(message.get_content_charset(), 'utf-8')
        text = message.get_payload(decode=True).decode('utf-8', 'strict')
        self.assertIn('K\\xe4se, naïve\\x00!', text)
        self.assertIn('bytes that are not UTF-8 text', text)

    def test_a_message_larger_than_the_server_takes_is_cut_to_fit(self):
        mail = self.serve_mail(Mailbox(size_limit=20_000))
        self.job('once', 'every 1s\nrun mkdir {dir}/once 2>/dev/null && seq 30000\nerror if-stderr\n')
        daemon = self.start()
        message, = mail.wait(1)
        self.assertLessEqual(len(mail.envelopes()[0].content), 20_000)
        self.assertIn('exit status 0', text_of(message))
        self.assertTrue(daemon.wait('mail-sent'))


if __name__ == '__main__':
    main()
