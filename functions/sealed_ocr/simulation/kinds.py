"""What can be simulated of each kind of document. A new kind needs a row."""

from __future__ import annotations

from typing import NamedTuple

from sealed_ocr.common.kinds import Kind


class SimulatedKind(NamedTuple):
    """The simulated documents of a kind.

    Attributes
    ----------
    documents
        What an image may show: ``card``, or an ID card's ``idType``. The first is shown where the key names none.
    not_found, engine_failed
        The result codes that the service gives for this kind alone.
    has_verdict
        Whether the service issues a Request-Key.
    """

    documents: tuple[str, ...]
    not_found: int
    engine_failed: int
    has_verdict: bool = False


_ID_TYPES = ("resident", "driver", "passport")
SIMULATED_KINDS = {
    Kind("credit-card"): SimulatedKind(("card",), 4000111, 5003013),
    Kind("id-card"): SimulatedKind(_ID_TYPES, 4000121, 5003023, has_verdict=True),
    Kind("id-card/stand-alone"): SimulatedKind(_ID_TYPES, 4000121, 5003023),
}
