"""The metrics of a stage by name: those that the functions count themselves, and AWS's own."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from sealed_ocr.ocr.kinds import Kind

PERIOD = Duration.minutes(5)
BY_KIND = frozenset({"Analyzed", "Rejected", "Transient", "OcrLatency"})


@dataclass(frozen=True)
class Metrics:
    """What ``analyze`` and ``verify`` count, in the namespace of one stage."""

    stage: str

    @property
    def namespace(self) -> str:
        """The namespace that the functions are told in ``POWERTOOLS_METRICS_NAMESPACE``."""
        return f"SealedOcr/{self.stage}"

    def count(self, name: str, service: str = "analyze", kind: Kind | None = None) -> cloudwatch.Metric:
        """How often ``name`` was counted in five minutes."""
        dimensions = {"service": service} | ({"kind": kind.value} if kind else {})
        return cloudwatch.Metric(
            namespace=self.namespace,
            metric_name=name,
            dimensions_map=dimensions,
            statistic="Sum",
            period=PERIOD,
            label=name,
        )

    def by_kind(self, name: str, statistic: str = "Sum") -> str:
        """A search for ``name`` of every kind, also of one that is new; for dashboards, an alarm takes none."""
        series = f'{{"{self.namespace}","service","kind"}} MetricName="{name}"'
        return f"SEARCH('{series}', '{statistic}', {int(PERIOD.to_seconds())})"


def summed(label: str, **metrics: cloudwatch.IMetric) -> cloudwatch.MathExpression:
    """The sum of those metrics that have a value: one that was never counted must not hide the others."""
    return cloudwatch.MathExpression(
        expression=f"SUM([{','.join(metrics)}])", using_metrics=metrics, label=label, period=PERIOD
    )
