"""The services that several benchmarks share: AWS, OCR services, certificates and the program in C."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import certifi
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bench.measurement.worker import usable_cpus
from emulator.domain.key_pairs import new_private_key
from local.processes.child import ROOT, Child
from tests.support.certificates import Authority

_NO_COMPILER = (
    "the C program that is the reference for uploads could not be built: it needs gcc and the headers of OpenSSL 3 "
    "(Debian and Ubuntu: apt-get install gcc libssl-dev; Fedora: dnf install gcc openssl-devel; macOS: brew install "
    "openssl). The compiler said:\n\n"
)


class MissingRequirement(Exception):
    """A benchmark needs something that this machine lacks. The text says what, and how to get it."""


@dataclass(frozen=True)
class OcrEndpoint:
    """A running OCR service, over TLS."""

    url: str
    _context: ssl.SSLContext
    _pid: int

    @contextmanager
    def on_other_cpus(self, cpu: int) -> Iterator[None]:
        """Keep the service off ``cpu`` for new connections, on Linux: its work would evict the caches there."""
        allowed = usable_cpus()
        if len(allowed) < 2:
            yield
            return
        os.sched_setaffinity(self._pid, allowed - {cpu})
        try:
            yield
        finally:
            os.sched_setaffinity(self._pid, allowed)

    def set_barrier(self, count: int) -> None:
        """Make the next analyses wait for each other until ``count`` of them have started."""
        with urllib.request.urlopen(f"{self.url}/barrier/{count}", context=self._context, timeout=10) as answer:
            answer.read()


class LocalServices:
    """Starts each service when it is first used. A context manager that ends all processes.

    Attributes
    ----------
    folder
        Where the processes write.
    authorities
        PEM file of the usual certificate authorities and our own. Reading it is part of a connection's cost.
    public_key
        PEM file of the OCR service's public key.
    """

    def __init__(self, folder: Path) -> None:
        """Make the certificates; start nothing."""
        self.folder = folder
        self._stack = ExitStack()
        authority = Authority(folder)
        self._certificate = authority.issue("ocr")
        self.authorities = folder / "authorities.pem"
        self.authorities.write_bytes(Path(certifi.where()).read_bytes() + authority.file.read_bytes())
        private = new_private_key()
        self._sealing_key, self.public_key = folder / "sealing.pem", folder / "public.pem"
        self._sealing_key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.public_key.write_bytes(public)

    def __enter__(self) -> Self:
        """Return these services."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all processes."""
        self._stack.close()

    @cached_property
    def aws(self) -> str:
        """URL of AWS over plain HTTP."""
        child = Child.start_server(self.folder, "bench.services.aws_server")
        self._stack.callback(child.kill)
        return child.announcement()["url"]

    @cached_property
    def aws_over_tls(self) -> str:
        """URL of AWS over TLS, as in production, for benchmarks of connections."""
        certificate = self._certificate
        child = Child.start_server(
            self.folder, "bench.services.aws_server", str(certificate.chain), str(certificate.key)
        )
        self._stack.callback(child.kill)
        return child.announcement()["url"]

    def take_aws_calls(self) -> list[dict[str, Any]]:
        """Return the calls to ``aws`` since the last time, each with ``service``, ``operation`` and ``parameters``."""
        with urllib.request.urlopen(f"{self.aws}/calls", timeout=10) as answer:
            calls: list[dict[str, Any]] = json.load(answer)
        return calls

    @cached_property
    def ocr(self) -> OcrEndpoint:
        """The OCR service that answers at once."""
        return self._start_ocr(0)

    @cached_property
    def slow_ocr(self) -> OcrEndpoint:
        """The OCR service that takes a second per analysis."""
        return self._start_ocr(1)

    @cached_property
    def openssl_upload(self) -> Path:
        """The built program of ``bench/workers/openssl_upload.c``.

        Raises
        ------
        MissingRequirement
            If there is no compiler, or it finds no OpenSSL.
        """
        program = self.folder / "openssl_upload"
        compiler = shutil.which("gcc") or shutil.which("cc")
        if compiler is None:
            raise MissingRequirement(_NO_COMPILER + "there is none")
        source = ROOT / "bench" / "workers" / "openssl_upload.c"
        build = subprocess.run(
            [compiler, "-O2", "-o", program, source, "-lssl", "-lcrypto"], capture_output=True, text=True, check=False
        )
        if build.returncode:
            raise MissingRequirement(_NO_COMPILER + build.stderr)
        return program

    def _start_ocr(self, seconds: float) -> OcrEndpoint:
        files = (self._certificate.chain, self._certificate.key, self._sealing_key)
        command = ("bench.services.ocr_server", *map(str, files), "--seconds", str(seconds))
        child = Child.start_server(self.folder, *command)
        self._stack.callback(child.kill)
        return OcrEndpoint(
            child.announcement()["url"], ssl.create_default_context(cafile=str(self.authorities)), child.pid
        )
