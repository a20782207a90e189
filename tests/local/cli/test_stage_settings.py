"""The option ``--set`` takes the settings of a stage, and checks them before anything is started."""

from __future__ import annotations

import subprocess
import sys

import pytest

from local.cli.image_files import UsageError
from local.cli.stage_settings import stage_settings
from local.processes.child import ROOT

pytestmark = pytest.mark.unit


def test_settings_are_texts_as_on_the_cdk_s_command_line() -> None:
    assert stage_settings([]) == {}
    given = ["reviewBelow=credit-card=0.5", "memory=1024", "noticeEmail="]
    assert stage_settings(given) == {"reviewBelow": "credit-card=0.5", "memory": "1024", "noticeEmail": ""}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["memory"], "--set takes NAME=VALUE, not 'memory'"),
        (["memory=512", "memory=1024"], "--set gives memory twice"),
        (["ocrEndpoint=https://x"], "--set cannot change ocrEndpoint: use --ocr-endpoint"),
        (["bundle=true"], "--set cannot change bundle: the functions run unpackaged here"),
        (["memory=1"], "Setting memory is '1'; it must be 256 to 10240 MB"),
        (["reviewQueue=true"], "it must be false without reviewBelow"),
        (["colour=red"], "There is no setting 'colour'; the settings are price"),
    ],
)
def test_a_wrong_setting_is_a_usage_error(given: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as raised:
        stage_settings(given)
    assert sentence in str(raised.value)


def test_a_run_without_settings_does_not_load_them() -> None:
    program = (
        "import sys, local.cli.stage_settings as s; s.stage_settings([]); sys.exit('infra.settings' in sys.modules)"
    )
    path = {"PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}"}
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=path, check=False).returncode == 0
