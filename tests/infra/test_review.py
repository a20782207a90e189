"""With ``reviewBelow`` the function marks doubtful results; with ``reviewQueue`` they have a queue of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sealed_ocr.common.settings import SettingsError

from infra.settings import StageSettings
from tests.infra.template import RESOURCE_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.template import Template

REVIEW = {"ReviewQueueUrl", "ReviewDeadLetterQueueUrl", "ReviewerPolicyArn"}


@pytest.fixture(scope="module")
def reviewed(synth: Callable[..., Template]) -> Template:
    return synth(reviewBelow="0.4", reviewQueue="true", privateNetwork=True)


def variables(template: Template) -> dict[str, Any]:
    found: dict[str, Any] = template.properties_of("analyze")["Environment"]["Variables"]
    return {name: template.render(value) for name, value in found.items() if name.startswith("REVIEW")}


def queues(template: Template) -> int:
    return len(template.resources("AWS::SQS::Queue"))


def test_it_is_off_by_default(template: Template) -> None:
    assert variables(template) == {}
    assert not REVIEW & template.body["Outputs"].keys()
    assert queues(template) == 4


def test_without_a_queue_the_function_only_marks(synth: Callable[..., Template], template: Template) -> None:
    marking = synth(reviewBelow={"credit-card": 0.5})
    assert variables(marking) == {"REVIEW_BELOW": "credit-card=0.5"}
    assert queues(marking) == queues(template)
    assert marking.body["Outputs"].keys() == template.body["Outputs"].keys() - {"NatAddress"}


def test_the_queue_is_like_that_of_the_results(reviewed: Template) -> None:
    assert variables(reviewed) == {
        "REVIEW_BELOW": "credit-card=0.4,id-card=0.4,id-card/stand-alone=0.4",
        "REVIEW_QUEUE_URL": "review",
    }
    results, review = reviewed.properties_of("results"), reviewed.properties_of("review")
    assert reviewed.render(review["RedrivePolicy"]["deadLetterTargetArn"]) == "review-dead-letters"
    assert {**review, "RedrivePolicy": None} == {**results, "RedrivePolicy": None}
    assert reviewed.properties_of("review-dead-letters") == reviewed.properties_of("results-dead-letters")
    for name in ("review", "review-dead-letters"):
        (denied,) = (s for s in reviewed.policy_of(name, "AWS::SQS::QueuePolicy", "Queues") if s.effect == "Deny")
        assert denied.conditions == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_function_may_send_to_it_and_a_reviewer_may_only_take_from_it(reviewed: Template) -> None:
    sending = [statement for statement in reviewed.grants("analyze") if "sqs:SendMessage" in statement.actions]
    assert [statement.resources for statement in sending] == [{"results", "review", "uploads-dead-letters"}]
    taking, deciphering = (
        reviewed.statements(reviewed.properties_of(who)["PolicyDocument"]) for who in ("reviewer", "consumer")
    )
    assert {s.resources for s in taking} == {frozenset({"review"}), frozenset({"key"})}
    assert [s.actions for s in taking] == [s.actions for s in deciphering]
    assert frozenset({"results"}) in {s.resources for s in deciphering}
    assert not any("review" in s.resources for s in deciphering)


def test_its_alarms_watch_it(reviewed: Template, template: Template) -> None:
    def watched(found: Template) -> dict[str, tuple[str, list[str]]]:
        return {
            alarm["AlarmName"].removeprefix("SealedOcr-dev-"): (
                alarm["MetricName"],
                [found.render(dimension["Value"]) for dimension in alarm.get("Dimensions", [])],
            )
            for alarm in found.resources("AWS::CloudWatch::Alarm").values()
            if "MetricName" in alarm
        }

    new = {name: alarm for name, alarm in watched(reviewed).items() if name not in watched(template)}
    assert new == {
        "review-dead-letters": ("ApproximateNumberOfMessagesVisible", ["review-dead-letters"]),
        "oldest-review": ("ApproximateAgeOfOldestMessage", ["review"]),
    }


@pytest.mark.unit
@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (0.4, "credit-card=0.4,id-card=0.4,id-card/stand-alone=0.4"),
        (0, "credit-card=0,id-card=0,id-card/stand-alone=0"),
        ("1", "credit-card=1,id-card=1,id-card/stand-alone=1"),
        ({"id-card": 0.8}, "id-card=0.8"),
        ("id-card=0.8", "id-card=0.8"),
        ("", ""),
    ],
)
def test_review_below_is_read_from_text_and_from_json(given: object, meant: str) -> None:
    assert StageSettings.from_context({"reviewBelow": given}).review_below == meant


@pytest.mark.unit
@pytest.mark.parametrize("wrong", [1.5, -1, "much", {"passport": 0.4}, {"id-card": 2}, "id-card", [0.4], True])
def test_a_wrong_review_below_is_refused(wrong: object) -> None:
    with pytest.raises(SettingsError, match=r"Setting reviewBelow is .* a confidence from 0 to 1"):
        StageSettings.from_context({"reviewBelow": wrong})


@pytest.mark.unit
def test_a_queue_without_a_confidence_is_refused() -> None:
    with pytest.raises(SettingsError, match="reviewQueue is True; it must be false without reviewBelow"):
        StageSettings.from_context({"reviewQueue": "true"})
    assert StageSettings.from_context({"reviewQueue": "true", "reviewBelow": 0}).review_queue


def test_the_names_of_the_outputs_are_known() -> None:
    assert RESOURCE_NAMES.keys() >= REVIEW
