"""The intrinsic functions of CloudFormation that the stack uses.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.deploy.errors import DeployError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NO_VALUE = object()
"""The value of ``AWS::NoValue``: the property or element is removed."""
_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


class Resolver:
    """Replaces intrinsic functions by their values.

    Parameters
    ----------
    reference, attribute : Callable
        Return the value of a ``Ref`` and of a ``Fn::GetAtt``. They raise DeployError for unknown names.
    """

    def __init__(self, reference: Callable[[str], Any], attribute: Callable[[str, str], Any]) -> None:
        self._reference, self._attribute = reference, attribute

    def resolve(self, value: Any) -> Any:
        """Return ``value`` with every intrinsic function in it replaced.

        Raises
        ------
        DeployError
            Names a function, reference or dynamic reference that is not supported.
        """
        match value:
            case dict() if len(value) == 1 and _is_function(name := next(iter(value))):
                return self._call(name, value[name])
            case dict():
                resolved = {name: self.resolve(member) for name, member in value.items()}
                return {name: member for name, member in resolved.items() if member is not NO_VALUE}
            case list():
                return [member for member in map(self.resolve, value) if member is not NO_VALUE]
            case str() if "{{resolve:" in value:
                raise DeployError(f"dynamic references are not supported: {value}")
        return value

    def _call(self, name: str, argument: Any) -> Any:
        match name, argument:
            case "Ref", str(target):
                return self._reference(target)
            case "Fn::GetAtt", [str(target), str(attribute)]:
                return self._attribute(target, attribute)
            case "Fn::GetAtt", str(path):
                target, _, attribute = path.partition(".")
                return self._attribute(target, attribute)
            case "Fn::Sub", str(text):
                return self._substitute(text, {})
            case "Fn::Sub", [str(text), dict(values)]:
                return self._substitute(text, self.resolve(values))
            case "Fn::Join", [str(delimiter), parts]:
                return delimiter.join(map(str, self.resolve(parts)))
            case "Fn::Split", [str(delimiter), text]:
                return str(self.resolve(text)).split(delimiter)
            case "Fn::Select", [index, choices]:
                return self.resolve(choices)[int(self.resolve(index))]
        raise DeployError(f"the function {name} is not supported, or not with these arguments: {argument!r}")

    def _substitute(self, text: str, values: dict[str, Any]) -> str:
        def value(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return f"${{{name}}}"
            if name in values:
                return str(values[name])
            target, _, attribute = name.partition(".")
            return str(self._attribute(target, attribute) if attribute else self._reference(target))

        return _PLACEHOLDER.sub(value, text)


def references(value: Any) -> Iterator[str]:
    """Yield the names that ``Ref``, ``Fn::GetAtt`` and ``Fn::Sub`` in ``value`` refer to, also pseudo parameters."""
    match value:
        case {"Ref": str(name)} if len(value) == 1:
            yield name
        case {"Fn::GetAtt": [str(name), *_]} | {"Fn::GetAtt": str(name)} if len(value) == 1:
            yield name.partition(".")[0]
        case {"Fn::Sub": argument} if len(value) == 1:
            text = argument if isinstance(argument, str) else argument[0]
            yield from (name.partition(".")[0] for literal, name in _PLACEHOLDER.findall(text) if not literal)
            yield from references(None if isinstance(argument, str) else argument[1])
        case dict():
            for member in value.values():
                yield from references(member)
        case list():
            for member in value:
                yield from references(member)


def _is_function(name: str) -> bool:
    return name in ("Ref", "Condition") or name.startswith("Fn::")
