"""Deploys a template: creates its resources in the order of their references."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from local.deploy.errors import DeployError
from local.deploy.intrinsics import NO_VALUE, Resolver, references
from local.deploy.keys_and_secrets import KEYS_AND_SECRETS
from local.deploy.lambda_resources import LAMBDA_RESOURCES
from local.deploy.omitted_types import OMITTED_TYPES
from local.deploy.properties import Properties
from local.deploy.queues import QUEUES
from local.deploy.resources import DeploymentContext, Resource
from local.deploy.storage import STORAGE
from local.processes.aws_clients import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.deploy.resources import ResourceCreator

_CREATORS: dict[str, ResourceCreator] = {**KEYS_AND_SECRETS, **LAMBDA_RESOURCES, **QUEUES, **STORAGE}
_SECTIONS = {"AWSTemplateFormatVersion", "Description", "Metadata", "Outputs", "Parameters", "Resources"}
_RESOURCE_MEMBERS = {"Type", "Properties", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"}


class Deployment:
    """The deployed resources of a template. The functions and their event sources are in ``context``."""

    def __init__(self, template: Mapping[str, Any], context: DeploymentContext) -> None:
        self.context = context
        self._template = template
        self._resources: dict[str, Resource] = {}
        self._resolver = Resolver(self._reference, self._attribute)
        self._pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::NoValue": NO_VALUE,
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{context.stack}/local",
            "AWS::StackName": context.stack,
            "AWS::URLSuffix": "amazonaws.com",
        }

    def deploy(self) -> None:
        """Create every resource of the template except the omitted types.

        Raises
        ------
        DeployError
            Names a section, type, property or function that is not supported. If it is a section or a type, nothing has
            been created yet.
        """
        for section in self._template.keys() - _SECTIONS:
            raise DeployError(f"the section {section} of the template is not supported")
        definitions: Mapping[str, Any] = self._template["Resources"]
        for logical_id, resource in definitions.items():
            _check(logical_id, resource)
        dependencies = {
            logical_id: set(_dependencies(resource, definitions)) for logical_id, resource in definitions.items()
        }
        for logical_id in TopologicalSorter(dependencies).static_order():
            if definitions[logical_id]["Type"] not in OMITTED_TYPES:
                self._resources[logical_id] = self._create(logical_id, definitions[logical_id])

    def output(self, name: str) -> str:
        """Return the value of an output of the stack.

        Raises
        ------
        DeployError
            If there is no such output, or it refers to an omitted resource.
        """
        if name not in self._template.get("Outputs", {}):
            raise DeployError(f"the template has no output {name}")
        return str(self._resolver.resolve(self._template["Outputs"][name]["Value"]))

    def outputs(self) -> dict[str, str]:
        """Return the outputs of the stack by name, without those that refer to omitted resources."""
        found = {name: self._output_or_none(name) for name in self._template.get("Outputs", {})}
        return {name: value for name, value in found.items() if value is not None}

    def _output_or_none(self, name: str) -> str | None:
        try:
            return self.output(name)
        except DeployError:
            return None

    def _create(self, logical_id: str, definition: Mapping[str, Any]) -> Resource:
        kind = definition["Type"]
        properties = Properties(f"{logical_id} ({kind})", definition.get("Properties", {}), self._resolver.resolve)
        try:
            resource = _CREATORS[kind](self.context, logical_id, properties)
        except DeployError as error:
            raise DeployError(f"{properties.path}: {error}") from None
        properties.check_all_used()
        return resource

    def _reference(self, name: str) -> Any:
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self._resources:
            return self._resources[name].reference
        parameter = self._template.get("Parameters", {}).get(name, {})
        if "Default" in parameter and not parameter["Type"].startswith("AWS::SSM::"):
            return parameter["Default"]
        raise DeployError(f"the template refers to {name}, which does not exist here")

    def _attribute(self, name: str, attribute: str) -> str:
        if name not in self._resources or attribute not in self._resources[name].attributes:
            raise DeployError(f"the template refers to the attribute {name}.{attribute}, which does not exist here")
        return self._resources[name].attributes[attribute]


def _check(logical_id: str, resource: Mapping[str, Any]) -> None:
    kind = resource["Type"]
    if kind in OMITTED_TYPES:
        return
    if kind not in _CREATORS:
        raise DeployError(f"the type {kind} of {logical_id} is not supported")
    for member in resource.keys() - _RESOURCE_MEMBERS:
        raise DeployError(f"{logical_id} ({kind}): {member} is not supported")


def _dependencies(resource: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    depends_on = resource.get("DependsOn", [])
    yield from [depends_on] if isinstance(depends_on, str) else depends_on
    yield from (name for name in references(resource.get("Properties")) if name in definitions)
