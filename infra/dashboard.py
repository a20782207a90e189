"""The CloudWatch dashboard of a stage."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct
from sealed_ocr.common.metric_name import Metric

from infra.cost_widgets import cost, id_card_calls
from infra.metrics import PERIOD, StageMetrics
from infra.queues import Queues
from infra.settings import StageSettings


class Dashboard(Construct):
    """Throughput, latency, waiting messages, faults, verdicts and cost, named ``<stack>-<region>``."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: StageSettings,
        queues: Queues,
        analyze: lambda_.Function,
        verify: lambda_.Function,
    ) -> None:
        super().__init__(scope, id_)
        metrics = StageMetrics(settings.stage)
        stack = Stack.of(self)
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            # Dashboards are global to the account, so the region is part of the name.
            dashboard_name=f"{stack.stack_name}-{stack.region}",
            widgets=[
                [_graph(f"{name} by kind", _search(metrics.by_kind(name))) for name in _OUTCOMES],
                [
                    _graph(
                        "OCR calls, with the image's way there from S3, by kind, p50 and p99 (ms)",
                        _search(metrics.by_kind(Metric.OCR_LATENCY, "p50"), "p50 "),
                        _search(metrics.by_kind(Metric.OCR_LATENCY, "p99"), "p99 "),
                    ),
                    _graph("Oldest message (s)", *_ages(queues)),
                    _graph("Dead letters and what waits", *_waiting(queues)),
                ],
                [
                    _graph("Faults", *_counts(metrics, _FAULTS, "analyze")),
                    _graph("Verdicts", *_counts(metrics, _VERDICTS, "verify")),
                    _graph("Functions", *_functions(analyze, verify)),
                ],
                [
                    _graph("Calls by kind", _search(metrics.by_kind(Metric.CALLS))),
                    _graph("Public keys fetched", metrics.count(Metric.PUBLIC_KEY_FETCHED)),
                    _graph("Cost per 1,000 documents (USD)", cost(metrics, settings, analyze)),
                ],
                [
                    id_card_calls(metrics),
                    _graph(
                        "Upload to message (s)",
                        _search(metrics.by_kind(Metric.SECONDS_TO_MESSAGE, "p50"), "p50 "),
                        _search(metrics.by_kind(Metric.SECONDS_TO_MESSAGE, "p95"), "p95 "),
                    ),
                ],
            ],
        )


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
    Metric.VERDICT_FAILED,
    Metric.POSSIBLY_BILLED,
    Metric.CONFIGURATION_ERROR,
    Metric.CONTRACT_ERROR,
    Metric.LEDGER_WRITE_FAILED,
)


def _graph(title: str, *series: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(series), width=8, height=6, period=PERIOD)


def _search(expression: str, label: str = "") -> cloudwatch.MathExpression:
    return cloudwatch.MathExpression(expression=expression, label=label, period=PERIOD, using_metrics={})


def _counts(metrics: StageMetrics, names: tuple[Metric, ...], service: str) -> list[cloudwatch.IMetric]:
    return [metrics.count(name, service).with_(label=name) for name in names]


def _ages(queues: Queues) -> list[cloudwatch.IMetric]:
    return [
        queue.metric_approximate_age_of_oldest_message(statistic="Maximum", label=label)
        for queue, label in ((queues.uploads, "upload"), (queues.results, "result"))
    ]


def _waiting(queues: Queues) -> list[cloudwatch.IMetric]:
    return [
        queue.metric_approximate_number_of_messages_visible(statistic="Maximum", label=label)
        for queue, label in (
            (queues.uploads_dead_letters, "dead uploads"),
            (queues.results_dead_letters, "dead results"),
            (queues.uploads, "uploads"),
            (queues.results, "results"),
        )
    ]


def _functions(analyze: lambda_.Function, verify: lambda_.Function) -> list[cloudwatch.IMetric]:
    return [
        function.metric(metric, statistic=statistic, label=f"{name} {metric}")
        for function, name in ((analyze, "analyze"), (verify, "verify"))
        for metric, statistic in (("Throttles", "Sum"), ("Errors", "Sum"), ("ConcurrentExecutions", "Maximum"))
    ]
