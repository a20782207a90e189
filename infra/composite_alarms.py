"""Alarms that combine others, so that one cause rings once.

What they combine sends nothing by itself, but for ``unanswered-calls``. A composite stands after its parts.
``docs/adr/0091-alarms-by-urgency.md`` has the reasons.
"""

from __future__ import annotations

from infra.alarm_definition import CompositeDefinition, Level

COMPOSITES = (
    CompositeDefinition(
        "configuration-fault", Level.PAGE,
        "Only an operator can fix it: wrong credentials, a service that is not enabled, a missing permission, or a key "
        "that is disabled.",
        ("configuration-error", "verify-configuration-error"),
    ),
    CompositeDefinition(
        "ledger-fault", Level.PAGE,
        "Outcomes of calls could not be recorded; the calls may be paid for again.",
        ("ledger-write-failed", "verify-ledger-write-failed"),
    ),
    CompositeDefinition(
        "card-not-verifiable", Level.TODAY,
        "A Request-Key could not be stored; that card cannot be verified.",
        ("offer-not-kept",),
        silenced_by="ledger-fault", silence_seconds=600,
    ),
    CompositeDefinition(
        "contract-fault", Level.TODAY,
        "Requests or answers break the API's contract, or our own code failed.",
        ("contract-error", "verify-contract-error"),
    ),
    CompositeDefinition(
        "limit-reached", Level.TODAY,
        "The OCR service's limit is reached. It may be the fixed quota of 100,000 ID-card analyses.",
        ("limit-exceeded", "verify-limit-exceeded"),
    ),
    CompositeDefinition(
        "functions-failing", Level.TODAY,
        "A function crashed or ran out of time, or AWS refuses to run more of them.",
        ("function-errors", "verify-function-errors", "throttles", "verify-throttles"),
    ),
    CompositeDefinition(
        "cause-known", Level.INFORMATION,
        "An alarm that names a cause is on. Meanwhile ocr-service-failing sends nothing.",
        ("configuration-fault", "ledger-fault", "contract-fault", "limit-reached", "functions-failing",
         "unanswered-calls"),
        section="ocr-service-failing",
    ),
    CompositeDefinition(
        "ocr-service-failing", Level.TODAY,
        "Half of the attempts, or many verifications, fail.",
        ("transient-share", "verify-5xx", "verify-failing"),
        # Its parts look at the last hour.
        silenced_by="cause-known", silence_seconds=3600,
    ),
)  # fmt: skip
# An alarm that names the cause may start up to two evaluations after those that show the effect.
SILENCE_WAIT_SECONDS = 180
