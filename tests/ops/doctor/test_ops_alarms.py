"""``doctor`` reads from AWS's records whether an alarm was ever delivered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import boto3
import msgspec
import pytest
from botocore.stub import Stubber

from ops.common.clients import StackClients
from ops.common.stack import DeployedStack, StackOutputs
from ops.doctor.alarms import AlarmChecks
from ops.doctor.findings import Finding, FindingStatus

pytestmark = pytest.mark.unit

ARN = "arn:aws:sns:ap-northeast-2:123456789012"
TODAY = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)


@dataclass
class Recorded:
    """What AWS recorded of a topic. botocore checks the requests and these answers against AWS's own descriptions."""

    confirmed: int = 1
    pending: int = 0
    delivered: dict[dt.datetime, float] = field(default_factory=dict)
    history: list[tuple[str, str]] = field(default_factory=list)


def findings(recorded: Recorded, **topics: str) -> list[Finding]:
    options: dict[str, Any] = {
        "region_name": "ap-northeast-2",
        "aws_access_key_id": "testing",
        "aws_secret_access_key": "testing",
    }
    clients = StackClients(None, "ap-northeast-2")
    clients.__dict__["sns"], clients.__dict__["cloudwatch"] = (
        boto3.client("sns", **options),
        boto3.client("cloudwatch", **options),
    )
    outputs = msgspec.convert(
        {field_.encode_name: "x" for field_ in msgspec.structs.fields(StackOutputs) if field_.required} | topics,
        StackOutputs,
    )
    with Stubber(clients.sns) as sns, Stubber(clients.cloudwatch) as cloudwatch:
        for arn in topics.values():
            attributes = {
                "SubscriptionsConfirmed": str(recorded.confirmed),
                "SubscriptionsPending": str(recorded.pending),
            }
            sns.add_response("get_topic_attributes", {"Attributes": attributes}, {"TopicArn": arn})
            points = [{"Timestamp": day, "Sum": number} for day, number in recorded.delivered.items()]
            cloudwatch.add_response("get_metric_statistics", {"Datapoints": points})
            history = [
                {"AlarmName": name, "Timestamp": TODAY, "HistoryItemType": "Action", "HistorySummary": summary}
                for name, summary in recorded.history
            ]
            cloudwatch.add_response("describe_alarm_history", {"AlarmHistoryItems": history})
        return list(AlarmChecks(DeployedStack("SealedOcr-prod", outputs, clients, TODAY.timestamp)).findings())


def test_a_delivery_proves_that_alarms_reach_somebody() -> None:
    (found,) = findings(
        Recorded(delivered={TODAY - dt.timedelta(days=days): number for days, number in ((9, 2), (3, 1), (1, 0))}),
        AlarmTopicArn=f"{ARN}:page",
    )
    assert found.status is FindingStatus.PROVEN
    assert found.sentence == (
        "Alarms of the level 'page now' reach somebody: AWS delivered 3 times in 15 months, the last time on "
        "2026-11-23."
    )


@pytest.mark.parametrize(
    ("recorded", "status", "sentence"),
    [
        (Recorded(confirmed=0), FindingStatus.UNPROVEN, f"nobody subscribed to {ARN}:notices."),
        (Recorded(confirmed=0, pending=1), FindingStatus.WRONG, "waits to be confirmed by the link in AWS's mail."),
        (Recorded(), FindingStatus.UNPROVEN, "none has sent anything yet."),
        (
            Recorded(history=[("SealedOcr-prod-oldest-upload", f"Successfully executed action {ARN}:notices")]),
            FindingStatus.WRONG,
            "one notified the topic on 2026-11-26, and nothing was delivered.",
        ),
        # Another stack's alarm, and another topic.
        (
            Recorded(history=[("SealedOcr-dev-x", f"Successfully executed action {ARN}:notices"),
                              ("SealedOcr-prod-x", f"Successfully executed action {ARN}:page")]),
            FindingStatus.UNPROVEN,
            "none has sent anything yet.",
        ),
    ],
)  # fmt: skip
def test_without_a_delivery_the_records_say_why(recorded: Recorded, status: FindingStatus, sentence: str) -> None:
    (found,) = findings(recorded, NoticeTopicArn=f"{ARN}:notices")
    assert found.status is status
    assert sentence in found.sentence
    assert "level 'today'" in found.sentence


def test_both_topics_are_checked_and_a_local_pipeline_has_none() -> None:
    found = findings(Recorded(confirmed=0), AlarmTopicArn=f"{ARN}:page", NoticeTopicArn=f"{ARN}:notices")
    assert [each.sentence.split("'")[1] for each in found] == ["page now", "today"]
    (local,) = findings(Recorded())
    assert local.status is FindingStatus.UNPROVEN
