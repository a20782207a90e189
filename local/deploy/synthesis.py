"""Synthesises the template that is deployed."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from local.processes.child import ROOT, Child, ChildError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SOURCES = ("app.py", "cdk.json", "requirements.txt", "infra/**/*.py", "functions/**/*.py")


class Synthesis:
    """Runs ``python app.py`` in a process of its own. The functions are not packaged: their source tree runs.

    The CDK takes seconds and its input seldom changes. So the template is cached under the digest of all its sources
    and settings, and any change creates a new one. ``start`` returns at once, ``template`` waits. The output goes to
    ``folder``. ``settings`` are those of the stage, as text; they override ``cdk.json``.
    """

    def __init__(self, folder: Path, project: Path = ROOT, settings: Mapping[str, str] | None = None) -> None:
        self._out = folder / "cdk.out"
        self._log = folder / "synth.log"
        self._project = project
        self._context = json.dumps({"bundle": False} | dict(sorted((settings or {}).items())))
        self._sources = _digest(project)
        of_settings = hashlib.sha256(self._context.encode() + _key_file(project, self._context))
        name = f"{self._sources}-{of_settings.hexdigest()[:16]}.json"
        self._cached = project / ".local" / "templates" / name
        self._child: Child | None = None

    def start(self) -> None:
        """Start the process, unless the template is cached."""
        if self._cached.exists():
            return
        self._child = Child(
            ["app"],
            environment={
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": os.environ.get("HOME", str(self._out.parent)),
                "CDK_CONTEXT_JSON": self._context,
                "CDK_OUTDIR": str(self._out),
            },
            path=[self._project],
            log=self._log,
        )

    def template(self) -> dict[str, Any]:
        """Wait for the template and return it.

        Raises
        ------
        ChildError
            If the process failed.
        """
        if self._child:
            if self._child.wait():
                raise ChildError(f"app.py failed to write a template; see {self._log}")
            (written,) = self._out.glob("*.template.json")
            _store(written, self._cached, self._sources)
        template: dict[str, Any] = json.loads(self._cached.read_bytes())
        return template

    def stop(self) -> None:
        """Kill the process."""
        if self._child:
            self._child.kill()


def _store(template: Path, cached: Path, sources: str) -> None:
    """Keep the template, and those of the same sources with other settings."""
    cached.parent.mkdir(parents=True, exist_ok=True)
    for other in cached.parent.glob("*.json"):
        if not other.name.startswith(sources):
            other.unlink(missing_ok=True)
    # Replacing the file is atomic. A concurrent run sees the complete file or none.
    copy = cached.with_suffix(f".{os.getpid()}")
    shutil.copyfile(template, copy)
    copy.replace(cached)


def _key_file(project: Path, context: str) -> bytes:
    """Return the content of the file that the setting ``consumerPublicKeys`` names, or nothing."""
    # Whatever is wrong with them, app.py says so.
    with suppress(OSError, ValueError, AttributeError, KeyError, TypeError):
        settings = json.loads((project / "cdk.json").read_bytes())["context"] | json.loads(context)
        path: Path = project / settings["consumerPublicKeys"]
        return path.read_bytes()
    return b""


def _digest(project: Path) -> str:
    digest = hashlib.sha256(platform.python_version().encode())
    for pattern in _SOURCES:
        for source in sorted(project.glob(pattern)):
            digest.update(f"\0{source.relative_to(project)}\0".encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()[:32]
