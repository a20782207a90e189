"""The alarms: what must not be left to itself. Each has its paragraph, under its name, in ``docs/operations.md``.

Each watches one series and computes nothing: what an expression makes of a series that has no data, or never had any,
is not documented for every function, and an alarm must not depend on it. A missing point is no reason to ring.
"""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.alarm_definitions import watched
from infra.metrics import Metrics
from infra.queues import Queues
from infra.settings import Settings


class Alarms(Construct):
    """Every alarm of a stage, as ``SealedOcr-<stage>-<name>``. Those of the verify function begin with ``verify-``."""

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
        for alarm in watched(settings, metrics, queues, analyze, verify):
            cloudwatch.Alarm(
                self,
                alarm.name,
                alarm_name=f"{Stack.of(self).stack_name}-{alarm.name}",
                alarm_description=f"{alarm.meaning} What to do: docs/operations.md, {alarm.name}.",
                metric=alarm.metric,
                threshold=alarm.threshold,
                evaluation_periods=alarm.within or alarm.periods,
                datapoints_to_alarm=alarm.periods,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            ).add_alarm_action(action)
