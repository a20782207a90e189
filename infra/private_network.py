"""A network of the stack's own: two private subnets, and one way to the internet with a fixed address."""

from __future__ import annotations

from urllib.parse import urlsplit

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.encryption import Encryption
from infra.log_group import log_group
from infra.removal import removal_policy
from infra.settings import StageSettings

HTTPS_PORT = 443
# Room for 59 network interfaces in each private subnet. Lambda makes one for each subnet, and more from 65,000
# connections on; each interface endpoint has one.
_ADDRESSES = "10.0.0.0/24"


class PrivateNetwork(Construct):
    """The subnets and the security group of the functions, and the NAT gateway's address."""

    def __init__(self, scope: Construct, id_: str, *, settings: StageSettings, encryption: Encryption) -> None:
        super().__init__(scope, id_)
        self.nat_address = ec2.CfnEIP(self, "NatAddress", domain="vpc")
        # The vendor may allow this address only, and AWS does not give a released one back.
        self.nat_address.apply_removal_policy(removal_policy(settings))
        self.vpc = self._vpc()
        self.private_subnets = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
        self.functions_group = self._functions_group(settings)
        self._add_flow_log(settings, encryption)

    @property
    def subnet_ids(self) -> list[str]:
        """The private subnets."""
        return [subnet.subnet_id for subnet in self.vpc.private_subnets]

    def _vpc(self) -> ec2.Vpc:
        return ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(_ADDRESSES),
            max_azs=2,
            nat_gateways=1,
            nat_gateway_provider=ec2.NatProvider.gateway(eip_allocation_ids=[self.nat_address.attr_allocation_id]),
            # The CDK would empty the default group with a function of its own, which may change every group. Nothing
            # uses the default group, and it lets nothing in but its own members.
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="Public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=28, map_public_ip_on_launch=False
                ),
                ec2.SubnetConfiguration(name="Private", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=26),
            ],
        )

    def _functions_group(self, settings: StageSettings) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self,
            "Functions",
            vpc=self.vpc,
            description="The functions: HTTPS out, nothing in",
            allow_all_outbound=False,
        )
        # To any address: the vendor names none. This includes the endpoints. A rule for S3 and DynamoDB alone would
        # need their prefix lists, whose ids differ in each region.
        vendor = (settings.ocr_endpoint, settings.oauth_endpoint)
        for port in sorted({HTTPS_PORT, *(urlsplit(endpoint).port or HTTPS_PORT for endpoint in vendor)}):
            group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(port), "AWS endpoints and the OCR service")
        return group

    def _add_flow_log(self, settings: StageSettings, encryption: Encryption) -> None:
        """Record all connections, the accepted ones too: they show where a function's data could have gone.

        The records hold addresses and numbers of bytes, no data. The CDK's own construct would also grant
        ``iam:PassRole``.
        """
        stack = Stack.of(self)
        group = log_group(self, "FlowLogGroup", settings=settings, encryption=encryption)
        role = iam.Role(
            self,
            "FlowLogRole",
            assumed_by=iam.ServicePrincipal(
                "vpc-flow-logs.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
            ),
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                resources=[group.log_group_arn],
            )
        )
        ec2.CfnFlowLog(
            self,
            "FlowLog",
            resource_id=self.vpc.vpc_id,
            resource_type="VPC",
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_group_name=group.log_group_name,
            deliver_logs_permission_arn=role.role_arn,
        ).node.add_dependency(role)
