"""CloudFormation's intrinsic functions, as far as the stack uses them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.deploy.errors import DeployError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NO_VALUE = object()
"""What ``AWS::NoValue`` resolves to: the property or element is not there."""
_PLACE = re.compile(r"\$\{(!?)([^}]+)\}")


class Resolver:
    """Replaces intrinsic functions by their values.

    Parameters: ``reference`` and ``attribute`` say what a ``Ref`` and a ``Fn::GetAtt`` of a name mean, and raise
    DeployError for what they don't know.
    """

    def __init__(self, reference: Callable[[str], Any], attribute: Callable[[str, str], Any]) -> None:
        self._reference, self._attribute = reference, attribute

    def resolve(self, value: Any) -> Any:
        """Return ``value`` with every intrinsic function in it replaced.

        Raises: DeployError, naming a function, reference or dynamic reference that is not known.
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
                raise DeployError(f"dynamic references are not known: {value}")
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
        raise DeployError(f"the function {name} is not known, or not with these arguments: {argument!r}")

    def _substitute(self, text: str, values: dict[str, Any]) -> str:
        def value(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return f"${{{name}}}"
            if name in values:
                return str(values[name])
            target, _, attribute = name.partition(".")
            return str(self._attribute(target, attribute) if attribute else self._reference(target))

        return _PLACE.sub(value, text)


def references(value: Any) -> Iterator[str]:
    """Yield the names that ``Ref``, ``Fn::GetAtt`` and ``Fn::Sub`` in ``value`` speak of, pseudo parameters too."""
    match value:
        case {"Ref": str(name)} if len(value) == 1:
            yield name
        case {"Fn::GetAtt": [str(name), *_]} | {"Fn::GetAtt": str(name)} if len(value) == 1:
            yield name.partition(".")[0]
        case {"Fn::Sub": argument} if len(value) == 1:
            text = argument if isinstance(argument, str) else argument[0]
            yield from (name.partition(".")[0] for literal, name in _PLACE.findall(text) if not literal)
            yield from references(None if isinstance(argument, str) else argument[1])
        case dict():
            for member in value.values():
                yield from references(member)
        case list():
            for member in value:
                yield from references(member)


def _is_function(name: str) -> bool:
    return name in ("Ref", "Condition") or name.startswith("Fn::")
