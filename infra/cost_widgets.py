"""What calls cost, and the calls that the vendor's quota bounds, on the dashboard."""

from __future__ import annotations

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from sealed_ocr.common.billed_call import ID_CARD_CALLS, BilledCall
from sealed_ocr.common.metric_name import Metric

from infra.metrics import PERIOD, StageMetrics
from infra.prices import prices_per_thousand
from infra.settings import StageSettings

# arm64, ap-northeast-2, first tier. docs/costs.md names the sources; check the prices for your region.
USD_PER_GB_SECOND = 0.0000133334
USD_PER_INVOCATION = 0.0000002


def cost(metrics: StageMetrics, settings: StageSettings, analyze: lambda_.Function) -> cloudwatch.MathExpression:
    """Return what Lambda and the vendor bill, divided by the documents that ended in the same five minutes."""
    gb = settings.memory / 1024
    prices = prices_per_thousand(settings)
    vendor = " + ".join(f"FILL({_variable(call)}, 0) * {price}" for call, price in prices.items()) or "0"
    return cloudwatch.MathExpression(
        expression=(
            f"1000 * (milliseconds / 1000 * {gb} * {USD_PER_GB_SECOND:.10f}"
            f" + invocations * {USD_PER_INVOCATION:.10f}"
            f" + ({vendor}) / 1000) / (FILL(analyzed, 0) + FILL(rejected, 0))"
        ),
        using_metrics={
            "milliseconds": analyze.metric_duration(statistic="Sum", period=PERIOD),
            "invocations": analyze.metric_invocations(statistic="Sum", period=PERIOD),
            "analyzed": _total(metrics, Metric.ANALYZED),
            "rejected": _total(metrics, Metric.REJECTED),
            **{_variable(call): metrics.billed(call) for call in prices},
        },
        label="Lambda and the vendor's calls",
        period=PERIOD,
    )


def _variable(call: BilledCall) -> str:
    return f"calls_{call.name.lower()}"


def id_card_calls(metrics: StageMetrics) -> cloudwatch.SingleValueWidget:
    """Return the calls that the vendor's quota bounds. Their sum over a calendar month is in ``ops status``."""
    return cloudwatch.SingleValueWidget(
        title="ID-card calls in 30 days",
        metrics=[metrics.billed(call).with_(label=call.value) for call in ID_CARD_CALLS],
        start="-P30D",
        set_period_to_time_range=True,
        width=8,
        height=6,
    )


def _total(metrics: StageMetrics, name: Metric) -> cloudwatch.MathExpression:
    return cloudwatch.MathExpression(expression=f"SUM({metrics.by_kind(name)})", period=PERIOD, using_metrics={})
