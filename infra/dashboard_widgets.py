"""Forms of widgets on the dashboard."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_

from infra.alarm_definition import Level
from infra.metrics import PERIOD

# By title. They run when somebody opens the dashboard.
LOG_QUERIES = {
    "Failures by fault": """\
filter ispresent(fault)
| stats count(*) as failures by event, fault
| sort failures desc
| limit 20""",
    "Latest warnings and errors": """\
filter level in ["WARNING", "ERROR"]
| sort @timestamp desc
| limit 20
| display @timestamp, event, documentId, fault, message""",
}
HOUR = Duration.hours(1)
_COLOUR_OF_LIMITS = "#d13212"


def graph(
    title: str, *series: cloudwatch.IMetric, at: Sequence[cloudwatch.HorizontalAnnotation] = ()
) -> cloudwatch.GraphWidget:
    """Return a graph with the thresholds ``at`` drawn in."""
    return cloudwatch.GraphWidget(
        title=title, left=list(series), left_annotations=list(at), width=8, height=6, period=PERIOD
    )


def line(value: float, label: str) -> cloudwatch.HorizontalAnnotation:
    """Return a threshold."""
    return cloudwatch.HorizontalAnnotation(value=value, label=label, color=_COLOUR_OF_LIMITS)


def numbers(
    title: str, *series: cloudwatch.IMetric, width: int, whole: Duration | None = None
) -> cloudwatch.SingleValueWidget:
    """Return a number for each of ``series``: that of the time ``whole`` up to now, or the latest."""
    return cloudwatch.SingleValueWidget(
        title=title,
        metrics=list(series),
        start=f"-{whole.to_iso_string()}" if whole else None,
        set_period_to_time_range=bool(whole),
        period=whole or PERIOD,
        width=width,
        height=3,
    )


def alarm_states(level: Level, alarms: list[cloudwatch.IAlarm]) -> cloudwatch.AlarmStatusWidget:
    """Return the states of the alarms of a level."""
    return cloudwatch.AlarmStatusWidget(title=f"Alarms: {level}", alarms=alarms, width=8, height=5)


def log_queries(*functions: lambda_.Function) -> list[cloudwatch.IWidget]:
    """Return the results of Logs Insights queries about failures."""
    groups = [function.log_group.log_group_name for function in functions]
    return [
        cloudwatch.LogQueryWidget(
            title=title,
            log_group_names=groups,
            query_lines=[line.removeprefix("| ") for line in query.splitlines()],
            view=cloudwatch.LogQueryVisualizationType.TABLE,
            width=8,
            height=6,
        )
        for title, query in LOG_QUERIES.items()
    ]


def search(expression: str, label: str = "") -> cloudwatch.MathExpression:
    """Return the series that a search finds; ``label`` stands before the name of each."""
    return cloudwatch.MathExpression(expression=expression, label=label, period=PERIOD, using_metrics={})
