from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sealed_ocr.common.settings import SettingsError
from sealed_ocr.ocr.envelope import Envelope
from sealed_ocr.ocr.multipart import sealed_form

from infra.limits import DEAD_LETTER_RETENTION_DAYS, UPLOADS_RETENTION_DAYS
from infra.settings import StageSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHORTEST = UPLOADS_RETENTION_DAYS + DEAD_LETTER_RETENTION_DAYS + 1


def test_every_setting_has_a_default() -> None:
    assert StageSettings.from_context({}) == StageSettings()


@pytest.mark.parametrize(
    ("name", "value", "field", "meant"),
    [
        ("stage", "prod-2", "stage", "prod-2"),
        ("ocrEndpoint", "https://ocr.api.nhncloudservice.com", "ocr_endpoint", "https://ocr.api.nhncloudservice.com"),
        ("ocrEndpoint", "http://127.0.0.1:8080", "ocr_endpoint", "http://127.0.0.1:8080"),
        ("batchSize", "7", "batch_size", 7),
        ("batchSize", 7, "batch_size", 7),
        ("maxConcurrency", "1000", "max_concurrency", 1000),
        ("memory", 1769, "memory", 1769),
        ("imageRetentionDays", SHORTEST, "image_retention_days", SHORTEST),
        ("resultRetention", "1", "result_retention", 1),
        ("logRetentionDays", "30", "log_retention_days", 30),
        ("alarmEmail", "ops@example.com", "alarm_email", "ops@example.com"),
        ("noticeEmail", "today@example.com", "notice_email", "today@example.com"),
        ("docsUrl", "https://example.com/ocr/docs", "docs_url", "https://example.com/ocr/docs"),
        ("slowSeconds", "2.5", "slow_seconds", 2.5),
        ("removalPolicy", "destroy", "removal_policy", "destroy"),
        ("pricePerThousandIdCards", "12.5", "price_per_thousand_id_cards", 12.5),
        ("maxCallsPerHour", "10", "max_calls_per_hour", 10),
        ("maxCallsPerDay", 240, "max_calls_per_day", 240),
        ("reviewBelow", "id-card=0.5", "review_below", "id-card=0.5"),
        ("omitFields", "id-card=name", "omit_fields", "id-card=name"),
        ("maskFields", {"credit-card": ["cardNums"]}, "mask_fields", "credit-card=cardNums"),
        ("lockGuardDays", "0", "lock_guard_days", 0),
        ("lockGuardDays", 365, "lock_guard_days", 365),
        ("privateNetwork", "true", "private_network", True),
        ("bundle", "false", "bundle", False),
    ],
)
def test_a_setting_is_read_from_text_and_from_json(name: str, value: object, field: str, meant: object) -> None:
    assert getattr(StageSettings.from_context({name: value}), field) == meant


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stage", "Prod"),
        ("stage", "a-name-that-is-far-too-long"),
        ("stage", "dev\n"),
        ("stage", ""),
        ("ocrEndpoint", "http://ocr.example.com"),
        ("ocrEndpoint", "https://ocr.example.com/v2.0"),
        ("ocrEndpoint", "ocr.example.com"),
        ("ocrEndpoint", "https://user@ocr.example.com"),
        ("ocrEndpoint", "https://ocr.example.com:99999"),
        ("batchSize", 0),
        ("batchSize", 101),
        ("batchSize", "ten"),
        ("batchSize", 1.5),
        ("batchWindow", 301),
        ("batchWindow", -1),
        ("maxConcurrency", 1),
        ("maxConcurrency", 1001),
        ("memory", 128),
        ("memory", 10241),
        ("maxImageBytes", (20 << 20) - 1023),
        ("maxImageBytes", 20 << 20),
        ("maxImageBytes", -1),
        ("maxCallsPerHour", 0),
        ("maxCallsPerHour", "many"),
        ("maxCallsPerHour", 9),
        ("maxCallsPerDay", -1),
        ("maxCallsPerDay", "1e3"),
        ("reviewBelow", 1.1),
        ("reviewQueue", "perhaps"),
        ("consumerPublicKeys", "missing.json"),
        ("maxUnknownAttempts", 3),
        ("lockGuardDays", -1),
        ("lockGuardDays", 366),
        ("lockGuardDays", "a month"),
        ("lockGuardDays", 0.5),
        ("uploadOrigins", "*"),
        ("uploadOrigins", "https://*.example.com"),
        ("uploadOrigins", "upload.example.com"),
        ("uploadOrigins", "http://upload.example.com"),
        ("uploadOrigins", "https://upload.example.com/"),
        ("uploadOrigins", "https://upload.example.com/cards"),
        ("uploadOrigins", "https://Upload.example.com"),
        ("uploadOrigins", "https://upload.example.com:443"),
        ("uploadOrigins", "https://upload.example.com:0"),
        ("uploadOrigins", "https://user@upload.example.com"),
        ("uploadOrigins", "https://업로드.example.com"),
        ("uploadOrigins", "https://a.example.com, https://b.example.com"),
        ("uploadOrigins", "https://a.example.com,https://a.example.com"),
        ("uploadOrigins", "https://a.example.com\n"),
        ("uploadOrigins", ",".join(f"https://a{number}.example.com" for number in range(21))),
        ("uploadOrigins", "http://localhost:80"),
        ("uploadOrigins", "http://127.0.0.1:80"),
        ("uploadOrigins", "null"),
        ("refuseOverwrite", "maybe"),
        ("refuseOverwrite", "*"),
        ("refuseOverwrite", 2),
        ("imageRetentionDays", SHORTEST - 1),
        ("resultRetention", 0),
        ("resultRetention", 15),
        ("logRetentionDays", 31),
        ("alarmEmail", "nobody"),
        ("alarmEmail", None),
        ("noticeEmail", "nobody"),
        ("slowSeconds", 0),
        ("slowSeconds", "fast"),
        ("docsUrl", "docs"),
        ("docsUrl", "http://example.com/docs"),
        ("docsUrl", "https://example.com/docs/"),
        ("docsUrl", "https://example.com/docs#alarms"),
        ("removalPolicy", "snapshot"),
        ("pricePerThousandCreditCards", -1),
        ("pricePerThousandVerifications", "nan"),
        ("privateNetwork", "maybe"),
        ("subnetIds", "subnet-0123abcd"),
        ("subnetIds", "subnet-0123abcd,subnet-0123abcd"),
        ("subnetIds", "subnet-0123abcd, subnet-0123abce"),
        ("subnetIds", "vpc-0123abcd,subnet-0123abce"),
        ("subnetIds", "subnet-0123abcd,subnet-0123ABCE"),
        ("subnetIds", ",".join(f"subnet-{number:08x}" for number in range(17))),
        ("securityGroupIds", "sg-0123abcdef"),
        ("securityGroupIds", "sg-0123abcd\n"),
        ("securityGroupIds", ",".join(f"sg-{number:08x}" for number in range(6))),
        ("securityGroupIds", 5),
        ("bundle", "maybe"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_allowed(name: str, value: object) -> None:
    with pytest.raises(SettingsError) as caught:
        StageSettings.from_context({name: value})
    (sentence,) = str(caught.value).splitlines()
    assert sentence.startswith(f"Setting {name} is {value!r}; it must be ")
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("endpoint", "largest"),
    [
        ("https://api-ocr.nhncloudservice.com", 20_970_496),
        ("https://ocr.api.nhncloudservice.com", 4_998_976),
        ("https://OCR.api.nhncloudservice.com:443", 4_998_976),
        ("https://ocr.example.com", 20_970_496),
    ],
)
def test_the_largest_image_follows_the_host_and_may_be_lowered(endpoint: str, largest: int) -> None:
    assert StageSettings.from_context({"ocrEndpoint": endpoint}).largest_image_bytes == largest
    assert StageSettings.from_context({"ocrEndpoint": endpoint, "maxImageBytes": 1}).largest_image_bytes == 1
    with pytest.raises(SettingsError, match=f"maxImageBytes .* at most {largest} bytes"):
        StageSettings.from_context({"ocrEndpoint": endpoint, "maxImageBytes": largest + 1})


def test_the_largest_image_and_its_form_fit_into_a_request() -> None:
    class Largest:
        size, file_name, chunk_bytes = StageSettings().largest_image_bytes, "image.jpg", 1

        def chunks(self) -> list[bytes]:
            return []

    assert sealed_form(Largest(), Envelope()).length <= 20 << 20


def test_an_unknown_setting_is_named_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"no setting 'batchsize'; .*\bbatchSize\b"):
        StageSettings.from_context({"batchsize": 5})


def test_entries_of_the_cdk_are_ignored() -> None:
    own = {"@aws-cdk/core:checkSecretUsage": True, "aws:cdk:enable-path-metadata": True, "cli-telemetry": False}
    assert StageSettings.from_context(own) == StageSettings()


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        StageSettings.from_context({"stage": "", "memory": 1, "nonsense": 1})
    assert len(str(caught.value).splitlines()) == 3


def test_a_ceiling_of_a_day_below_that_of_an_hour_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"maxCallsPerDay is 50; it must be at least maxCallsPerHour \(100\)"):
        StageSettings.from_context({"maxCallsPerHour": 100, "maxCallsPerDay": 50})


@pytest.mark.parametrize(("size", "window", "allowed"), [(10, 0, True), (11, 0, False), (11, 1, True)])
def test_a_batch_above_ten_needs_a_window(size: int, window: int, allowed: bool) -> None:
    context = {"batchSize": size, "batchWindow": window}
    if allowed:
        assert StageSettings.from_context(context).batch_window == window
    else:
        with pytest.raises(SettingsError, match="batchWindow"):
            StageSettings.from_context(context)


@pytest.mark.parametrize(
    ("size", "memory", "allowed"), [(32, 256, True), (33, 256, False), (64, 512, True), (65, 512, False)]
)
def test_a_batch_needs_enough_memory(size: int, memory: int, allowed: bool) -> None:
    context = {"batchSize": size, "batchWindow": 1, "memory": memory}
    if allowed:
        assert StageSettings.from_context(context).memory == memory
    else:
        with pytest.raises(SettingsError, match=f"Setting memory is {memory}; .* at least {8 * size} MB"):
            StageSettings.from_context(context)


SUBNETS, GROUPS = "subnet-0123abcd,subnet-0123456789abcdef0", "sg-0123456789abcdef0"


@pytest.mark.parametrize("form", [str, lambda text: text.split(",")])
def test_a_network_is_read_from_text_and_from_json(form: Callable[[str], object]) -> None:
    settings = StageSettings.from_context({"subnetIds": form(SUBNETS), "securityGroupIds": form(GROUPS)})
    assert settings.subnet_ids == ("subnet-0123abcd", "subnet-0123456789abcdef0")
    assert settings.security_group_ids == ("sg-0123456789abcdef0",)


@pytest.mark.parametrize(
    "origin",
    [
        "https://upload.example.com",
        "https://upload.example.com:8443",
        "https://xn--ok0bo22b.example",
        "https://localhost",
        "http://localhost:8080",
        "http://127.0.0.1:18080",
        "http://[::1]:8080",
        "https://a-b.example.com:1443",
    ],
)
def test_an_origin_is_taken_as_a_browser_sends_it(origin: str) -> None:
    other = "https://other.example.com"
    settings = StageSettings.from_context({"uploadOrigins": f"{origin},{other}"})
    assert settings.upload_origins == (origin, other)


@pytest.mark.parametrize(
    ("context", "setting"),
    [
        ({"privateNetwork": True, "subnetIds": SUBNETS, "securityGroupIds": GROUPS}, "privateNetwork"),
        ({"privateNetwork": True, "subnetIds": SUBNETS}, "privateNetwork"),
        ({"privateNetwork": True, "securityGroupIds": GROUPS}, "privateNetwork"),
        ({"subnetIds": SUBNETS}, "securityGroupIds"),
        ({"securityGroupIds": GROUPS}, "subnetIds"),
        ({"subnetIds": SUBNETS, "securityGroupIds": "sg"}, "securityGroupIds"),
    ],
)
def test_settings_of_two_networks_or_of_half_a_one_are_refused(context: dict[str, object], setting: str) -> None:
    with pytest.raises(SettingsError) as caught:
        StageSettings.from_context(context)
    (sentence,) = str(caught.value).splitlines()
    assert sentence.startswith(f"Setting {setting} is ")


@pytest.mark.parametrize(
    ("arguments", "context", "message"),
    [
        ([], '{"memory": "lots"}', "Setting memory is 'lots'; it must be 256 to 10240 MB.\n"),
        ([], "{memory: 512}", "CDK_CONTEXT_JSON is not the JSON object that it must be"),
        ([], "[]", "CDK_CONTEXT_JSON is not the JSON object that it must be"),
        (["-c", "stage=prod"], "{}", "app.py takes no arguments"),
    ],
)
def test_the_app_prints_a_fault_in_one_line_and_fails(
    project: Path, tmp_path: Path, arguments: list[str], context: str, message: str
) -> None:
    environment = os.environ | {"CDK_OUTDIR": str(tmp_path), "CDK_CONTEXT_JSON": context}
    ended = subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(message)
    assert len(ended.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_every_setting_is_documented(project: Path) -> None:
    chapter = (project / "docs" / "deployment.md").read_text().split("\n## Settings\n")[1].split("\n## ")[0]
    documented = {
        row.split("`")[1]: row.split("|")[2].strip().strip("`") for row in chapter.splitlines() if row[:3] == "| `"
    }
    defaults = StageSettings()
    defined = {
        in_camel_case(field): "none" if (value := getattr(defaults, field)) in {"", (), None} else str(value).lower()
        for field in defaults.__struct_fields__
    }
    assert documented == defined


def in_camel_case(field: str) -> str:
    first, *others = field.split("_")
    return first + "".join(map(str.capitalize, others))
