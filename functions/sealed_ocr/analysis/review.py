"""Which fields of a result a person must look at: doubtful ones, missing ones, and those that a claim cannot take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta

from sealed_ocr.common.redaction import Redacted
from sealed_ocr.ocr.card_fields import FieldReading

ReviewReason = Literal["low-confidence", "missing", "claim"]


class ReviewField(Redacted, frozen=True, kw_only=True):
    """A field that a person must look at."""

    name: Annotated[str, Meta(description="The field's name in the result; for claim, in verification.request.")]
    confidence: Annotated[float | None, Meta(description="The OCR service's, 0 to 1. Null if nothing was read.")]
    why: Annotated[ReviewReason, Meta(description="What to decide by.")]


class Review(Redacted, frozen=True, kw_only=True):
    """Whether a person must look at the result. Present if the stack's setting reviewBelow covers the kind."""

    required: Annotated[bool, Meta(description="Whether fields has members.")]
    fields: Annotated[list[ReviewField], Meta(description="What to look at.")]


def review_of(readings: Iterable[FieldReading], missing_in_claim: Iterable[str], below: float) -> Review:
    """Return the review of a result.

    Parameters
    ----------
    readings
        What was read of each field. Without a confidence, the card must have it and nothing was read.
    missing_in_claim
        Names of the fields that the ready-made claim lacks.
    below
        A field with a lower confidence is doubtful.
    """
    fields = [
        ReviewField(name=name, confidence=confidence, why="missing" if confidence is None else "low-confidence")
        for name, confidence in readings
        if confidence is None or confidence < below
    ]
    named = {field.name for field in fields}
    fields += [ReviewField(name=name, confidence=None, why="claim") for name in missing_in_claim if name not in named]
    return Review(required=bool(fields), fields=fields)
