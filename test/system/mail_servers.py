"""Real mail servers on loopback ports: postfix's smtp-sink, aiosmtpd to look inside a message, and some bad ones."""

import asyncio
import email
import email.policy
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

from harness import DEADLINE, closed_port, eventually

SMTP_SINK = shutil.which('smtp-sink', path='/usr/sbin:/usr/bin:' + os.environ.get('PATH', ''))


def text_of(message):
    """The body, with the line ends of this machine."""
    return message.get_content().replace('\r\n', '\n')


async def silence():
    """No answer, ever."""
    await asyncio.get_running_loop().create_future()


class Mailbox:
    """An aiosmtpd server that keeps what it is sent. May be stopped and started again on the same port."""

    def __init__(self, hook=None, size_limit=None, certificate=None, tls_first=False, login=None,
                 recipient_hook=None, sender_hook=None, refused_mechanism=None):
        """`hook(server, envelope)` may return a reply instead of taking the message, or `silence()`. `certificate` is a pair of files,
        for TLS; `login` a user and a password that are then asked for. `recipient_hook(server)` may return a reply to
        RCPT, `sender_hook(address)` one to MAIL. `refused_mechanism` is a way to log in that is announced and not
        taken."""
        self._hook = hook
        self._recipient_hook = recipient_hook
        self._sender_hook = sender_hook
        self._refused_mechanism = refused_mechanism
        self._tls = None
        if certificate:
            self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._tls.load_cert_chain(*certificate)
        self._tls_first = tls_first
        self.login = login
        self._size_limit = size_limit
        self._port = closed_port()
        self._loop = None
        self._got = []
        self.connections = 0

    @property
    def address(self):
        return f'127.0.0.1:{self._port}'

    def start(self):
        listening = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(listening,), daemon=True)
        self._thread.start()
        if not listening.wait(DEADLINE):
            raise AssertionError('the mail server does not start')

    def _serve(self, listening):
        self._loop = asyncio.new_event_loop()
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            server = self._loop.run_until_complete(
                self._loop.create_server(self._session, '127.0.0.1', self._port,
                                         ssl=self._tls if self._tls_first else None))
        self._loop.call_soon(listening.set)
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def _session(self):
        self.connections += 1
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            return SMTP(self, loop=self._loop, hostname='mail.test', data_size_limit=self._size_limit or 33554432,
                        tls_context=None if self._tls_first else self._tls, authenticator=self._authenticate,
                        auth_required=self.login is not None, auth_require_tls=not self._tls_first)

    def _authenticate(self, server, session, envelope, mechanism, given):
        if mechanism == self._refused_mechanism:
            return AuthResult(success=False, handled=False, message='504 5.5.4 Unrecognized authentication type')
        good = self.login and (given.login.decode(), given.password.decode()) == self.login
        return AuthResult(success=bool(good), handled=False)

    def stop(self):
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(DEADLINE)

    async def handle_MAIL(self, server, session, envelope, address, options):  # pylint: disable=invalid-name
        """aiosmtpd's name for it."""
        if self._sender_hook and (reply := self._sender_hook(address)):
            return reply
        envelope.mail_from = address
        return '250 sender known'

    async def handle_RCPT(self, server, session, envelope, address, options):  # pylint: disable=invalid-name
        """aiosmtpd's name for it."""
        if address.startswith('unknown@'):
            return '550 5.1.1 no such user'
        if self._recipient_hook and (reply := self._recipient_hook(server)):
            return reply
        envelope.rcpt_tos.append(address)
        return '250 known'

    async def handle_DATA(self, server, session, envelope):  # pylint: disable=invalid-name
        """aiosmtpd's name for it."""
        reply = self._hook(server, envelope) if self._hook else None
        if asyncio.iscoroutine(reply):
            reply = await reply
        if reply is None:
            self._got.append(envelope)
        return reply or '250 taken'

    def envelopes(self, recipient=None):
        return [e for e in list(self._got) if recipient is None or recipient in e.rcpt_tos]

    def messages(self, recipient=None):
        """The messages so far, parsed."""
        return [email.message_from_bytes(e.content, policy=email.policy.default) for e in self.envelopes(recipient)]

    def wait(self, count, recipient=None):
        eventually(lambda: len(self.envelopes(recipient)) >= count, f'{count} messages to {recipient or "anyone"}')
        return self.messages(recipient)


class SmtpSink:
    """postfix's smtp-sink, which keeps each message in a file."""

    def __init__(self, *options):
        self.options = options
        self._port = closed_port()
        self._dump = pathlib.Path(tempfile.mkdtemp(prefix='acron-sink-'))
        self._process = None

    @property
    def address(self):
        return f'127.0.0.1:{self._port}'

    def start(self):
        self._dump.chmod(0o777)
        user = ('-u', 'nobody') if os.geteuid() == 0 else ()
        command = [SMTP_SINK, *user, '-c', '-d', 'mail.', *self.options, self.address, '10']
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.PIPE, cwd=self._dump)
        eventually(self._answers, 'smtp-sink listening')

    def _answers(self):
        if self._process.poll() is not None:
            raise AssertionError('smtp-sink: ' + self._process.stderr.read().decode())
        with socket.socket() as probe:
            return probe.connect_ex(('127.0.0.1', self._port)) == 0

    def halt(self):
        """Ends the server, as a crash would; start() brings it back."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(DEADLINE)
            self._process.stderr.close()

    def stop(self):
        self.halt()
        shutil.rmtree(self._dump, ignore_errors=True)

    def messages(self):
        """What was taken, parsed; smtp-sink puts lines of its own on top of a message."""
        texts = [file.read_bytes() for file in sorted(self._dump.glob('mail.*'))]
        return [email.message_from_bytes(text, policy=email.policy.default) for text in texts]


class Mute:
    """Takes connections and says nothing."""

    def __init__(self):
        self._socket = None

    @property
    def address(self):
        return '127.0.0.1:%d' % self._socket.getsockname()[1]

    def start(self):
        self._socket = socket.socket()
        self._socket.bind(('127.0.0.1', 0))
        self._socket.listen(64)  # the kernel takes connections by itself

    def stop(self):
        self._socket.close()
