"""What the alarms watch, and from when on they ring."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from infra.metrics import PERIOD, Metrics
from infra.queues import Queues
from infra.settings import Settings

OLDEST_UPLOAD_SECONDS = 3600
# A consumer that works at night is no reason to ring, though it may begin late; one that is away for a day is.
OLDEST_RESULT_SECONDS = 86_400
TRANSIENT_PERCENT = 50
VERIFY_FAILURES = 5
FAILED_PERCENT = 50


@dataclass(frozen=True)
class Alarm:
    """One alarm: it rings when ``metric`` was ``threshold`` or more in ``periods`` of the last ``within`` five minutes.

    Without ``within``, in ``periods`` of them in a row.
    """

    name: str
    metric: cloudwatch.Metric
    meaning: str
    threshold: float = 1
    periods: int = 1
    within: int | None = None


def watched(
    settings: Settings, metrics: Metrics, queues: Queues, analyze: lambda_.Function, verify: lambda_.Function
) -> tuple[Alarm, ...]:
    """Return every alarm of a stage. Names of the verify function's begin with ``verify-``."""
    return (
        *_of_queues(queues, settings),
        *_of_outcomes(metrics, "analyze"),
        *_of_outcomes(metrics, "verify"),
        *_of_analyses(metrics),
        *_of_a_function(analyze, "analyze"),
        *_of_a_function(verify, "verify"),
        *_of_verdicts(metrics),
    )


def _of_queues(queues: Queues, settings: Settings) -> tuple[Alarm, ...]:
    return (
        Alarm(
            "uploads-dead-letters", _waiting(queues.uploads_dead_letters),
            "Documents were given up and wait to be sent again.",
        ),
        Alarm(
            "results-dead-letters", _waiting(queues.results_dead_letters),
            "A consumer took results again and again without deleting them.",
        ),
        Alarm(
            "oldest-upload", _age(queues.uploads), "An upload has waited for an hour.",
            threshold=OLDEST_UPLOAD_SECONDS, periods=3,
        ),
        Alarm(
            "oldest-result", _age(queues.results), "A result has been unread for a day, or for half of its retention.",
            threshold=min(OLDEST_RESULT_SECONDS, settings.result_retention * 86_400 / 2), periods=12,
        ),
    )  # fmt: skip


def _of_outcomes(metrics: Metrics, service: str) -> tuple[Alarm, ...]:
    return (
        Alarm(
            _name("configuration-error", service), metrics.count("ConfigurationError", service),
            "Credentials, a service that is not enabled or a missing grant: a person must act.",
        ),
        Alarm(
            _name("contract-error", service), metrics.count("ContractError", service),
            "A request or an answer breaks the API's contract, or our own code failed.",
        ),
        Alarm(
            _name("possibly-billed", service), metrics.count("PossiblyBilled", service),
            "The end of a call is unknown; it may have been billed and may be made again.",
        ),
        Alarm(
            _name("ledger-write-failed", service), metrics.count("LedgerWriteFailed", service),
            "What became of a call could not be written down; it may be paid for again.",
        ),
    )  # fmt: skip


def _of_analyses(metrics: Metrics) -> tuple[Alarm, ...]:
    return (
        Alarm(
            "offer-not-kept", metrics.count("OfferNotKept"),
            "A Request-Key could not be kept; that card cannot be verified.",
        ),
        Alarm(
            "transient-share", metrics.average("TransientShare"), "Half of the attempts fail and are put off.",
            # Not in a row: what was put off comes back a quarter of an hour later, and few documents leave gaps.
            threshold=TRANSIENT_PERCENT, periods=3, within=12,
        ),
    )  # fmt: skip


def _of_a_function(function: lambda_.Function, service: str) -> tuple[Alarm, ...]:
    return (
        Alarm(
            _name("function-errors", service), function.metric_errors(statistic="Sum", period=PERIOD),
            "A function crashed or ran out of time.",
        ),
        Alarm(
            _name("throttles", service), function.metric_throttles(statistic="Sum", period=PERIOD),
            "AWS runs no more functions at once.", periods=3,
        ),
    )  # fmt: skip


def _of_verdicts(metrics: Metrics) -> tuple[Alarm, ...]:
    """Counted by the function itself: Lambda's ``Url5xxCount`` knows nothing of those who invoke it without the URL."""
    return (
        Alarm(
            "verify-5xx", metrics.count("VerdictFailed", "verify"),
            "Verifications fail on our side or on the OCR service's.", threshold=VERIFY_FAILURES,
        ),
        Alarm(
            "verify-failing", metrics.average("VerdictFailedShare", "verify"),
            "Half of the verifications fail, however few there are.",
            # As for transient-share: few callers leave gaps.
            threshold=FAILED_PERCENT, periods=3, within=12,
        ),
    )  # fmt: skip


def _name(name: str, service: str) -> str:
    return name if service == "analyze" else f"{service}-{name}"


def _waiting(queue: sqs.Queue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(statistic="Maximum", period=PERIOD)


def _age(queue: sqs.Queue) -> cloudwatch.Metric:
    return queue.metric_approximate_age_of_oldest_message(statistic="Maximum", period=PERIOD)
