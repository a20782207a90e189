"""Checks of the functions' network: their subnets and groups, the endpoints, and the way to the internet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import AwsError, translate_errors

from ops.common.stack import DeployedStack
from ops.doctor.findings import Finding, proven, run_check, unproven, wrong
from ops.doctor.routes import check_routes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_ec2.type_defs import SubnetTypeDef, VpcEndpointTypeDef
    from types_boto3_lambda.type_defs import VpcConfigResponseTypeDef

HTTPS_PORT = 443
SERVICES = ("dynamodb", "kms", "s3", "secretsmanager", "sqs")
_RESTORE = "Run `deploy --revert-drift` to restore it."


class NetworkChecks:
    """Checks the network of both functions.

    Parameters
    ----------
    stack
        The stack. It has the output ``NatAddress`` if it made the network.
    networks
        What Lambda says about the network of each function that could be looked up.
    """

    def __init__(self, stack: DeployedStack, networks: Mapping[str, VpcConfigResponseTypeDef]) -> None:
        """Take the networks without calling AWS."""
        self._ec2 = stack.clients.ec2
        self._nat_address = stack.outputs.nat_address
        # A simulated stage reads no secret.
        unused = {"secretsmanager"} if stack.outputs.simulated else set()
        self._services = [service for service in SERVICES if service not in unused]
        self._placements = [
            (tuple(sorted(each.get("SubnetIds", []))), tuple(sorted(each.get("SecurityGroupIds", []))))
            for each in networks.values()
        ]

    @property
    def connected(self) -> bool:
        """Whether a function runs in a network."""
        return any(subnets for subnets, _ in self._placements)

    def findings(self) -> Iterator[Finding]:
        """Yield the findings. There are none about functions without a network."""
        if self.connected:
            if len(set(self._placements)) > 1:
                yield wrong(
                    f"The functions differ in their subnets or security groups: somebody changed one. {_RESTORE}"
                )
            yield run_check("The functions' subnets", self._check_subnets)
            yield run_check("The functions' security groups", self._check_groups)
            yield run_check("The endpoints", self._check_endpoints)
            yield from self._route_findings()
        elif self._nat_address and self._placements:
            yield wrong(
                f"The stack has a network, but its functions do not run in it: somebody changed them. {_RESTORE}"
            )

    @cached_property
    def _subnets(self) -> list[SubnetTypeDef]:
        ids = sorted({subnet for subnets, _ in self._placements for subnet in subnets})
        with translate_errors("DescribeSubnets"):
            return self._ec2.describe_subnets(SubnetIds=ids)["Subnets"]

    @property
    def _vpc_id(self) -> str:
        return self._subnets[0]["VpcId"]

    def _check_subnets(self) -> Finding:
        zones = sorted({subnet["AvailabilityZone"] for subnet in self._subnets})
        if len(zones) == 1:
            return wrong(f"All of the functions' subnets are in {zones[0]}: they stop with that availability zone.")
        full = [subnet["SubnetId"] for subnet in self._subnets if not subnet["AvailableIpAddressCount"]]
        if full:
            return wrong(f"The subnets {', '.join(full)} have no free address for Lambda's network interfaces.")
        return proven(f"The functions run in {len(self._subnets)} subnets of {self._vpc_id}, in {', '.join(zones)}.")

    def _check_groups(self) -> Finding:
        ids = sorted({group for _, groups in self._placements for group in groups})
        with translate_errors("DescribeSecurityGroups"):
            groups = self._ec2.describe_security_groups(GroupIds=ids)["SecurityGroups"]
        for rule in (rule for group in groups for rule in group["IpPermissionsEgress"]):
            every_protocol = rule["IpProtocol"] == "-1"
            if every_protocol or rule.get("FromPort", -1) <= HTTPS_PORT <= rule.get("ToPort", -1):
                return proven(f"The functions' security groups ({', '.join(ids)}) have a rule that lets HTTPS out.")
        return wrong(f"The functions' security groups ({', '.join(ids)}) have no rule that lets HTTPS out.")

    def _check_endpoints(self) -> Finding:
        with translate_errors("DescribeVpcEndpoints"):
            found = self._ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-id", "Values": [self._vpc_id]}])
        usable = {each["ServiceName"].rsplit(".", 1)[-1] for each in found["VpcEndpoints"] if _is_usable(each)}
        missing = [service for service in self._services if service not in usable]
        if not missing:
            return proven(f"The endpoints of {', '.join(self._services)} are available.")
        if self._nat_address:
            return wrong(f"The network has no available endpoint of {', '.join(missing)}. {_RESTORE}")
        return unproven(
            f"That the functions reach {', '.join(missing)}: your network has no available endpoint. The requests take "
            "the default route."
        )

    def _route_findings(self) -> Iterator[Finding]:
        try:
            subnet_ids = [subnet["SubnetId"] for subnet in self._subnets]
            vpc_id = self._vpc_id
        except AwsError:
            # The check of the subnets has reported it.
            return
        yield run_check("The routes", partial(check_routes, self._ec2, vpc_id, subnet_ids, self._nat_address))


def _is_usable(endpoint: VpcEndpointTypeDef) -> bool:
    """Return whether requests to the service's usual name take the endpoint."""
    by_name = endpoint["VpcEndpointType"] == "Gateway" or endpoint.get("PrivateDnsEnabled", False)
    return by_name and endpoint["State"].lower() == "available"
