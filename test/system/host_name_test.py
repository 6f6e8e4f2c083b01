"""The machine is renamed while acron runs, as cloud images are: in a UTS namespace of the test's own."""

import datetime
import os
import unittest

from harness import IS_ROOT, SystemTest, eventually, main
from mail_servers import Mailbox

SET_NAME = 'import socket, sys; socket.sethostname(sys.argv[1])'


@unittest.skipUnless(IS_ROOT, 'gives itself a UTS namespace')
class HostNameTest(SystemTest):
    def start_as(self, name, *options, **settings):
        """acron on a machine of this name. Its poll is too rare to notice a new one."""
        wrapper = ['unshare', '--uts', 'sh', '-c',
                   f"/usr/bin/python3 -c '{SET_NAME}' '{name}' && exec \"$@\"", 'sh']
        daemon = self.spawn('-v', *options, wrapper=wrapper, **({'hostname': None, 'poll': '1h'} | settings))
        daemon.wait('ready')
        return daemon

    def rename(self, daemon, name):
        done = self.run_command(['nsenter', f'--target={daemon.pid}', '--uts', '/usr/bin/python3', '-c', SET_NAME, name])
        self.assertEqual(done.returncode, 0, done.stderr)

    def next_of(self, host):
        shown = self.run_acron('--next', '--count=1', hostname=host).stdout
        return datetime.datetime.fromisoformat(shown.split('\t')[0])

    def test_jobs_follow_the_new_name(self):
        self.job('db', 'every 1h\nonly on db*\nrun true\n')
        self.job('web', 'every 1h\nonly on web*\nrun true\n')
        daemon = self.start_as('ubuntu')
        for job in ('db', 'web'):
            daemon.wait('elsewhere', job=job)
        self.rename(daemon, 'Web1.example.com')
        said = daemon.wait('hostname')
        self.assertEqual((said['before'], said['name'], said['level']), ('ubuntu', 'web1.example.com', 'warning'))
        daemon.wait('load', job='web')
        self.rename(daemon, 'db1')
        daemon.wait('load', job='db')
        daemon.wait('elsewhere', job='web', count=2)
        self.assertEqual(daemon.stop(), 0)

    def test_the_splay_follows_the_new_name(self):
        self.job('weekly', 'every 1w\nsplay\nrun true\n')
        daemon = self.start_as('ubuntu')
        daemon.wait('wait', job='weekly')
        mark = daemon.mark()
        self.rename(daemon, 'web1')
        waits = daemon.wait('wait', since=mark, job='weekly')['next']
        self.assertEqual(datetime.datetime.fromisoformat(waits), self.next_of('web1'))
        self.assertEqual(daemon.stop(), 0)

    def test_mail_follows_the_new_name(self):
        server = self.serve_mail(Mailbox())
        self.job('a', 'every 1s\noutput ops@example.com\nrun echo hello\n')
        daemon = self.start_as('ubuntu', mail_limit='0')
        eventually(server.messages, 'a mail')
        self.rename(daemon, 'web1')
        eventually(lambda: any('acron@web1' in message['From'] for message in server.messages()), 'a mail from web1')
        self.assertEqual(daemon.stop(), 0)

    def test_names_that_many_machines_share_give_way_to_the_machine_id(self):
        daemon = self.start_as('ip6-localhost')
        self.assertIn("'ip6-localhost' is no name of this machine alone", daemon.wait('hostname')['reason'])
        mark = daemon.mark()
        self.rename(daemon, 'web1')
        self.assertEqual(daemon.wait('hostname', since=mark)['name'], 'web1')
        mark = daemon.mark()
        self.rename(daemon, 'localhost6.localdomain6')
        said = daemon.wait('hostname', since=mark)
        self.assertEqual(said['before'], 'web1')
        self.assertIn("'localhost6.localdomain6' is no name of this machine alone", said['reason'])
        self.assertEqual(daemon.stop(), 0)

    @unittest.skipUnless(os.path.exists('/etc/machine-id'), 'there is no file to mount another over')
    def test_a_machine_id_that_images_share_is_none(self):
        self.job('weekly', 'every 1w\nsplay\nrun true\n')
        mounted = ('unshare', '-m', '--propagation', 'private', 'sh', '-c',
                   f'mount --bind {self.dir}/id /etc/machine-id && exec "$@"', 'sh')
        for text, words in (('0' * 32, 'names none'), ('uninitialized', 'names none'), ('', 'names none'),
                            ('garbage', 'names none'), ('0123456789abcdef' * 2, 'splay uses /etc/machine-id')):
            with self.subTest(id=text):
                (self.dir / 'id').write_text(text + '\n')
                daemon = self.start(wrapper=mounted, hostname='localhost')
                self.assertIn(words, daemon.wait('hostname')['reason'])
                self.assertEqual(daemon.stop(), 0)

    def test_only_asks_the_name_itself_of_a_machine_whose_name_others_share(self):
        self.job('shared', 'every 1h\nonly on localhost\nrun true\n')
        self.job('other', 'every 1h\nonly on ubuntu\nrun true\n')
        shown = self.run_acron('--next', '--count=1', hostname='localhost').stdout
        self.assertEqual([line.split('\t')[1] for line in shown.splitlines()], ['shared'])
        daemon = self.start_as('localhost')
        daemon.wait('load', job='shared')
        daemon.wait('elsewhere', job='other')
        self.rename(daemon, 'ubuntu')
        daemon.wait('load', job='other')
        daemon.wait('elsewhere', job='shared')
        self.assertEqual(daemon.stop(), 0)

    def test_a_name_that_was_given_stays(self):
        self.job('web', 'every 1h\nonly on web*\nrun true\n')
        daemon = self.start_as('ubuntu', hostname='web7', poll='1s')
        self.rename(daemon, 'db1')
        self.job('late', 'every 1h\nonly on db*\nrun true\n')
        daemon.wait('elsewhere', job='late')  # a look at the tree looks at the name, too
        self.assertEqual(daemon.events('hostname'), [])
        self.assertEqual(daemon.stop(), 0)


if __name__ == '__main__':
    main()
