"""Checks whether alarms reach somebody, by what AWS recorded: deliveries of each topic, and alarms that notified it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import translate_errors

from ops.common.stack import DeployedStack
from ops.doctor.findings import Finding, proven, run_check, unproven, wrong

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_sns import SNSClient

# CloudWatch keeps values of an hour for 455 days; the history of alarms, 30 days.
_DELIVERIES_DAYS = 450
_DAY_SECONDS = 86_400
# An alarm's history may be long; the newest come first.
_HISTORY_PAGES = 10


class AlarmChecks:
    """Checks both topics of a stack."""

    def __init__(self, stack: DeployedStack) -> None:
        """Take the stack without calling AWS. ``stack.clock`` returns epoch seconds."""
        self._stack = stack
        outputs = stack.outputs
        topics = {"page now": outputs.alarm_topic_arn, "today": outputs.notice_topic_arn}
        self._topics = {level: arn for level, arn in topics.items() if arn}

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each topic. A local pipeline, and a stack of an earlier version, has none."""
        if not self._topics:
            yield unproven("That alarms reach somebody. This stack has no topic that doctor knows.")
        for level, arn in self._topics.items():
            check = partial(self._check, level, arn)
            yield run_check(f"The alarms of the level '{level}'", check)

    def _check(self, level: str, topic: str) -> Finding:
        clients, alarms = self._stack.clients, f"Alarms of the level '{level}'"
        confirmed, pending = _subscriptions(clients.sns, topic)
        if not confirmed and pending:
            return wrong(f"{alarms} reach nobody: the subscription waits to be confirmed by the link in AWS's mail.")
        if not confirmed:
            return unproven(f"That alarms of the level '{level}' reach somebody: nobody subscribed to {topic}.")
        now = dt.datetime.fromtimestamp(self._stack.clock(), dt.UTC)
        delivered, last = _deliveries(clients.cloudwatch, topic, now)
        if last:
            times = "once" if delivered == 1 else f"{delivered} times"
            return proven(f"{alarms} reach somebody: AWS delivered {times} in 15 months, the last time on {last:%F}.")
        notified = _last_notification(clients.cloudwatch, self._stack.name, topic)
        if notified:
            return wrong(
                f"{alarms} reach nobody: one notified the topic on {notified:%F}, and nothing was delivered. Look at "
                "the stack's key and at the topic's subscriptions."
            )
        return unproven(
            f"That alarms of the level '{level}' reach somebody: none has sent anything yet. docs/operations.md says "
            "how to try it."
        )


def _subscriptions(sns: SNSClient, topic: str) -> tuple[int, int]:
    """Return how many subscriptions of the topic are confirmed, and how many are not yet."""
    with translate_errors("GetTopicAttributes"):
        attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    return int(attributes["SubscriptionsConfirmed"]), int(attributes["SubscriptionsPending"])


def _deliveries(cloudwatch: CloudWatchClient, topic: str, now: dt.datetime) -> tuple[int, dt.datetime | None]:
    """Return how many notifications were delivered, and the day of the last one."""
    with translate_errors("GetMetricStatistics"):
        points = cloudwatch.get_metric_statistics(
            Namespace="AWS/SNS",
            MetricName="NumberOfNotificationsDelivered",
            Dimensions=[{"Name": "TopicName", "Value": topic.rpartition(":")[2]}],
            StartTime=now - dt.timedelta(days=_DELIVERIES_DAYS),
            EndTime=now,
            Period=_DAY_SECONDS,
            Statistics=["Sum"],
        )["Datapoints"]
    sums = {point["Timestamp"]: point["Sum"] for point in points if point["Sum"]}
    return int(sum(sums.values())), max(sums, default=None)


def _last_notification(cloudwatch: CloudWatchClient, stack: str, topic: str) -> dt.datetime | None:
    """Return when an alarm of the stack last notified the topic, within the 30 days that AWS keeps."""
    pages = iter(
        cloudwatch.get_paginator("describe_alarm_history").paginate(
            HistoryItemType="Action",
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            ScanBy="TimestampDescending",
            PaginationConfig={"MaxItems": _HISTORY_PAGES * 100, "PageSize": 100},
        )
    )
    while True:
        with translate_errors("DescribeAlarmHistory"):
            page = next(pages, None)
        if page is None:
            return None
        for item in page["AlarmHistoryItems"]:
            # "Successfully executed action" or "Failed to execute action", with the topic.
            if item["AlarmName"].startswith(f"{stack}-") and topic in item["HistorySummary"]:
                return item["Timestamp"]
