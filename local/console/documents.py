"""One document on its way, as it was seen from outside."""

from __future__ import annotations

import hashlib
import io
import json
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from PIL import Image

Station = Literal["bucket", "queue", "function", "ocr", "results"]
Light = Literal["active", "done", "waiting", "failed"]
Outcome = Literal["underway", "waiting", "analyzed", "rejected", "parked"]
# Whatever else was uploaded is not shown: it could be a page.
_MEDIA_TYPES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True)
class Sighting:
    """Something that was observed of a document: where, what (a sentence without personal values), and when.

    ``at`` is in epoch seconds; ``light`` is how the station stands since, None where it stands as before.
    """

    station: Station
    light: Light | None
    text: str
    at: float = field(default_factory=time.time)

    def shown(self) -> dict[str, Any]:
        """Return it for the page."""
        return {"station": self.station, "light": self.light, "text": self.text, "at": self.at}


@dataclass(frozen=True)
class Came:
    """The message about a document as it lay on the results queue: ``text`` is its body."""

    text: str = field(repr=False)
    attributes: dict[str, str]
    message_id: str

    def event(self) -> dict[str, Any]:
        """Return the CloudEvent. Raises ValueError when it is none."""
        event: dict[str, Any] = json.loads(self.text)
        return event


@dataclass
class Document:
    """``number`` is its place in the list, ``image`` the SHA-256 (hex) of its bytes.

    ``media_type`` is what its first bytes say, and ``pixels`` its own width and height, whatever its EXIF says of
    turning it: both are None for what is not shown as a picture.
    ``document_id`` is what the pipeline calls it, known once its upload event was seen. ``handle`` is the receipt
    handle of that event's last delivery, while it waits in the queue for the next.
    """

    number: int
    key: str = field(repr=False)
    kind: str
    size: int
    image: str = ""
    media_type: str | None = None
    pixels: tuple[int, int] | None = None
    document_id: str = ""
    began: float = field(default_factory=time.time)
    ended: float | None = None
    outcome: Outcome = "underway"
    deliveries: int = 0
    handle: str | None = field(default=None, repr=False)
    came: Came | None = None
    rejection: str | None = None
    sightings: list[Sighting] = field(default_factory=list)

    def holds(self, content: bytes) -> None:
        """Take note of its bytes."""
        self.image = hashlib.sha256(content).hexdigest()
        media_type = next((name for start, name in _MEDIA_TYPES.items() if content.startswith(start)), None)
        try:
            with Image.open(io.BytesIO(content)) as image:
                self.media_type, self.pixels = media_type, image.size
        except (OSError, SyntaxError, Image.DecompressionBombError):
            return

    def saw(self, sighting: Sighting) -> None:
        """Take note of a sighting."""
        self.sightings.append(sighting)

    def lights(self) -> dict[str, Sighting]:
        """Return how each station stands: its last sighting that says so."""
        return {sighting.station: sighting for sighting in self.sightings if sighting.light}

    def shown(self) -> dict[str, Any]:
        """Return what the list and the stations show: nothing that was read."""
        return {
            "number": self.number,
            "documentId": self.document_id,
            "name": self.key.rpartition("/")[2],
            "kind": self.kind,
            "size": self.size,
            "pixels": self.pixels if self.media_type else None,
            "began": self.began,
            "ended": self.ended,
            "outcome": self.outcome,
            "deliveries": self.deliveries,
            "rejection": self.rejection,
            "lights": {station: {"light": s.light, "text": s.text} for station, s in self.lights().items()},
            "sightings": [sighting.shown() for sighting in self.sightings],
        }
