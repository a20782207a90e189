"""doctor with an access key in the secret: which API is in use, that a token is issued, and what the account lacks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest

from emulator.faults.kinds import GatewayRefusal
from tests.ops.live_pipeline import LivePipeline
from tests.support.canary import assert_clean

KEY_ID, SECRET_KEY = "KeyIdCanary0815", "SecretAccessKeyCanary4711"
ISSUED = "accepts the access key and issued a token."


def wrong(output: str) -> list[str]:
    return re.findall(r"^WRONG +(.*)$", output, re.MULTILINE)


@pytest.fixture(autouse=True)
def access_key(pipeline: LivePipeline) -> Iterator[None]:
    """An access key that the emulator accepts, in the secret. Afterwards both are as before."""
    secrets, arn = pipeline.client("secretsmanager"), pipeline.outputs.ocr_secret_arn
    text = secrets.get_secret_value(SecretId=arn)["SecretString"]
    fill(pipeline, KEY_ID, SECRET_KEY, app_key=json.loads(text)["appKey"])
    pipeline.ocr.accept_credentials(user_access_key_id=KEY_ID, secret_access_key=SECRET_KEY)
    yield
    pipeline.ocr.withhold_role(False)
    pipeline.ocr.clear_faults()
    secrets.put_secret_value(SecretId=arn, SecretString=text)


def fill(pipeline: LivePipeline, key_id: str, secret_key: str, app_key: str = "") -> None:
    secrets, arn = pipeline.client("secretsmanager"), pipeline.outputs.ocr_secret_arn
    app_key = app_key or json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])["appKey"]
    members = {"appKey": app_key, "userAccessKeyId": key_id, "secretAccessKey": secret_key}
    secrets.put_secret_value(SecretId=arn, SecretString=json.dumps(members))


def test_a_token_and_both_public_keys_are_proven_without_a_paid_call(pipeline: LivePipeline) -> None:
    before = pipeline.ocr.counters()
    ended = pipeline.run("doctor")
    after = pipeline.ocr.counters()
    assert ended.exit_code == 0, ended.output
    assert "its appKey and access key have the right form (API v2.1, tokens)" in ended.output
    assert f"The token host {pipeline.ocr.url} {ISSUED}" in ended.output
    assert ended.output.count("issued the public key for") == 2
    assert after.paid.total == before.paid.total
    assert after.calls_by_version["v2.1"] - before.calls_by_version.get("v2.1", 0) == 2
    assert_clean(ended.output, [KEY_ID, SECRET_KEY, "Bearer "])


def test_an_account_without_the_role_is_told_which_one_it_lacks(pipeline: LivePipeline) -> None:
    pipeline.ocr.withhold_role()
    ended = pipeline.run("doctor")
    assert ended.exit_code == 1
    assert ISSUED in ended.output
    assert len(wrong(ended.output)) == 2
    for finding in wrong(ended.output):
        assert "the access key's account lacks the role OCR ADMIN; grant it in the vendor's console" in finding


def test_a_refused_access_key_is_the_only_wrong_finding(pipeline: LivePipeline) -> None:
    fill(pipeline, KEY_ID, "RefusedCanary0042")
    ended = pipeline.run("doctor")
    (finding,) = wrong(ended.output)
    assert "issued no token" in finding
    assert "does not accept the userAccessKeyId and the secretAccessKey" in finding
    assert re.search(r"^not proven +That the OCR service issues its public keys", ended.output, re.MULTILINE)
    assert_clean(ended.output, [KEY_ID, "RefusedCanary0042"])


def test_a_token_host_that_does_not_work_is_the_only_wrong_finding(pipeline: LivePipeline) -> None:
    pipeline.ocr.fault(GatewayRefusal(operation="oauth2/token/create", status=503, result_code=5030001))
    (finding,) = wrong(pipeline.run("doctor").output)
    assert "issued no token: " in finding
    assert "503" in finding


def test_the_token_host_of_a_stack_is_the_one_in_its_functions(
    pipeline: LivePipeline, deployed: Callable[..., str], function: Callable[..., str]
) -> None:
    service = pipeline.ocr.url
    names = [function(service, service), function(service, service)]
    _, output = pipeline.doctor(deployed(AnalyzeFunctionName=names[0], VerifyFunctionName=names[1]))
    assert f"The token host {service} {ISSUED}" in output
    bare = function(service)
    _, output = pipeline.doctor(deployed(AnalyzeFunctionName=bare, VerifyFunctionName=bare))
    assert re.search(r"^not proven +That a token can be had", output, re.MULTILINE)
