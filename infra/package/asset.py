"""Reads the package that is uploaded: the functions' asset in a synthesised ``cdk.out``."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathlib import Path


class _Source(msgspec.Struct):
    path: str
    packaging: str


class _Asset(msgspec.Struct):
    source: _Source


class _Manifest(msgspec.Struct):
    files: dict[str, _Asset]


def uploaded_folder(template: Path) -> Path:
    """Return the folder that the CDK's command line zips and uploads for the functions of ``template``."""
    manifest = template.with_name(template.name.replace(".template.json", ".assets.json"))
    assets = msgspec.json.decode(manifest.read_bytes(), type=_Manifest).files.values()
    # The other file is the template itself.
    (source,) = (asset.source for asset in assets if asset.source.packaging == "zip")
    return template.parent / source.path


def zipped_bytes(folder: Path) -> int:
    """Return the size of ``folder`` as a zip. The command line compresses its files at zlib's default level, too."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                package.write(path, path.relative_to(folder))
    return len(file.getvalue())
