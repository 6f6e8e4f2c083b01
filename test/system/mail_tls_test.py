"""Mail over TLS and with a login, to a real server."""

import json
import os
import unittest

from harness import IS_ROOT, SystemTest, main
from mail_servers import Mailbox
from web_servers import Authority

ONCE = 'every 1s\nrun mkdir {dir}/once 2>/dev/null && echo hello\nerror if-stderr\n'
SECRET = 'tanstaaf:x'


class MailTlsTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.dir)
        self.good = self.authority.certify('DNS:localhost')

    def serve(self, scheme, **settings):
        server = self.serve_mail(Mailbox(tls_first=scheme == 'smtps://', **settings))
        self.smtp = scheme + server.address.replace('127.0.0.1', 'localhost')
        return server

    def start_once(self, **settings):
        self.job('once', ONCE)
        return self.start(env={'SSL_CERT_FILE': str(self.authority.certificate)}, **settings)

    def login_file(self, text, mode=0o600):
        path = self.dir / 'login'
        path.write_text(text)
        path.chmod(mode)
        return path

    def assert_no_secret(self, daemon):
        self.assertNotIn('tanstaaf', json.dumps(daemon.events('mail-server-down') + daemon.events('mail-sent')))


class ToAServerThatIsGood(MailTlsTest):
    def test_mail_goes_over_tls_with_a_login(self):
        for scheme in ('smtp+starttls://', 'smtps://'):
            with self.subTest(scheme=scheme):
                server = self.serve(scheme, certificate=self.good, login=('me', SECRET))
                daemon = self.start_once(smtp_login=self.login_file(f'me:{SECRET}\n'))
                self.assertEqual(server.wait(1)[0]['X-Acron-Job'], 'once')
                daemon.wait('mail-sent', job='once')
                self.assert_no_secret(daemon)
                daemon.close()
                server.stop()
                (self.dir / 'once').rmdir()

    def test_a_server_that_takes_no_plain_is_told_the_login_by_login(self):
        server = self.serve('smtps://', certificate=self.good, login=('me', SECRET), refused_mechanism='PLAIN')
        daemon = self.start_once(smtp_login=self.login_file(f'me:{SECRET}\n'))
        self.assertEqual(server.wait(1)[0]['X-Acron-Job'], 'once')
        daemon.wait('mail-sent', job='once')
        self.assertEqual(daemon.events('mail-server-down'), [])

    def test_tls_is_taken_where_it_is_offered(self):
        ciphers = []
        self.serve('', certificate=self.authority.self_signed('DNS:other.example.com'),
                   hook=lambda server, _: ciphers.append(server.transport.get_extra_info('cipher')))
        daemon = self.start_once()
        daemon.wait('mail-sent', job='once')
        self.assertTrue(ciphers[0])
        self.assertEqual(daemon.events('mail-in-clear'), [])


class ToAServerThatIsNot(MailTlsTest):
    def assert_waits(self, daemon, reason):
        self.assertIn(reason, daemon.wait('mail-server-down')['reason'])
        self.assertEqual(daemon.events('mail-lost'), [])
        self.assert_no_secret(daemon)

    def test_mail_waits_for_a_good_certificate(self):
        server = self.serve('smtps://', certificate=self.authority.certify('DNS:other.example.com'))
        self.assert_waits(self.start_once(), 'certificate refused: hostname mismatch')
        self.assertEqual(server.envelopes(), [])

    def test_mail_waits_for_tls(self):
        server = self.serve('smtp+starttls://')
        self.assert_waits(self.start_once(), 'the server offers no STARTTLS')
        self.assertEqual(server.envelopes(), [])

    def test_mail_waits_for_the_right_login_and_takes_it_up(self):
        server = self.serve('smtps://', certificate=self.good, login=('me', SECRET))
        daemon = self.start_once(smtp_login=self.login_file('me:tanstaaf-old\n'))
        self.assert_waits(daemon, 'the login was answered: 535 5.7.8 Authentication credentials invalid; --smtp-login')
        self.login_file(f'me:{SECRET}\n')
        daemon.wait('mail-server-up')
        self.assertEqual(len(server.wait(1)), 1)

    @unittest.skipUnless(IS_ROOT, 'only root is wary of whose directories lead to a file')
    def test_a_login_file_that_another_user_could_have_put_there_is_not_told_to_the_server(self):
        server = self.serve('smtps://', certificate=self.good, login=('me', SECRET))
        theirs = self.dir / 'theirs'
        theirs.mkdir(mode=0o755)
        os.chown(theirs, 1000, 1000)
        os.link(self.login_file(f'me:{SECRET}\n'), theirs / 'linked')
        (self.dir / 'way').symlink_to(theirs)
        shared = self.dir / 'shared'
        shared.mkdir()
        shared.chmod(0o1777)
        os.link(self.dir / 'login', shared / 'linked')
        for path, fault in [('theirs/linked', "can't be trusted: "), ('way/linked', "can't be trusted: "),
                            ('shared/linked', 'has a second name')]:
            with self.subTest(path):
                checked = self.run_acron('--check', smtp_login=self.dir / path)
                self.assertIn(f'warning: the login file {self.dir}/{path} {fault}', checked.stderr)
        daemon = self.start_once(smtp_login=theirs / 'linked')
        fault = f"the login file {theirs}/linked can't be trusted: {theirs} is owned by uid 1000"
        self.assertIn(fault, daemon.wait('mail-login')['reason'])
        self.assert_waits(daemon, fault)
        self.assertEqual(server.envelopes(), [])

    def test_mail_waits_for_a_login_file_that_is_closed_to_others(self):
        self.serve('smtps://', certificate=self.good, login=('me', SECRET))
        daemon = self.start_once(smtp_login=self.login_file(f'me:{SECRET}\n', mode=0o644))
        fault = f'the login file {self.dir}/login is open to others than its owner'
        self.assertIn(fault, daemon.wait('mail-login')['reason'])
        self.assert_waits(daemon, fault)
        checked = self.run_acron('--check', smtp_login=self.dir / 'login')
        self.assertEqual(checked.returncode, 0)
        self.assertIn(f'warning: {fault}', checked.stderr)
        self.login_file(f'me:{SECRET}\n')
        daemon.wait('mail-sent', job='once')

    def test_a_server_that_wants_a_login_loses_no_mail(self):
        self.serve('smtps://', certificate=self.good, login=('me', SECRET))
        self.assert_waits(self.start_once(), '530')


if __name__ == '__main__':
    main()
