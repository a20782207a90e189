"""The validation of a claim, before anything is spent ("Verify Authenticity API", [Field]).

Texts are brought into their canonical form first. One response names every fault, and quotes no value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from sealed_ocr.claims import compact_date, is_name
from sealed_ocr.common.claim_text import canonical, unwanted
from sealed_ocr.common.sizes import readable_size
from sealed_ocr.verification.problems import Problem

MAX_CLAIM_BYTES = 16 * 1024
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


def read_claim(body: bytes) -> dict[str, str]:
    """Return the claim in ``body`` (JSON), with its texts in canonical form.

    Only this form is compared, sealed and sent, so texts that Unicode calls equal are one claim.

    Raises
    ------
    Problem
        ``claim-too-large``, or ``invalid-claim`` with every fault.
    """
    if len(body) > MAX_CLAIM_BYTES:
        raise Problem("claim-too-large", f"a claim has at most {readable_size(MAX_CLAIM_BYTES)}")
    try:
        claim = msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise _invalid([], "the body is not JSON") from None
    if not isinstance(claim, dict):
        raise _invalid([], "the body is not a JSON object")
    claim = {name: canonical(value) if isinstance(value, str) else value for name, value in claim.items()}
    id_type = claim.get("idType")
    rules = RULES.get(id_type) if isinstance(id_type, str) else None
    if rules is None:
        raise _invalid([_fault("idType", f"must be one of {', '.join(RULES)}")])
    faults = [
        _fault(name, f"must be {rule.expected}{_cause(claim, name)}")
        for name, rule in rules.items()
        if not _satisfies(rule, claim.get(name), name in claim)
    ]
    faults += [
        _fault(name if _FIELD_NAME.fullmatch(name) else "(another)", f"is no field of a claim for {id_type}")
        for name in claim.keys() - rules.keys() - {"idType"}
    ]
    if faults:
        raise _invalid(sorted(faults, key=lambda fault: fault["field"]))
    return {name: claim[name] for name in ("idType", *rules) if name in claim}


def wrong_id_type(expected: str) -> Problem:
    """Return the problem of a claim whose idType differs from that of the card."""
    return _invalid([_fault("idType", f"must be {expected}, as the card was read")])


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


def _fault(field: str, reason: str) -> dict[str, str]:
    return {"field": field, "reason": reason}


def _invalid(faults: list[dict[str, str]], detail: str = "the claim has faults; nothing was spent") -> Problem:
    return Problem("invalid-claim", detail, errors=faults)
