"""The functions' network: none by default, one of the operator's, or one that the stack makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sealed_ocr.common.setting_name import Setting

from infra.package.service_models import OPERATIONS
from local.deploy.omitted_types import OMITTED_TYPES
from tests.infra.grants import Grant, granted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.template import Template

FUNCTIONS = ["analyze", "verify"]
SUBNETS, GROUPS = ["subnet-0123abcd", "subnet-0123abce"], ["sg-0123abcd"]
ARN = "arn:<AWS::Partition>:ec2:<AWS::Region>"
INTERFACE_ENDPOINTS = {"kms", "secretsmanager", "sqs"}


@pytest.fixture(scope="session")
def own_template(synth: Callable[..., Template]) -> Template:
    """The template for a network of the operator's."""
    return synth(alarmEmail="operator@example.com", subnetIds=",".join(SUBNETS), securityGroupIds=GROUPS)


def of_ec2(template: Template) -> dict[str, dict[str, Any]]:
    resources = template.body["Resources"]
    return {id_: resource for id_, resource in resources.items() if resource["Type"].startswith("AWS::EC2::")}


def only_id(template: Template, type_: str) -> str:
    (id_,) = template.resources(type_)
    return id_


def private_subnets(template: Template) -> list[str]:
    return [subnet["Ref"] for subnet in template.properties_of("analyze")["VpcConfig"]["SubnetIds"]]


def endpoints(template: Template) -> dict[str, dict[str, Any]]:
    """Return the endpoints by their service."""
    found = template.resources("AWS::EC2::VPCEndpoint").values()
    return {template.render(each["ServiceName"]).removeprefix("com.amazonaws.<AWS::Region>."): each for each in found}


def group(template: Template, description: str) -> str:
    """Return the id of the security group whose description starts with ``description``."""
    (id_,) = (
        id_
        for id_, each in template.resources("AWS::EC2::SecurityGroup").items()
        if each["GroupDescription"].startswith(description)
    )
    return id_


def test_there_is_no_network_by_default(template: Template) -> None:
    assert not of_ec2(template)
    assert "NatAddress" not in template.body["Outputs"]
    for function in FUNCTIONS:
        assert "VpcConfig" not in template.properties_of(function)


@pytest.mark.parametrize("kind", ["network_template", "own_template"])
def test_a_network_changes_only_the_functions_and_their_roles(
    template: Template, kind: str, request: pytest.FixtureRequest
) -> None:
    """A stage can move in and out: no resource with data is replaced."""
    connected: Template = request.getfixturevalue(kind)
    before, after = template.body["Resources"], connected.body["Resources"]
    changed = {id_ for id_ in before if before[id_].get("Properties") != after[id_].get("Properties")}
    if kind == "network_template":
        # It also refuses overwrites.
        changed -= {id_ for id_ in changed if before[id_]["Type"] == "AWS::S3::BucketPolicy"}
    policies = {id_ for id_ in changed if before[id_]["Type"] == "AWS::IAM::Policy"}
    assert changed - policies == {template.id_of(function) for function in FUNCTIONS}
    assert len(policies) == len(FUNCTIONS)
    for function in FUNCTIONS:
        properties = dict(connected.properties_of(function))
        del properties["VpcConfig"]
        if kind == "network_template":
            # It also withholds a field.
            variables = dict(properties["Environment"]["Variables"])
            variables.pop(Setting.OMIT_FIELDS, None)
            del variables[Setting.CLAIM_SEAL_KEY_ID]
            properties["Environment"] = {"Variables": variables}
        assert properties == template.properties_of(function)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_lambda_and_not_the_functions_code_may_make_interfaces_in_these_subnets_only(
    template: Template, own_template: Template, function: str
) -> None:
    by_lambda = "lambda:SourceFunctionArn=true"
    account = f"{ARN}:<AWS::AccountId>"
    create = [f"{ARN}:*:subnet/{each}" for each in SUBNETS] + [f"{ARN}:*:security-group/{each}" for each in GROUPS]
    expected = {
        Grant("ec2:CreateNetworkInterface", each, by_lambda) for each in [*create, f"{account}:network-interface/*"]
    }
    for action in ("DeleteNetworkInterface", "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses"):
        expected.add(Grant(f"ec2:{action}", f"{account}:*/*", by_lambda))
    for action in ("DescribeNetworkInterfaces", "DescribeSubnets"):
        expected.add(Grant(f"ec2:{action}", "*", by_lambda))
    assert granted(own_template, function) - granted(template, function) == expected
    conditions = [each.conditions for each in own_template.grants(function) if by_ec2(each.actions)]
    assert conditions == [{"Null": {"lambda:SourceFunctionArn": "true"}}] * 3


def by_ec2(actions: frozenset[str]) -> bool:
    return any(action.startswith("ec2:") for action in actions)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_of_the_made_network_creates_interfaces_in_its_subnets_only(
    network_template: Template, function: str
) -> None:
    account = f"{ARN}:<AWS::AccountId>"
    own = {
        *(f"{account}:subnet/<{subnet}>" for subnet in private_subnets(network_template)),
        f"{account}:security-group/<{group(network_template, 'The functions')}>",
        f"{account}:network-interface/*",
    }
    grants = granted(network_template, function)
    assert {each.resource for each in grants if each.action == "ec2:CreateNetworkInterface"} == own


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_run_in_the_operators_network(own_template: Template, function: str) -> None:
    assert own_template.properties_of(function)["VpcConfig"] == {"SubnetIds": SUBNETS, "SecurityGroupIds": GROUPS}
    assert not of_ec2(own_template)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_run_in_two_zones_and_wait_for_the_whole_network(network_template: Template, function: str) -> None:
    placed = network_template.properties_of(function)["VpcConfig"]
    zones = [
        network_template.body["Resources"][subnet["Ref"]]["Properties"]["AvailabilityZone"]
        for subnet in placed["SubnetIds"]
    ]
    assert zones == [{"Fn::Select": [zone, {"Fn::GetAZs": ""}]} for zone in (0, 1)]
    assert placed["SecurityGroupIds"] == [{"Fn::GetAtt": [group(network_template, "The functions"), "GroupId"]}]
    depends_on = network_template.body["Resources"][network_template.id_of(function)]["DependsOn"]
    assert of_ec2(network_template).keys() <= set(depends_on)


def test_everything_else_leaves_through_one_address_that_is_exported(network_template: Template) -> None:
    nat, address = (only_id(network_template, f"AWS::EC2::{type_}") for type_ in ("NatGateway", "EIP"))
    gateway = network_template.only("AWS::EC2::NatGateway")
    assert gateway["AllocationId"] == {"Fn::GetAtt": [address, "AllocationId"]}
    assert gateway["SubnetId"]["Ref"] not in private_subnets(network_template)
    assert network_template.body["Outputs"]["NatAddress"]["Value"] == {"Ref": address}
    tables = {
        each["RouteTableId"]["Ref"]
        for each in network_template.resources("AWS::EC2::SubnetRouteTableAssociation").values()
        if each["SubnetId"]["Ref"] in private_subnets(network_template)
    }
    routes = [
        (route["RouteTableId"]["Ref"], route["DestinationCidrBlock"], route.get("NatGatewayId"))
        for route in network_template.resources("AWS::EC2::Route").values()
        if route["RouteTableId"]["Ref"] in tables
    ]
    assert sorted(routes) == sorted((table, "0.0.0.0/0", {"Ref": nat}) for table in tables)
    assert len(tables) == len(private_subnets(network_template))
    for service in ("s3", "dynamodb"):
        assert {each["Ref"] for each in endpoints(network_template)[service]["RouteTableIds"]} == tables


def test_the_address_survives_the_network(network_template: Template) -> None:
    """The vendor may allow this address only, and a released one is gone."""
    address = network_template.body["Resources"][only_id(network_template, "AWS::EC2::EIP")]
    assert address["DeletionPolicy"].startswith("Retain")


def test_every_service_that_the_code_calls_has_an_endpoint(network_template: Template) -> None:
    found = endpoints(network_template)
    assert found.keys() == OPERATIONS.keys()
    gateways = {service for service, each in found.items() if each["VpcEndpointType"] == "Gateway"}
    assert found.keys() - gateways == INTERFACE_ENDPOINTS
    for service in INTERFACE_ENDPOINTS:
        assert found[service]["PrivateDnsEnabled"] is True
        assert [each["Ref"] for each in found[service]["SubnetIds"]] == private_subnets(network_template)
        inside = group(network_template, "The interface endpoints")
        assert found[service]["SecurityGroupIds"] == [{"Fn::GetAtt": [inside, "GroupId"]}]
    vpc = network_template.only("AWS::EC2::VPC")
    # Private DNS needs both.
    assert vpc["EnableDnsSupport"] is vpc["EnableDnsHostnames"] is True


def test_every_statement_of_an_endpoint_names_the_role_of_a_function(network_template: Template) -> None:
    roles = {network_template.render(network_template.properties_of(function)["Role"]) for function in FUNCTIONS}
    for endpoint in endpoints(network_template).values():
        for statement in network_template.statements(endpoint["PolicyDocument"]):
            assert statement.effect == "Allow"
            (condition,) = statement.conditions.items()
            assert condition[0] == "ArnEquals"
            assert condition[1].keys() == {"aws:PrincipalArn"}
            assert set(condition[1].values()) <= roles
            assert "*" not in statement.actions | statement.resources


def test_the_functions_send_https_only_and_receive_nothing(network_template: Template) -> None:
    functions, inside = (group(network_template, each) for each in ("The functions", "The interface endpoints"))
    groups = network_template.resources("AWS::EC2::SecurityGroup")
    assert [opened(rule) for rule in groups[functions]["SecurityGroupEgress"]] == [("tcp", 443, 443, "0.0.0.0/0")]
    assert not any("SecurityGroupIngress" in each for each in groups.values())
    # The only rule that lets something in.
    rule = network_template.only("AWS::EC2::SecurityGroupIngress")
    assert rule["GroupId"] == {"Fn::GetAtt": [inside, "GroupId"]}
    assert rule["SourceSecurityGroupId"] == {"Fn::GetAtt": [functions, "GroupId"]}
    assert opened(rule) == ("tcp", 443, 443, None)
    # An address that nobody has: without a rule, EC2 adds one that allows everything.
    assert [opened(rule)[3] for rule in groups[inside]["SecurityGroupEgress"]] == ["255.255.255.255/32"]
    assert not network_template.resources("AWS::EC2::SecurityGroupEgress")


def opened(rule: dict[str, Any]) -> tuple[str, int, int, str | None]:
    return rule["IpProtocol"], rule["FromPort"], rule["ToPort"], rule.get("CidrIp")


def test_other_ports_of_the_vendor_are_open_too(synth: Callable[..., Template]) -> None:
    ports = {"ocrEndpoint": "https://ocr.example.com:8443", "oauthEndpoint": "https://token.example.com:9443"}
    template = synth(privateNetwork="true", **ports)
    rules = template.resources("AWS::EC2::SecurityGroup")[group(template, "The functions")]["SecurityGroupEgress"]
    assert [rule["FromPort"] for rule in rules] == [443, 8443, 9443]


def test_all_connections_are_recorded(network_template: Template) -> None:
    flow_log = network_template.only("AWS::EC2::FlowLog")
    assert flow_log["TrafficType"] == "ALL"
    assert flow_log["ResourceId"] == {"Ref": only_id(network_template, "AWS::EC2::VPC")}
    log = network_template.body["Resources"][flow_log["LogGroupName"]["Ref"]]["Properties"]
    assert network_template.render(log["KmsKeyId"]) == "key"
    assert log["RetentionInDays"] == 90
    assert "LogGroupName" not in log
    role = flow_log["DeliverLogsPermissionArn"]["Fn::GetAtt"][0]
    (policy,) = (
        each["PolicyDocument"]
        for each in network_template.resources("AWS::IAM::Policy").values()
        if each["Roles"] == [{"Ref": role}]
    )
    (statement,) = network_template.statements(policy)
    assert statement.actions == {"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"}
    assert statement.resources == {network_template.render(flow_log["LogGroupName"])}
    trust = network_template.body["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert [each["Condition"] for each in trust] == [{"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}]


def test_the_network_needs_no_function_of_its_own(network_template: Template) -> None:
    assert len(network_template.resources("AWS::Lambda::Function")) == len(FUNCTIONS)


def test_a_local_deployment_leaves_the_network_out_on_purpose(template: Template, network_template: Template) -> None:
    added = {each["Type"] for each in of_ec2(network_template).values()}
    assert added <= OMITTED_TYPES.keys()
    types = {each["Type"] for each in network_template.body["Resources"].values()}
    assert types - added == {each["Type"] for each in template.body["Resources"].values()}
