"""What acron calls this machine to a mail server, and what becomes of mail when the server does not like that."""

import unittest

from harness import IS_ROOT, SystemTest, main
from mail_servers import Mailbox

ONCE = 'every 1s\nrun mkdir {dir}/once 2>/dev/null && echo hello\nerror if-stderr\n'
NAMED = '''hostname "$1"
mount --bind "$2" /etc/hosts
mount --bind "$3" /etc/resolv.conf
shift 3
exec "$@"
'''


class MailNameTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.names = []
        self.job('once', ONCE)

    def serve(self, recipient_hook=None):
        def note(server, _):
            self.names.append(server.session.host_name)

        return self.serve_mail(Mailbox(note, recipient_hook=recipient_hook))

    def machine(self, name, hosts):
        """Runs a program on a machine of that name, with these lines in /etc/hosts, whose DNS answers nothing."""
        files = self.dir / 'hosts', self.dir / 'resolv.conf'
        files[0].write_text('127.0.0.1 localhost\n' + hosts)
        files[1].write_text('nameserver 127.0.0.1\noptions attempts:1 timeout:1\n')
        script = self.script('named', NAMED)
        return ('unshare', '--uts', '--mount', '--propagation', 'private', str(script), name, *map(str, files))


class Names(MailNameTest):
    @unittest.skipUnless(IS_ROOT, 'only root can name a machine')
    def test_the_full_name_is_said_where_the_machine_knows_it_and_its_address_elsewhere(self):
        trials = [('web-0042.example.com', '', 'web-0042.example.com'),
                  ('web-0042', '127.0.1.1 web-0042.dc1.example.com web-0042\n', 'web-0042.dc1.example.com'),
                  ('web-0042', '127.0.1.1 web-0042\n', '[127.0.0.1]'),
                  ('web-0042', '', '[127.0.0.1]'),
                  ('localhost.localdomain', '127.0.0.1 localhost.localdomain localhost\n', '[127.0.0.1]')]
        for name, hosts, said in trials:
            with self.subTest(name=name, hosts=hosts):
                self.serve()
                daemon = self.spawn(hostname=None, wrapper=self.machine(name, hosts))
                daemon.wait('mail-sent', job='once')
                self.assertEqual(self.names.pop(), said)
                daemon.close()
                (self.dir / 'once').rmdir()

    @unittest.skipUnless(IS_ROOT, 'only root can name a machine')
    def test_a_name_that_no_address_may_have_does_not_keep_mail_from_going(self):
        rename = 'printf %s "$1" >/proc/sys/kernel/hostname; shift; exec "$@"'
        for name in ('a b.c', 'web>,<x@y.com', 'w\u00e9b.example.com'):
            with self.subTest(name=name):
                mail = self.serve()
                daemon = self.spawn(hostname=None, wrapper=('unshare', '--uts', 'sh', '-c', rename, 'sh', name))
                daemon.wait('mail-sent', job='once')
                self.assertRegex(mail.wait(1)[0]['From'], r'<acron@[a-z.-]+>$')
                daemon.close()
                (self.dir / 'once').rmdir()

    def test_an_option_says_it_and_changes_neither_splay_nor_sender(self):
        mail = self.serve()
        daemon = self.start(smtp_name='relay-client.example.net', hostname='web-0042')
        self.assertEqual(mail.wait(1)[0]['X-Acron-Host'], 'web-0042')
        self.assertEqual(self.names, ['relay-client.example.net'])
        self.assertEqual(daemon.events('hello')[0]['host'], 'web-0042')

    def test_what_is_no_name_is_refused_at_the_start(self):
        for name in ('web 42', 'a;b', '[web]', 'web-0042.example.com\n', '.', 'a..b', '[.]', '12345', '1' * 300):
            refused = self.run_acron('--check', smtp_name=name)
            self.assertEqual(refused.returncode, 1, name)
            self.assertIn('--smtp-name: ', refused.stderr)
        for name in ('web-0042.example.com', '[192.0.2.7]', '[IPv6:2001:db8::7]'):
            self.assertEqual(self.run_acron('--check', smtp_name=name).returncode, 0, name)


class ARelayThatAsksForAFullName(MailNameTest):
    def test_mail_waits_for_the_name_and_nothing_is_lost(self):
        def ask(server):
            name = server.session.host_name
            if '.example.com' not in name:
                return f'504 5.5.2 <{name}>: Helo command rejected: need fully-qualified hostname'
            return None

        mail = self.serve(recipient_hook=ask)
        daemon = self.start(smtp_name='web-0042')
        down = daemon.wait('mail-server-down')
        self.assertIn('504 5.5.2 <web-0042>: Helo command rejected', down['reason'])
        self.assertIn('--smtp-name', down['reason'])
        daemon.close()  # at once: more tries would make the next one later
        self.assertEqual(daemon.wait('mail-kept')['count'], '1')
        self.assertEqual(daemon.events('mail-lost'), [])
        daemon = self.start(smtp_name='web-0042.example.com')
        daemon.wait('mail-sent', job='once')
        self.assertEqual(mail.wait(1)[0]['X-Acron-Job'], 'once')


class Recipients(SystemTest):
    def test_a_job_that_names_such_a_mailbox_is_doubted_at_the_check(self):
        self.job('_defaults', 'output if-error root@localhost\n')
        self.job('a', 'every 1h\nrun true\n')
        self.job('b', 'every 1h\noutput /dev/null\nrun true\n')
        checked = self.run_acron('--check', '--strict', smtp='192.0.2.25:25', mailto='ops@example.com')
        self.assertEqual((checked.returncode, checked.stderr.count('mail to root@localhost goes to')), (1, 1))

    def test_a_job_that_names_such_a_mailbox_is_doubted_when_it_is_loaded_and_each_mailbox_once(self):
        self.job('a', 'every 1h\noutput root@localhost\nrun true\n')
        self.job('b', 'every 1h\noutput ops@example.com\nrun true\n')
        daemon = self.start(smtp='192.0.2.25:25', mailto='ops@example.com')
        self.assertEqual([(e['job'], e['to']) for e in daemon.events('mailto')], [('a', 'root@localhost')])
        self.assertIn("'localhost' is not this machine", daemon.events('mailto')[0]['reason'])
        self.job('c', 'every 1h\noutput root@localhost\noutput ops@localhost\nrun true\n')
        daemon.wait('load', job='c')
        self.assertEqual(daemon.wait('mailto', to='ops@localhost')['job'], 'c')
        self.assertEqual(len(daemon.events('mailto')), 2)

    def test_a_mailbox_of_this_machine_at_another_one_is_doubted_at_the_start_and_at_the_check(self):
        for server, address, doubted in [('192.0.2.25:25', None, True), ('relay.invalid', 'ops@localhost.localdomain', True),
                                         ('192.0.2.25:25', 'ops@example.com', False), (self.smtp, None, False),
                                         (None, None, False)]:
            self.job('silent', 'every 1h\noutput /dev/null\nrun true\n')
            with self.subTest(server=server, address=address):
                checked = self.run_acron('--check', '--strict', smtp=server, mailto=address)
                self.assertEqual((checked.returncode, 'set --mailto' in checked.stderr), (int(doubted), doubted))
                self.assertEqual(self.run_acron('--check', smtp=server, mailto=address).returncode, 0)
                daemon = self.start(smtp=server, mailto=address, drain='0')
                said = [event['to'] for event in daemon.events('mailto')]
                self.assertEqual(said, [address or 'root@localhost'] if doubted else [])
                daemon.close()


if __name__ == '__main__':
    main()
