"""A document on its way through the pipeline, as observed from outside."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from workstation.image_decoding import TooManyPixels, UndecodableImage, size_of

Station = Literal["bucket", "queue", "function", "ocr", "results"]
StationState = Literal["active", "done", "waiting", "failed"]
DocumentOutcome = Literal["underway", "waiting", "analyzed", "rejected", "parked", "erased"]


@dataclass(frozen=True)
class Observation:
    """One observation of a document.

    Attributes
    ----------
    station : Station
        Where it was observed.
    state : StationState or None
        The station's state from now on. None leaves it unchanged.
    text : str
        A short text without personal data.
    at : float
        Seconds since the epoch.
    """

    station: Station
    state: StationState | None
    text: str
    at: float = field(default_factory=time.time)

    def as_json(self) -> dict[str, Any]:
        """Return the observation for the page."""
        return {"station": self.station, "state": self.state, "text": self.text, "at": self.at}


@dataclass(frozen=True)
class ResultsMessage:
    """A message from the results queue.

    Attributes
    ----------
    text : str
        Its body.
    opened : str or None
        The message inside, if it is sealed and could be opened.
    """

    text: str = field(repr=False)
    attributes: dict[str, str]
    message_id: str
    opened: str | None = field(default=None, repr=False)

    def event(self) -> dict[str, Any]:
        """Return the CloudEvent.

        Raises
        ------
        ValueError
            If the body is not JSON.
        """
        event: dict[str, Any] = json.loads(self.text)
        return event


@dataclass
class TrackedDocument:
    """A document in the console's list.

    Attributes
    ----------
    number : int
        Its place in the list.
    image : str
        The SHA-256 of its bytes, in hexadecimal.
    pixels : tuple of int or None
        The width and height in the file, whatever EXIF says about rotation. None if it cannot be shown.
    document_id : str
        The pipeline's id. Known once the upload event was observed.
    receipt_handle : str or None
        The receipt handle of the last delivery, while the upload event waits in the queue for the next one.
    """

    number: int
    key: str = field(repr=False)
    kind: str
    size: int
    image: str = ""
    pixels: tuple[int, int] | None = None
    document_id: str = ""
    began: float = field(default_factory=time.time)
    ended: float | None = None
    outcome: DocumentOutcome = "underway"
    deliveries: int = 0
    receipt_handle: str | None = field(default=None, repr=False)
    message: ResultsMessage | None = None
    rejection: str | None = None
    observations: list[Observation] = field(default_factory=list)

    def set_content(self, content: bytes) -> None:
        """Store the hash and size of the content."""
        self.image = hashlib.sha256(content).hexdigest()
        try:
            self.pixels = size_of(content)
        except TooManyPixels as error:
            self.observe(Observation("bucket", None, str(error)))
        except UndecodableImage:
            return

    def observe(self, observation: Observation) -> None:
        """Add an observation."""
        self.observations.append(observation)

    def stations(self) -> dict[str, Observation]:
        """Return for each station the last observation that set its state."""
        return {observation.station: observation for observation in self.observations if observation.state}

    def as_json(self) -> dict[str, Any]:
        """Return the document for the page, without any recognised values."""
        return {
            "number": self.number,
            "documentId": self.document_id,
            "name": self.key.rpartition("/")[2],
            "key": self.key,
            "image": self.image,
            "kind": self.kind,
            "size": self.size,
            "pixels": self.pixels,
            "began": self.began,
            "ended": self.ended,
            "outcome": self.outcome,
            "deliveries": self.deliveries,
            "rejection": self.rejection,
            "messageId": self.message.message_id if self.message else None,
            "stations": {name: {"state": seen.state, "text": seen.text} for name, seen in self.stations().items()},
            "observations": [observation.as_json() for observation in self.observations],
        }
