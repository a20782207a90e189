"""The metrics that the functions of a stage publish."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.common.metric_name import Metric

PERIOD = Duration.minutes(5)


@dataclass(frozen=True)
class StageMetrics:
    """The metrics of ``analyze`` and ``verify``, in the namespace of one stage."""

    stage: str

    @property
    def namespace(self) -> str:
        """The namespace, which the functions read from ``POWERTOOLS_METRICS_NAMESPACE``."""
        return f"SealedOcr/{self.stage}"

    def count(self, name: Metric, service: str = "analyze") -> cloudwatch.Metric:
        """Return the sum of ``name`` over five minutes."""
        return self._metric(name, service, "Sum")

    def average(self, name: Metric, service: str = "analyze") -> cloudwatch.Metric:
        """Return the average of ``name`` over five minutes; for a share, that is the percentage."""
        return self._metric(name, service, "Average")

    def maximum(self, name: Metric, service: str = "analyze") -> cloudwatch.Metric:
        """Return the largest value of ``name`` in five minutes."""
        return self._metric(name, service, "Maximum")

    def percentile(self, name: Metric, percent: int) -> cloudwatch.Metric:
        """Return the value of ``name`` that ``percent`` of the documents of five minutes stay below."""
        return self._metric(name, "analyze", f"p{percent}")

    def by_kind(self, name: Metric, statistic: str = "Sum", period: Duration = PERIOD) -> str:
        """Return a search for ``name`` of every kind, including future ones. Alarms do not support searches."""
        series = f'{{"{self.namespace}","service","kind"}} MetricName="{name}"'
        return f"SEARCH('{series}', '{statistic}', {int(period.to_seconds())})"

    def total(self, name: Metric, period: Duration, label: str | None = None) -> cloudwatch.MathExpression:
        """Return the sum of ``name`` over all kinds in each ``period``."""
        expression = f"SUM({self.by_kind(name, period=period)})"
        return cloudwatch.MathExpression(expression=expression, label=label, period=period, using_metrics={})

    def billed(self, call: BilledCall) -> cloudwatch.Metric:
        """Return the number of calls of a kind that were or may have been billed; of verifications, the verdicts."""
        if call is BilledCall.VERIFICATION:
            return self.count(Metric.VERDICT, "verify")
        return self._metric(Metric.CALLS, "analyze", "Sum", kind=call.value)

    def _metric(self, name: Metric, service: str, statistic: str, **dimensions: str) -> cloudwatch.Metric:
        # No label: the CDK turns a metric with a label into an expression when an alarm watches it.
        return cloudwatch.Metric(
            namespace=self.namespace,
            metric_name=name,
            dimensions_map={"service": service, **dimensions},
            statistic=statistic,
            period=PERIOD,
        )
