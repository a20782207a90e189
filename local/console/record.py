"""Everything that was seen so far, and who wants to hear of more. Thread-safe."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from local.console.documents import Document
from local.pipeline.images import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealed_ocr.aws.uploads import Upload

    Hear = Callable[[str, Any], None]

_KEPT = 200
"""Documents; the oldest ones are forgotten."""


class Record:
    """The documents, oldest first, and the last word of every topic (queues, faults, …)."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._documents: deque[Document] = deque(maxlen=_KEPT)
        self._topics: dict[str, Any] = {}
        self._hearers: set[Hear] = set()
        self._numbered = 0

    def new(self, key: str, kind: str, size: int) -> Document:
        """Begin a document that is about to be uploaded under ``key``."""
        with self._lock:
            self._numbered += 1
            document = Document(self._numbered, key, kind, size)
            self._documents.append(document)
            return document

    @contextmanager
    def change(self, document: Document | None) -> Iterator[Document | None]:
        """Give a document for a change, which is told at the end of the block."""
        with self._lock:
            yield document
            if document:
                self._tell("document", document.shown())

    @contextmanager
    def uploaded(self, upload: Upload) -> Iterator[Document]:
        """Give the document that an upload event speaks of for a change; who else uploaded it, it begins here."""
        with self._lock:
            document = self._identified(upload.document_id) or self._announced(upload.key)
            document = document or self.new(upload.key, _kind(upload.key), upload.size)
            document.document_id = upload.document_id
            yield document
            self._tell("document", document.shown())

    @contextmanager
    def identified(self, document_id: str) -> Iterator[Document | None]:
        """Give the document of that id for a change, or None."""
        with self._lock, self.change(self._identified(document_id)) as document:
            yield document

    @contextmanager
    def of_image(self, image: str) -> Iterator[Document | None]:
        """Give the document with these bytes for a change: the last of those in hand, else the last; or None."""
        with self._lock:
            same = [document for document in self._documents if document.image == image]
            same.sort(key=lambda document: document.outcome == "underway")
            with self.change(same[-1] if same else None) as document:
                yield document

    def numbered(self, number: int) -> Document | None:
        """Return the document of that number, or None."""
        with self._lock:
            return next((each for each in self._documents if each.number == number), None)

    def topic(self, name: str, state: Any) -> None:
        """Take note of a topic's state and tell it, if it is another than before."""
        with self._lock:
            if name not in self._topics or self._topics[name] != state:
                self._topics[name] = state
                self._tell(name, state)

    def news(self, name: str, fact: Any) -> None:
        """Tell something that is not kept."""
        with self._lock:
            self._tell(name, fact)

    def listen(self, hear: Hear) -> Callable[[], None]:
        """Tell ``hear`` all that is known and whatever comes; return what ends it. It is called under the lock."""
        with self._lock:
            for document in self._documents:
                hear("document", document.shown())
            for name, state in self._topics.items():
                hear(name, state)
            hear("ready", None)
            self._hearers.add(hear)
        return lambda: self._hearers.discard(hear)

    def _identified(self, document_id: str) -> Document | None:
        return next((each for each in self._documents if each.document_id == document_id), None)

    def _announced(self, key: str) -> Document | None:
        return next((each for each in self._documents if each.key == key and not each.document_id), None)

    def _tell(self, name: str, fact: Any) -> None:
        for hear in tuple(self._hearers):
            hear(name, fact)


def _kind(key: str) -> str:
    return max((kind for kind in KINDS if key.startswith(f"{kind}/")), key=len, default="unknown")
