"""Real web servers on loopback ports that keep what is posted to them, and certificates for them."""

import http.server
import json
import ssl
import subprocess
import threading

from harness import DEADLINE, closed_port, eventually


SILENCE = 'silence'
ENDLESS = 'endless'


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):  # pylint: disable=invalid-name
        """http.server's name for it."""
        body = self.rfile.read(int(self.headers['Content-Length']))
        if self.path == '/' + ENDLESS:
            self.promise_for_ever()
            return
        status = self.server.statuses.pop(0) if self.server.statuses else 204
        self.server.posts.append((status, self.path, dict(self.headers), json.loads(body)))
        if status is SILENCE:
            self.rfile.read(1)  # until the client leaves
            return
        self.send_response(status)
        self.end_headers()

    def promise_for_ever(self):
        """That an answer will follow."""
        try:
            while True:
                self.wfile.write(b'HTTP/1.1 100 Continue\r\n\r\n')
        except OSError:
            self.close_connection = True

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        """Says nothing."""


class HttpServer(http.server.ThreadingHTTPServer):
    every_other = False
    connections = 0

    def verify_request(self, request, client_address):
        """Like a load balancer before two servers of which one is dead."""
        self.connections += 1
        return not self.every_other or self.connections % 2 == 0

    def handle_error(self, request, client_address):
        """A client that refuses our certificate is no fault."""


class WebServer:
    """May be made before it is started, and stopped and started again on the same port."""

    def __init__(self, certificate=None, statuses=(), every_other=False):
        """`statuses` are the first answers, also SILENCE; 204 follows. `certificate` is a pair of files, for TLS. What is
        posted to /ENDLESS is never answered but by promises. `every_other` connection, the first, is closed unheard."""
        self._every_other = every_other
        self._port = closed_port()
        self._certificate = certificate
        self._statuses = list(statuses)
        self._server = None
        self._posts = []

    def url(self, path='', host='127.0.0.1', user=''):
        return f'http{"s" if self._certificate else ""}://{user}{host}:{self._port}{path}'

    def start(self):
        self._server = HttpServer(('127.0.0.1', self._port), Handler)
        self._server.posts, self._server.statuses = self._posts, self._statuses
        self._server.every_other = self._every_other
        if self._certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self._certificate)
            # The handshake in the thread of the connection: one that fails ends that one alone.
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True,
                                                      do_handshake_on_connect=False)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def posts(self):
        """(status answered, path, headers, record), oldest first."""
        return list(self._posts)

    def wait(self, count=1):
        eventually(lambda: len(self._posts) >= count, f'{count} posts')
        return self.posts()


class Authority:
    """A certificate authority that lives as long as a test."""

    def __init__(self, folder):
        self._folder = folder
        self.certificate = folder / 'ca.pem'
        self._key = folder / 'ca.key'
        self._openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=acron test authority',
                      '-keyout', self._key, '-out', self.certificate)

    def _openssl(self, *words):
        subprocess.run(['openssl', *map(str, words)], check=True, timeout=DEADLINE, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def certify(self, name):
        """A certificate for a name such as `DNS:localhost`, and its key."""
        stem = self._folder / name.replace(':', '-')
        key, request, certificate = (stem.with_suffix(end) for end in ('.key', '.csr', '.pem'))
        extensions = stem.with_suffix('.cnf')
        extensions.write_text(f'subjectAltName={name}\n')
        self._openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=a server', '-keyout', key, '-out', request)
        self._openssl('x509', '-req', '-days', '2', '-in', request, '-CA', self.certificate, '-CAkey', self._key,
                      '-CAcreateserial', '-extfile', extensions, '-out', certificate)
        return certificate, key

    def self_signed(self, name):
        """A certificate that nobody vouches for."""
        certificate, key = self._folder / 'self.pem', self._folder / 'self.key'
        self._openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=a server',
                      '-addext', f'subjectAltName={name}', '-keyout', key, '-out', certificate)
        return certificate, key
