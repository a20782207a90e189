"""The alarms of a stage. ``docs/operations.md`` has a section for each, and its description links to it.

Alarms use no metric math: AWS does not document for every function what an expression returns for a series without
data. Missing data does not trigger an alarm.
"""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.alarm_definition import AlarmDefinition, CompositeDefinition, Level
from infra.alarm_definitions import alarm_definitions
from infra.composite_alarms import COMPOSITES, SILENCE_WAIT_SECONDS
from infra.metrics import StageMetrics
from infra.queues import Queues
from infra.settings import StageSettings

PAGE = "docs/operations.md"


class Alarms(Construct):
    """Every alarm of a stage, named ``SealedOcr-<stage>-<name>``.

    Attributes
    ----------
    alarms
        The alarms by name: those on a metric, then those that combine them.
    by_level
        The same by their level.
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
        actions: Mapping[Level, cloudwatch.IAlarmAction],
    ) -> None:
        """Create the alarms. Those of a level without an action send nothing."""
        super().__init__(scope, id_)
        self._page = f"{settings.docs_url}/operations.md" if settings.docs_url else PAGE
        self._actions = actions
        self.alarms: dict[str, cloudwatch.AlarmBase] = {}
        self.by_level: dict[Level, list[cloudwatch.IAlarm]] = {level: [] for level in Level}
        for definition in alarm_definitions(settings, StageMetrics(settings.stage), queues, analyze, verify):
            self._add(definition, self._alarm(definition))
        for composite in COMPOSITES:
            self._add(composite, self._composite(composite))

    def _alarm(self, definition: AlarmDefinition) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            definition.name,
            alarm_name=self._name(definition.name),
            alarm_description=self._description(definition),
            metric=definition.metric,
            threshold=definition.threshold,
            evaluation_periods=definition.within or definition.periods,
            datapoints_to_alarm=definition.periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _composite(self, definition: CompositeDefinition) -> cloudwatch.CompositeAlarm:
        parts = [
            cloudwatch.AlarmRule.from_alarm(self.alarms[name], cloudwatch.AlarmState.ALARM) for name in definition.parts
        ]
        silencer = self.alarms[definition.silenced_by] if definition.silenced_by else None
        return cloudwatch.CompositeAlarm(
            self,
            definition.name,
            composite_alarm_name=self._name(definition.name),
            alarm_description=self._description(definition),
            alarm_rule=cloudwatch.AlarmRule.any_of(*parts),
            actions_suppressor=silencer,
            actions_suppressor_wait_period=Duration.seconds(SILENCE_WAIT_SECONDS) if silencer else None,
            actions_suppressor_extension_period=Duration.seconds(definition.silence_seconds) if silencer else None,
        )

    def _add(self, definition: AlarmDefinition | CompositeDefinition, alarm: cloudwatch.AlarmBase) -> None:
        self.alarms[definition.name] = alarm
        self.by_level[definition.level].append(alarm)
        action = self._actions.get(definition.level)
        if action:
            alarm.add_alarm_action(action)
            alarm.add_ok_action(action)

    def _name(self, name: str) -> str:
        return f"{Stack.of(self).stack_name}-{name}"

    def _description(self, definition: AlarmDefinition | CompositeDefinition) -> str:
        return f"[{definition.level}] {definition.meaning} What to do: {self._page}#{_section(definition)}"


def _section(definition: AlarmDefinition | CompositeDefinition) -> str:
    """Return the heading of the alarm's paragraph. A part that sends nothing is explained with the whole."""
    if definition.section is not None:
        return definition.section
    if definition.level is Level.INFORMATION:
        return next((each.name for each in COMPOSITES if definition.name in each.parts), definition.name)
    return definition.name
