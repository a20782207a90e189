"""The option about sealed messages: the private key that opens them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from local.cli.image_files import UsageError, quoted
from workstation.sealed_messages import PrivateKeyFault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.sealed_messages import Opener

PrivateKey = Annotated[
    Path | None,
    typer.Option("--private-key", metavar="FILE", help="Open sealed messages with this private JWK or JWK set."),
]


def opener(path: Path | None) -> Opener | None:
    """Return what opens messages with the key in the file; None without a file.

    Raises
    ------
    UsageError
        If the file cannot be used.
    """
    if path is None:
        return None
    # Its library is loaded only where messages are opened.
    from workstation.private_keys import PrivateKeys

    try:
        return PrivateKeys.from_file(path)
    except PrivateKeyFault as fault:
        raise UsageError(f"{quoted(path)}: {fault}") from None


def missing_key(sealed_to: Sequence[str], opener: Opener | None) -> str | None:
    """Return a sentence if messages are sealed and cannot be opened, or None."""
    missing = opener.without(sealed_to) if opener else [*sealed_to]
    if not missing:
        return None
    return (
        f"the messages are sealed to {', '.join(missing)} (consumerPublicKeys): "
        "give the file of the private key with --private-key"
    )
