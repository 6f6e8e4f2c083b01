"""A mail server that says on standard output what it received.

The first line is its port; then one line a message: KEY=HEX fields, as Python's email package reads the message.
The address `no@example.com` is refused, a message line over 1000 bytes too.
"""

import asyncio
import email
import email.policy
from concurrent.futures import ThreadPoolExecutor

from aiosmtpd.smtp import SMTP

# Who sends a message reads what came of it only afterwards, so that a full pipe must not hold the answer.
printer = ThreadPoolExecutor(max_workers=1)


class Receiver:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == "no@example.com":
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        raw = envelope.content
        message = email.message_from_bytes(raw, policy=email.policy.default)
        fields = {
            "mail-from": envelope.mail_from,
            "rcpt-to": ",".join(envelope.rcpt_tos),
            "helo": session.host_name,
            "body": message.get_payload(decode=True),
            "defects": str([message.defects] + [message[name].defects for name in message.keys()]),
            "header-names": ",".join(message.keys()),
            "longest-line": str(max(len(line) for line in raw.split(b"\r\n"))),
            "bare-ends": str(raw.replace(b"\r\n", b"").count(b"\r") + raw.replace(b"\r\n", b"").count(b"\n")),
            "eight-bit": str(sum(byte > 127 for byte in raw)),
        }
        for name in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
                     "Content-Transfer-Encoding", "X-Acron-Job"):
            fields[name.lower()] = str(message.get(name, ""))
        line = " ".join(key + "=" + (value if isinstance(value, bytes) else value.encode()).hex()
                        for key, value in fields.items())
        printer.submit(print, line, flush=True)
        return "250 received"


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Receiver(), hostname="receiver", loop=loop, data_size_limit=5_000_000), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())
