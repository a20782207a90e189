"""What operators need: a topic for each level of alarms that sends, the alarms and a dashboard."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.alarm_definition import Level
from infra.alarms import Alarms
from infra.compliance import acknowledge
from infra.dashboard import Dashboard
from infra.encryption import Encryption
from infra.queues import Queues
from infra.settings import StageSettings


class Monitoring(Construct):
    """The topics with the operators' addresses, if there are any, the alarms and the dashboard.

    Attributes
    ----------
    topic
        For the alarms that cannot wait. Its name is older than the levels, and may be subscribed to from elsewhere.
    notices
        For the alarms of the day.
    dashboard
        The dashboard.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: StageSettings,
        encryption: Encryption,
        queues: Queues,
        analyze: lambda_.Function,
        verify: lambda_.Function,
    ) -> None:
        super().__init__(scope, id_)
        self._encryption = encryption
        self.topic = self._topic("Topic", f"Sealed OCR {settings.stage}", settings.alarm_email)
        self.notices = self._topic(
            "Notices", f"Sealed OCR {settings.stage}, today", settings.notice_email or settings.alarm_email
        )
        alarms = Alarms(
            self,
            "Alarms",
            settings=settings,
            queues=queues,
            analyze=analyze,
            verify=verify,
            actions={
                Level.PAGE: actions.SnsAction(self.topic),
                Level.TODAY: actions.SnsAction(self.notices),
            },
        )
        self.dashboard = Dashboard(
            self,
            "Dashboard",
            settings=settings,
            queues=queues,
            analyze=analyze,
            verify=verify,
            alarms=alarms.by_level,
        )

    def _topic(self, id_: str, display_name: str, address: str) -> sns.Topic:
        topic = sns.Topic(self, id_, display_name=display_name, master_key=self._encryption.key, enforce_ssl=True)
        # A topic policy replaces the default one, which allows the account's alarms to publish.
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Alarms",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        if address:
            subscription = topic.add_subscription(subscriptions.EmailSubscription(address))
            acknowledge(
                subscription,
                "CloudWatch still shows an alarm whose mail failed; nobody would read a queue of failed mails.",
                "Serverless-SNSRedrivePolicy",
            )
        return topic
