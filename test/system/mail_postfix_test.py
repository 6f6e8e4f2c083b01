"""Mail to a real Postfix that asks for TLS, a login or a full name."""

import unittest

from harness import SystemTest, eventually, main
from mail_servers import text_of
from postfix_server import IS_THERE, Postfix
from web_servers import Authority

ONCE = 'every 1s\nrun mkdir {dir}/once 2>/dev/null && echo "Grüße: $(seq 1 2000 | tr "\\n" " ")"\nerror if-stderr\n'
SECRET = 'tanstaaf:x'


@unittest.skipUnless(IS_THERE, 'only root can run a Postfix of its own, and saslpasswd2 has to be there')
class MailToPostfix(SystemTest):
    def setUp(self):
        super().setUp()
        self.dir.chmod(0o755)
        self.authority = Authority(self.dir)
        self.postfix = Postfix(self.authority.certify('DNS:localhost'))
        self.addCleanup(self.postfix.stop)
        self.postfix.add_user('me', SECRET)
        self.postfix.start()
        self.job('once', ONCE)

    def start_to(self, scheme, service, **settings):
        return self.start(env={'SSL_CERT_FILE': str(self.authority.certificate)}, mailto='ops@example.com',
                          smtp=scheme + self.postfix.address(service), **settings)

    def login(self, text):
        path = self.dir / 'login'
        path.write_text(text)
        path.chmod(0o600)
        return path

    def delivered(self, daemon):
        """What came of the mail that the log calls sent."""
        sent = daemon.wait('mail-sent', job='once')
        self.assertIn('queued as', sent['reply'])
        message, = eventually(lambda: [message for message in self.postfix.messages()
                                       if message['Message-ID'] == f'<{sent["message-id"]}>'], 'the mail in its box')
        self.assertIn('Grüße: 1 2 3 ', text_of(message))
        self.assertIn(' 1999 2000', text_of(message))
        self.assertEqual(daemon.events('mail-lost'), [])
        return message

    def test_it_waits_for_the_right_login_and_is_delivered_over_tls(self):
        for scheme, service in (('smtp+starttls://', 'submission'), ('smtps://', 'submissions')):
            with self.subTest(scheme=scheme):
                daemon = self.start_to(scheme, service, smtp_login=self.login('me:tanstaaf-old\n'))
                self.assertIn('the login was answered: 535 5.7.8', daemon.wait('mail-server-down')['reason'])
                self.login(f'me:{SECRET}\n')
                daemon.wait('mail-server-up')
                self.assertIn('with ESMTPSA id', self.delivered(daemon)['Received'])  # TLS and a login, RFC 3848
                self.assertNotIn('tanstaaf', str(daemon.events('mail-server-down') + daemon.events('mail-sent')))
                daemon.close()
                (self.dir / 'once').rmdir()

    def test_it_waits_for_a_login_that_was_forgotten(self):
        daemon = self.start_to('smtps://', 'submissions')
        reason = daemon.wait('mail-postponed', job='once')['reason']
        self.assertIn('554 5.7.1 <ops@example.com>: Recipient address rejected: Access denied', reason)
        self.assertIn('--smtp-login', reason)
        daemon.close()  # at once: more tries would make the next one later
        self.assertEqual(daemon.events('mail-lost'), [])
        daemon = self.start_to('smtps://', 'submissions', smtp_login=self.login(f'me:{SECRET}\n'))
        self.delivered(daemon)

    def test_it_waits_for_the_full_name_that_is_asked_for(self):
        daemon = self.start_to('', 'relay', smtp_name='web-0042')
        down = daemon.wait('mail-server-down')
        self.assertIn('504 5.5.2 <web-0042>: Helo command rejected: need fully-qualified hostname', down['reason'])
        self.assertIn('--smtp-name', down['reason'])
        daemon.close()  # at once: more tries would make the next one later
        self.assertEqual(daemon.wait('mail-kept')['count'], '1')
        for name in ('[127.0.0.1]', 'web-0042.example.com'):
            daemon = self.start_to('', 'relay', smtp_name=name)
            self.delivered(daemon)
            daemon.close()
            (self.dir / 'once').rmdir()


if __name__ == '__main__':
    main()
