"""A real Postfix of a test's own, with TLS and SASL: its configuration, queue and mailboxes are in a temporary folder."""

import contextlib
import email
import email.policy
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile

from harness import DEADLINE, IS_ROOT, closed_port, eventually

MASTER = '/usr/lib/postfix/sbin/master'
SASLPASSWD = '/usr/sbin/saslpasswd2'
IS_THERE = IS_ROOT and os.path.exists(MASTER) and os.path.exists(SASLPASSWD)

REALM = 'relay.test'
MAIN = '''compatibility_level = 3.6
queue_directory = {dir}/queue
data_directory = {dir}/data
maillog_file = {dir}/log/mail
maillog_file_prefixes = {dir}
myhostname = {realm}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
smtputf8_enable = no
virtual_mailbox_domains = example.com
virtual_mailbox_base = {dir}/mail
virtual_mailbox_maps = static:box/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_recipient_restrictions = permit_auth_destination, reject
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_sasl_local_domain = {realm}
'''
# The first is a relay that asks for a full name; the others take mail from those who log in, over TLS.
SERVICES = '''{relay} inet n - n - - smtpd
  -o smtpd_helo_required=yes -o smtpd_helo_restrictions=reject_non_fqdn_helo_hostname
  -o smtpd_tls_security_level=may
{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes -o smtpd_tls_auth_only=yes
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
{submissions} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
'''
SASL = '''pwcheck_method: auxprop
auxprop_plugin: sasldb
mech_list: PLAIN LOGIN
sasldb_path: {dir}/sasl/users
'''
QUEUES = ('active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'maildrop', 'private', 'public',
          'saved', 'trace')


class Postfix:
    """As root only."""

    def __init__(self, certificate):
        """`certificate` is a pair of files."""
        self._dir = pathlib.Path(tempfile.mkdtemp(prefix='acron-postfix-'))
        self._owner = pwd.getpwnam('postfix')
        self._ports = {name: closed_port() for name in ('relay', 'submission', 'submissions')}
        self._process = None
        self._lay_out(certificate)

    def address(self, service):
        return f'localhost:{self._ports[service]}'

    def _lay_out(self, certificate):
        self._dir.chmod(0o755)
        reader = pwd.getpwnam('nobody')
        for name in ('config', 'config/sasl', 'queue', 'queue/pid', 'log', 'sasl', 'data', 'mail', *(f'queue/{name}' for name in QUEUES)):
            (self._dir / name).mkdir(mode=0o755)
        for name in ('data', 'log', *(f'queue/{name}' for name in QUEUES)):
            os.chown(self._dir / name, self._owner.pw_uid, self._owner.pw_gid)
        os.chown(self._dir / 'mail', reader.pw_uid, reader.pw_gid)
        words = {'dir': self._dir, 'realm': REALM, 'uid': reader.pw_uid, 'gid': reader.pw_gid,
                 'certificate': certificate[0], 'key': certificate[1]}
        places = {name: f'127.0.0.1:{port}' for name, port in self._ports.items()}
        (self._dir / 'config/main.cf').write_text(MAIN.format(**words))
        (self._dir / 'config/master.cf').write_text(SERVICES.format(**places))
        (self._dir / 'config/sasl/smtpd.conf').write_text(SASL.format(**words))

    def add_user(self, name, secret):
        users = self._dir / 'sasl/users'
        subprocess.run([SASLPASSWD, '-p', '-c', '-f', users, '-u', REALM, name], input=secret.encode(), check=True,
                       timeout=DEADLINE, capture_output=True)
        os.chown(users, self._owner.pw_uid, self._owner.pw_gid)

    def start(self):
        self._process = subprocess.Popen([MASTER, '-c', self._dir / 'config', '-d'], stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        eventually(self._answers, 'Postfix answering')

    def _answers(self):
        if self._process.poll() is not None:
            raise AssertionError('Postfix ended:\n' + self.log())
        with socket.socket() as probe:
            return probe.connect_ex(('127.0.0.1', self._ports['submissions'])) == 0

    def stop(self):
        """All its processes are in the group of the first."""
        if self._process:
            self._process.terminate()
            self._process.wait(DEADLINE)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        shutil.rmtree(self._dir, ignore_errors=True)

    def log(self):
        with contextlib.suppress(FileNotFoundError):
            return (self._dir / 'log/mail').read_text(errors='replace')
        return ''

    def messages(self):
        """What it has delivered, parsed."""
        texts = [file.read_bytes() for file in sorted((self._dir / 'mail').glob('box/new/*'))]
        return [email.message_from_bytes(text, policy=email.policy.default) for text in texts]
