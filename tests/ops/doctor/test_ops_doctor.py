"""doctor: what it proves, and how it ends when something is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ops.live_pipeline import ROOT, Here, specimen


@pytest.fixture
def secret(here: Here):
    """The secret's members; it is filled in again afterwards."""
    secrets = here.client("secretsmanager")
    text = secrets.get_secret_value(SecretId=here.outputs.ocr_secret_arn)["SecretString"]
    yield json.loads(text)
    secrets.put_secret_value(SecretId=here.outputs.ocr_secret_arn, SecretString=text)


def fill(here: Here, **members: str) -> None:
    here.client("secretsmanager").put_secret_value(
        SecretId=here.outputs.ocr_secret_arn, SecretString=json.dumps(members)
    )


def test_everything_in_order_is_proven_without_a_call_that_is_paid_for(here: Here, secret: dict[str, str]) -> None:
    before = here.paid()
    ended = here.ops("doctor")
    assert ended.exit_code == 0, ended.output
    assert "issued the public key for credit-card (2048 bits)" in ended.output
    assert "issued the public key for id-card (2048 bits)" in ended.output
    assert re.search(r"^not proven +That an image comes through", ended.output, re.MULTILINE)
    assert "WRONG" not in ended.output
    assert here.paid() == before
    assert not any(value in ended.output for value in secret.values())


def test_a_bucket_that_announces_nothing_is_told(here: Here) -> None:
    with here.unheard():
        ended = here.ops("doctor")
    assert ended.exit_code == 1
    assert re.findall(r"^WRONG +(.*):", ended.output, re.MULTILINE) == [
        "The image bucket does not announce every upload on the uploads queue"
    ]


def test_the_command_runs_by_itself_in_the_projects_folder(here: Here) -> None:
    environment = {"PATH": os.environ["PATH"], **here.environment}
    ended = subprocess.run(
        [sys.executable, "-m", "ops", "doctor"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    assert "issued the public key" in ended.stdout


def test_an_image_goes_through_and_its_message_stays_for_the_consumers(here: Here, tmp_path: Path) -> None:
    image = tmp_path / "card.png"
    image.write_bytes(specimen("credit-card", 1))
    before = here.paid()
    ended = here.ops("doctor", "--image", str(image), "--kind", "credit-card", "--timeout", "60")
    assert ended.exit_code == 0, ended.output
    document_id = re.search(r"^proven +An image came through.*\(document (\w+)\)", ended.output, re.MULTILINE)
    assert document_id
    assert here.paid() == before + 1
    [message] = here.seen(here.outputs.results_queue_url)
    event = json.loads(message["Body"])
    assert event["id"] == document_id[1]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1", "doctor looked at the results queue"
    assert event["data"]["result"]["totalCardNum"] not in ended.output
    assert event["subject"] not in ended.output


def test_a_rejected_image_proves_no_sealed_call(here: Here, tmp_path: Path) -> None:
    image = tmp_path / "card.png"
    image.write_bytes(b"no image at all")
    ended = here.ops("doctor", "--image", str(image), "--kind", "credit-card", "--timeout", "60")
    assert ended.exit_code == 1
    assert re.search(r"^WRONG +The image came through and was rejected", ended.output, re.MULTILINE)


def test_a_secret_that_is_not_filled_in_is_told_and_nothing_else_is_blamed(here: Here, secret: dict[str, str]) -> None:
    fill(here, appKey="your-app-key", secretKey=secret["secretKey"])
    ended = here.ops("doctor")
    assert ended.exit_code == 1
    assert len(re.findall(r"^WRONG", ended.output, re.MULTILINE)) == 1
    assert re.search(r"^WRONG +The secret is not filled in properly: the secret's appKey", ended.output, re.MULTILINE)
    assert re.search(r"^not proven +That the OCR service issues its public keys", ended.output, re.MULTILINE)


def test_credentials_that_the_service_refuses_are_told_without_showing_them(here: Here, secret: dict[str, str]) -> None:
    fill(here, appKey=secret["appKey"], secretKey="refused-by-the-service")
    ended = here.ops("doctor")
    assert ended.exit_code == 1
    assert "does not take the appKey and secretKey" in ended.output
    assert "refused-by-the-service" not in ended.output
    assert secret["appKey"] not in ended.output


def test_what_belongs_together_is_asked_for_together(here: Here) -> None:
    ended = here.ops("doctor", "--kind", "id-card")
    assert ended.exit_code == 1
    assert "--image and --kind go together" in ended.output


def test_a_stack_that_is_not_there_is_a_finding(here: Here) -> None:
    ended = here.ops("--stack", "SealedOcr-none", "doctor", SEALED_OCR_OUTPUTS="")
    assert ended.exit_code == 1
    assert "there is no stack SealedOcr-none" in ended.output
