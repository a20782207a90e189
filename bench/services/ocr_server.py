"""An OCR service over TLS that answers with as little work as possible.

Run it as ``python -m bench.services.ocr_server CHAIN.pem KEY.pem SEALING-KEY.pem [--seconds 1]``.

The server reads an image without decrypting it. A credit card's answer holds no value. An ID card's answer is that of a
passport, with all 17 fields sealed with the request's key. It is also the token host of API v2.1. After ``GET
/barrier/N`` the next analyses wait until N of them have started, so that N images are certain to be in flight at the
same time.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from bench.services.passport import passport
from emulator.domain.envelope import Envelope
from workstation.http_server import HttpHandler, HttpServer

CREDENTIALS = {"appKey": "bench", "secretKey": "bench"}
ACCESS_KEY = {"appKey": "bench", "userAccessKeyId": "bench", "secretAccessKey": "bench"}
_TOKEN = {"access_token": "bench", "token_type": "Bearer", "expires_in": 86_400}
# All clients must use the same cipher.
_CIPHER = "TLS_AES_256_GCM_SHA384"
_BUFFER = 256 * 1024
_BARRIER_SECONDS = 60.0


class OcrServer(HttpServer):
    """Serves until the process ends."""

    request_queue_size = 128

    def __init__(self, chain: Path, key: Path, sealing_key: Path, seconds: float) -> None:
        """Bind a free port. Each analysis takes ``seconds`` after its image has arrived."""
        super().__init__(("127.0.0.1", 0), _Handler)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chain, key)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.private_key = cast(RSAPrivateKey, load_pem_private_key(sealing_key.read_bytes(), None))
        self.seconds = seconds
        self.barrier = threading.Barrier(1)

    def public_key(self) -> dict[str, str]:
        """Return the ``result`` of the operation "Issue Public Key"."""
        der = self.private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {"key": base64.b64encode(der).decode(), "version": "0"}


class _Handler(HttpHandler, BaseHTTPRequestHandler):
    server: OcrServer

    def do_GET(self) -> None:
        if self.path.startswith("/barrier/"):
            self.server.barrier = threading.Barrier(int(self.path.rpartition("/")[2]))
            return self._succeed({})
        return self._succeed(self.server.public_key())

    def do_POST(self) -> None:
        cipher = cast(ssl.SSLSocket, self.connection).cipher()
        if cipher is None or cipher[0] != _CIPHER:
            raise ssl.SSLError(f"the client does not use {_CIPHER}")
        if self.path == "/oauth2/token/create":
            self._drain(int(self.headers["Content-Length"]))
            return self.respond(200, json.dumps(_TOKEN).encode())
        self.server.barrier.wait(_BARRIER_SECONDS)
        self._drain(int(self.headers["Content-Length"]))
        time.sleep(self.server.seconds)
        if self.path.endswith("/credit-card"):
            return self._succeed({"fileType": "png", "resolution": "normal", "cardNums": [], "cardNumBoxes": []})
        sealed = base64.b64decode(self.headers["Symmetric-Key"])
        envelope = Envelope(self.server.private_key.decrypt(sealed, PKCS1v15()))
        return self._succeed(passport(envelope.seal), {"Request-Key": "bench"})

    def _drain(self, left: int) -> None:
        buffer = memoryview(bytearray(_BUFFER))
        while left:
            read = cast(io.BufferedReader, self.rfile).readinto(buffer[: min(left, _BUFFER)])
            if not read:
                raise ConnectionError("the request ended too early")
            left -= read

    def _succeed(self, result: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        header = {"isSuccessful": True, "resultCode": 0, "resultMessage": "SUCCESS"}
        self.respond(200, json.dumps({"header": header, "result": result}).encode(), headers)


def main() -> None:
    """Serve until the process ends."""
    parser = argparse.ArgumentParser()
    for name in ("chain", "key", "sealing_key"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--seconds", type=float, default=0.0)
    server = OcrServer(**vars(parser.parse_args()))
    print(json.dumps({"url": f"https://127.0.0.1:{server.server_address[1]}"}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
