"""From a template to resources, in the order of their references."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from local.deploy.errors import DeployError
from local.deploy.functions import FUNCTIONS
from local.deploy.intrinsics import NO_VALUE, Resolver, references
from local.deploy.keys import KEYS
from local.deploy.omitted_types import LEFT_OUT
from local.deploy.properties import Properties
from local.deploy.queues import QUEUES
from local.deploy.resources import Resource, Site
from local.deploy.storage import STORAGE
from local.processes.aws_clients import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.deploy.resources import Create

_CREATE: dict[str, Create] = {**FUNCTIONS, **KEYS, **QUEUES, **STORAGE}
_SECTIONS = {"AWSTemplateFormatVersion", "Description", "Metadata", "Outputs", "Parameters", "Resources"}
_RESOURCE_MEMBERS = {"Type", "Properties", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"}


class Deployment:
    """The resources of a template on a site. ``site`` then knows the functions, and what feeds them."""

    def __init__(self, template: Mapping[str, Any], site: Site) -> None:
        self.site = site
        self._template = template
        self._resources: dict[str, Resource] = {}
        self._resolver = Resolver(self._reference, self._attribute)
        self._pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::NoValue": NO_VALUE,
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{site.stack}/local",
            "AWS::StackName": site.stack,
            "AWS::URLSuffix": "amazonaws.com",
        }

    def deploy(self) -> None:
        """Make every resource of the template that is not left out on purpose.

        Raises: DeployError, naming the section, type, property or function that is not known; nothing has been made
        yet when it is a section or a type.
        """
        for section in self._template.keys() - _SECTIONS:
            raise DeployError(f"the section {section} of the template is not known")
        described: Mapping[str, Any] = self._template["Resources"]
        for logical_id, resource in described.items():
            _check(logical_id, resource)
        needs = {logical_id: set(_needs(resource, described)) for logical_id, resource in described.items()}
        for logical_id in TopologicalSorter(needs).static_order():
            if described[logical_id]["Type"] not in LEFT_OUT:
                self._resources[logical_id] = self._create(logical_id, described[logical_id])

    def output(self, name: str) -> str:
        """Return the value of an output of the stack.

        Raises: DeployError when there is no such output, or it speaks of something that is left out.
        """
        if name not in self._template.get("Outputs", {}):
            raise DeployError(f"the template has no output {name}")
        return str(self._resolver.resolve(self._template["Outputs"][name]["Value"]))

    def outputs(self) -> dict[str, str]:
        """Return the outputs of the stack by name, without those that speak of something that is left out."""
        found = {name: self._output_if_here(name) for name in self._template.get("Outputs", {})}
        return {name: value for name, value in found.items() if value is not None}

    def _output_if_here(self, name: str) -> str | None:
        try:
            return self.output(name)
        except DeployError:
            return None

    def _create(self, logical_id: str, described: Mapping[str, Any]) -> Resource:
        kind = described["Type"]
        properties = Properties(f"{logical_id} ({kind})", described.get("Properties", {}), self._resolver.resolve)
        try:
            resource = _CREATE[kind](self.site, logical_id, properties)
        except DeployError as error:
            raise DeployError(f"{properties.path}: {error}") from None
        properties.close()
        return resource

    def _reference(self, name: str) -> Any:
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self._resources:
            return self._resources[name].reference
        parameter = self._template.get("Parameters", {}).get(name, {})
        if "Default" in parameter and not parameter["Type"].startswith("AWS::SSM::"):
            return parameter["Default"]
        raise DeployError(f"nothing here has the name {name}, to which something refers")

    def _attribute(self, name: str, attribute: str) -> str:
        if name not in self._resources or attribute not in self._resources[name].attributes:
            raise DeployError(f"nothing here has the attribute {name}.{attribute}, to which something refers")
        return self._resources[name].attributes[attribute]


def _check(logical_id: str, resource: Mapping[str, Any]) -> None:
    kind = resource["Type"]
    if kind in LEFT_OUT:
        return
    if kind not in _CREATE:
        raise DeployError(f"the type {kind} of {logical_id} is not known")
    for member in resource.keys() - _RESOURCE_MEMBERS:
        raise DeployError(f"{logical_id} ({kind}): {member} is not known")


def _needs(resource: Mapping[str, Any], described: Mapping[str, Any]) -> Iterator[str]:
    depends_on = resource.get("DependsOn", [])
    yield from [depends_on] if isinstance(depends_on, str) else depends_on
    yield from (name for name in references(resource.get("Properties")) if name in described)
