"""Random CDK contexts: each gives settings, or an error that names what is wrong."""

from __future__ import annotations

from collections import Counter

import hypothesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sealed_ocr.common.settings import SettingsError

from infra.settings import StageSettings
from soak.harness.violation import GuaranteeViolation

_NAMES = StageSettings.__struct_encode_fields__
_LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.integers().map(str))
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
)
_CONTEXTS = st.dictionaries(st.one_of(st.sampled_from(_NAMES), st.text(max_size=10)), _VALUES, max_size=4)


def run(examples: int, seed: int) -> dict[str, int | float]:
    """Try ``examples`` contexts; return the outcomes.

    Raises
    ------
    GuaranteeViolation
        If an error names no setting. Unexpected errors of the settings are passed on.
    """
    ends: Counter[str] = Counter()

    @hypothesis.seed(seed)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(_CONTEXTS)
    def ends_well(context: dict[str, object]) -> None:
        try:
            StageSettings.from_context(context)
        except SettingsError as fault:
            ends["faults that are named" if "etting" in str(fault) else "faults without a name"] += 1
        else:
            ends["settings"] += 1

    ends_well()
    if ends["faults without a name"]:
        raise GuaranteeViolation("a context was refused without a sentence")
    return {"contexts": ends.total(), **ends}
