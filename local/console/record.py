"""Everything observed so far, and the listeners to changes. Thread-safe."""

from __future__ import annotations

import threading
from collections import Counter, deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from local.console.documents import TrackedDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sealed_ocr.aws.uploads import Upload

    Listener = Callable[[str, Any], None]

_MAX_DOCUMENTS = _MAX_CALLS = 200
"""Older ones are forgotten."""


class Record:
    """The documents, oldest first, the calls, and the current state of each topic (queues, faults, …)."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._documents: deque[TrackedDocument] = deque(maxlen=_MAX_DOCUMENTS)
        self._topics: dict[str, Any] = {}
        self._calls: dict[int, dict[str, Any]] = {}
        self._listeners: set[Listener] = set()
        self._last_number = 0

    def new(self, key: str, kind: str, size: int) -> TrackedDocument:
        """Add a document that is about to be uploaded under ``key``."""
        with self._lock:
            self._last_number += 1
            document = TrackedDocument(self._last_number, key, kind, size)
            self._documents.append(document)
            return document

    @contextmanager
    def change(self, document: TrackedDocument | None) -> Iterator[TrackedDocument | None]:
        """Yield a document for a change. The change is published at the end of the block."""
        with self._lock:
            yield document
            if document:
                self._publish("document", document.as_json())

    @contextmanager
    def change_uploaded(self, upload: Upload) -> Iterator[TrackedDocument]:
        """Yield the document of an upload event for a change. Add it if another client uploaded it."""
        with self._lock:
            uploaded = upload.document
            document = self._by_id(uploaded.document_id) or self._by_key(uploaded.key)
            document = document or self.new(uploaded.key, uploaded.kind or "unknown", uploaded.size)
            document.document_id = uploaded.document_id
            yield document
            self._publish("document", document.as_json())

    @contextmanager
    def change_identified(self, document_id: str) -> Iterator[TrackedDocument | None]:
        """Yield the document of this id for a change, or None."""
        with self._lock, self.change(self._by_id(document_id)) as document:
            yield document

    @contextmanager
    def change_with_image(self, image: str) -> Iterator[TrackedDocument | None]:
        """Yield the document with this image hash for a change, or None.

        Of several documents it is the newest that is under way, or else the newest.
        """
        with self._lock:
            same = [document for document in self._documents if document.image == image]
            same.sort(key=lambda document: document.outcome == "underway")
            with self.change(same[-1] if same else None) as document:
                yield document

    def by_number(self, number: int) -> TrackedDocument | None:
        """Return the document of this number, or None."""
        with self._lock:
            return next((each for each in self._documents if each.number == number), None)

    def max_per_document(self, by_image: Mapping[str, int]) -> int:
        """Return the most calls for one document. ``by_image`` counts them by image hash.

        Several documents can have the same image. The service cannot tell them apart, so their calls are shared out.
        """
        with self._lock:
            documents = Counter(document.image for document in self._documents)
        return max((-(-calls // max(1, documents[image])) for image, calls in by_image.items()), default=0)

    def set_topic(self, name: str, state: Any) -> None:
        """Set the state of a topic, and publish it if it changed."""
        with self._lock:
            if name not in self._topics or self._topics[name] != state:
                self._topics[name] = state
                self._publish(name, state)

    def set_call(self, call: dict[str, Any]) -> None:
        """Add or change a call to the OCR service, by its ``number``, and publish it."""
        with self._lock:
            self._calls[call["number"]] = call
            if len(self._calls) > _MAX_CALLS:
                del self._calls[min(self._calls)]
            self._publish("call", call)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with everything known and then with each change. Return a function that ends this.

        The listener is called while the lock is held.
        """
        with self._lock:
            for document in self._documents:
                listener("document", document.as_json())
            for name, state in self._topics.items():
                listener(name, state)
            for call in self._calls.values():
                listener("call", call)
            listener("ready", None)
            self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    def _by_id(self, document_id: str) -> TrackedDocument | None:
        return next((each for each in self._documents if each.document_id == document_id), None)

    def _by_key(self, key: str) -> TrackedDocument | None:
        return next((each for each in self._documents if each.key == key and not each.document_id), None)

    def _publish(self, name: str, data: Any) -> None:
        for listener in tuple(self._listeners):
            listener(name, data)
