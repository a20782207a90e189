"""What a function holds in memory must not appear in the text of an exception, a log line or a traceback."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import msgspec
import pytest
import sealed_ocr
from sealed_ocr.analysis.correlation import Correlation
from sealed_ocr.common.redaction import Redacted

pytestmark = pytest.mark.unit

# Structs whose values may be shown, besides settings: public keys, states of the ledger, numbers, and other structs.
SHOWN = {
    "Attempt", "Box", "CircuitChanges", "Claimed", "ConsumerKey", "Deferral", "Fault", "Header", "KeyResult",
    "PublicKey", "Refused", "UploadEvent", "VerdictResult", "Window", "_Bucket", "_Http",
    "_RequestContext",
}  # fmt: skip


def structs(base: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for each in base.__subclasses__():
        if each.__module__.startswith("sealed_ocr."):
            yield each
            if each is not Redacted:
                yield from structs(each)


def test_every_struct_hides_its_values_or_is_known_to_hold_none() -> None:
    for module in pkgutil.walk_packages(sealed_ocr.__path__, "sealed_ocr."):
        importlib.import_module(module.name)
    readable = {each.__name__ for each in structs(msgspec.Struct) if not issubclass(each, Redacted | Correlation)}
    settings = {name for name in readable if name.endswith("Settings")}
    assert readable - settings == SHOWN


def test_a_correlation_id_is_hidden() -> None:
    correlation = Correlation()
    correlation.read({"correlation-id": "hong-gildong"})
    assert (correlation.id, repr(correlation)) == ("hong-gildong", "Correlation()")
