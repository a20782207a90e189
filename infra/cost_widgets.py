"""What calls cost, and the calls that the vendor's quota bounds, on the dashboard."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from sealed_ocr.common.billed_call import ID_CARD_CALLS, BilledCall
from sealed_ocr.common.metric_name import Metric

from infra.dashboard_widgets import HOUR
from infra.metrics import PERIOD, StageMetrics
from infra.prices import prices_per_thousand
from infra.settings import StageSettings

# arm64, ap-northeast-2, first tier. docs/costs.md names the sources; check the prices for your region.
USD_PER_GB_SECOND = 0.0000133334
USD_PER_INVOCATION = 0.0000002


def cost(metrics: StageMetrics, settings: StageSettings, analyze: lambda_.Function) -> cloudwatch.MathExpression:
    """Return what Lambda and the vendor bill, divided by the documents that ended in the same five minutes."""
    return cloudwatch.MathExpression(
        expression=f"1000 * ({_usd(settings)}) / (FILL(analyzed, 0) + FILL(rejected, 0))",
        using_metrics={
            **_used(metrics, settings, analyze, PERIOD),
            "analyzed": metrics.total(Metric.ANALYZED, PERIOD),
            "rejected": metrics.total(Metric.REJECTED, PERIOD),
        },
        label="Lambda and the vendor's calls",
        period=PERIOD,
    )


def spent(metrics: StageMetrics, settings: StageSettings, analyze: lambda_.Function) -> cloudwatch.MathExpression:
    """Return what Lambda and the vendor bill for an hour."""
    used = _used(metrics, settings, analyze, HOUR)
    # Other numbers stand in the same widget, where each variable has one meaning.
    return cloudwatch.MathExpression(expression=_usd(settings), using_metrics=used, label="USD", period=HOUR)


def cost_by_kind(
    metrics: StageMetrics, settings: StageSettings, analyze: lambda_.Function
) -> list[cloudwatch.MathExpression]:
    """Return what Lambda bills, and what the vendor bills for each kind of call whose price is set."""
    used = _used(metrics, settings, analyze, PERIOD)
    own = cloudwatch.MathExpression(
        expression=_lambda_usd(settings),
        using_metrics={name: used[name] for name in ("milliseconds", "invocations")},
        label="Lambda",
        period=PERIOD,
    )
    return [own] + [
        cloudwatch.MathExpression(
            expression=f"FILL({_variable(call)}, 0) * {price} / 1000",
            using_metrics={_variable(call): used[_variable(call)]},
            label=call.value,
            period=PERIOD,
        )
        for call, price in prices_per_thousand(settings).items()
    ]


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


def _usd(settings: StageSettings) -> str:
    prices = prices_per_thousand(settings)
    vendor = " + ".join(f"FILL({_variable(call)}, 0) * {price}" for call, price in prices.items()) or "0"
    return f"{_lambda_usd(settings)} + ({vendor}) / 1000"


def _lambda_usd(settings: StageSettings) -> str:
    gb = settings.memory / 1024
    return f"milliseconds / 1000 * {gb} * {USD_PER_GB_SECOND:.10f} + invocations * {USD_PER_INVOCATION:.10f}"


def _used(
    metrics: StageMetrics, settings: StageSettings, analyze: lambda_.Function, period: Duration
) -> dict[str, cloudwatch.IMetric]:
    return {
        "milliseconds": analyze.metric_duration(statistic="Sum", period=period),
        "invocations": analyze.metric_invocations(statistic="Sum", period=period),
        **{_variable(call): metrics.billed(call).with_(period=period) for call in prices_per_thousand(settings)},
    }


def _variable(call: BilledCall) -> str:
    return f"calls_{call.name.lower()}"
