"""``doctor``: is everything in order, and how is that known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from sealed_ocr.common.kinds import Kind

from ops.common.console import say
from ops.common.errors import OpsError
from ops.common.options import target_of
from ops.doctor.checks import examine
from ops.doctor.end_to_end import Trial
from ops.doctor.findings import Finding, Verdict

ImagePath = Annotated[
    Path | None,
    typer.Option("--image", exists=True, dir_okay=False, help="PNG or JPEG that is sent through, as a paid call."),
]
KindOption = Annotated[Kind | None, typer.Option("--kind", help="What the image shows.")]
Timeout = Annotated[float, typer.Option(min=1, help="Seconds to wait for the image.")]

_STYLES = {Verdict.PROVEN: "green", Verdict.WRONG: "red", Verdict.UNPROVEN: "yellow"}


def doctor(ctx: typer.Context, image: ImagePath = None, kind: KindOption = None, timeout: Timeout = 180) -> None:
    """Say whether the stack is in order: what is proven, what is wrong, and what is not proven.

    Free of charge it looks for the stack's outputs, reaches its bucket, queues and tables, sees whether uploads are
    announced, asks Lambda how the functions stand, reads the secret, and fetches both public keys of the OCR service
    with it. It never shows a key or a credential.

    With --image and --kind it has one image read, end to end: ONE PAID CALL. The image is put under
    KIND/ops-doctor/, stays until the bucket lets go of it, and its message comes to the results queue like any
    other, for your consumers too. The ledger is asked how it went, so that no message is taken from them; it records a
    document as done only when its message was sent.

    Exit code: 1 when something is wrong.
    """
    if (image is None) != (kind is None):
        raise OpsError("--image and --kind go together")
    trial = Trial(image.read_bytes(), kind, timeout) if image and kind else None
    wrong = 0
    for finding in examine(target_of(ctx), trial):
        _tell(finding)
        wrong += finding.verdict is Verdict.WRONG
    if wrong:
        raise typer.Exit(1)


def _tell(finding: Finding) -> None:
    say(f"{finding.verdict.value:<11}{finding.sentence}", _STYLES[finding.verdict])
