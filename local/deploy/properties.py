"""The properties of a resource. Each has to be used or ignored explicitly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.deploy.errors import DeployError
from local.deploy.intrinsics import NO_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Properties:
    """An object of the template. Each of its members has to be taken or ignored (see ``check_all_used``).

    Parameters
    ----------
    path : str
        The object's place in the template, for error messages.
    members : Mapping[str, Any]
        The members of the object.
    resolve : Callable
        Replaces the intrinsic functions of a member that is taken. Ignored members are not resolved, because they may
        refer to resources that are not deployed here.
    """

    def __init__(self, path: str, members: Mapping[str, Any], resolve: Callable[[Any], Any]) -> None:
        self.path = path
        self._members = dict(members)
        self._resolve = resolve
        self._sections: list[Properties] = []

    def take(self, name: str, default: Any = None) -> Any:
        """Return the member of this name with its intrinsic functions resolved, or ``default``."""
        value = self._resolve(self._members.pop(name, NO_VALUE))
        return default if value is NO_VALUE else value

    def section(self, name: str) -> Properties:
        """Return the object of this name. It is empty if there is none."""
        return self._section(name, self._members.pop(name, {}))

    def sections(self, name: str) -> list[Properties]:
        """Return the objects of the list of this name."""
        return [self._section(f"{name}[{n}]", members) for n, members in enumerate(self._members.pop(name, []))]

    def ignore(self, reason: str, *names: str) -> None:
        """Ignore the members of these names for a stated reason."""
        if not reason:
            raise ValueError("a property is ignored only for a reason")
        for name in names:
            self._members.pop(name, None)

    def check_all_used(self) -> None:
        """Raise DeployError if a member, also of a section, was neither taken nor ignored."""
        for name in self._members:
            raise DeployError(f"the property {self.path}.{name} is not supported")
        for section in self._sections:
            section.check_all_used()

    def _section(self, name: str, members: Mapping[str, Any]) -> Properties:
        self._sections.append(Properties(f"{self.path}.{name}", members, self._resolve))
        return self._sections[-1]
