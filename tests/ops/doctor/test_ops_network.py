"""doctor in a private network."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from infra.package.service_models import OPERATIONS
from ops.common.clients import StackClients
from ops.common.stack import DeployedStack
from ops.doctor.findings import Finding, FindingStatus, wrong
from ops.doctor.functions import FunctionChecks
from ops.doctor.network import SERVICES, NetworkChecks
from ops.doctor.routes import check_routes
from tests.ops.doctor.network import Network
from tests.ops.live_pipeline import LivePipeline

Check = Callable[..., list[Finding]]


@pytest.fixture
def network(pipeline: LivePipeline) -> Network:
    return Network(pipeline)


@pytest.fixture
def check(pipeline: LivePipeline, network: Network) -> Check:
    """Return a function that checks the network, by default as one that the stack made."""

    def check(address: str | None = network.address, **placements: dict[str, list[str]]) -> list[Finding]:
        outputs = msgspec.structs.replace(pipeline.outputs, nat_address=address)
        stack = DeployedStack("stack", outputs, cast("StackClients", SimpleNamespace(ec2=network.ec2)))
        both = {"analyze": network.placement(), "verify": network.placement()} | placements
        return list(NetworkChecks(stack, cast("Any", both)).findings())

    return check


def sentences(findings: Sequence[Finding], status: FindingStatus) -> list[str]:
    return [finding.sentence for finding in findings if finding.status is status]


def only_wrong(findings: Sequence[Finding]) -> str:
    (sentence,) = sentences(findings, FindingStatus.WRONG)
    return sentence


def test_a_simulated_stage_needs_no_endpoint_for_the_secret(pipeline: LivePipeline, network: Network) -> None:
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[network.endpoints["secretsmanager"]])

    def endpoints(simulated: str | None) -> list[Finding]:
        outputs = msgspec.structs.replace(pipeline.outputs, nat_address=network.address, simulated=simulated)
        stack = DeployedStack("stack", outputs, cast("StackClients", SimpleNamespace(ec2=network.ec2)))
        both = {"analyze": network.placement(), "verify": network.placement()}
        found = NetworkChecks(stack, cast("Any", both)).findings()
        return [finding for finding in found if "endpoint" in finding.sentence]

    assert sentences(endpoints("{}"), FindingStatus.PROVEN) == [
        "The endpoints of dynamodb, kms, s3, sqs are available."
    ]
    assert "no available endpoint of secretsmanager" in only_wrong(endpoints(None))


def test_a_network_of_the_stack_is_proven_by_the_command(
    pipeline: LivePipeline, deployed: Callable[..., str], function: Callable[..., str], network: Network
) -> None:
    names = [function("http://127.0.0.1:1", **network.placement()) for _ in range(2)]
    stack = deployed(AnalyzeFunctionName=names[0], VerifyFunctionName=names[1], NatAddress=network.address)
    _, output = pipeline.doctor(stack)
    proven = re.findall(r"^proven +(.*)$", output, re.MULTILINE)
    region = pipeline.environment["AWS_REGION"]
    assert f"The functions run in 2 subnets of {network.vpc}, in {region}a, {region}b." in proven
    assert f"The functions' security groups ({network.group}) have a rule that lets HTTPS out." in proven
    assert "The endpoints of dynamodb, kms, s3, secretsmanager, sqs are available." in proven
    assert f"Calls to the OCR service leave through {network.nat}, from {network.address}." in proven
    # The vendor may refuse this machine, which proves nothing about the functions.
    unproven = re.findall(r"^not proven +(.*)$", output, re.MULTILINE)
    assert len([each for each in unproven if "The service may refuse this machine" in each]) == 2
    assert "That the functions can reach the OCR service. The keys were requested from this machine." in unproven


def test_the_endpoints_of_all_services_that_the_functions_call_are_checked() -> None:
    assert set(SERVICES) == OPERATIONS.keys()


def test_functions_without_a_network_have_no_findings(check: Check) -> None:
    assert check(address=None, analyze={}, verify={}) == []


def test_functions_that_left_the_stacks_network_are_wrong(check: Check) -> None:
    assert "its functions do not run in it" in only_wrong(check(analyze={}, verify={}))


def test_functions_in_different_subnets_are_wrong(check: Check, network: Network) -> None:
    findings = check(verify=network.placement([*network.subnets[:1]]))
    assert only_wrong(findings).startswith("The functions differ in their subnets or security groups")


def test_subnets_of_one_zone_are_wrong(check: Check, network: Network) -> None:
    placement = network.placement(network.subnets[:1])
    assert "they stop with that availability zone" in only_wrong(check(analyze=placement, verify=placement))


def test_a_missing_subnet_is_reported_once(check: Check, network: Network) -> None:
    placement = network.placement(["subnet-0123abcd"])
    wrong = sentences(check(analyze=placement, verify=placement), FindingStatus.WRONG)
    assert "The functions' subnets: DescribeSubnets failed: InvalidSubnetID.NotFound." in wrong
    assert not any(sentence.startswith("The routes") for sentence in wrong)


def test_a_group_that_lets_no_https_out_is_wrong(check: Check, network: Network) -> None:
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    network.ec2.revoke_security_group_egress(GroupId=network.group, IpPermissions=everything)
    http = [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    network.ec2.authorize_security_group_egress(GroupId=network.group, IpPermissions=http)
    assert "have no rule that lets HTTPS out" in only_wrong(check())
    https = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    network.ec2.authorize_security_group_egress(GroupId=network.group, IpPermissions=https)
    assert not sentences(check(), FindingStatus.WRONG)


def test_a_missing_endpoint_is_wrong_in_the_stacks_network_and_open_in_the_operators(
    check: Check, network: Network
) -> None:
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[network.endpoints["sqs"]])
    assert "no available endpoint of sqs." in only_wrong(check())
    findings = check(address=None)
    assert not sentences(findings, FindingStatus.WRONG)
    assert any("your network has no available endpoint" in each for each in sentences(findings, FindingStatus.UNPROVEN))


def test_an_endpoint_without_private_dns_is_missing(check: Check, network: Network) -> None:
    """Requests go to the service's usual name, which then leads to its public addresses."""
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[network.endpoints["kms"]])
    network.add_endpoint("kms", VpcEndpointType="Interface", SubnetIds=network.subnets, PrivateDnsEnabled=False)
    assert "no available endpoint of kms." in only_wrong(check())


def test_a_missing_default_route_is_wrong_in_the_stacks_network_and_open_in_the_operators(
    check: Check, network: Network
) -> None:
    network.replace_default_route()
    assert "has no default route to the NAT gateway" in only_wrong(check())
    findings = check(address=None)
    assert not sentences(findings, FindingStatus.WRONG)
    assert any("has no default route" in each for each in sentences(findings, FindingStatus.UNPROVEN))


def test_a_public_subnet_is_wrong(check: Check, network: Network) -> None:
    gateway = network.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    network.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc)
    network.replace_default_route(GatewayId=gateway)
    assert "is a public subnet" in only_wrong(check(address=None))


def test_a_way_through_the_operators_network_is_not_proven(check: Check, network: Network) -> None:
    gateway = network.ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    network.replace_default_route(TransitGatewayId=gateway)
    (sentence,) = sentences(check(address=None), FindingStatus.UNPROVEN)
    assert sentence.endswith("it goes through your own network.")


def test_a_nat_gateway_that_is_gone_is_wrong(check: Check, network: Network) -> None:
    network.ec2.delete_nat_gateway(NatGatewayId=network.nat)
    assert network.nat in only_wrong(check())


def test_another_address_is_wrong(check: Check, network: Network) -> None:
    sentence = only_wrong(check(address="192.0.2.1"))
    assert sentence == f"Calls leave from {network.address}, and not from the stack's address 192.0.2.1."


def test_a_route_to_something_deleted_is_wrong() -> None:
    """moto keeps such a route active."""
    table = {
        "Associations": [{"Main": True}],
        "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "blackhole"}],
    }
    ec2 = SimpleNamespace(describe_route_tables=lambda **_: {"RouteTables": [table]})
    finding = check_routes(cast("Any", ec2), "vpc-1", ["subnet-1"], None)
    assert finding == wrong("The default route of subnet-1 leads to something that was deleted.")


def test_an_idle_function_is_not_proven(pipeline: LivePipeline) -> None:
    """Lambda takes the network interfaces of a function that was not invoked for weeks."""
    idle = {"State": "Inactive", "Environment": {"Variables": {"OCR_ENDPOINT": "https://ocr.example.com"}}}
    functions = SimpleNamespace(
        get_function_configuration=lambda **_: idle,
        list_event_source_mappings=lambda **_: {"EventSourceMappings": [{"State": "Enabled"}]},
    )
    outputs = msgspec.structs.replace(pipeline.outputs, ocr_endpoint=None)
    stack = DeployedStack("stack", outputs, cast("StackClients", SimpleNamespace(functions=functions)))
    unproven = sentences(list(FunctionChecks(stack).findings()), FindingStatus.UNPROVEN)
    assert [sentence.split(" is ready. ")[0] for sentence in unproven if " is ready. " in sentence] == [
        "That the function analyze",
        "That the function verify",
    ]
