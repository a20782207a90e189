"""The template as it is deployed, synthesised here."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from typing import TYPE_CHECKING, Any

from local.processes.child import ROOT, Child, ChildError

if TYPE_CHECKING:
    from pathlib import Path

_SOURCES = ("app.py", "cdk.json", "requirements.txt", "infra/**/*.py", "functions/**/*.py")


class Synthesis:
    """``python app.py`` in a process of its own, without a package of the functions: their source tree is run.

    The CDK takes seconds for what changes seldom, so a template is kept under the digest of everything that it is made
    of; any change makes a new one. ``start`` returns at once, ``template`` waits. What is written goes to ``folder``.
    """

    def __init__(self, folder: Path, project: Path = ROOT) -> None:
        self._out = folder / "cdk.out"
        self._log = folder / "synth.log"
        self._project = project
        self._kept = project / ".local" / "templates" / f"{_digest(project)}.json"
        self._child: Child | None = None

    def start(self) -> None:
        """Begin, unless the template is there already."""
        if self._kept.exists():
            return
        self._child = Child(
            ["app"],
            environment={
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": os.environ.get("HOME", str(self._out.parent)),
                "CDK_CONTEXT_JSON": json.dumps({"bundle": False}),
                "CDK_OUTDIR": str(self._out),
            },
            path=[self._project],
            log=self._log,
        )

    def template(self) -> dict[str, Any]:
        """Return the template.

        Raises: ChildError when it could not be made.
        """
        if self._child:
            if self._child.wait():
                raise ChildError(f"app.py made no template; {self._log} says why")
            (written,) = self._out.glob("*.template.json")
            _keep(written, self._kept)
        template: dict[str, Any] = json.loads(self._kept.read_bytes())
        return template

    def stop(self) -> None:
        """End what was begun."""
        if self._child:
            self._child.kill()


def _keep(template: Path, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    for outdated in kept.parent.glob("*.json"):
        outdated.unlink(missing_ok=True)
    # Another run may look at the same moment: it sees all of the file or none.
    copy = kept.with_suffix(f".{os.getpid()}")
    shutil.copyfile(template, copy)
    copy.replace(kept)


def _digest(project: Path) -> str:
    digest = hashlib.sha256(platform.python_version().encode())
    for pattern in _SOURCES:
        for source in sorted(project.glob(pattern)):
            digest.update(f"\0{source.relative_to(project)}\0".encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()[:32]
