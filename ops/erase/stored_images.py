"""The versions of images in the bucket: finds those of a document, and deletes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sealed_ocr.analysis.correlation import METADATA_NAME
from sealed_ocr.aws.errors import AwsError, translate_errors
from sealed_ocr.aws.uploads import document_id

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# S3's version id for an object that was put before the bucket kept versions.
_NULL_VERSION = "null"
# The object, or this version of it, is gone by now.
_GONE = frozenset({404, 405})


@dataclass(frozen=True)
class StoredVersion:
    """A version of an object, or a delete marker."""

    bucket: str
    key: str = field(repr=False)
    version_id: str
    e_tag: str = ""
    is_marker: bool = False

    def document_ids(self) -> tuple[str, ...]:
        """Return the ids that the pipeline may have given it, the most likely first (docs/adr/0016)."""
        if self.is_marker:
            return ()
        versions = (self.e_tag,) if self.version_id == _NULL_VERSION else (self.version_id, self.e_tag)
        return tuple(document_id(self.bucket, self.key, version) for version in versions)


class ImageStore:
    """The image bucket. Every method raises ``AwsError`` if S3 fails or refuses."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def below(self, prefix: str) -> Iterator[list[StoredVersion]]:
        """Yield the versions and delete markers below ``prefix`` in key order, up to 1,000 at a time."""
        pages = iter(self._s3.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=prefix))
        while True:
            with translate_errors("ListObjectVersions"):
                page = next(pages, None)
            if page is None:
                return
            found = [self._version(entry) for entry in page.get("Versions", [])]
            found += [self._version(entry, is_marker=True) for entry in page.get("DeleteMarkers", [])]
            yield found

    def of_key(self, key: str) -> list[StoredVersion]:
        """Return the versions and delete markers of exactly this key."""
        found: list[StoredVersion] = []
        for page in self.below(key):
            found += (version for version in page if version.key == key)
            # The key itself comes before all that begin with it.
            if any(version.key != key for version in page):
                break
        return found

    def correlation_id(self, version: StoredVersion) -> str | None:
        """Return the uploader's id of a version, or None if it has none or is gone by now."""
        try:
            with translate_errors("HeadObject"):
                head = self._s3.head_object(Bucket=self._bucket, Key=version.key, VersionId=version.version_id)
                return head["Metadata"].get(METADATA_NAME)
        except AwsError as error:
            if error.status in _GONE:
                return None
            raise

    def erase(self, key: str, of_document: str) -> tuple[int, int]:
        """Delete the versions of the document under ``key``, and its delete markers if no other version remains.

        A marker that stays hides an older version of another document. Markers go first: while a version is left, an
        interrupted erasure still finds the key.

        Returns
        -------
        tuple of int
            How many versions and how many markers were deleted.
        """
        stored = self.of_key(key)
        versions = [each for each in stored if not each.is_marker]
        mine = [each for each in versions if of_document in each.document_ids()]
        markers = [each for each in stored if each.is_marker] if len(mine) == len(versions) else []
        for each in (*markers, *mine):
            with translate_errors("DeleteObject"):
                self._s3.delete_object(Bucket=self._bucket, Key=key, VersionId=each.version_id)
        return len(mine), len(markers)

    def _version(self, entry: Any, *, is_marker: bool = False) -> StoredVersion:
        e_tag = str(entry.get("ETag", "")).strip('"')
        return StoredVersion(self._bucket, entry["Key"], entry["VersionId"], e_tag, is_marker)
