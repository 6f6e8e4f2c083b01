"""Records of runs at real web servers, with and without TLS."""

import base64

from harness import SystemTest, main
from web_servers import ENDLESS, SILENCE, Authority, WebServer

SECRET = 'T0pS3cret'


class WebhookTest(SystemTest):
    def serve(self, server, start=True):
        self.addCleanup(server.stop)
        if start:
            server.start()
        return server

    def once(self, url, command='echo hello', condition=''):
        """A job that has something to say once."""
        self.job('once', f'every 1s\noutput if-error /dev/null\noutput {condition} {url}\n'
                         f'run mkdir {{dir}}/once 2>/dev/null || exit 0; {command}\n')

    def assert_no_secret(self, daemon):
        said = str(daemon._events) + str(daemon.strays)  # pylint: disable=protected-access
        self.assertNotIn(SECRET, said)


class Records(WebhookTest):
    def test_each_run_is_posted_as_a_json_record(self):
        server = self.serve(WebServer())
        self.job('web/ping', f'every 1s\noutput {server.url("/ping?key=" + SECRET, user="me:" + SECRET + "@")}\n'
                             'run echo hello; exit 3\n')
        daemon = self.start()
        status, path, headers, record = server.wait(2)[0]
        sent = daemon.wait('webhook-sent', job='web/ping')
        self.assertEqual(daemon.stop(), 0)
        end = daemon.events('end', job='web/ping')[0]
        self.assertEqual((status, path), (204, '/ping?key=' + SECRET))
        self.assertEqual(headers['Content-Type'], 'application/json')
        self.assertEqual(headers['Authorization'], 'Basic ' + base64.b64encode(f'me:{SECRET}'.encode()).decode())
        self.assertEqual((record['job'], record['run'], record['host']), ('web/ping', end['run'], 'test.example.com'))
        self.assertEqual((record['result'], record['exit'], record['output']), ('failed', 3, 'hello\n'))
        self.assertEqual(sent['to'], server.url('/...'))
        self.assertEqual(len(server.posts()), len(daemon.events('end')))
        self.assert_no_secret(daemon)

    def test_a_condition_holds_for_web_servers_too(self):
        server = self.serve(WebServer())
        self.job('good', f'every 1s\noutput if-error {server.url("/good")}\nrun echo hello\n')
        self.job('bad', f'every 1s\noutput if-error {server.url("/bad")}\nrun echo hello; false\n')
        daemon = self.start()
        daemon.wait('end', 2, job='good')
        daemon.wait('end', job='bad')
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual({post[1] for post in server.posts()}, {'/bad'})


class Trouble(WebhookTest):
    def test_a_record_arrives_though_the_server_was_down_at_first(self):
        server = self.serve(WebServer(), start=False)
        self.once(server.url('/' + SECRET))
        daemon = self.start()
        down = daemon.wait('webhook-server-down')
        self.assertIn('Connection refused', down['reason'])
        self.assertEqual(down['server'], server.url().removeprefix('http://'))
        daemon.wait('end', 2, job='once', since=daemon.mark())
        server.start()
        self.assertEqual(daemon.wait('webhook-server-up')['server'], down['server'])
        record = server.wait()[0][3]
        self.assertEqual(record['job'], 'once')
        self.assertEqual(len(daemon.events('webhook-server-down')), 1)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual({post[3]['run'] for post in server.posts()}, {e['run'] for e in daemon.events('end')})
        self.assertEqual(daemon.events('webhook-lost'), [])
        self.assert_no_secret(daemon)

    def test_a_server_in_trouble_is_asked_again_and_one_that_refuses_is_not(self):
        server = self.serve(WebServer(statuses=[503, 429, 204, 404]))
        self.once(server.url(), command='echo hello; false', condition='if-error')
        daemon = self.start()
        daemon.wait('webhook-sent', job='once')
        self.assertEqual([post[0] for post in server.posts()], [503, 429, 204])
        self.assertEqual(len({post[3]['run'] for post in server.posts()}), 1)
        (self.dir / 'once').rmdir()
        lost = daemon.wait('webhook-lost', job='once')
        self.assertEqual((lost['reason'], lost['level']), ('404 Not Found', 'error'))
        daemon.stop()

    def test_a_server_that_closes_every_other_connection_gets_all_records_and_is_not_down(self):
        server = self.serve(WebServer(every_other=True))
        for name in 'abc':
            self.job(name, f'every 1s\noutput {server.url("/hook/" + name)}\nrun true\n')
        daemon = self.start()
        server.wait(12)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual({post[3]['run'] for post in server.posts()}, {e['run'] for e in daemon.events('end')})
        for event in ('webhook-server-down', 'webhook-retry', 'webhook-postponed', 'webhook-lost'):
            self.assertEqual(daemon.events(event), [])

    def test_a_server_that_is_down_holds_up_no_other(self):
        down, up = self.serve(WebServer(), start=False), self.serve(WebServer())
        self.job('both', f'every 1s\noutput {down.url()}\noutput {up.url()}\nrun true\n')
        daemon = self.start()
        up.wait(3)
        self.assertTrue(daemon.events('webhook-server-down', ))
        self.assertEqual(down.posts(), [])

    def test_a_record_that_the_server_says_nothing_to_delays_no_other(self):
        server = self.serve(WebServer(statuses=[SILENCE]))
        self.job('each', f'every 1s\noutput {server.url()}\nrun true\n')
        daemon = self.start()
        first = server.wait(3)[0][3]['run']
        daemon.wait('webhook-sent', 2)
        self.assertNotIn(first, {e['message-id'] for e in daemon.events('webhook-sent')})
        self.assertEqual(daemon.events('webhook-server-down'), [])
        daemon.wait('webhook-sent', message_id=first)  # at the second try, when the first is given up
        postponed, = daemon.events('webhook-postponed')
        self.assertEqual((postponed['message-id'], postponed['reason']), (first, 'no answer in time'))

    def test_a_hook_without_an_end_is_told_apart_from_its_server(self):
        server = self.serve(WebServer())
        self.job('good', f'every 1s\noutput {server.url("/good")}\nrun true\n')
        self.job('bad', f'every 1s\noutput {server.url("/" + ENDLESS)}\nrun true\n')
        daemon = self.start()
        bad = daemon.wait('webhook-postponed', job='bad')
        self.assertEqual(bad['reason'], 'no answer: the server answers again and again that it will answer')
        for _ in range(4):
            mark = daemon.mark()
            daemon.wait('webhook-sent', since=mark, job='good')
            daemon.wait('webhook-postponed', since=mark, job='bad')
        self.assertLessEqual(len(daemon.events('webhook-server-down')), 1)

    def test_what_can_not_be_delivered_at_the_end_is_kept_and_posted_by_the_next_life(self):
        server = self.serve(WebServer(), start=False)
        self.once(server.url('/' + SECRET), command='echo hello; false', condition='if-error')
        daemon = self.start()
        daemon.wait('webhook-server-down')
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.wait('webhook-kept')['count'], '1')
        self.assertEqual(daemon.events('webhook-lost'), [])
        self.assert_no_secret(daemon)
        server.start()
        daemon = self.start()
        self.assertEqual(daemon.wait('webhook-sent')['to'], server.url('/...'))
        self.assertEqual(server.wait()[0][1], '/' + SECRET)
        self.assert_no_secret(daemon)


class Tls(WebhookTest):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.dir)

    def start_trusting(self):
        return self.start(env={'SSL_CERT_FILE': str(self.authority.certificate)})

    def test_a_server_with_a_good_certificate_gets_the_record(self):
        for name, host in (('DNS:localhost', 'localhost'), ('IP:127.0.0.1', '127.0.0.1')):
            server = self.serve(WebServer(self.authority.certify(name)))
            self.job(name.replace(':', '-'), f'every 1s\noutput {server.url("/hook", host=host)}\nrun true\n')
            daemon = self.start_trusting()
            self.assertEqual(server.wait()[0][3]['result'], 'ok')
            daemon.close()
            server.stop()

    def assert_refused(self, server, host, reason, trusting=True):
        self.once(server.url('/' + SECRET, host=host), command='echo hello; false', condition='if-error')
        daemon = self.start_trusting() if trusting else self.start()
        down = daemon.wait('webhook-server-down')
        self.assertIn(reason, down['reason'])
        daemon.close()
        self.assertEqual(server.posts(), [])
        self.assert_no_secret(daemon)

    def test_a_certificate_for_another_name_is_refused(self):
        server = self.serve(WebServer(self.authority.certify('DNS:other.example.com')))
        self.assert_refused(server, 'localhost', 'hostname mismatch')

    def test_a_certificate_for_a_name_is_refused_for_an_address(self):
        server = self.serve(WebServer(self.authority.certify('DNS:localhost')))
        self.assert_refused(server, '127.0.0.1', 'IP address mismatch')

    def test_a_certificate_that_nobody_vouches_for_is_refused(self):
        server = self.serve(WebServer(self.authority.self_signed('DNS:localhost')))
        self.assert_refused(server, 'localhost', 'self-signed')

    def test_an_authority_that_the_system_does_not_trust_is_refused(self):
        server = self.serve(WebServer(self.authority.certify('DNS:localhost')))
        self.assert_refused(server, 'localhost', 'issuer certificate', trusting=False)


if __name__ == '__main__':
    main()
