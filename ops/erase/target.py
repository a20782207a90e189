"""A document to erase."""

from __future__ import annotations

from dataclasses import dataclass, field

from sealed_ocr.aws.stored_request_key import StoredRequestKey
from sealed_ocr.aws.table import Item

from ops.erase.stored_images import StoredVersion


@dataclass(frozen=True)
class Target:
    """A document to erase, as it was found."""

    document_id: str
    images: list[StoredVersion] = field(repr=False)
    item: Item | None = field(repr=False)
    request_key: StoredRequestKey | None = field(repr=False)

    @property
    def is_known(self) -> bool:
        """Whether anything is known of it."""
        return bool(self.images or self.item or self.request_key)

    @property
    def state(self) -> str | None:
        """Its state in the ledger, None if the ledger does not know it."""
        return str(self.item["state"]) if self.item else None

    @property
    def keys(self) -> list[str]:
        """The keys of its images."""
        return list(dict.fromkeys(image.key for image in self.images))
