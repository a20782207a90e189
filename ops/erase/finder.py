"""Finds the documents to erase: by their id, by an object's key, or by the uploader's own id.

The ledger knows no key, and a documentId does not lead back to one. So the bucket is listed, 1,000 versions in a call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from sealed_ocr.analysis.correlation import PATTERN
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.table import Table

from ops.common.errors import OpsError
from ops.common.ledger import OperatorLedger
from ops.common.stack import DeployedStack
from ops.erase.stored_images import ImageStore, StoredVersion
from ops.erase.target import Target

THREADS = 8
# S3 tells nothing of an object that is encrypted with a key of its uploader's.
_UNREADABLE = 400


class Finder:
    """Finds documents. Every method raises ``AwsError`` if AWS fails or refuses.

    Attributes
    ----------
    unreadable
        How many versions S3 told nothing of.
    """

    def __init__(self, stack: DeployedStack, looked: Callable[[int], object]) -> None:
        """Call ``looked`` with the number of versions after each look at some."""
        clients, outputs = stack.clients, stack.outputs
        self._images = ImageStore(clients.s3, outputs.image_bucket_name)
        self._ledger = OperatorLedger(clients.dynamodb, outputs.documents_table_name, stack.clock)
        # The lease matters only for writing.
        self._keys = RequestKeys(Table(clients.dynamodb, outputs.request_keys_table_name), 0, stack.clock)
        self._looked = looked
        self.unreadable = 0

    def by_document(self, document_id: str, key: str | None, prefix: str) -> list[Target]:
        """Return the document. ``key`` is its image's; without it the images below ``prefix`` are listed.

        Raises
        ------
        OpsError
            If nothing is known of it, or no version with this key or prefix is the document.
        """
        found = key
        if found is None:
            found = next((each.key for each in self._versions(prefix) if document_id in each.document_ids()), None)
        stored = self._images.of_key(found) if found is not None else []
        target = self._target(document_id, [each for each in stored if document_id in each.document_ids()])
        if not target.images and (key is not None or prefix):
            raise OpsError(
                "no version with this key or prefix is this document; nothing was changed. Leave out --key and "
                "--prefix to look for it everywhere"
            )
        if not target.is_known:
            raise OpsError(
                "neither the bucket nor the ledger nor the Request-Keys know this document; nothing was changed"
            )
        return [target]

    def by_key(self, key: str) -> list[Target]:
        """Return the documents of all versions of an object.

        Raises
        ------
        OpsError
            If there is no version of it.
        """
        stored = [each for each in self._images.of_key(key) if not each.is_marker]
        if not stored:
            raise OpsError(
                "the image bucket has no version of an object with this key; nothing was changed. If its images are "
                "erased already, pass the documentId instead"
            )
        return self._targets(stored)

    def by_correlation_id(self, correlation_id: str, prefix: str) -> list[Target]:
        """Return the documents whose uploader gave this id. S3 is asked for the metadata of each version.

        Raises
        ------
        OpsError
            If there is none, or it cannot be such an id.
        """
        if not re.fullmatch(PATTERN, correlation_id):
            raise OpsError("a correlation id has 1 to 128 visible ASCII characters, without blanks")
        found: list[StoredVersion] = []
        with ThreadPoolExecutor(THREADS) as threads:
            for page in self._images.below(prefix):
                versions = [each for each in page if not each.is_marker]
                for version, (own, readable) in zip(versions, threads.map(self._correlation_id, versions), strict=True):
                    self.unreadable += not readable
                    if own == correlation_id:
                        found.append(version)
                self._looked(len(page))
        if not found:
            raise OpsError("no image that is still in the bucket has this correlation id; nothing was changed")
        return self._targets(found)

    def _correlation_id(self, version: StoredVersion) -> tuple[str | None, bool]:
        """Return the uploader's id of a version, and whether S3 told it."""
        try:
            return self._images.correlation_id(version), True
        except AwsError as error:
            if error.status != _UNREADABLE:
                raise
            return None, False

    def _versions(self, prefix: str) -> Iterator[StoredVersion]:
        for page in self._images.below(prefix):
            yield from page
            self._looked(len(page))

    def _targets(self, versions: Iterable[StoredVersion]) -> list[Target]:
        """Return the documents of these versions.

        A version whose documents nobody knows yet counts as each that it may become, because its event may be on its
        way.
        """
        by_id: dict[str, list[StoredVersion]] = {}
        for version in versions:
            for document_id in version.document_ids():
                by_id.setdefault(document_id, []).append(version)
        targets = {document_id: self._target(document_id, images) for document_id, images in by_id.items()}
        known = {each.document_id for each in targets.values() if each.item or each.request_key}
        settled = [image for document_id in known for image in by_id[document_id]]
        return [
            target
            for document_id, target in targets.items()
            if document_id in known or any(image not in settled for image in target.images)
        ]

    def _target(self, document_id: str, images: list[StoredVersion]) -> Target:
        return Target(document_id, images, self._ledger.read(document_id), self._keys.read(document_id))
