#!/usr/bin/env python3
"""An S3 server for tests (moto), with one bucket ready.

    s3_server.py [--port N] [--bucket NAME] [--stop-with-stdin]

Prints one JSON line when it listens:
    {"endpoint": "http://127.0.0.1:40126", "bucket": "akashi", "region": "us-east-1",
     "access_key_id": "test", "secret_access_key": "test"}

Objects live in memory and go with the process. Conditional creation
(`If-None-Match: *`) is honoured, which Akashi's storage relies on.
"""

import argparse
import json
import logging
import os
import sys
import threading

REGION = "us-east-1"
CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--bucket", default="akashi")
    parser.add_argument("--stop-with-stdin", action="store_true", help="end when stdin closes")
    arguments = parser.parse_args()

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    os.environ.setdefault("MOTO_ACCOUNT_ID", "123456789012")
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=arguments.port, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client("s3", endpoint_url=endpoint, region_name=REGION, **CREDENTIALS)
    client.create_bucket(Bucket=arguments.bucket)
    ready = {
        "endpoint": endpoint,
        "bucket": arguments.bucket,
        "region": REGION,
        "access_key_id": CREDENTIALS["aws_access_key_id"],
        "secret_access_key": CREDENTIALS["aws_secret_access_key"],
    }
    print(json.dumps(ready), flush=True)
    if arguments.stop_with_stdin:
        # The test that started this server holds the other end.
        sys.stdin.buffer.read()
    else:
        threading.Event().wait()
    server.stop()


if __name__ == "__main__":
    sys.exit(main())
