"""Endpoints for the AWS services that the functions call. No such call leaves AWS's network."""

from __future__ import annotations

from typing import cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.analyze_function import AnalyzeFunction
from infra.claim_sealing import ClaimSealing
from infra.private_network import HTTPS_PORT, PrivateNetwork
from infra.queues import Queues
from infra.storage import Storage
from infra.verify_function import VerifyFunction


class Endpoints(Construct):
    """An endpoint for each service. Its policy allows exactly the calls that the functions' code makes there.

    There is none for CloudWatch Logs or X-Ray: Lambda itself writes the logs and sends the traces, from outside of the
    function's network. The same holds for receiving and deleting uploads.
    """

    def __init__(
        self,
        network: PrivateNetwork,
        id_: str,
        *,
        queues: Queues,
        storage: Storage,
        analyze: AnalyzeFunction,
        verify: VerifyFunction,
        sealing: ClaimSealing | None,
    ) -> None:
        super().__init__(network, id_)
        self._network = network
        analyses, verdicts = analyze.function, verify.function
        keys_table = storage.request_keys.table_arn
        self._gateway(
            "S3",
            ec2.GatewayVpcEndpointAwsService.S3,
            _allow(analyses, ["s3:GetObject", "s3:GetObjectVersion"], storage.images.arn_for_objects("*")),
            # S3 checks it to answer 404 instead of 403 for a missing object.
            _allow(analyses, ["s3:ListBucket"], storage.images.bucket_arn),
        )
        self._gateway(
            "DynamoDb",
            ec2.GatewayVpcEndpointAwsService.DYNAMODB,
            _allow(analyses, ["dynamodb:UpdateItem"], storage.documents.table_arn, keys_table),
            _allow(verdicts, ["dynamodb:GetItem", "dynamodb:UpdateItem"], keys_table),
        )
        self._group = self._endpoints_group()
        self._interface(
            "Sqs",
            ec2.InterfaceVpcEndpointAwsService.SQS,
            _allow(
                analyses,
                ["sqs:SendMessage"],
                queues.results.queue_arn,
                *([queues.review.queue_arn] if queues.review else []),
                queues.uploads_dead_letters.queue_arn,
            ),
            _allow(analyses, ["sqs:ChangeMessageVisibility"], queues.uploads.queue_arn),
        )
        if analyze.reads_secret:
            self._interface(
                "SecretsManager",
                ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
                *(
                    _allow(each, ["secretsmanager:GetSecretValue"], storage.ocr_secret.ref)
                    for each in (analyses, verdicts)
                ),
            )
        self._interface(
            "Kms",
            ec2.InterfaceVpcEndpointAwsService.KMS,
            _allow(verdicts, ["kms:GenerateMac"], verify.claim_key.key_arn),
            *(
                (
                    _allow(analyses, ["kms:Encrypt"], sealing.key.key_arn),
                    _allow(verdicts, ["kms:Decrypt"], sealing.key.key_arn),
                )
                if sealing
                else ()
            ),
        )

    def _endpoints_group(self) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self,
            "Group",
            vpc=self._network.vpc,
            description="The interface endpoints: HTTPS in from the functions, nothing out",
            allow_all_outbound=False,
        )
        group.add_ingress_rule(self._network.functions_group, ec2.Port.tcp(HTTPS_PORT), "HTTPS from the functions")
        return group

    def _gateway(self, id_: str, service: ec2.IGatewayVpcEndpointService, *statements: iam.PolicyStatement) -> None:
        endpoint = ec2.GatewayVpcEndpoint(
            self, id_, vpc=self._network.vpc, service=service, subnets=[self._network.private_subnets]
        )
        for statement in statements:
            endpoint.add_to_policy(statement)

    def _interface(self, id_: str, service: ec2.IInterfaceVpcEndpointService, *statements: iam.PolicyStatement) -> None:
        endpoint = ec2.InterfaceVpcEndpoint(
            self,
            id_,
            vpc=self._network.vpc,
            service=service,
            subnets=self._network.private_subnets,
            security_groups=[self._group],
            open=False,
        )
        for statement in statements:
            endpoint.add_to_policy(statement)


def _allow(function: lambda_.Function, actions: list[str], *resources: str) -> iam.PolicyStatement:
    """Allow ``actions`` to the role of ``function``. A gateway endpoint accepts a role only in a condition."""
    role = cast("iam.IRole", function.role)
    return iam.PolicyStatement(
        principals=[iam.AnyPrincipal()],
        actions=actions,
        resources=list(resources),
        conditions={"ArnEquals": {"aws:PrincipalArn": role.role_arn}},
    )
