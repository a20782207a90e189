"""An `OcrClient` with its transport and credentials, and images to send."""

import ssl
import time
from collections import Counter
from dataclasses import dataclass, field

from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.refreshable_cache import RefreshableCache
from sealed_ocr.ocr.auth import Authenticator, SecretKeyAuth
from sealed_ocr.ocr.client import OcrClient
from sealed_ocr.ocr.transport import Transport

APP_KEY = "AppKey0Canary0123456"
SECRET_KEY = "SecretKeyCanary+/=98"
ACCESS_KEY_ID = "AccessKeyIdCanary0123"
SECRET_ACCESS_KEY = "SecretAccessKeyCanary+:/=7"


@dataclass
class Image:
    """An image in memory, read in small chunks to test their boundaries."""

    content: bytes
    file_name: str = "image.png"
    chunk_bytes: int = 4096
    readings: int = 0

    @property
    def size(self):
        return len(self.content)

    def chunks(self):
        self.readings += 1
        for start in range(0, len(self.content), self.chunk_bytes):
            yield self.content[start : start + self.chunk_bytes]


@dataclass
class Caller:
    """The client of one process. The next reading of the secret returns `secret`."""

    url: str
    secret: Authenticator
    call_seconds: float = 30
    context: ssl.SSLContext | None = None
    connections: int = 4
    secret_readings: int = 0
    recorded: Counter = field(default_factory=Counter)

    def __post_init__(self):
        self.transport = Transport(self.url, self.connections, self.context)
        self.client = OcrClient(
            self.transport, RefreshableCache[Authenticator](self._read_secret, 300), self.call_seconds, self._record
        )

    def analyze(self, image, kind=Kind.CREDIT_CARD, seconds=60.0):
        image = Image(image) if isinstance(image, bytes) else image
        return self.client.analyze(kind, image, time.monotonic() + seconds)

    def verify(self, request_key, claim, seconds=60.0):
        return self.client.verify(request_key, claim, time.monotonic() + seconds)

    def _read_secret(self):
        self.secret_readings += 1
        return self.secret

    def _record(self, event, /, **fields) -> None:
        self.recorded[event] += 1


def caller_of(emulator, **options):
    return Caller(emulator.url, SecretKeyAuth(emulator.app_key, emulator.secret_key), **options)
