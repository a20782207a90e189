"""The CloudWatch dashboard of a stage."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct
from sealed_ocr.common.metric_name import Metric

from infra.alarm_definition import Level
from infra.cost_widgets import cost, cost_by_kind, id_card_calls, spent
from infra.dashboard_widgets import HOUR, alarm_states, graph, line, log_queries, numbers, search
from infra.limits import VERIFY_TIMEOUT_SECONDS
from infra.metrics import PERIOD, StageMetrics
from infra.queue_widgets import dead_letters_and_waiting, in_last_hour, now, oldest
from infra.queues import Queues
from infra.settings import StageSettings

# The aim of ``make bench`` for a document on average.
_AIM_SECONDS = 3
_OUTCOMES = (Metric.ANALYZED, Metric.REJECTED, Metric.TRANSIENT)
_FAULTS = (
    Metric.CONFIGURATION_ERROR,
    Metric.CONTRACT_ERROR,
    Metric.LIMIT_EXCEEDED,
    Metric.POSSIBLY_BILLED,
    Metric.MALFORMED_EVENT,
    Metric.PARKED,
    Metric.PARK_FAILED,
    Metric.LEDGER_WRITE_FAILED,
    Metric.OFFER_NOT_KEPT,
)
_VERDICTS = (
    Metric.VERDICT,
    Metric.VERDICT_REFUSED,
    Metric.LOCK_GUARD_REFUSED,
    Metric.VERDICT_FAILED,
    Metric.POSSIBLY_BILLED,
    Metric.CONFIGURATION_ERROR,
    Metric.CONTRACT_ERROR,
    Metric.LEDGER_WRITE_FAILED,
)


class Dashboard(Construct):
    """Alarms first, then the last hour in numbers, latency, throughput, waiting messages, faults, cost and logs.

    Attributes
    ----------
    url
        Its address in the console.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: StageSettings,
        queues: Queues,
        analyze: lambda_.Function,
        verify: lambda_.Function,
        alarms: Mapping[Level, list[cloudwatch.IAlarm]],
    ) -> None:
        super().__init__(scope, id_)
        stack, metrics = Stack.of(self), StageMetrics(settings.stage)
        # Dashboards are global to the account, so the region is part of the name.
        name = f"{stack.stack_name}-{stack.region}"
        console = f"https://{stack.region}.console.aws.amazon.com/cloudwatch/home?region={stack.region}"
        self.url = f"{console}#dashboards/dashboard/{name}"
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=name,
            widgets=[
                [_links(settings, stack.stack_name, console)],
                [alarm_states(level, alarms[level]) for level in Level],
                [
                    numbers(
                        "In the last hour", *in_last_hour(queues, metrics), spent(metrics, settings, analyze),
                        width=15, whole=HOUR,
                    ),
                    numbers("Now", *now(queues), width=9),
                ],
                _latency(settings, metrics, verify),
                [graph(f"{name} by kind", search(metrics.by_kind(name))) for name in _OUTCOMES],
                [
                    oldest(queues, settings),
                    dead_letters_and_waiting(queues),
                    graph(
                        "Functions", *_functions(analyze, verify),
                        at=[line(settings.max_concurrency, "maxConcurrency")],
                    ),
                ],
                [
                    graph("Faults", *_counts(metrics, _FAULTS, "analyze")),
                    graph("Verdicts", *_counts(metrics, _VERDICTS, "verify")),
                    graph("Public keys fetched", metrics.count(Metric.PUBLIC_KEY_FETCHED)),
                ],
                [
                    graph("Calls by kind", search(metrics.by_kind(Metric.CALLS))),
                    graph("Cost by kind (USD)", *cost_by_kind(metrics, settings, analyze)),
                    graph("Cost per 1,000 documents (USD)", cost(metrics, settings, analyze)),
                ],
                [id_card_calls(metrics), *log_queries(analyze, verify)],
            ],
        )  # fmt: skip


def _links(settings: StageSettings, stack: str, console: str) -> cloudwatch.TextWidget:
    def page(name: str) -> str:
        # CloudWatch follows web addresses only.
        return f"[{name}]({settings.docs_url}/{name})" if settings.docs_url else f"`docs/{name}`"

    text = (
        f"**{stack}**: [alarms]({console}#alarmsV2:?search={stack}) · "
        f"[log queries]({console}#logsV2:logs-insights) · "
        f"what to do: {page('operations.md')} · why a document waits: {page('life-of-a-document.md')} · "
        f"growing: {page('scale.md')} · prices: {page('costs.md')}"
    )
    return cloudwatch.TextWidget(markdown=text, width=24, height=1)


def _latency(settings: StageSettings, metrics: StageMetrics, verify: lambda_.Function) -> list[cloudwatch.IWidget]:
    slow = [line(settings.slow_seconds, "slowSeconds")] if settings.slow_seconds else []
    return [
        graph(
            "Upload to message (s)",
            search(metrics.by_kind(Metric.SECONDS_TO_MESSAGE, "p50"), "p50 "),
            search(metrics.by_kind(Metric.SECONDS_TO_MESSAGE, "p95"), "p95 "),
            at=[line(_AIM_SECONDS, "aim on average"), *slow],
        ),
        graph(
            "OCR calls, with the image's way there from S3, by kind, p50 and p99 (ms)",
            search(metrics.by_kind(Metric.OCR_LATENCY, "p50"), "p50 "),
            search(metrics.by_kind(Metric.OCR_LATENCY, "p99"), "p99 "),
        ),
        graph(
            "Verifications, p50 and p99 (ms)",
            *(verify.metric_duration(statistic=each, label=each, period=PERIOD) for each in ("p50", "p99")),
            at=[line(VERIFY_TIMEOUT_SECONDS * 1000, "time-out")],
        ),
    ]


def _counts(metrics: StageMetrics, names: tuple[Metric, ...], service: str) -> list[cloudwatch.IMetric]:
    return [metrics.count(name, service).with_(label=name) for name in names]


def _functions(analyze: lambda_.Function, verify: lambda_.Function) -> list[cloudwatch.IMetric]:
    return [
        function.metric(metric, statistic=statistic, label=f"{name} {metric}")
        for function, name in ((analyze, "analyze"), (verify, "verify"))
        for metric, statistic in (("Throttles", "Sum"), ("Errors", "Sum"), ("ConcurrentExecutions", "Maximum"))
    ]
