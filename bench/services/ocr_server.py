"""An OCR service that costs little and answers at once, as a process of its own, over TLS.

    python -m bench.services.ocr_server CHAIN.pem KEY.pem SEALING-KEY.pem [--seconds 1]

It drains an image without opening it. A card's answer holds no value; an ID card's is a passport's, with all 17 fields
sealed under the request's own key. ``/gather/N`` makes it keep the next analyses until N are under way, so that so many
images are known to be in flight at the same time.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from bench.services.passport import passport
from emulator.domain.envelope import Envelope
from local.lambda_runtime.http_handler import Answering

CREDENTIALS = {"appKey": "bench", "secretKey": "bench"}
# All clients are to pay for the same.
_CIPHER = "TLS_AES_256_GCM_SHA384"
_BUFFER = 256 * 1024
_PATIENCE = 60.0


class Service(ThreadingHTTPServer):
    """Serves until the process is ended."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, chain: Path, key: Path, sealing_key: Path, seconds: float) -> None:
        """``seconds`` is how long each analysis takes after its image has come."""
        super().__init__(("127.0.0.1", 0), _Handler)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chain, key)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.private_key = cast(RSAPrivateKey, load_pem_private_key(sealing_key.read_bytes(), None))
        self.seconds = seconds
        self.gathered = threading.Barrier(1)

    def public_key(self) -> dict[str, str]:
        """Return the ``result`` of "Issue Public Key"."""
        der = self.private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {"key": base64.b64encode(der).decode(), "version": "0"}


class _Handler(Answering, BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        if self.path.startswith("/gather/"):
            self.server.gathered = threading.Barrier(int(self.path.rpartition("/")[2]))
            return self._succeed({})
        return self._succeed(self.server.public_key())

    def do_POST(self) -> None:
        used = cast(ssl.SSLSocket, self.connection).cipher()
        if used is None or used[0] != _CIPHER:
            raise ssl.SSLError(f"the client does not use {_CIPHER}")
        self.server.gathered.wait(_PATIENCE)
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
        self.answer(200, json.dumps({"header": header, "result": result}).encode(), headers)


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser()
    for name in ("chain", "key", "sealing_key"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--seconds", type=float, default=0.0)
    service = Service(**vars(parser.parse_args()))
    print(json.dumps({"url": f"https://127.0.0.1:{service.server_address[1]}"}), flush=True)
    service.serve_forever()


if __name__ == "__main__":
    main()
