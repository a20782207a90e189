"""boto3 clients for one account and region. boto3 sends them to an emulated AWS if ``AWS_ENDPOINT_URL`` is set."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import NoCredentialsError

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_ec2 import EC2Client
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

_CONFIG = Config(connect_timeout=3, read_timeout=30, retries={"mode": "standard", "max_attempts": 4})


class StackClients:
    """One client for each service, created on first use."""

    def __init__(self, profile: str | None, region: str | None) -> None:
        """Use the given profile and region, or boto3's defaults where one is None."""
        self._session = boto3.Session(profile_name=profile, region_name=region)

    @property
    def region(self) -> str:
        """The region of the clients."""
        return str(self.s3.meta.region_name)

    def credentials(self) -> ReadOnlyCredentials:
        """Return the credentials of the clients, for a request that none of them makes.

        Raises
        ------
        NoCredentialsError
            If there are none.
        """
        found = self._session.get_credentials()
        if found is None:
            raise NoCredentialsError
        return found.get_frozen_credentials()

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        """For the stack's outputs."""
        return self._session.client("cloudformation", config=_CONFIG)

    @cached_property
    def cloudwatch(self) -> CloudWatchClient:
        """For the alarms' history and what their topics delivered."""
        return self._session.client("cloudwatch", config=_CONFIG)

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """For the ledger and the Request-Keys."""
        return self._session.client("dynamodb", config=_CONFIG)

    @cached_property
    def ec2(self) -> EC2Client:
        """For the functions' network."""
        return self._session.client("ec2", config=_CONFIG)

    @cached_property
    def functions(self) -> LambdaClient:
        """For Lambda."""
        return self._session.client("lambda", config=_CONFIG)

    @cached_property
    def logs(self) -> Any:
        """For the functions' logs."""
        return self._session.client("logs", config=_CONFIG)

    @cached_property
    def s3(self) -> S3Client:
        """For the images."""
        return self._session.client("s3", config=_CONFIG)

    @cached_property
    def secrets(self) -> SecretsManagerClient:
        """For the OCR service's credentials."""
        return self._session.client("secretsmanager", config=_CONFIG)

    @cached_property
    def sns(self) -> SNSClient:
        """For the alarms' topics."""
        return self._session.client("sns", config=_CONFIG)

    @cached_property
    def sts(self) -> Any:
        """For the operator's own identity."""
        return self._session.client("sts", config=_CONFIG)

    @cached_property
    def sqs(self) -> SQSClient:
        """For uploads, results and dead letters."""
        return self._session.client("sqs", config=_CONFIG)
