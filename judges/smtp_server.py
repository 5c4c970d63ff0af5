#!/usr/bin/env python3
"""An SMTP server for tests: keeps every accepted mail as a file.

    smtp_server.py --folder FOLDER [--port N] [--starttls] [--require-starttls]
                   [--login USER:PASSWORD] [--stop-with-stdin]

Prints one JSON line when it listens, for example
    {"host": "127.0.0.1", "port": 40125, "ca_pem": "…/ca.pem"}
(`ca_pem` only with TLS: the root of a certificate for localhost and 127.0.0.1 made at start).

An accepted mail becomes `FOLDER/NNNNNN.eml`, exactly the bytes of DATA, beside
`NNNNNN.json` with {"mail_from", "rcpt_tos", "tls", "login"}; the .json is
renamed into place last, so a reader that sees it sees a complete mail.

Refusals are chosen by the local part of the address:
    refuse-550@…        RCPT answered with 550 (any code from 400 to 599)
    refuse-data-554@…   DATA answered with 554
    slow-3@…            DATA answered after 3 seconds
"""

import argparse
import asyncio
import ipaddress
import json
import re
import ssl
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

REFUSE = re.compile(r"^refuse-([45]\d\d)@")
REFUSE_DATA = re.compile(r"^refuse-data-([45]\d\d)@")
SLOW = re.compile(r"^slow-(\d+)@")


class Mailbox:
    """Writes accepted mails to a folder, numbered in the order of acceptance."""

    def __init__(self, folder):
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.count = len(list(folder.glob("*.json")))

    async def handle_RCPT(self, server, session, envelope, address, options):
        if found := REFUSE.match(address):
            return f"{found[1]} {enhanced(found[1])} <{address}>: refused by the test server"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            if found := SLOW.match(address):
                await asyncio.sleep(int(found[1]))
            if found := REFUSE_DATA.match(address):
                return f"{found[1]} {enhanced(found[1])} message refused by the test server"
        self.count += 1
        name = f"{self.count:06}"
        (self.folder / f"{name}.eml").write_bytes(envelope.original_content)
        facts = {
            "mail_from": envelope.mail_from,
            "rcpt_tos": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "login": session.auth_data.decode() if session.authenticated else None,
        }
        partial = self.folder / f"{name}.json.partial"
        partial.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        partial.rename(self.folder / f"{name}.json")
        return f"250 2.0.0 OK: kept as {name}"


def enhanced(code):
    """An enhanced status code (RFC 3463) that fits a reply code."""
    return f"{code[0]}.1.1" if code.endswith("50") else f"{code[0]}.3.0"


def tls_context(folder):
    """Makes a root and a certificate for this run; returns context and the root's file.

    Two certificates, since strict clients (rustls) take no authority's certificate for a server's.
    """
    now = datetime.now(timezone.utc)
    root_key = ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SMTP test root")])
    root_file = folder / "ca.pem"
    root = certificate(root_name, root_name, root_key.public_key(), now).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    root_file.write_bytes(root.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SMTP test server")])
    server = certificate(name, root_name, key.public_key(), now).add_extension(
        x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        ),
        critical=False,
    )
    server_file = folder / "server.pem"
    server_file.write_bytes(server.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    key_file = folder / "server.key"
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(server_file, key_file)
    return context, root_file


def certificate(subject, issuer, public_key, now):
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
    )


def authenticator(login):
    """Accepts exactly one user and password."""
    user, password = login.split(":", 1)

    def check(server, session, envelope, mechanism, data):
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (
            user.encode(),
            password.encode(),
        )
        return AuthResult(success=good, auth_data=data.login if good else None, handled=good)

    return check


async def serve(arguments):
    mailbox = Mailbox(arguments.folder)
    options = {"enable_SMTPUTF8": True, "data_size_limit": 200 * 1024 * 1024, "hostname": "localhost"}
    ready = {}
    if arguments.starttls or arguments.require_starttls:
        context, certificate_file = tls_context(arguments.folder)
        options |= {"tls_context": context, "require_starttls": arguments.require_starttls}
        ready["ca_pem"] = str(certificate_file)
    if arguments.login:
        options |= {
            "authenticator": authenticator(arguments.login),
            "auth_required": True,
            "auth_require_tls": arguments.require_starttls,
        }
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(mailbox, **options), "127.0.0.1", arguments.port
    )
    host, port = server.sockets[0].getsockname()[:2]
    print(json.dumps({"host": host, "port": port} | ready), flush=True)
    if arguments.stop_with_stdin:
        # The test that started this server holds the other end: whatever
        # way it ends, this process ends with it.
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
        server.close()
    else:
        await server.serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--starttls", action="store_true", help="offer STARTTLS")
    parser.add_argument("--require-starttls", action="store_true", help="refuse mail without it")
    parser.add_argument("--login", help="USER:PASSWORD that AUTH must bring")
    parser.add_argument("--stop-with-stdin", action="store_true", help="end when stdin closes")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
