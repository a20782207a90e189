"""The settings ``omitFields`` and ``maskFields``, for the stack and the analyze function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from msgspec import Meta

_Given = str | Mapping[str, Sequence[str]]


def _omitted(given: _Given) -> str:
    # Most stages withhold nothing, and need no rules.
    if not given:
        return ""
    from sealed_ocr.ocr.field_rules import as_text, names_to_omit

    return as_text(names_to_omit(given))


def _masked(given: _Given) -> str:
    if not given:
        return ""
    from sealed_ocr.ocr.field_rules import as_text, names_to_mask

    return as_text(names_to_mask(given))


def withholds_from_claims(omit: str, mask: str) -> bool:
    """Whether one of these texts names a kind whose results become claims."""
    if not omit and not mask:
        return False
    from sealed_ocr.ocr.field_rules import names_to_mask, names_to_omit
    from sealed_ocr.ocr.kind_specs import KIND_SPECS

    return any(KIND_SPECS[scope.kind].offers_claim for scope in (*names_to_omit(omit), *names_to_mask(mask)))


OMIT_EXPECTED = (
    "names of fields for each kind or idType, for example id-card:resident=name+issuer,credit-card=*; "
    "leave it out for none"
)
MASK_EXPECTED = (
    "names of fields that have a mask, for each kind or idType, for example id-card=residentNumber; "
    "leave it out for none"
)
# From the environment, and from the CDK's context.
OmitText = Annotated[str, Meta(description=OMIT_EXPECTED), _omitted]
MaskText = Annotated[str, Meta(description=MASK_EXPECTED), _masked]
OmitFields = Annotated[str | dict[str, list[str]], Meta(description=OMIT_EXPECTED), _omitted]
MaskFields = Annotated[str | dict[str, list[str]], Meta(description=MASK_EXPECTED), _masked]
