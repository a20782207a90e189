"""The metrics of a stage by name: those that the functions count themselves, and AWS's own."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

PERIOD = Duration.minutes(5)


@dataclass(frozen=True)
class Metrics:
    """What ``analyze`` and ``verify`` count, in the namespace of one stage."""

    stage: str

    @property
    def namespace(self) -> str:
        """The namespace that the functions are told in ``POWERTOOLS_METRICS_NAMESPACE``."""
        return f"SealedOcr/{self.stage}"

    def count(self, name: str, service: str = "analyze") -> cloudwatch.Metric:
        """How often ``name`` was counted in five minutes."""
        return self._metric(name, service, "Sum")

    def average(self, name: str, service: str = "analyze") -> cloudwatch.Metric:
        """The average of what was noted as ``name`` in five minutes; of a share it is the percentage."""
        return self._metric(name, service, "Average")

    def by_kind(self, name: str, statistic: str = "Sum") -> str:
        """A search for ``name`` of every kind, also of one that is new; for dashboards, an alarm takes none."""
        series = f'{{"{self.namespace}","service","kind"}} MetricName="{name}"'
        return f"SEARCH('{series}', '{statistic}', {int(PERIOD.to_seconds())})"

    def _metric(self, name: str, service: str, statistic: str) -> cloudwatch.Metric:
        # Without a label: the CDK makes an expression of a labelled one when an alarm watches it.
        return cloudwatch.Metric(
            namespace=self.namespace,
            metric_name=name,
            dimensions_map={"service": service},
            statistic=statistic,
            period=PERIOD,
        )
