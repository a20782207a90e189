"""The command ``doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from sealed_ocr.common.kinds import Kind

from ops.common.console import AsJson, print_line, print_report
from ops.common.errors import OpsError
from ops.common.options import selected_stack
from ops.doctor.checks import run_checks
from ops.doctor.end_to_end import EndToEndCheck
from ops.doctor.findings import Finding, FindingStatus, summarize

ImagePath = Annotated[
    Path | None,
    typer.Option(
        "--image", metavar="FILE", exists=True, dir_okay=False, help="PNG or JPEG to analyze, which is one paid call."
    ),
]
KindOption = Annotated[Kind | None, typer.Option("--kind", help="What the image shows.")]
Timeout = Annotated[float, typer.Option(metavar="SECONDS", min=1, help="Seconds to wait for the image.")]

_STYLES = {
    FindingStatus.PROVEN: "green",
    FindingStatus.WRONG: "red",
    FindingStatus.ATTENTION: "bold yellow",
    FindingStatus.UNPROVEN: "yellow",
}


class FindingReport(msgspec.Struct, rename="camel", frozen=True):
    """One finding. ``status`` is a word of ``FindingStatus``, in lower case."""

    status: str
    sentence: str


class DoctorReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``doctor --json`` prints."""

    findings: list[FindingReport]
    summary: str
    wrong: int


def doctor(
    ctx: typer.Context,
    image: ImagePath = None,
    kind: KindOption = None,
    timeout: Timeout = 180,
    as_json: AsJson = False,
) -> None:
    """Check whether the stack works, and show what is proven, what is wrong, what to look at and what is not proven.

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
    findings = []
    for finding in run_checks(selected_stack(ctx), end_to_end):
        _print(finding)
        findings.append(finding)
    wrong = sum(finding.status is FindingStatus.WRONG for finding in findings)
    summary = summarize(findings)
    print_line(summary, "bold")
    print_report(
        DoctorReport([FindingReport(each.status.value.lower(), each.sentence) for each in findings], summary, wrong)
    )
    if wrong:
        raise typer.Exit(1)


def _print(finding: Finding) -> None:
    print_line(f"{finding.status.value:<11}{finding.sentence}", _STYLES[finding.status])
