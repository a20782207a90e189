"""The alarms of a stage. ``docs/operations.md`` has a section for each, under its name.

Alarms use no metric math: AWS does not document for every function what an expression returns for a series without
data. Missing data does not trigger an alarm.
"""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.alarm_definitions import alarm_definitions
from infra.metrics import StageMetrics
from infra.queues import Queues
from infra.settings import StageSettings


class Alarms(Construct):
    """Every alarm of a stage, named ``SealedOcr-<stage>-<name>``."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: StageSettings,
        queues: Queues,
        analyze: lambda_.Function,
        verify: lambda_.Function,
        action: cloudwatch.IAlarmAction,
    ) -> None:
        super().__init__(scope, id_)
        metrics = StageMetrics(settings.stage)
        for definition in alarm_definitions(settings, metrics, queues, analyze, verify):
            cloudwatch.Alarm(
                self,
                definition.name,
                alarm_name=f"{Stack.of(self).stack_name}-{definition.name}",
                alarm_description=f"{definition.meaning} What to do: docs/operations.md, {definition.name}.",
                metric=definition.metric,
                threshold=definition.threshold,
                evaluation_periods=definition.within or definition.periods,
                datapoints_to_alarm=definition.periods,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            ).add_alarm_action(action)
