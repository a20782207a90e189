"""Each alarm has a level, a paragraph for operators and a link to it; one cause sends one mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from infra.alarm_definition import Level
from tests.docs.test_references import anchors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.infra.template import Template

DESCRIPTION = re.compile(r"\[(?P<level>[a-z ]+)\] (?P<meaning>.+\.) What to do: (?P<page>\S+)#(?P<section>[a-z0-9-]+)")
TOPICS = {Level.PAGE: ["topic"], Level.TODAY: ["notices"], Level.INFORMATION: []}


@pytest.fixture(scope="module")
def everything(synth: Callable[..., Template]) -> Template:
    """The template with every alarm: some exist only with their setting."""
    return synth(
        alarmEmail="page@example.com",
        noticeEmail="today@example.com",
        maxCallsPerDay=500,
        slowSeconds=5,
        reviewBelow=0.4,
        reviewQueue=True,
    )


@pytest.fixture(scope="module")
def alarms(everything: Template) -> dict[str, dict[str, Any]]:
    return alarms_of(everything)


@pytest.fixture(scope="module")
def paragraphs(project: Path) -> dict[str, str]:
    chapter = (project / "docs" / "operations.md").read_text().split("\n## Alarms\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^### `(.+)`\n((?:(?!### ).*\n?)*)", chapter, re.MULTILINE))


def alarms_of(template: Template) -> dict[str, dict[str, Any]]:
    types = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    found = [alarm for each in types for alarm in template.resources(each).values()]
    return {alarm["AlarmName"].removeprefix("SealedOcr-dev-"): alarm for alarm in found}


def described(alarm: dict[str, Any]) -> re.Match[str]:
    found = DESCRIPTION.fullmatch(alarm["AlarmDescription"])
    assert found, alarm["AlarmDescription"]
    return found


def parts(template: Template, alarm: dict[str, Any]) -> set[str]:
    rule = alarm["AlarmRule"]["Fn::Join"][1]
    ids = [each["Fn::GetAtt"][0] for each in rule if isinstance(each, dict)]
    return {template.body["Resources"][id_]["Properties"]["AlarmName"].removeprefix("SealedOcr-dev-") for id_ in ids}


def test_every_alarm_has_a_level_and_links_to_its_paragraph(
    project: Path, alarms: dict[str, Any], paragraphs: dict[str, str]
) -> None:
    existing = anchors(project / "docs" / "operations.md")
    for name, alarm in alarms.items():
        found = described(alarm)
        assert found["level"] in {*Level}, name
        assert (project / found["page"]).exists()
        assert found["section"] in existing, name
        # The paragraph is that of the alarm, or names it among those that it explains.
        assert name == found["section"] or f"`{name}`" in paragraphs[found["section"]], name
    assert {described(alarm)["section"] for alarm in alarms.values()} == set(paragraphs)


def test_the_link_is_a_web_address_if_the_stage_has_one(synth: Callable[..., Template]) -> None:
    alarms = alarms_of(synth(docsUrl="https://git.example.com/sealed-ocr/blob/main/docs"))
    link = "https://git.example.com/sealed-ocr/blob/main/docs/operations.md#oldest-upload"
    assert alarms["oldest-upload"]["AlarmDescription"].endswith(f" What to do: {link}")
    assert all(described(alarm)["page"].startswith("https://git.example.com/") for alarm in alarms.values())


def test_a_paragraph_begins_with_what_decides_and_ends_with_its_commands(
    alarms: dict[str, Any], paragraphs: dict[str, str]
) -> None:
    for name, text in paragraphs.items():
        level = described(alarms[name])["level"]
        first = rf"\*\*Urgent\?\*\* {level.capitalize()}\. \*\*Money\?\*\* .+?\.\s\*\*Deadline\?\*\* .+\.\n\n"
        assert re.match(first, text, re.DOTALL), name
        for part in ("**Means**", "**Look**", "**Do**"):
            assert part in text, f"{name}: {part}"
        if level != Level.INFORMATION:
            assert re.search(r"^```\n(?:.+\n)+```\n", text, re.MULTILINE), f"{name} has no command"


def test_an_alarm_of_a_level_notifies_its_topic_when_it_starts_and_when_it_ends(
    everything: Template, alarms: dict[str, Any]
) -> None:
    for name, alarm in alarms.items():
        topics = TOPICS[Level(described(alarm)["level"])]
        for actions in ("AlarmActions", "OKActions"):
            assert [everything.render(action) for action in alarm.get(actions, [])] == topics, name
        assert "InsufficientDataActions" not in alarm
    assert {described(alarm)["level"] for alarm in alarms.values()} == {*Level}


def test_each_topic_has_its_address(everything: Template, template: Template) -> None:
    def addresses(of: Template) -> dict[str, str]:
        mails = of.resources("AWS::SNS::Subscription").values()
        assert {mail["Protocol"] for mail in mails} == {"email"}
        return {of.render(mail["TopicArn"]): mail["Endpoint"] for mail in mails}

    assert addresses(everything) == {"topic": "page@example.com", "notices": "today@example.com"}
    # Nobody loses mails who updates a stage with one address.
    assert addresses(template) == {"topic": "operator@example.com", "notices": "operator@example.com"}


def test_the_parts_of_an_alarm_send_nothing_by_themselves(everything: Template, alarms: dict[str, Any]) -> None:
    composites = {name: parts(everything, alarm) for name, alarm in alarms.items() if "AlarmRule" in alarm}
    for name, combined in composites.items():
        if described(alarms[name])["level"] == Level.INFORMATION:
            continue
        assert {part for part in combined if alarms[part].get("AlarmActions")} == set(), name
    # What both functions count is one cause.
    of_both = {name for name in alarms if f"verify-{name}" in alarms} - {"possibly-billed"}
    assert of_both
    for name in of_both:
        assert any({name, f"verify-{name}"} <= combined for combined in composites.values()), name


def test_a_composite_alarm_is_on_while_any_of_its_parts_is(alarms: dict[str, Any]) -> None:
    for name, alarm in alarms.items():
        if "AlarmRule" in alarm:
            rule = "".join(each if isinstance(each, str) else "x" for each in alarm["AlarmRule"]["Fn::Join"][1])
            assert re.fullmatch(r'\(ALARM\("x"\)(?: OR ALARM\("x"\))*\)', rule), name


def test_the_alarm_of_an_outage_is_silent_while_one_that_names_the_cause_sends(
    everything: Template, alarms: dict[str, Any]
) -> None:
    outage = alarms["ocr-service-failing"]
    silencer = everything.body["Resources"][outage["ActionsSuppressor"]["Fn::GetAtt"][0]]["Properties"]
    causes = parts(everything, silencer)
    assert all(alarms[name]["AlarmActions"] for name in causes)
    assert {"configuration-fault", "limit-reached", "unanswered-calls"} <= causes
    # Its parts look at an hour, and the cause may be noticed an evaluation later than its effect.
    longest = max(alarms[name]["EvaluationPeriods"] * alarms[name]["Period"] for name in parts(everything, outage))
    assert outage["ActionsSuppressorExtensionPeriod"] >= longest
    assert 60 < outage["ActionsSuppressorWaitPeriod"] <= 300


def test_a_card_without_an_offer_rings_only_if_the_ledger_does_not(
    everything: Template, alarms: dict[str, Any]
) -> None:
    effect = alarms["card-not-verifiable"]
    assert parts(everything, effect) == {"offer-not-kept"}
    assert (effect["AlarmActions"], alarms["offer-not-kept"].get("AlarmActions")) == (effect["OKActions"], None)
    cause = everything.body["Resources"][effect["ActionsSuppressor"]["Fn::GetAtt"][0]]["Properties"]
    assert parts(everything, cause) == {"ledger-write-failed", "verify-ledger-write-failed"}
    assert cause["AlarmActions"]
    # Both look at one period. What began with the cause may end one later.
    assert effect["ActionsSuppressorExtensionPeriod"] >= 2 * alarms["offer-not-kept"]["Period"]
