"""The setting ``reviewBelow``: the confidence below which a person reviews a field, one for all kinds or one for each.

Its text is ``0.4``, or a figure for each kind: ``credit-card=0.5,id-card=0.8``. A kind without a figure has no review.
"""

from __future__ import annotations

from collections.abc import Mapping

from sealed_ocr.common.kinds import Kind

REVIEW_BELOW_EXPECTED = (
    "a confidence from 0 to 1, or one for each kind, for example credit-card=0.5,id-card=0.8; leave it out for none"
)


def confidences(given: str | float | Mapping[str, float]) -> dict[Kind, float]:
    """Return the confidence of each kind that is reviewed.

    >>> confidences("credit-card=0.5")
    {<Kind.CREDIT_CARD: 'credit-card'>: 0.5}

    Raises
    ------
    ValueError
        If a kind does not exist or a figure is not from 0 to 1.
    """
    if isinstance(given, str):
        parts = [part.strip() for part in given.split(",") if part.strip()]
        pairs: list[tuple[str, str | float]] = [
            (name.strip(), figure) for name, equals, figure in (part.partition("=") for part in parts) if equals
        ]
        if not pairs and len(parts) == 1:
            pairs = [(kind, parts[0]) for kind in Kind]
        elif len(pairs) != len(parts):
            raise ValueError("a figure without its kind")
    elif isinstance(given, Mapping):
        pairs = [*given.items()]
    else:
        pairs = [(kind, given) for kind in Kind]
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a kind has two figures")
    return {Kind(name): _confidence(figure) for name, figure in pairs}


def normalize(given: str | float | Mapping[str, float]) -> str:
    """Return the text that names every kind; raise ``ValueError`` as ``confidences`` does."""
    return ",".join(f"{kind}={figure:g}" for kind, figure in confidences(given).items())


def _confidence(figure: str | float) -> float:
    confidence = float(figure)
    if not 0 <= confidence <= 1:
        raise ValueError("not a confidence")
    return confidence
