"""The document: one version of one uploaded object."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.redaction import Redacted


class Document(Redacted, frozen=True, kw_only=True, rename="camel"):
    """Which upload a message speaks of."""

    document_id: Annotated[
        str,
        Meta(description="Hash of bucket, key and version; the same for every repeat.", pattern="^[0-9a-f]{32}$"),
    ]
    kind: Annotated[Kind | None, Meta(description="The folder: the OCR API's path. Null for an unknown one.")]
    bucket: Annotated[str, Meta(description="The bucket's name.")]
    key: Annotated[str, Meta(description="The object's key, decoded.")]
    version_id: Annotated[str, Meta(description="The object's version, where the bucket keeps any.")] | UnsetType = (
        UNSET
    )
    e_tag: Annotated[str, Meta(description="The object's ETag, without quotes.")]
    size: Annotated[int, Meta(ge=0, description="Bytes.")]
    simulated: (
        Annotated[bool, Meta(description="True in a simulated stage: nothing was read, all values are invented.")]
        | UnsetType
    ) = UNSET
