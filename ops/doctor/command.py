"""The command ``doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from sealed_ocr.common.kinds import Kind

from ops.common.console import print_line
from ops.common.errors import OpsError
from ops.common.options import selected_stack
from ops.doctor.checks import run_checks
from ops.doctor.end_to_end import EndToEndCheck
from ops.doctor.findings import Finding, FindingStatus

ImagePath = Annotated[
    Path | None,
    typer.Option(
        "--image", metavar="FILE", exists=True, dir_okay=False, help="PNG or JPEG to analyze, which is one paid call."
    ),
]
KindOption = Annotated[Kind | None, typer.Option("--kind", help="What the image shows.")]
Timeout = Annotated[float, typer.Option(metavar="SECONDS", min=1, help="Seconds to wait for the image.")]

_STYLES = {FindingStatus.PROVEN: "green", FindingStatus.WRONG: "red", FindingStatus.UNPROVEN: "yellow"}


def doctor(ctx: typer.Context, image: ImagePath = None, kind: KindOption = None, timeout: Timeout = 180) -> None:
    """Check whether the stack works, and show what is proven, what is wrong and what is not proven.

    The checks are free of charge. The command looks up the stack's outputs, reads the state of its bucket, queues and
    tables, checks the bucket's notifications and the functions' state and network, reads the secret, and fetches both
    public keys of the OCR service with it. It never shows a key or a credential.

    With --image and --kind the pipeline analyzes one image, end to end: ONE PAID CALL. The image is uploaded below
    KIND/ops-doctor/ and stays until the bucket's retention ends. Its message goes to the results queue like any other,
    and your consumers receive it. The command does not receive messages. It reads the result from the ledger, which
    records a document as done only after its message was sent.

    Exit code: 1 if something is wrong.
    """
    if (image is None) != (kind is None):
        raise OpsError("--image and --kind go together")
    end_to_end = EndToEndCheck(image.read_bytes(), kind, timeout) if image and kind else None
    wrong = 0
    for finding in run_checks(selected_stack(ctx), end_to_end):
        _print(finding)
        wrong += finding.status is FindingStatus.WRONG
    if wrong:
        raise typer.Exit(1)


def _print(finding: Finding) -> None:
    print_line(f"{finding.status.value:<11}{finding.sentence}", _STYLES[finding.status])
