#!/usr/bin/env python3
"""pyHanko as a client of a time-stamp authority.

    http_time_stamp.py URL ROOTS.pem

Asks the authority for a token over a fixed message with SHA-256, SHA-384 and SHA-512, judges each token
against the roots as pyHanko judges time-stamps, and prints one line for each: `sha256 OK`. The exit code
is 1 as soon as one does not hold.
"""

import asyncio
import hashlib
import sys
from pathlib import Path

from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

MESSAGE = b"what is stamped"


async def judge(stamper, context, algorithm):
    digest = hashlib.new(algorithm, MESSAGE).digest()
    token = await stamper.async_timestamp(digest, algorithm)
    facts = await validate_tst_signed_data(
        token["content"], context, lambda wanted: hashlib.new(wanted, MESSAGE).digest()
    )
    status = TimestampSignatureStatus(**facts)
    return status.intact and status.valid and status.trusted


async def main(url, roots):
    context = ValidationContext(trust_roots=list(load_certs_from_pemder_data(Path(roots).read_bytes())))
    stamper = HTTPTimeStamper(url)
    all_hold = True
    for algorithm in ("sha256", "sha384", "sha512"):
        holds = await judge(stamper, context, algorithm)
        print(algorithm, "OK" if holds else "does not hold")
        all_hold = all_hold and holds
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:3])))
