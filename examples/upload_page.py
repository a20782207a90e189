"""A page to try signed uploads with, for this machine alone: ``PYTHONPATH=. python examples/upload_page.py``.

It is not for production: behind your own sign-in, call ``UploadSigner`` where ``_sign`` calls it.
"""

from __future__ import annotations

import argparse
import json
import secrets
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import urllib3
from upload_signer import InvalidUpload, SignedUpload, UploadSigner, s3_client

from workstation.http_server import HttpHandler, HttpServer
from workstation.loopback import is_loopback

TOKEN_HEADER = "X-Upload-Token"  # noqa: S105 - a header's name
_MAX_JSON_BYTES = 64 * 1024
_MAX_RELAYED_BYTES = 32 * 1024 * 1024
_FILES = {"/": ("upload_page.html", "text/html"), "/upload_page.js": ("upload_page.js", "text/javascript")}
# Of the browser's headers, those that the signature covers; of a form only the first.
_PASSED_ON = ("Content-Type", "If-None-Match", "x-amz-meta-correlation-id")


class UploadPage(HttpServer):
    """Serves the page, and signs uploads for it.

    The emulated AWS of this machine answers no page, so images for it are sent to this server, which passes them on.
    AWS gets them from the browser itself, if ``uploadOrigins`` of the stack lists the page's origin.
    """

    def __init__(self, signer: UploadSigner, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.signer = signer
        self.token = secrets.token_urlsafe(32)
        self.relayed: dict[str, str] = {}
        self.http = urllib3.PoolManager(retries=False)

    @property
    def origin(self) -> str:
        """The origin of the page."""
        return f"http://127.0.0.1:{self.server_port}"

    def for_browser(self, signed: SignedUpload) -> SignedUpload:
        """Return the upload with an address that a browser can use."""
        if not is_loopback(urlsplit(signed.url).hostname or ""):
            return signed
        path = f"/relay/{secrets.token_urlsafe(16)}"
        self.relayed[path] = signed.url
        return replace(signed, url=path)


class _Handler(HttpHandler):
    server: UploadPage
    serves_page = True

    def do_GET(self) -> None:  # noqa: N802 - http.server looks for these names
        name, type_ = _FILES.get(self.path, ("", ""))
        if not name:
            self.respond(404)
            return
        # The page may send to S3, wherever it is; it may load and run nothing but its own script.
        policy = "default-src 'none'; script-src 'self'; connect-src 'self' https:; form-action 'none'"
        headers = {
            "Content-Type": f"{type_}; charset=utf-8",
            "Content-Security-Policy": f"{policy}; base-uri 'none'; frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        self.respond(200, (Path(__file__).parent / name).read_bytes(), headers)

    def do_POST(self) -> None:  # noqa: N802 - as above
        length = self.headers.get("Content-Length", "")
        limit = _MAX_JSON_BYTES if self.path == "/sign" else _MAX_RELAYED_BYTES
        if not length.isdecimal() or int(length) > limit:
            self.close_connection = True
            self._explain(413, "the body is too large, or its length is missing")
            return
        body = self.rfile.read(int(length))
        token = self.headers.get(TOKEN_HEADER, "").encode(errors="surrogateescape")
        if not secrets.compare_digest(token, self.server.token.encode()):
            self._explain(403, "the token is missing: open the address that the terminal shows")
        elif self.path == "/sign":
            self._sign(body)
        elif self.path in self.server.relayed:
            self._relay(body)
        else:
            self.respond(404)

    do_PUT = do_POST  # noqa: N815 - as above

    def _sign(self, body: bytes) -> None:
        try:
            asked: Any = json.loads(body)
            kind, content_type, correlation = (asked.get(name) for name in ("kind", "contentType", "correlationId"))
            signed = (
                self.server.signer.put(kind, content_type, int(asked["size"]), correlation)
                if asked.get("once")
                else self.server.signer.form(kind, content_type, correlation)
            )
        except InvalidUpload as error:
            self._explain(400, str(error))
        except (ValueError, TypeError, AttributeError, KeyError):
            self._explain(400, "the body must be JSON with kind, contentType and size")
        else:
            answer = json.dumps(asdict(self.server.for_browser(signed))).encode()
            self.respond(200, answer, {"Content-Type": "application/json", "Cache-Control": "no-store"})

    def _relay(self, body: bytes) -> None:
        headers = {name: value for name in _PASSED_ON if (value := self.headers.get(name))}
        try:
            answer = self.server.http.request(self.command, self.server.relayed[self.path], body=body, headers=headers)
        except urllib3.exceptions.HTTPError:
            self._explain(502, "S3 does not answer")
        else:
            self.respond(answer.status, answer.data, {"Content-Type": "text/plain; charset=utf-8"})

    def _explain(self, status: int, sentence: str) -> None:
        self.respond(status, f"{sentence}\n".encode(), {"Content-Type": "text/plain; charset=utf-8"})


def main() -> None:
    """Serve the page until Ctrl-C."""
    parser = argparse.ArgumentParser(description="A page on this machine to try signed uploads with.")
    parser.add_argument("--bucket", required=True, help="the stack's output ImageBucketName")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    options = parser.parse_args()
    with UploadPage(UploadSigner(s3_client(boto3.Session()), options.bucket), options.port) as page:
        print(f"{page.origin}/#{page.token}", flush=True)  # noqa: T201 - the command's output
        try:
            page.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
