"""The secret is parsed, placeholders and malformed secrets are refused, and no part of it is quoted."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealed_ocr.ocr.auth import AccessKey, SecretKeyAuth, parse_secret
from sealed_ocr.ocr.errors import ConfigurationFault

from tests.support.canary import assert_clean, exception_text

pytestmark = pytest.mark.unit

GOOD = {"appKey": "Kq7fWc2LxR0aZt9B", "secretKey": "hT4mNb8QyUe3sVd1"}


TOKENS = {"appKey": "Kq7fWc2LxR0aZt9B", "userAccessKeyId": "uK3pWx8RmZ1c", "secretAccessKey": "sQ6vBn2JyTf9"}


def refused(text):
    with pytest.raises(ConfigurationFault) as raised:
        parse_secret(text)
    return raised.value


def test_a_secret_is_read_and_used() -> None:
    secret = parse_secret(json.dumps(GOOD | {"more": 7}))
    assert isinstance(secret, SecretKeyAuth)
    authorization = secret.authorize()
    assert authorization.path("id-card") == "/v2.0/appkeys/Kq7fWc2LxR0aZt9B/id-card"
    assert authorization.headers == {"Authorization": "hT4mNb8QyUe3sVd1"}
    assert_clean(f"{secret!r} {authorization!r}", GOOD.values())


@pytest.mark.parametrize(
    "text",
    [
        *("", "no json", "null", "[]", '"x"', "{}", '{"appKey": "a"}', '{"appKey": 7, "secretKey": "b"}', "\ud800"),
        '{"a":' + "[" * 100_000,
    ],
)
def test_a_malformed_secret_is_refused(text) -> None:
    assert '"appKey"' in str(refused(text))


@pytest.mark.parametrize(("form", "name"), [*((GOOD, name) for name in GOOD), *((TOKENS, name) for name in TOKENS)])
@pytest.mark.parametrize(
    "value",
    [
        *(
            "",
            "  ",
            "<appKey>",
            "{appKey}",
            "${secretKey}",
            "$SECRET_KEY",
            "[your key]",
            "CHANGE_ME",
            "change-me",
            "changeme",
        ),
        *("REPLACE_ME", "your-app-key", "YourSecretKey", "TODO", "xxx", "XXXXXXXX", "example", "dummy", "placeholder"),
        *("fill-me-in", "FILL_IN", "put-your-key-here", "insert here"),
    ],
)
def test_a_placeholder_is_named_by_its_member(form, name, value) -> None:
    failure = refused(json.dumps(form | {name: value}))
    assert f"the secret's {name} " in str(failure)
    assert "placeholder" in str(failure)


@pytest.mark.parametrize(
    ("name", "value"), [("appKey", "a/b"), ("appKey", "a?b"), ("appKey", "키"), ("appKey", "a%2Fb")]
)
def test_a_key_that_would_change_the_url_is_refused(name, value) -> None:
    assert "characters" in str(refused(json.dumps(GOOD | {name: value})))


def test_a_secret_with_an_access_key_is_read() -> None:
    secret = parse_secret(json.dumps(TOKENS))
    assert secret == AccessKey(*TOKENS.values())
    assert_clean(repr(secret), TOKENS.values())


@pytest.mark.parametrize("left_out", ["userAccessKeyId", "secretAccessKey"])
def test_half_an_access_key_is_refused(left_out) -> None:
    text = json.dumps({name: value for name, value in TOKENS.items() if name != left_out})
    assert "userAccessKeyId" in str(refused(text))


@pytest.mark.parametrize("more", ["userAccessKeyId", "secretAccessKey"])
def test_members_of_both_forms_are_named(more) -> None:
    failure = refused(json.dumps(GOOD | {more: TOKENS[more]}))
    assert f"both forms (appKey, secretKey, {more})" in str(failure)
    assert_clean(exception_text(failure), [*GOOD.values(), *TOKENS.values()])


def test_a_colon_that_would_shift_into_the_secret_is_refused() -> None:
    assert "userAccessKeyId has characters" in str(refused(json.dumps(TOKENS | {"userAccessKeyId": "a:b"})))


@pytest.mark.parametrize("value", ["a b", "a\r\nX-Injected: 1", "비밀번호", "a\x7f"])
def test_a_key_that_is_invalid_in_a_header_is_refused(value) -> None:
    assert "characters" in str(refused(json.dumps(GOOD | {"secretKey": value})))


# Keys as the vendor's console issues them. Some begin like a placeholder.
ISSUED = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=16, max_size=20)


@given(st.sampled_from(["", "put", "xxx", "Put", "XXX"]), ISSUED.map(lambda key: "9" + key[1:]))
def test_a_key_that_begins_like_a_placeholder_is_accepted(start, rest) -> None:
    key = start + rest
    assert parse_secret(json.dumps({"appKey": key, "secretKey": key})) == SecretKeyAuth(key, key)


@pytest.mark.parametrize(
    "text", ["Kq7fWc2LxR0aZt9B", '{"appKey": "Kq7fWc2LxR0aZt9B"}', '{"appKey": "Kq7fWc2LxR0aZt9B/"']
)
def test_an_error_does_not_quote_its_input(text) -> None:
    assert_clean(exception_text(refused(text)), GOOD.values())
