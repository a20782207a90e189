"""The canary finds secrets in every encoding that it claims to search."""

import base64
import json
import logging
from urllib.parse import quote

import pytest

from tests.support.canary import assert_clean, exception_text, log_text, values_of

pytestmark = pytest.mark.unit

SECRET = "Secr3t/Key+9?"
SECRETS: list[str | bytes] = ["홍길동-비밀", SECRET, b"\x00\x81\xfe raw key"]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_base64_is_found_at_any_offset(secret, before) -> None:
    content = secret if isinstance(secret, bytes) else secret.encode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        with pytest.raises(AssertionError, match="Base64"):
            assert_clean(encode(before.encode() + content + b"tail").decode(), [secret])


@pytest.mark.parametrize(
    "shown",
    [
        str,
        repr,
        str.upper,
        json.dumps,
        quote,
        lambda secret: quote(secret, safe=""),
        lambda secret: quote(secret, safe="").lower(),
        lambda secret: secret.encode().hex(),
        lambda secret: secret.encode().hex(" ").upper(),
        lambda secret: repr(secret.encode()),
        lambda secret: secret.encode(),
    ],
)
@pytest.mark.parametrize("secret", [one for one in SECRETS if isinstance(one, str)])
def test_other_encodings_are_found(secret, shown) -> None:
    text = shown(secret)
    with pytest.raises(AssertionError, match="secret number 1"):
        assert_clean(
            b"before " + text + b" after" if isinstance(text, bytes) else f"before {text} after", ["none", secret]
        )


def test_a_finding_does_not_quote_the_secret() -> None:
    assert_clean("the document 0123456789abcdef was read", SECRETS)
    with pytest.raises(AssertionError) as found:
        assert_clean(f"oh: {SECRET}", SECRETS)
    assert SECRET not in str(found.value.args[0]).split("\n")[0]


def test_a_too_short_secret_is_refused() -> None:
    with pytest.raises(AssertionError, match="short"):
        assert_clean("", ["abc"])


def test_exception_and_log_texts_hold_chains_arguments_and_extras() -> None:
    def fail() -> None:
        try:
            int("inner-secret")
        except ValueError as inner:
            raise ValueError("outer-secret") from inner

    with pytest.raises(ValueError, match="outer") as raised:
        fail()
    assert "inner-secret" in exception_text(raised.value)
    record = logging.makeLogRecord({"msg": "of %s", "args": ("an-argument",), "more": "an-extra"})
    record.exc_info = (ValueError, raised.value, None)
    shown = log_text([record])
    assert all(word in shown for word in ("an-argument", "an-extra", "outer-secret", "inner-secret"))


def test_a_korean_name_of_three_syllables_is_searched_for() -> None:
    with pytest.raises(AssertionError, match="plain"):
        assert_clean("of 홍길동", ["홍길동"])
    assert values_of({"name": "홍길동", "grade": "1"}) == ["홍길동"]


def test_values_are_found_at_any_depth() -> None:
    assert values_of({"a": ["long enough", "no", {"b": ("deep down", 7)}]}, "by itself") == [
        "long enough",
        "deep down",
        "by itself",
    ]
