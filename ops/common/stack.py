"""A deployed stack: its outputs, which name every resource, and the clients for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sealed_ocr.aws.errors import AwsError, translate_errors

from ops.common.clients import StackClients
from ops.common.errors import OpsError


class StackOutputs(msgspec.Struct, rename="pascal", frozen=True, kw_only=True):
    """The outputs that the tools need.

    Only a local pipeline has ``ocr_endpoint``, ``oauth_endpoint`` and the ceilings on calls, which the functions'
    environment has on AWS, and ``function_logs``, the folder of their log files. Only a simulated stage has
    ``simulated``, as JSON.
    Only a stack with a network of its own has ``nat_address``, and only one with the setting ``reviewQueue`` has the
    queues for review.
    """

    image_bucket_name: str
    uploads_queue_url: str
    uploads_dead_letter_queue_url: str
    results_queue_url: str
    results_dead_letter_queue_url: str
    documents_table_name: str
    request_keys_table_name: str
    ocr_secret_arn: str
    analyze_function_name: str
    verify_function_name: str
    # A stack of an earlier version has none.
    verify_function_url: str | None = None
    ocr_endpoint: str | None = None
    oauth_endpoint: str | None = None
    function_logs: str | None = None
    max_calls_per_hour: str | None = None
    max_calls_per_day: str | None = None
    nat_address: str | None = None
    # A stack of an earlier version has one topic, and a local pipeline none.
    alarm_topic_arn: str | None = None
    notice_topic_arn: str | None = None
    review_queue_url: str | None = None
    review_dead_letter_queue_url: str | None = None
    # JSON; see ``infra.prices``. A stack of an earlier version has none.
    prices_per_thousand: str = "{}"
    simulated: str | None = None


@dataclass(frozen=True)
class DeployedStack:
    """What a command needs of a stack. ``clock`` returns epoch seconds."""

    name: str
    outputs: StackOutputs
    clients: StackClients
    clock: Callable[[], float] = time.time

    @property
    def review_queue(self) -> str:
        """The URL of the queue for review; raises ``OpsError`` if the stack has none."""
        return _existing(self.outputs.review_queue_url)

    @property
    def review_dead_letters(self) -> str:
        """The URL of its dead-letter queue; raises ``OpsError`` if the stack has none."""
        return _existing(self.outputs.review_dead_letter_queue_url)


@dataclass(frozen=True)
class StackSelector:
    """The stack that the command line selects, not looked up yet."""

    profile: str | None
    region: str | None
    stack_name: str
    outputs_file: Path | None

    def find(self) -> DeployedStack:
        """Look up the stack.

        Raises
        ------
        OpsError
            If there is no such stack, or it lacks outputs.
        AwsError
            If CloudFormation fails or refuses.
        """
        clients = StackClients(self.profile, self.region)
        if self.outputs_file:
            name, outputs = str(self.outputs_file), _from_file(self.outputs_file)
        else:
            name, outputs = self.stack_name, _from_cloudformation(clients, self.stack_name)
        try:
            return DeployedStack(name, msgspec.convert(outputs, StackOutputs), clients)
        except msgspec.ValidationError as error:
            raise OpsError(f"{name} is not a Sealed OCR stack of this version: {error}") from None


def _existing(review_queue: str | None) -> str:
    if review_queue is None:
        raise OpsError("the stack has no queue for review: its setting reviewQueue is false")
    return review_queue


def _from_cloudformation(clients: StackClients, name: str) -> dict[str, str]:
    try:
        with translate_errors("DescribeStacks"):
            stack = clients.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except AwsError as error:
        if error.code == "ValidationError":
            raise OpsError(
                f"there is no stack {name} in this account and region; choose another with --stack, --profile and "
                "--region"
            ) from None
        raise
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _from_file(path: Path) -> object:
    try:
        return msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise OpsError(f"the outputs in {path} can't be read: {error.strerror}; is the pipeline still up?") from None
    except msgspec.DecodeError:
        raise OpsError(f"{path} is not JSON") from None
