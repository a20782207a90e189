"""Checks the default routes of the functions' subnets, and the NAT gateway that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import translate_errors

from ops.doctor.findings import Finding, proven, unproven, wrong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_ec2 import EC2Client
    from types_boto3_ec2.type_defs import RouteTableTypeDef, RouteTypeDef

_EVERYWHERE = "0.0.0.0/0"


def check_routes(ec2: EC2Client, vpc_id: str, subnet_ids: Sequence[str], expected_address: str | None) -> Finding:
    """Check the default route of each subnet.

    Parameters
    ----------
    ec2
        The client of EC2.
    vpc_id, subnet_ids
        Where the functions run.
    expected_address
        The address of the stack's own NAT gateway, or None in a network of the operator's.

    Raises
    ------
    AwsError
        If EC2 fails or refuses.
    """
    with translate_errors("DescribeRouteTables"):
        tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["RouteTables"]
    gateways = set()
    for subnet_id in subnet_ids:
        route = _default_route(tables, subnet_id)
        if route is None:
            return _without_default_route(subnet_id, expected_address)
        if route.get("State") == "blackhole":
            return wrong(f"The default route of {subnet_id} leads to something that was deleted.")
        if route.get("GatewayId", "").startswith("igw-"):
            return wrong(
                f"{subnet_id} is a public subnet. A function has no public address, so nothing that it sends reaches "
                "the internet."
            )
        gateways.add(route.get("NatGatewayId", ""))
    if "" in gateways:
        return unproven("That the default route leads to the OCR service: it goes through your own network.")
    return _check_gateways(ec2, sorted(gateways), expected_address)


def _default_route(tables: Sequence[RouteTableTypeDef], subnet_id: str) -> RouteTypeDef | None:
    """Return the route from the table of the subnet, which is the VPC's main table if it has none of its own."""
    own = [table for table in tables if any(each.get("SubnetId") == subnet_id for each in table["Associations"])]
    main = [table for table in tables if any(each.get("Main") for each in table["Associations"])]
    routes = [route for table in (own or main)[:1] for route in table["Routes"]]
    return next((route for route in routes if route.get("DestinationCidrBlock") == _EVERYWHERE), None)


def _without_default_route(subnet_id: str, expected_address: str | None) -> Finding:
    if expected_address:
        return wrong(f"{subnet_id} has no default route to the NAT gateway. Run `deploy --revert-drift` to restore it.")
    return unproven(f"That a route leads to the OCR service: {subnet_id} has no default route.")


def _check_gateways(ec2: EC2Client, ids: list[str], expected_address: str | None) -> Finding:
    with translate_errors("DescribeNatGateways"):
        gateways = ec2.describe_nat_gateways(NatGatewayIds=ids)["NatGateways"]
    for gateway in gateways:
        if gateway["State"] != "available":
            return wrong(
                f"The NAT gateway {gateway['NatGatewayId']} is {gateway['State']}: no call reaches the service."
            )
    found = {each.get("PublicIp", "") for gateway in gateways for each in gateway["NatGatewayAddresses"]}
    addresses = ", ".join(sorted(found - {""})) or "without a public address"
    if expected_address and found != {expected_address}:
        return wrong(f"Calls leave from {addresses}, and not from the stack's address {expected_address}.")
    return proven(f"Calls to the OCR service leave through {', '.join(ids)}, from {addresses}.")
