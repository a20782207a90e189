"""The AWS calls of the analyze function, answered with as little work as possible.

Run it as ``python -m bench.services.aws_server [CHAIN.pem KEY.pem]``; with a certificate it serves TLS.

The server stores nothing. Every document is new, every condition holds, and an object has the size that its key says
(``…/BYTES-anything``) and the checksum that S3 and the AWS CLI choose, CRC-64/NVME. With a thousand documents, an
emulator that stores them would dominate the measurement. ``GET /calls`` returns the calls since the previous ``GET
/calls``.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
import ssl
import sys
from http.server import BaseHTTPRequestHandler
from typing import Any

from crcmod import Crc

from bench.services.ocr_server import ACCESS_KEY, CREDENTIALS
from workstation.http_server import HttpHandler, HttpServer

# Enough for the check of the file type.
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# The end of the ARN of the secret with an access key, for API v2.1. Every other secret holds a secretKey.
ACCESS_KEY_SECRET = "ocr-access-key"
_WRITTEN = re.compile(r":(?:set|add)_(\w+)")


class AwsServer(HttpServer):
    """Serves until the process ends."""

    request_queue_size = 128

    def __init__(self) -> None:
        """Bind a free port."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: list[dict[str, Any]] = []


@functools.cache
def _object(size: int) -> tuple[bytes, str]:
    """Return an image of ``size`` bytes and its checksum in S3's format."""
    body = _SIGNATURE + bytes(size - len(_SIGNATURE))
    return body, base64.b64encode(_crc64nvme(body)).decode()


def _crc64nvme(body: bytes) -> bytes:
    checksum = Crc(0x1AD93D23594C93659, initCrc=0, rev=True, xorOut=0xFFFFFFFFFFFFFFFF)
    checksum.update(body)
    return checksum.digest()


class _Handler(HttpHandler, BaseHTTPRequestHandler):
    server: AwsServer

    def do_GET(self) -> None:
        if self.path == "/calls":
            calls, self.server.calls = self.server.calls, []
            return self.respond(200, json.dumps(calls).encode())
        _, bucket, key = self.path.split("?")[0].split("/", 2)
        parameters = {"Bucket": bucket, "Key": key, "IfMatch": self.headers["If-Match"]}
        self.server.calls.append({"service": "s3", "operation": "GetObject", "parameters": parameters})
        body, checksum = _object(int(key.rpartition("/")[2].partition("-")[0]))
        return self.respond(200, body, {"ETag": '"bench"', "x-amz-checksum-crc64nvme": checksum})

    def do_POST(self) -> None:
        parameters = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        target, _, operation = self.headers["X-Amz-Target"].partition(".")
        service = {"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs"}.get(target, target)
        self.server.calls.append({"service": service, "operation": operation, "parameters": parameters})
        answer: dict[str, Any]
        match operation:
            case "UpdateItem":
                values = parameters["ExpressionAttributeValues"].items()
                answer = {"Attributes": {found[1]: value for name, value in values if (found := _WRITTEN.match(name))}}
            case "GetSecretValue":
                secret = ACCESS_KEY if parameters["SecretId"].endswith(ACCESS_KEY_SECRET) else CREDENTIALS
                answer = {"SecretString": json.dumps(secret)}
            case "SendMessage":
                digest = hashlib.md5(parameters["MessageBody"].encode()).hexdigest()
                answer = {"MessageId": "0", "MD5OfMessageBody": digest}
            case _:
                raise NotImplementedError(operation)
        self.respond(200, json.dumps(answer).encode())


def main() -> None:
    """Serve until the process ends."""
    server, scheme = AwsServer(), "http"
    if files := sys.argv[1:]:
        context, scheme = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), "https"
        context.load_cert_chain(*files)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print(json.dumps({"url": f"{scheme}://127.0.0.1:{server.server_address[1]}"}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
