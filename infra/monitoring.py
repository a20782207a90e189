"""What operators need: an alarm topic, the alarms and a dashboard."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.alarms import Alarms
from infra.compliance import acknowledge
from infra.dashboard import Dashboard
from infra.encryption import Encryption
from infra.queues import Queues
from infra.settings import StageSettings


class Monitoring(Construct):
    """The alarm topic with the operator's address, if there is one, the alarms and the dashboard."""

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
        self.topic = sns.Topic(
            self, "Topic", display_name=f"Sealed OCR {settings.stage}", master_key=encryption.key, enforce_ssl=True
        )
        # A topic policy replaces the default one, which allows the account's alarms to publish.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Alarms",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        if settings.alarm_email:
            subscription = self.topic.add_subscription(subscriptions.EmailSubscription(settings.alarm_email))
            acknowledge(
                subscription,
                "CloudWatch still shows an alarm whose mail failed; nobody would read a queue of failed mails.",
                "Serverless-SNSRedrivePolicy",
            )
        Alarms(
            self,
            "Alarms",
            settings=settings,
            queues=queues,
            analyze=analyze,
            verify=verify,
            action=actions.SnsAction(self.topic),
        )
        Dashboard(self, "Dashboard", settings=settings, queues=queues, analyze=analyze, verify=verify)
