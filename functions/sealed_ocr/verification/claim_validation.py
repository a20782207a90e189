"""The validation of a claim, before anything is spent ("Verify Authenticity API", [Field]).

One response names every fault, and quotes no value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from sealed_ocr.claims import compact_date, is_name
from sealed_ocr.common.claim_text import unwanted
from sealed_ocr.verification.problems import Problem

_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}")


class Rule(NamedTuple):
    """The rule of a field: in words for people, as a pattern for machines, and as a check that no pattern can make."""

    expected: str
    pattern: str
    optional: bool = False
    also: Callable[[str], bool] = lambda _: True

    def holds(self, text: str) -> bool:
        """Whether ``text`` satisfies the rule."""
        return re.fullmatch(self.pattern, text, re.ASCII) is not None and self.also(text)


def _is_date(text: str) -> bool:
    return compact_date(text) == text


_NAME = Rule("the name, 1 to 100 characters", ".{1,100}", also=is_name)
_DATE = Rule("a date that exists, as YYYYMMDD", "[0-9]{8}", also=_is_date)

# The fields of a claim, by idType, in the guide's order.
RULES: dict[str, dict[str, Rule]] = {
    "resident": {
        "name": _NAME,
        "residentNumber": Rule("13 digits", "[0-9]{13}"),
        "issueDate": _DATE,
    },
    "driver": {
        "name": _NAME,
        "residentNumber": Rule("the first 7 digits of the resident number", "[0-9]{7}"),
        "driverLicenseNumber": Rule("12 digits", "[0-9]{12}"),
        "serialNum": Rule("5 or 6 letters and digits", "[0-9A-Za-z]{5,6}", optional=True),
    },
    "passport": {
        "name": _NAME,
        "issueDate": _DATE,
        "passportNumber": Rule("9 upper-case letters and digits", "[0-9A-Z]{9}"),
        "birthDate": _DATE,
        "expirationDate": _DATE,
    },
}


def validated(claim: dict[str, Any]) -> dict[str, str]:
    """Return the claim with its fields in the guide's order.

    Raises
    ------
    Problem
        ``invalid-claim`` with every fault.
    """
    id_type = claim.get("idType")
    rules = RULES.get(id_type) if isinstance(id_type, str) else None
    if rules is None:
        raise invalid_claim([fault("idType", f"must be one of {', '.join(RULES)}")])
    faults = [
        fault(name, f"must be {rule.expected}{_cause(claim, name)}")
        for name, rule in rules.items()
        if not _satisfies(rule, claim.get(name), name in claim)
    ]
    faults += [
        fault(name if _FIELD_NAME.fullmatch(name) else "(another)", f"is no field of a claim for {id_type}")
        for name in claim.keys() - rules.keys() - {"idType"}
    ]
    if faults:
        raise invalid_claim(sorted(faults, key=lambda each: each["field"]))
    return {name: claim[name] for name in ("idType", *rules) if name in claim}


def wrong_id_type(expected: str) -> Problem:
    """Return the problem of a claim whose idType differs from that of the card."""
    return invalid_claim([fault("idType", f"must be {expected}, as the card was read")])


def fault(field: str, reason: str) -> dict[str, str]:
    """Return what is wrong with a field. ``reason`` continues its name, and quotes no value."""
    return {"field": field, "reason": reason}


def invalid_claim(faults: list[dict[str, str]], detail: str = "the claim has faults; nothing was spent") -> Problem:
    """Return the problem of a claim with these faults."""
    return Problem("invalid-claim", detail, errors=faults)


def _satisfies(rule: Rule, value: object, given: bool) -> bool:
    if not given:
        return rule.optional
    return isinstance(value, str) and rule.holds(value)


def _cause(claim: dict[str, object], name: str) -> str:
    """Return the cause of a fault that a person cannot see in the value, or ""."""
    value = claim.get(name)
    if name not in claim:
        return "; it is missing"
    found = unwanted(value) if isinstance(value, str) else None
    return f", without {found}" if found else ""
