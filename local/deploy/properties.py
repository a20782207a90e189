"""The properties of a resource, of which none may be overlooked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.deploy.errors import DeployError
from local.deploy.intrinsics import NO_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Properties:
    """A template's object whose members are taken one by one; what nobody asked for is a fault (see ``close``).

    Parameters: ``path`` says where the object stands, for the text of an error; ``resolve`` replaces the intrinsic
    functions of a member that is taken. One that is left out is not resolved: it may speak of what isn't here.
    """

    def __init__(self, path: str, members: Mapping[str, Any], resolve: Callable[[Any], Any]) -> None:
        self.path = path
        self._members = dict(members)
        self._resolve = resolve
        self._sections: list[Properties] = []

    def take(self, name: str, default: Any = None) -> Any:
        """Return the member of that name with its functions resolved, or ``default``."""
        value = self._resolve(self._members.pop(name, NO_VALUE))
        return default if value is NO_VALUE else value

    def section(self, name: str) -> Properties:
        """Return the object of that name, empty when there is none."""
        return self._section(name, self._members.pop(name, {}))

    def sections(self, name: str) -> list[Properties]:
        """Return the objects of the list of that name."""
        return [self._section(f"{name}[{n}]", members) for n, members in enumerate(self._members.pop(name, []))]

    def leave_out(self, reason: str, *names: str) -> None:
        """Pass over the members of these names, for that reason."""
        if not reason:
            raise ValueError("nothing is left out without a reason")
        for name in names:
            self._members.pop(name, None)

    def close(self) -> None:
        """Raise DeployError when there is a member, in a section too, that was neither taken nor left out."""
        for name in self._members:
            raise DeployError(f"the property {self.path}.{name} is not known")
        for section in self._sections:
            section.close()

    def _section(self, name: str, members: Mapping[str, Any]) -> Properties:
        self._sections.append(Properties(f"{self.path}.{name}", members, self._resolve))
        return self._sections[-1]
