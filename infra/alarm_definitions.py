"""What each alarm watches, and its threshold."""

from __future__ import annotations

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from sealed_ocr.common.metric_name import Metric

from infra.alarm_definition import AlarmDefinition, Level
from infra.metrics import PERIOD, StageMetrics
from infra.queues import Queues
from infra.settings import StageSettings

OLDEST_UPLOAD_SECONDS = 3600
# A consumer may run once a day, and start late. One that is away for a whole day triggers the alarm.
OLDEST_RESULT_SECONDS = 86_400
TRANSIENT_PERCENT = 50
VERIFY_FAILURES = 5
FAILED_PERCENT = 50
NEAR_CEILING_PERCENT = 80
# So many calls without an answer are no accident, and each of them may cost twice.
UNANSWERED_CALLS = 10
# A person who mistypes causes one at a time. So many are a program that tries variants, or an attack.
LOCK_GUARD_REFUSALS = 10


def alarm_definitions(
    settings: StageSettings, metrics: StageMetrics, queues: Queues, analyze: lambda_.Function, verify: lambda_.Function
) -> tuple[AlarmDefinition, ...]:
    """Return every alarm of a stage; the names of the verify function's alarms begin with ``verify-``."""
    return (
        *_of_queues(queues, settings),
        *_of_outcomes(metrics, "analyze"),
        *_of_outcomes(metrics, "verify"),
        *_of_analyses(metrics),
        *_of_ceilings(metrics, settings),
        *_of_waits(metrics, settings),
        *_of_function(analyze, "analyze"),
        *_of_function(verify, "verify"),
        *_of_verdicts(metrics),
        *_of_lock_guard(metrics, settings),
    )


def oldest_result_seconds(settings: StageSettings) -> float:
    """Return the age at which an unread result triggers its alarm."""
    return min(OLDEST_RESULT_SECONDS, settings.result_retention * 86_400 / 2)


def _of_queues(queues: Queues, settings: StageSettings) -> tuple[AlarmDefinition, ...]:
    return (
        AlarmDefinition(
            "uploads-dead-letters", Level.TODAY, _waiting(queues.uploads_dead_letters),
            "Documents were given up and wait in the dead-letter queue.",
        ),
        AlarmDefinition(
            "results-dead-letters", Level.TODAY, _waiting(queues.results_dead_letters),
            "A consumer received results again and again without deleting them.",
        ),
        AlarmDefinition(
            "oldest-upload", Level.TODAY, _age(queues.uploads),
            "An upload has waited for an hour.",
            threshold=OLDEST_UPLOAD_SECONDS, periods=3,
        ),
        AlarmDefinition(
            "oldest-result", Level.TODAY, _age(queues.results),
            "A result has been unread for a day, or for half of its retention.",
            threshold=oldest_result_seconds(settings), periods=12,
        ),
        *_of_review(queues, settings),
    )  # fmt: skip


def _of_review(queues: Queues, settings: StageSettings) -> tuple[AlarmDefinition, ...]:
    """Exist only where there is a queue for review."""
    if queues.review is None or queues.review_dead_letters is None:
        return ()
    return (
        AlarmDefinition(
            "review-dead-letters", Level.TODAY, _waiting(queues.review_dead_letters),
            "A program received results to review again and again without deleting them.",
        ),
        AlarmDefinition(
            "oldest-review", Level.TODAY, _age(queues.review),
            "A result to review has been unread for a day, or for half of its retention.",
            threshold=oldest_result_seconds(settings), periods=12,
        ),
    )  # fmt: skip


def _of_outcomes(metrics: StageMetrics, service: str) -> tuple[AlarmDefinition, ...]:
    return (
        AlarmDefinition(
            _name("configuration-error", service), Level.INFORMATION,
            metrics.count(Metric.CONFIGURATION_ERROR, service),
            "Wrong credentials, a service that is not enabled, or a missing permission: an operator must act.",
        ),
        AlarmDefinition(
            _name("contract-error", service), Level.INFORMATION,
            metrics.count(Metric.CONTRACT_ERROR, service),
            "A request or an answer breaks the API's contract, or our own code failed.",
        ),
        AlarmDefinition(
            _name("limit-exceeded", service), Level.INFORMATION,
            metrics.count(Metric.LIMIT_EXCEEDED, service),
            "The OCR service's limit is reached. It may be the fixed quota of 100,000 ID-card analyses.",
        ),
        AlarmDefinition(
            _name("possibly-billed", service), Level.INFORMATION,
            metrics.count(Metric.POSSIBLY_BILLED, service),
            "The outcome of a call is unknown; it may have been billed, and may be repeated.",
            section="possibly-billed",
        ),
        AlarmDefinition(
            _name("ledger-write-failed", service), Level.INFORMATION,
            metrics.count(Metric.LEDGER_WRITE_FAILED, service),
            "The outcome of a call could not be recorded; the call may be paid for again.",
        ),
    )  # fmt: skip


def _of_analyses(metrics: StageMetrics) -> tuple[AlarmDefinition, ...]:
    return (
        AlarmDefinition(
            "unanswered-calls", Level.PAGE, metrics.count(Metric.POSSIBLY_BILLED),
            "Ten calls in five minutes brought no answer. Each of them may have been billed, and may be repeated.",
            threshold=UNANSWERED_CALLS,
        ),
        AlarmDefinition(
            "offer-not-kept", Level.INFORMATION, metrics.count(Metric.OFFER_NOT_KEPT),
            "A Request-Key could not be stored; that card cannot be verified.",
        ),
        AlarmDefinition(
            "transient-share", Level.INFORMATION, metrics.average(Metric.TRANSIENT_SHARE),
            "Half of the attempts fail and are deferred.",
            # Not in a row: a deferred document returns after up to a quarter of an hour, so few documents leave gaps.
            threshold=TRANSIENT_PERCENT, periods=3, within=12,
        ),
    )  # fmt: skip


def _of_ceilings(metrics: StageMetrics, settings: StageSettings) -> tuple[AlarmDefinition, ...]:
    """Exist only where there is a ceiling."""
    if settings.max_calls_per_hour is None and settings.max_calls_per_day is None:
        return ()
    return (
        AlarmDefinition(
            "calls-near-ceiling", Level.TODAY, metrics.maximum(Metric.CALLS_RESERVED),
            "Four fifths of the calls that maxCallsPerHour or maxCallsPerDay allows are made or reserved.",
            threshold=NEAR_CEILING_PERCENT,
        ),
        AlarmDefinition(
            "calls-at-ceiling", Level.TODAY, metrics.maximum(Metric.CALLS_RESERVED),
            "maxCallsPerHour or maxCallsPerDay is used up: documents wait until the hour or the day is over.",
            threshold=100,
        ),
    )  # fmt: skip


def _of_waits(metrics: StageMetrics, settings: StageSettings) -> tuple[AlarmDefinition, ...]:
    """Exist only where ``slowSeconds`` says what is slow."""
    if settings.slow_seconds is None:
        return ()
    return (
        AlarmDefinition(
            "slow-documents", Level.TODAY, metrics.percentile(Metric.SECONDS_TO_MESSAGE, 95),
            "The slowest documents wait for longer than slowSeconds from the upload to the message.",
            # As for transient-share: few documents leave gaps.
            threshold=settings.slow_seconds, periods=3, within=12,
        ),
    )  # fmt: skip


def _of_function(function: lambda_.Function, service: str) -> tuple[AlarmDefinition, ...]:
    return (
        AlarmDefinition(
            _name("function-errors", service), Level.INFORMATION,
            function.metric_errors(statistic="Sum", period=PERIOD),
            "A function crashed or ran out of time.",
        ),
        AlarmDefinition(
            _name("throttles", service), Level.INFORMATION,
            function.metric_throttles(statistic="Sum", period=PERIOD),
            "AWS refuses to run more functions at once.", periods=3,
        ),
    )  # fmt: skip


def _of_verdicts(metrics: StageMetrics) -> tuple[AlarmDefinition, ...]:
    """Use the function's own counts: Lambda's ``Url5xxCount`` leaves out invocations without the URL."""
    return (
        AlarmDefinition(
            "verify-5xx", Level.INFORMATION, metrics.count(Metric.VERDICT_FAILED, "verify"),
            "Verifications fail on our side or on the OCR service's.", threshold=VERIFY_FAILURES,
        ),
        AlarmDefinition(
            "verify-failing", Level.INFORMATION, metrics.average(Metric.VERDICT_FAILED_SHARE, "verify"),
            "Half of the verifications fail, however few there are.",
            # As for transient-share: few callers leave gaps.
            threshold=FAILED_PERCENT, periods=3, within=12,
        ),
    )  # fmt: skip


def _of_lock_guard(metrics: StageMetrics, settings: StageSettings) -> tuple[AlarmDefinition, ...]:
    """Exist only where the guard is on."""
    if not settings.lock_guard_days:
        return ()
    return (
        AlarmDefinition(
            "lock-guard", Level.TODAY, metrics.count(Metric.LOCK_GUARD_REFUSED, "verify"),
            "The lock guard held back ten claims in five minutes: a program may be trying variants of claims.",
            threshold=LOCK_GUARD_REFUSALS,
        ),
    )  # fmt: skip


def _name(name: str, service: str) -> str:
    return name if service == "analyze" else f"{service}-{name}"


def _waiting(queue: sqs.Queue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(statistic="Maximum", period=PERIOD)


def _age(queue: sqs.Queue) -> cloudwatch.Metric:
    return queue.metric_approximate_age_of_oldest_message(statistic="Maximum", period=PERIOD)
