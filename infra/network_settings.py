"""The settings of the functions' network: their forms, and that there is one network or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from msgspec import Meta

# Lambda's own limits.
_MAX_SUBNETS, _MAX_SECURITY_GROUPS = 16, 5


def _pattern(prefix: str) -> str:
    """Return the pattern of an id of EC2. Ids from before 2018 have eight digits."""
    return rf"^{prefix}-([0-9a-f]{{8}}|[0-9a-f]{{17}})\Z"


def _distinct(ids: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(ids)) < len(ids):
        raise ValueError("an id comes twice")
    return ids


def _several(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse a single subnet: the functions would stop with its availability zone."""
    if len(ids) == 1:
        raise ValueError("one subnet is one zone")
    return _distinct(ids)


SubnetIds = Annotated[
    tuple[Annotated[str, Meta(pattern=_pattern("subnet"))], ...],
    Meta(
        max_length=_MAX_SUBNETS,
        description=f"2 to {_MAX_SUBNETS} different ids like subnet-0123abcd with commas between them, of subnets in "
        "two availability zones or more; or nothing",
    ),
    _several,
]
SecurityGroupIds = Annotated[
    tuple[Annotated[str, Meta(pattern=_pattern("sg"))], ...],
    Meta(
        max_length=_MAX_SECURITY_GROUPS,
        description=f"1 to {_MAX_SECURITY_GROUPS} different ids like sg-0123abcd with commas between them; or nothing",
    ),
    _distinct,
]


def network_conflicts(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the settings that contradict each other (see ``Settings.conflicts``)."""
    private, subnets, groups = (values.get(name) for name in ("private_network", "subnet_ids", "security_group_ids"))
    if private and (subnets or groups):
        yield "private_network", "false when subnetIds and securityGroupIds name a network of your own"
    elif subnets and groups == ():
        yield "security_group_ids", f"the ids of 1 to {_MAX_SECURITY_GROUPS} security groups when subnetIds is set"
    elif groups and subnets == ():
        yield "subnet_ids", f"the ids of 2 to {_MAX_SUBNETS} subnets when securityGroupIds is set"
