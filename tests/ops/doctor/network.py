"""A network in the emulated EC2, like the one that the stack makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.ops.live_pipeline import LivePipeline

GATEWAY_SERVICES, INTERFACE_SERVICES = ("dynamodb", "s3"), ("kms", "secretsmanager", "sqs")


class Network:
    """Two private subnets that share a route table, a NAT gateway with a fixed address, and five endpoints."""

    def __init__(self, pipeline: LivePipeline) -> None:
        self.ec2, self._region = pipeline.client("ec2"), pipeline.environment["AWS_REGION"]
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
        zones = [f"{self._region}a", f"{self._region}b"]
        self.subnets = [self._subnet(f"10.0.0.{64 * number}/26", zone) for number, zone in enumerate(zones)]
        self.group = self.ec2.create_security_group(GroupName="functions", Description="functions", VpcId=self.vpc)[
            "GroupId"
        ]
        address = self.ec2.allocate_address(Domain="vpc")
        self.address = address["PublicIp"]
        self.nat = self.ec2.create_nat_gateway(
            SubnetId=self._subnet("10.0.0.128/28", zones[0]), AllocationId=address["AllocationId"]
        )["NatGateway"]["NatGatewayId"]
        self.table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self.ec2.create_route(RouteTableId=self.table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=self.nat)
        for subnet in self.subnets:
            self.ec2.associate_route_table(RouteTableId=self.table, SubnetId=subnet)
        self.endpoints = {
            service: self.add_endpoint(service, VpcEndpointType="Gateway", RouteTableIds=[self.table])
            for service in GATEWAY_SERVICES
        }
        for service in INTERFACE_SERVICES:
            self.endpoints[service] = self.add_endpoint(
                service, VpcEndpointType="Interface", SubnetIds=self.subnets, PrivateDnsEnabled=True
            )

    def placement(self, subnets: Sequence[str] | None = None) -> dict[str, list[str]]:
        """Return the configuration of a function in ``subnets``, by default the private ones."""
        return {"SubnetIds": [*(subnets or self.subnets)], "SecurityGroupIds": [self.group]}

    def replace_default_route(self, **target: str) -> None:
        """Let the private subnets' default route lead to ``target``, or nowhere."""
        self.ec2.delete_route(RouteTableId=self.table, DestinationCidrBlock="0.0.0.0/0")
        if target:
            self.ec2.create_route(RouteTableId=self.table, DestinationCidrBlock="0.0.0.0/0", **target)

    def add_endpoint(self, service: str, **options: Any) -> str:
        """Create an endpoint of the service and return its id."""
        name = f"com.amazonaws.{self._region}.{service}"
        endpoint = self.ec2.create_vpc_endpoint(VpcId=self.vpc, ServiceName=name, **options)["VpcEndpoint"]
        return str(endpoint["VpcEndpointId"])

    def _subnet(self, addresses: str, zone: str) -> str:
        subnet = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=addresses, AvailabilityZone=zone)["Subnet"]
        return str(subnet["SubnetId"])
