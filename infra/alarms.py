"""The alarms: what must not be left to itself. Each has its paragraph, under its name, in ``docs/operations.md``."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct
from sealed_ocr.ocr.kinds import Kind

from infra.metrics import PERIOD, Metrics, summed
from infra.queues import Queues
from infra.settings import Settings

OLDEST_UPLOAD_SECONDS = 3600
TRANSIENT_PERCENT = 50
VERIFY_FAILURES = 5


@dataclass(frozen=True)
class Alarm:
    """One alarm: it rings when ``metric`` was ``threshold`` or more for ``periods`` times five minutes."""

    name: str
    metric: cloudwatch.IMetric
    meaning: str
    threshold: float = 1
    periods: int = 1


class Alarms(Construct):
    """Every alarm of a stage, named ``SealedOcr-<stage>-<name>``; silence is no reason to ring."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        queues: Queues,
        analyze: lambda_.Function,
        verify: lambda_.Function,
        action: cloudwatch.IAlarmAction,
    ) -> None:
        super().__init__(scope, id_)
        metrics = Metrics(settings.stage)
        for alarm in (
            *_of_queues(queues, settings),
            *_of_outcomes(metrics),
            *_of_functions(analyze, verify),
        ):
            cloudwatch.Alarm(
                self,
                alarm.name,
                alarm_name=f"{Stack.of(self).stack_name}-{alarm.name}",
                alarm_description=f"{alarm.meaning} What to do: docs/operations.md, {alarm.name}.",
                metric=alarm.metric,
                threshold=alarm.threshold,
                evaluation_periods=alarm.periods,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            ).add_alarm_action(action)


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
            "oldest-result", _age(queues.results), "A result is unread past half of its retention.",
            threshold=settings.result_retention * 86_400 / 2,
        ),
    )  # fmt: skip


def _of_outcomes(metrics: Metrics) -> tuple[Alarm, ...]:
    def of_both(name: str) -> cloudwatch.IMetric:
        return summed(name, analyze=metrics.count(name), verify=metrics.count(name, "verify"))

    return (
        Alarm(
            "configuration-error", of_both("ConfigurationError"),
            "Credentials, a service that is not enabled or a missing grant: a person must act; documents wait.",
        ),
        Alarm(
            "contract-error", of_both("ContractError"),
            "A request or an answer breaks the API's contract, or our own code failed; documents wait.",
        ),
        Alarm(
            "possibly-billed", of_both("PossiblyBilled"),
            "The end of a call is unknown; it may have been billed and may be made again.",
        ),
        Alarm(
            "ledger-write-failed", of_both("LedgerWriteFailed"),
            "What became of a call could not be written down; it may be paid for again.",
        ),
        Alarm(
            "offer-not-kept", metrics.count("OfferNotKept"),
            "A Request-Key could not be kept; that card cannot be verified.",
        ),
        Alarm(
            "transient-share", _transient_share(metrics), "Half of the attempts fail and are put off.",
            threshold=TRANSIENT_PERCENT, periods=3,
        ),
    )  # fmt: skip


def _of_functions(analyze: lambda_.Function, verify: lambda_.Function) -> tuple[Alarm, ...]:
    def of_both(metric: str, name: str) -> cloudwatch.IMetric:
        return summed(
            name,
            analyze=analyze.metric(metric, statistic="Sum", period=PERIOD),
            verify=verify.metric(metric, statistic="Sum", period=PERIOD),
        )

    return (
        Alarm("function-errors", of_both("Errors", "Errors"), "A function crashed or ran out of time."),
        Alarm("throttles", of_both("Throttles", "Throttles"), "AWS runs no more functions at once.", periods=3),
        Alarm(
            "verify-5xx", verify.metric("Url5xxCount", statistic="Sum", period=PERIOD),
            "Verifications fail on our side or on the OCR service's.", threshold=VERIFY_FAILURES,
        ),
    )  # fmt: skip


def _waiting(queue: sqs.Queue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(statistic="Maximum", period=PERIOD)


def _age(queue: sqs.Queue) -> cloudwatch.Metric:
    return queue.metric_approximate_age_of_oldest_message(statistic="Maximum", period=PERIOD)


def _transient_share(metrics: Metrics) -> cloudwatch.MathExpression:
    series = {
        f"{name.lower()}{number}": metrics.count(name, kind=kind)
        for name in ("Transient", "Analyzed", "Rejected")
        for number, kind in enumerate(Kind)
    }
    failed = ",".join(name for name in series if name.startswith("transient"))
    return cloudwatch.MathExpression(
        expression=f"100 * SUM([{failed}]) / SUM([{','.join(series)}])",
        using_metrics=series,
        label="Transient, percent of all attempts",
        period=PERIOD,
    )
