"""What several measurements share: services that answer at once, certificates, the C program."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import certifi
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from emulator.domain.key_pairs import new_private_key
from local.processes.child import ROOT, Child
from tests.support.certificates import Authority

_NO_COMPILER = (
    "the C program that everything is held against could not be built: it needs gcc and the headers of OpenSSL 3 "
    "(Debian and Ubuntu: apt-get install gcc libssl-dev; Fedora: dnf install gcc openssl-devel; macOS: brew install "
    "openssl). What the compiler said:\n\n"
)


class NotReady(Exception):
    """Something that the measurement needs is not on this machine; the text says what, and how to get it."""


@dataclass(frozen=True)
class OcrService:
    """A running one, over TLS."""

    url: str
    _context: ssl.SSLContext

    def gather(self, count: int) -> None:
        """Let the next analyses wait for each other until ``count`` of them are under way."""
        with urllib.request.urlopen(f"{self.url}/gather/{count}", context=self._context, timeout=10) as answer:
            answer.read()


class Site:
    """A context manager; afterwards no process is left. ``folder`` takes what they write."""

    def __init__(self, folder: Path) -> None:
        """Make the certificates, and start nothing."""
        self.folder = folder
        self._stack = ExitStack()
        authority = Authority(folder)
        self._served = authority.issue("ocr")
        # All that a client usually trusts, and ours: reading that bundle is part of what a connection costs.
        self.authorities = folder / "authorities.pem"
        self.authorities.write_bytes(Path(certifi.where()).read_bytes() + authority.file.read_bytes())
        private = new_private_key()
        self._sealing_key, self.public_key = folder / "sealing.pem", folder / "public.pem"
        self._sealing_key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.public_key.write_bytes(public)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what was started."""
        self._stack.close()

    @cached_property
    def aws(self) -> str:
        """The URL of AWS."""
        child = Child.serving(self.folder, "bench.services.aws_server")
        self._stack.callback(child.kill)
        return child.announcement()["url"]

    @cached_property
    def aws_over_tls(self) -> str:
        """The URL of AWS as it is in earnest, for what measures connections."""
        child = Child.serving(self.folder, "bench.services.aws_server", str(self._served.chain), str(self._served.key))
        self._stack.callback(child.kill)
        return child.announcement()["url"]

    def aws_calls(self) -> list[dict[str, Any]]:
        """Return the calls to AWS since this was last asked: each one's ``service``, ``operation`` and ``asked``."""
        with urllib.request.urlopen(f"{self.aws}/calls", timeout=10) as answer:
            calls: list[dict[str, Any]] = json.load(answer)
        return calls

    @cached_property
    def ocr(self) -> OcrService:
        """The OCR service that answers at once."""
        return self._ocr(0)

    @cached_property
    def slow_ocr(self) -> OcrService:
        """The OCR service that takes a second."""
        return self._ocr(1)

    @cached_property
    def floor(self) -> Path:
        """The C program, built.

        Raises
        ------
        NotReady
            when there is no compiler, or no OpenSSL for it.
        """
        program = self.folder / "floor"
        compiler = shutil.which("gcc") or shutil.which("cc")
        if compiler is None:
            raise NotReady(_NO_COMPILER + "there is none")
        built = subprocess.run(
            [compiler, "-O2", "-o", program, ROOT / "bench" / "workers" / "openssl_upload.c", "-lssl", "-lcrypto"],
            capture_output=True,
            text=True,
            check=False,
        )
        if built.returncode:
            raise NotReady(_NO_COMPILER + built.stderr)
        return program

    def _ocr(self, seconds: float) -> OcrService:
        child = Child.serving(
            self.folder,
            "bench.services.ocr_server",
            *(str(file) for file in (self._served.chain, self._served.key, self._sealing_key)),
            *("--seconds", str(seconds)),
        )
        self._stack.callback(child.kill)
        return OcrService(child.announcement()["url"], ssl.create_default_context(cafile=str(self.authorities)))
