"""The mails of an incident as they arrive at a real server: a few, in one thread, and not one for each run."""

from harness import SystemTest, main
from mail_servers import Mailbox, text_of

ROUTES = 'output if-first-error oncall@example.com\noutput if-recovered oncall@example.com\n'
# Fails on its runs 2, 3, 4 and 7.
SOMETIMES = '''echo run >>{dir}/runs
case $(wc -l <{dir}/runs) in 2|3|4|7) echo trouble; exit 3;; esac
'''


class IncidentTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.mail = self.serve_mail(Mailbox())
        self.sometimes = self.script('sometimes', SOMETIMES.replace('{dir}', str(self.dir)))

    def test_an_incident_is_one_mail_at_its_begin_and_one_at_its_end_in_one_thread(self):
        self.job('web/cleanup', f'every 1s\n{ROUTES}run {self.sometimes}\n')
        daemon = self.start()
        daemon.wait('end', 8, job='web/cleanup')
        self.mail.wait(4)
        self.assertEqual(daemon.stop(), 0)
        messages = self.mail.messages('oncall@example.com')
        first, recovered, second, again = messages
        self.assertEqual([m['X-Acron-Result'] for m in messages], ['failed', 'recovered', 'failed', 'recovered'])
        self.assertEqual(first['Subject'], '[test.example.com] web/cleanup failed: exit status 3')
        self.assertIn('web/cleanup recovered after', recovered['Subject'])
        self.assertIn('and 3 failed runs', recovered['Subject'])
        self.assertIn('and 1 failed run', again['Subject'])
        self.assertIn('trouble', text_of(second))
        self.assertEqual(len({m['References'] for m in messages}), 1)
        self.assertTrue(first['References'])
        self.assertEqual({m['List-Id'] for m in messages}, {'<cleanup.web.acron.example.com>'})
        self.assertEqual(len({m['Message-ID'] for m in messages}), 4)

    def test_an_incident_outlives_a_restart(self):
        self.job('web/cleanup', f'every 1s\n{ROUTES}run {self.sometimes}\n')
        daemon = self.start()
        daemon.wait('end', job='web/cleanup', result='failed')
        self.mail.wait(1)
        self.assertEqual(daemon.stop(), 0)
        daemon = self.start()
        daemon.wait('end', job='web/cleanup', result='ok')
        recovered = self.mail.wait(2)[1]
        self.assertIn('and 3 failed runs', recovered['Subject'])

    def test_a_recipient_gets_so_many_mails_an_hour_and_what_is_held_back_is_said(self):
        self.job('one', 'every 1s\nrun false\n')
        self.job('other', 'every 1s\noutput other@example.com\nrun false\n')
        daemon = self.start(mail_limit=2)
        daemon.wait('mail-held-back', 2, to='root@localhost', job='one')
        daemon.stop()
        self.assertEqual(len(self.mail.envelopes('root@localhost')), 2)
        self.assertEqual(len(self.mail.envelopes('other@example.com')), 2)
        self.assertEqual(len(daemon.events('mail-sent')) + len(daemon.events('mail-held-back')),
                         len(daemon.events('end')))


if __name__ == '__main__':
    main()
