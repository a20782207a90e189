"""A deployed stack: its outputs, by which everything is found, and the clients that reach it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
from sealed_ocr.aws.errors import AwsError, clean

from ops.common.clients import Clients
from ops.common.errors import OpsError


class Outputs(msgspec.Struct, rename="pascal", frozen=True, kw_only=True):
    """The outputs that these tools go by.

    ``ocr_endpoint`` is given by a pipeline on one machine alone; on AWS it stands in the function's configuration.
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
    ocr_endpoint: str | None = None


@dataclass(frozen=True)
class Stack:
    """Everything that a command needs of a stack."""

    name: str
    outputs: Outputs
    clients: Clients


@dataclass(frozen=True)
class Target:
    """Which stack a command is meant for, as the options before the command say."""

    profile: str | None
    region: str | None
    stack_name: str
    outputs_file: Path | None

    def stack(self) -> Stack:
        """Find the stack.

        Raises
        ------
        OpsError
            when there is none, or one without the outputs.
        AwsError
            when CloudFormation fails or refuses.
        """
        clients = Clients(self.profile, self.region)
        if self.outputs_file:
            name, told = str(self.outputs_file), _from_file(self.outputs_file)
        else:
            name, told = self.stack_name, _from_cloudformation(clients, self.stack_name)
        try:
            return Stack(name, msgspec.convert(told, Outputs), clients)
        except msgspec.ValidationError as fault:
            raise OpsError(f"{name} is not a Sealed OCR stack of this version: {fault}") from None


def _from_cloudformation(clients: Clients, name: str) -> dict[str, str]:
    try:
        with clean("DescribeStacks"):
            stack = clients.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except AwsError as failure:
        if failure.code == "ValidationError":
            raise OpsError(
                f"there is no stack {name} in this account and region; name it with --stack, and where it is with "
                "--profile and --region"
            ) from None
        raise
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _from_file(path: Path) -> object:
    try:
        return msgspec.json.decode(path.read_bytes())
    except OSError as fault:
        raise OpsError(f"the outputs in {path} can't be read: {fault.strerror}; is the pipeline still up?") from None
    except msgspec.DecodeError:
        raise OpsError(f"{path} is not JSON") from None
