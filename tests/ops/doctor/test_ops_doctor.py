"""doctor: its findings, and its exit code when something is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from ops.doctor.command import DoctorReport
from ops.doctor.findings import Finding, attention, proven, summarize, unproven, wrong
from tests.ops.live_pipeline import ROOT, LivePipeline, specimen


@pytest.fixture
def secret(pipeline: LivePipeline):
    """The secret's members. The secret is restored after the test."""
    secrets = pipeline.client("secretsmanager")
    text = secrets.get_secret_value(SecretId=pipeline.outputs.ocr_secret_arn)["SecretString"]
    yield json.loads(text)
    secrets.put_secret_value(SecretId=pipeline.outputs.ocr_secret_arn, SecretString=text)


def fill(pipeline: LivePipeline, **members: str) -> None:
    pipeline.client("secretsmanager").put_secret_value(
        SecretId=pipeline.outputs.ocr_secret_arn, SecretString=json.dumps(members)
    )


def test_a_healthy_stack_is_proven_without_a_paid_call(pipeline: LivePipeline, secret: dict[str, str]) -> None:
    before = pipeline.paid_calls()
    ended = pipeline.run("doctor")
    assert ended.exit_code == 0, ended.output
    assert "issued the public key for credit-card (2048 bits)" in ended.output
    assert "issued the public key for id-card (2048 bits)" in ended.output
    assert re.search(r"^not proven +That an image is analyzed", ended.output, re.MULTILINE)
    assert "WRONG" not in ended.output
    assert pipeline.paid_calls() == before
    assert not any(value in ended.output for value in secret.values())


def test_a_bucket_without_notifications_is_wrong(pipeline: LivePipeline) -> None:
    with pipeline.without_notifications():
        ended = pipeline.run("doctor")
    assert ended.exit_code == 1
    assert re.findall(r"^WRONG +(.*):", ended.output, re.MULTILINE) == [
        "The image bucket does not notify the uploads queue of every upload"
    ]


@pytest.mark.parametrize(
    ("origin", "methods", "finding"),
    [
        ("https://upload.example.com", ["POST", "PUT"], "proven +Pages of https://upload.example.com may send signed"),
        ("https://upload.example.com", ["GET"], "WRONG +The image bucket lets pages of any site use it, or lets pages"),
        ("https://*", ["POST"], "WRONG +The image bucket lets pages of any site use it, or lets pages"),
    ],
)
def test_pages_that_may_use_the_bucket_are_named(
    pipeline: LivePipeline, origin: str, methods: list[str], finding: str
) -> None:
    s3, bucket = pipeline.client("s3"), pipeline.outputs.image_bucket_name
    rules = {"CORSRules": [{"AllowedOrigins": [origin], "AllowedMethods": methods}]}
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=rules)
    try:
        ended = pipeline.run("doctor")
    finally:
        s3.delete_bucket_cors(Bucket=bucket)
    assert re.search(f"^{finding}", ended.output, re.MULTILINE), ended.output
    assert ended.exit_code == int(finding.startswith("WRONG"))


def test_the_command_runs_as_a_process_in_the_projects_folder(pipeline: LivePipeline) -> None:
    environment = {"PATH": os.environ["PATH"], **pipeline.environment}
    ended = subprocess.run(
        [sys.executable, "-m", "ops", "doctor"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    assert "issued the public key" in ended.stdout


def test_an_image_is_analyzed_and_its_message_stays_for_the_consumers(pipeline: LivePipeline, tmp_path: Path) -> None:
    image = tmp_path / "card.png"
    image.write_bytes(specimen("credit-card", 1))
    before = pipeline.paid_calls()
    ended = pipeline.run("doctor", "--image", str(image), "--kind", "credit-card", "--timeout", "60")
    assert ended.exit_code == 0, ended.output
    document_id = re.search(r"^proven +An image was processed.*\(document (\w+)\)", ended.output, re.MULTILINE)
    assert document_id
    assert pipeline.paid_calls() == before + 1
    [message] = pipeline.peek(pipeline.outputs.results_queue_url)
    event = json.loads(message["Body"])
    assert event["id"] == document_id[1]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1", "doctor received from the results queue"
    assert event["data"]["result"]["totalCardNum"] not in ended.output
    assert event["subject"] not in ended.output


def test_a_rejected_image_proves_no_sealed_call(pipeline: LivePipeline, tmp_path: Path) -> None:
    image = tmp_path / "card.png"
    image.write_bytes(b"no image at all")
    ended = pipeline.run("doctor", "--image", str(image), "--kind", "credit-card", "--timeout", "60")
    assert ended.exit_code == 1
    assert re.search(r"^WRONG +The image was processed but rejected", ended.output, re.MULTILINE)


def test_a_secret_that_is_not_filled_in_is_the_only_wrong_finding(
    pipeline: LivePipeline, secret: dict[str, str]
) -> None:
    fill(pipeline, appKey="your-app-key", secretKey=secret["secretKey"])
    ended = pipeline.run("doctor")
    assert ended.exit_code == 1
    assert len(re.findall(r"^WRONG", ended.output, re.MULTILINE)) == 1
    assert re.search(r"^WRONG +The secret is not filled in properly: the secret's appKey", ended.output, re.MULTILINE)
    assert re.search(r"^not proven +That the OCR service issues its public keys", ended.output, re.MULTILINE)


def test_refused_credentials_are_reported_without_being_shown(pipeline: LivePipeline, secret: dict[str, str]) -> None:
    fill(pipeline, appKey=secret["appKey"], secretKey="refused-by-the-service")
    ended = pipeline.run("doctor")
    assert ended.exit_code == 1
    assert "does not accept the credentials of the secret" in ended.output
    assert "refused-by-the-service" not in ended.output
    assert secret["appKey"] not in ended.output


def test_kind_without_image_is_refused(pipeline: LivePipeline) -> None:
    ended = pipeline.run("doctor", "--kind", "id-card")
    assert ended.exit_code == 1
    assert "--image and --kind go together" in ended.output


def test_a_missing_stack_is_a_finding(pipeline: LivePipeline) -> None:
    ended = pipeline.run("--stack", "SealedOcr-none", "doctor", SEALED_OCR_OUTPUTS="")
    assert ended.exit_code == 1
    assert "there is no stack SealedOcr-none" in ended.output


def test_a_dead_letter_needs_attention_and_the_last_line_is_the_summary(pipeline: LivePipeline) -> None:
    url = pipeline.outputs.uploads_dead_letter_queue_url
    pipeline.client("sqs").send_message(QueueUrl=url, MessageBody="no event")
    ended = pipeline.run("doctor", "--json")
    assert ended.exit_code == 0, ended.output
    report = msgspec.json.decode(ended.stdout, type=DoctorReport)
    (attention,) = (each.sentence for each in report.findings if each.status == "attention")
    assert attention.startswith("The uploads' dead-letter queue is not empty: 1 visible message")
    assert report.wrong == 0
    assert report.summary.startswith("Nothing is wrong, but somebody has to look. ")
    assert ended.stderr.splitlines()[-1] == report.summary


@pytest.mark.unit
@pytest.mark.parametrize(
    ("findings", "summary"),
    [
        ([proven("a"), unproven("b")], "Nothing is wrong. Of 2 checks: 1 proven, 0 wrong, 0 attention, 1 not proven."),
        (
            [proven("a"), attention("b")],
            "Nothing is wrong, but somebody has to look. Of 2 checks: 1 proven, 0 wrong, 1 attention, 0 not proven.",
        ),
        ([wrong("a"), attention("b")], "1 thing is wrong. Of 2 checks: 0 proven, 1 wrong, 1 attention, 0 not proven."),
        ([wrong("a"), wrong("b")], "2 things are wrong. Of 2 checks: 0 proven, 2 wrong, 0 attention, 0 not proven."),
    ],
)
def test_the_summary_counts_every_finding(findings: list[Finding], summary: str) -> None:
    assert summarize(findings) == summary
