"""Every missing or wrong setting is named, and its value is not quoted."""

import subprocess
import sys
from pathlib import Path

import pytest
import sealed_ocr
from hypothesis import given
from hypothesis import strategies as st
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.review_below import confidences
from sealed_ocr.common.setting_name import Setting
from sealed_ocr.common.settings import SettingsError
from sealed_ocr.runtime.settings import AnalyzeSettings, VerifySettings

from tests.support.canary import MIN_SECRET_BYTES, assert_clean
from tests.support.consumer_keys import ec_key, jwk_set, public

pytestmark = pytest.mark.unit

SHARED = {
    "OCR_ENDPOINT": "https://api-ocr.nhncloudservice.com",
    "OCR_OAUTH_ENDPOINT": "https://oauth.example.com",
    "OCR_SECRET_ARN": "arn:aws:secretsmanager:ap-northeast-2:111111111111:secret:ocr-AbCdEf",
    "REQUEST_KEYS_TABLE": "request-keys",
}
ANALYZE = SHARED | {
    "FUNCTION_TIMEOUT_SECONDS": "120",
    "OCR_CALL_TIMEOUT_SECONDS": "40",
    "UPLOADS_QUEUE_URL": "https://sqs.ap-northeast-2.amazonaws.com/111111111111/uploads",
    "UPLOADS_DLQ_URL": "https://sqs.ap-northeast-2.amazonaws.com/111111111111/uploads-dlq",
    "RESULTS_QUEUE_URL": "https://sqs.ap-northeast-2.amazonaws.com/111111111111/results",
    "DOCUMENTS_TABLE": "documents",
    "BATCH_SIZE": "10",
    "MAX_IMAGE_BYTES": "20971520",
    "MAX_UNKNOWN_ATTEMPTS": "2",
}
VERIFY = SHARED | {
    "FUNCTION_TIMEOUT_SECONDS": "30",
    "OCR_CALL_TIMEOUT_SECONDS": "20",
    "CLAIM_HMAC_KEY_ID": "arn:aws:kms:ap-northeast-2:111111111111:key/0f0e",
    "LOCK_GUARD_DAYS": "30",
}
FUNCTIONS = [(AnalyzeSettings.from_environment, ANALYZE), (VerifySettings.from_environment, VERIFY)]
EACH = [(read, good, name) for read, good in FUNCTIONS for name in good]
URLS = ["ftp://queue.example/canary", "queue-canary", "https://", "https://two words.example", "http:///canary"]
TOKENS = ["two words-canary", "new\nline-canary", "tab\tcanary"]
SECONDS = ["0", "-1", "901", "1.5", "ten-canary", "0x10", "1e2"]
ENDPOINTS = [
    *("http://api.example.com", "http://192.0.2.7", "http://10.0.0.1:8080", "http://localhost.example.com"),
    *("http://127.0.0.1.example.com", "http://[2001:db8::1]", "http://0.0.0.0", "http://169.254.169.254"),
    *("ftp://127.0.0.1", "api-ocr.example.com", "//api.example.com", "https://", "https:///v2.0", "http://"),
    *("https://api.example.com/v2.0", "https://api.example.com?x=1", "https://api.example.com#x"),
    *("https://user:pass-canary@api.example.com", "https://api.example.com:99999", "https://api.example.com:port"),
    "https://api.example.com:0",
    *("https://[::1", "https://two words.example.com", "https://api.example.com\n.evil.example"),
]
WRONG = {
    "OCR_ENDPOINT": ENDPOINTS,
    "OCR_OAUTH_ENDPOINT": ENDPOINTS,
    "OCR_SECRET_ARN": TOKENS,
    "REQUEST_KEYS_TABLE": TOKENS,
    "DOCUMENTS_TABLE": TOKENS,
    "CLAIM_HMAC_KEY_ID": TOKENS,
    "UPLOADS_QUEUE_URL": URLS,
    "UPLOADS_DLQ_URL": URLS,
    "RESULTS_QUEUE_URL": URLS,
    "FUNCTION_TIMEOUT_SECONDS": [*SECONDS, "10"],
    "OCR_CALL_TIMEOUT_SECONDS": SECONDS,
    "BATCH_SIZE": ["0", "-1", "1001", "ten-canary", "1.5"],
    "MAX_IMAGE_BYTES": ["0", "-1", "1073741825", "20MB"],
    "MAX_UNKNOWN_ATTEMPTS": ["0", "11", "two-canary"],
    "LOCK_GUARD_DAYS": ["-1", "366", "7.5", "month-canary"],
}


def faults(read, environment):
    with pytest.raises(SettingsError) as raised:
        read(environment)
    assert str(raised.value).startswith("wrong settings: ")
    return str(raised.value).removeprefix("wrong settings: ").split("; ")


def names(parts):
    """Return the settings that the faults name. Each fault has a second part, "it is …"."""
    return [part.split(" must be ")[0] for part in parts if " must be " in part]


def test_every_setting_name_is_read() -> None:
    assert {name for kind in (AnalyzeSettings, VerifySettings) for name in kind.__struct_encode_fields__} == set(
        Setting
    )


def test_good_settings_are_read() -> None:
    settings = AnalyzeSettings.from_environment(ANALYZE)
    assert settings.endpoint == "https://api-ocr.nhncloudservice.com"
    assert settings.secret_arn == SHARED["OCR_SECRET_ARN"]
    assert settings.request_keys_table == "request-keys"
    assert (settings.call_seconds, settings.function_seconds, settings.lease_seconds) == (40, 120, 150)
    assert settings.uploads_queue_url == ANALYZE["UPLOADS_QUEUE_URL"]
    assert settings.dead_letters_queue_url == ANALYZE["UPLOADS_DLQ_URL"]
    assert settings.results_queue_url == ANALYZE["RESULTS_QUEUE_URL"]
    assert settings.documents_table == "documents"
    assert (settings.batch_size, settings.max_image_bytes, settings.max_unknown_attempts) == (10, 20 << 20, 2)
    assert (settings.review_below, settings.review_queue_url) == ("", None)
    verify = VerifySettings.from_environment(VERIFY)
    assert verify.claim_hmac_key_id == VERIFY["CLAIM_HMAC_KEY_ID"]
    assert verify.lease_seconds > verify.function_seconds == 30
    assert verify.lock_guard_days == 30
    assert VerifySettings.from_environment(VERIFY | {"LOCK_GUARD_DAYS": "0"}).lock_guard_days == 0


@pytest.mark.parametrize(("read", "good", "name"), EACH)
@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_missing_setting_is_named(read, good, name, blank) -> None:
    environment = {key: value for key, value in good.items() if key != name}
    parts = faults(read, environment if blank is None else environment | {name: blank})
    assert names(parts) == [name]
    assert parts[-1] == "it is missing"


@pytest.mark.parametrize(
    ("read", "good", "name", "wrong"), [(*each, wrong) for each in EACH for wrong in WRONG[each[2]]]
)
def test_a_wrong_setting_is_named_and_not_quoted(read, good, name, wrong) -> None:
    parts = faults(read, good | {name: wrong})
    assert names(parts) == [name]
    assert parts[-1] == "it is something else"
    if len(wrong) > MIN_SECRET_BYTES and not wrong.isdigit() and wrong not in ("http://", "https://"):
        assert_clean("; ".join(parts), [wrong])


@pytest.mark.parametrize(("read", "good"), FUNCTIONS)
def test_all_faults_are_named_at_once(read, good) -> None:
    assert names(faults(read, {})) == [name for name in names(faults(read, {})) if name in good]
    assert set(names(faults(read, {}))) == set(good)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://api.example.com",
        "https://api.example.com:8443",
        "HTTPS://api.example.com",
        "http://127.0.0.1:8080",
        "http://127.8.9.1",
        "http://localhost:1",
        "http://[::1]:8080",
    ],
)
def test_allowed_endpoints_are_accepted(endpoint) -> None:
    for written in (endpoint, endpoint + "/", f"  {endpoint}\n"):
        assert VerifySettings.from_environment(VERIFY | {"OCR_ENDPOINT": written}).endpoint == endpoint


@pytest.mark.parametrize(
    ("read", "good", "around"),
    [(AnalyzeSettings.from_environment, ANALYZE, 30), (VerifySettings.from_environment, VERIFY, 10)],
)
def test_an_ocr_call_and_its_reserve_fit_into_the_function_timeout(read, good, around) -> None:
    """With a call that never fits, every document would wait, without an error."""
    fits = good | {"FUNCTION_TIMEOUT_SECONDS": str(around + 7), "OCR_CALL_TIMEOUT_SECONDS": "7"}
    assert read(fits).call_seconds == 7
    assert names(faults(read, fits | {"OCR_CALL_TIMEOUT_SECONDS": "8"})) == ["OCR_CALL_TIMEOUT_SECONDS"]
    assert names(faults(read, fits | {"FUNCTION_TIMEOUT_SECONDS": str(around)})) == ["FUNCTION_TIMEOUT_SECONDS"]


def outcome(environment):
    try:
        return AnalyzeSettings.from_environment(environment)
    except SettingsError as error:
        return error


@given(st.dictionaries(st.sampled_from(sorted(ANALYZE)), st.text(max_size=30)))
def test_any_environment_gives_settings_or_an_error_that_names_them(changed) -> None:
    found = outcome(ANALYZE | changed)
    if isinstance(found, SettingsError):
        assert set(names(str(found).removeprefix("wrong settings: ").split("; "))) <= set(changed)


def test_settings_are_frozen() -> None:
    with pytest.raises(AttributeError):
        AnalyzeSettings.from_environment(ANALYZE).batch_size = 11  # type: ignore[misc]  # types refuse it too


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("0.4", dict.fromkeys(Kind, 0.4)),
        ("1", dict.fromkeys(Kind, 1.0)),
        ("id-card=0.8, credit-card = 0", {Kind.ID_CARD: 0.8, Kind.CREDIT_CARD: 0}),
        ("id-card/stand-alone=0.5", {Kind.ID_CARD_STAND_ALONE: 0.5}),
        ("", {}),
    ],
)
def test_review_below_is_one_figure_or_one_for_each_kind(given, expected) -> None:
    settings = AnalyzeSettings.from_environment(ANALYZE | {"REVIEW_BELOW": given})
    assert confidences(settings.review_below) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        "1.1",
        "-0.1",
        "nan",
        "inf",
        "half",
        "passport=0.4",
        "id-card=",
        "0.4,0.5",
        "0.4,id-card=0.5",
        "id-card=0,id-card=1",
    ],
)
def test_a_wrong_review_below_is_named(wrong) -> None:
    assert names(faults(AnalyzeSettings.from_environment, ANALYZE | {"REVIEW_BELOW": wrong})) == ["REVIEW_BELOW"]


@pytest.mark.parametrize(("read", "good"), FUNCTIONS)
def test_a_stage_is_simulated_only_if_it_says_so(read, good) -> None:
    assert not read(good).simulate
    assert read(good | {"SIMULATE": "true"}).simulate
    assert names(faults(read, good | {"SIMULATE": "maybe"})) == ["SIMULATE"]


@pytest.mark.parametrize("wrong", URLS)
def test_a_wrong_review_queue_is_named(wrong) -> None:
    assert names(faults(AnalyzeSettings.from_environment, ANALYZE | {"REVIEW_QUEUE_URL": wrong})) == [
        "REVIEW_QUEUE_URL"
    ]


def test_the_fields_to_withhold_are_read() -> None:
    given = {"OMIT_FIELDS": " credit-card = validThru ", "MASK_FIELDS": "id-card:driver=residentNumber"}
    settings = AnalyzeSettings.from_environment(ANALYZE | given)
    assert (settings.omit_fields, settings.mask_fields) == ("credit-card=validThru", "id-card:driver=residentNumber")


@pytest.mark.parametrize("name", ["OMIT_FIELDS", "MASK_FIELDS"])
@pytest.mark.parametrize("wrong", ["canary", "canary=name", "id-card=canary", "id-card=", "id-card=name,id-card=name"])
def test_wrong_fields_to_withhold_are_named_and_not_quoted(name, wrong) -> None:
    parts = faults(AnalyzeSettings.from_environment, ANALYZE | {name: wrong})
    assert names(parts) == [name]
    assert_clean("; ".join(parts), ["canary"])


def test_without_fields_to_withhold_the_function_loads_no_rules() -> None:
    modules = ["analysis.field_policy", "analysis.withholding", "ocr.field_rules", "ocr.field_masks", "aws.claim_seal"]
    program = (
        "import sys, sealed_ocr.analysis.analyzer; from sealed_ocr.runtime.settings import AnalyzeSettings;"
        f"AnalyzeSettings.from_environment({ANALYZE});"
        f"sys.exit(any('sealed_ocr.' + name in sys.modules for name in {modules}))"
    )
    environment = {"PYTHONPATH": str(Path(sealed_ocr.__file__).parents[1])}
    assert subprocess.run([sys.executable, "-c", program], env=environment, check=False).returncode == 0


KEY = ec_key()


def test_public_keys_of_the_consumer_are_read() -> None:
    assert AnalyzeSettings.from_environment(ANALYZE).consumer_public_keys == ""
    keys = jwk_set(public(KEY))
    assert AnalyzeSettings.from_environment(ANALYZE | {"CONSUMER_PUBLIC_KEYS": keys}).consumer_public_keys == keys


def test_an_expired_key_does_not_stop_the_start() -> None:
    """Documents wait then, with an alarm. A function that does not start would have none."""
    keys = jwk_set(public(KEY, exp=1))
    assert AnalyzeSettings.from_environment(ANALYZE | {"CONSUMER_PUBLIC_KEYS": keys}).consumer_public_keys == keys


@pytest.mark.parametrize("wrong", ["keys.json", "{}", jwk_set(), jwk_set(KEY), jwk_set(public(KEY), public(KEY))])
def test_wrong_public_keys_are_named_and_not_quoted(wrong) -> None:
    parts = faults(AnalyzeSettings.from_environment, ANALYZE | {"CONSUMER_PUBLIC_KEYS": wrong})
    assert names(parts) == ["CONSUMER_PUBLIC_KEYS"]
    assert_clean("; ".join(parts), [KEY["d"], KEY["x"]])
