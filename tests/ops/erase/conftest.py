"""A stage of each test's own in an emulated AWS, behind a proxy."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from local.processes.aws_clients import CREDENTIALS, REGION, AwsClients
from ops.common.clients import StackClients
from tests.ops.erase.erasure_stage import ErasureStage, make_stage
from tests.support.clock import Clock
from tests.support.proxy import Proxy


@pytest.fixture(scope="session")
def to_aws(aws: AwsClients) -> Iterator[Proxy]:
    with Proxy(aws.url) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def operator(to_aws: Proxy) -> StackClients:
    """The operator's clients, through the proxy."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": to_aws.url}.items():
            environment.setenv(name, value)
        clients = StackClients(None, REGION)
        _ = clients.dynamodb, clients.s3, clients.sqs, clients.sts
    return clients


@pytest.fixture
def proxy(to_aws: Proxy) -> Proxy:
    to_aws.reset()
    return to_aws


@pytest.fixture
def stage(aws: AwsClients, operator: StackClients, proxy: Proxy) -> ErasureStage:
    return make_stage(aws, operator, Clock())
