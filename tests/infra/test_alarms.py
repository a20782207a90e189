from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sealed_ocr.analysis.backoff import JITTER, back_off
from sealed_ocr.common.metric_name import Metric

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.infra.template import Template


@pytest.fixture(scope="module")
def alarms(template: Template) -> dict[str, dict[str, Any]]:
    return alarms_of(template, "AWS::CloudWatch::Alarm")


@pytest.fixture(scope="module")
def composites(template: Template) -> dict[str, dict[str, Any]]:
    return alarms_of(template, "AWS::CloudWatch::CompositeAlarm")


def alarms_of(template: Template, *types: str) -> dict[str, dict[str, Any]]:
    found = [alarm for each in types for alarm in template.resources(each).values()]
    return {alarm["AlarmName"].removeprefix("SealedOcr-dev-"): alarm for alarm in found}


OF_CEILINGS = {"calls-near-ceiling": 80, "calls-at-ceiling": 100}


def test_a_ceiling_on_calls_has_two_alarms_and_reaches_the_function(synth: Callable[..., Template]) -> None:
    template = synth(maxCallsPerDay=500)
    found = alarms_of(template, "AWS::CloudWatch::Alarm")
    for name, percent in OF_CEILINGS.items():
        alarm = found[name]
        assert (alarm["MetricName"], alarm["Statistic"], alarm["Threshold"]) == ("CallsReserved", "Maximum", percent)
    variables = template.properties_of("analyze")["Environment"]["Variables"]
    assert variables["MAX_CALLS_PER_DAY"] == "500"
    assert "MAX_CALLS_PER_HOUR" not in variables


def test_slow_documents_have_an_alarm_if_a_setting_says_what_is_slow(
    synth: Callable[..., Template], alarms: dict[str, Any]
) -> None:
    alarm = alarms_of(synth(slowSeconds="2.5"), "AWS::CloudWatch::Alarm")["slow-documents"]
    assert (alarm["MetricName"], alarm["ExtendedStatistic"], alarm["Threshold"]) == ("SecondsToMessage", "p95", 2.5)
    assert dict_of(alarm) == {"service": "analyze"}
    assert "slow-documents" not in alarms


QUEUES = [
    ("uploads-dead-letters", "uploads-dead-letters", "ApproximateNumberOfMessagesVisible", 1),
    ("results-dead-letters", "results-dead-letters", "ApproximateNumberOfMessagesVisible", 1),
    ("oldest-upload", "uploads", "ApproximateAgeOfOldestMessage", 3600),
    ("oldest-result", "results", "ApproximateAgeOfOldestMessage", 86_400),
]


@pytest.mark.parametrize(("name", "queue", "metric", "threshold"), QUEUES)
def test_an_alarm_watches_each_queue(
    template: Template, alarms: dict[str, Any], name: str, queue: str, metric: str, threshold: int
) -> None:
    alarm = alarms[name]
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/SQS", metric, "Maximum")
    assert [template.render(dimension["Value"]) for dimension in alarm["Dimensions"]] == [queue]
    assert alarm["Threshold"] == threshold


def test_the_alarm_for_unread_results_triggers_at_half_of_a_short_retention(synth: Callable[..., Template]) -> None:
    template = synth(resultRetention=1)
    (alarm,) = (
        alarm
        for alarm in template.resources("AWS::CloudWatch::Alarm").values()
        if alarm["AlarmName"].endswith("-oldest-result")
    )
    assert alarm["Threshold"] == template.properties_of("results")["MessageRetentionPeriod"] / 2 == 43_200


def test_alarms_use_no_metric_math(alarms: dict[str, Any]) -> None:
    for name, alarm in alarms.items():
        assert "Metrics" not in alarm, name
        assert alarm["MetricName"]


METRICS = {
    "configuration-error": "ConfigurationError",
    "contract-error": "ContractError",
    "limit-exceeded": "LimitExceeded",
    "possibly-billed": "PossiblyBilled",
    "ledger-write-failed": "LedgerWriteFailed",
    "offer-not-kept": "OfferNotKept",
    "transient-share": "TransientShare",
    "unanswered-calls": "PossiblyBilled",
    "verify-5xx": "VerdictFailed",
    "verify-failing": "VerdictFailedShare",
    "lock-guard": "LockGuardRefused",
}


@pytest.mark.parametrize("name", METRICS)
def test_an_alarm_watches_the_service_that_publishes_its_metric(alarms: dict[str, Any], name: str) -> None:
    of_both = {name, f"verify-{name}"} & set(alarms)
    by_one = {"offer-not-kept", "transient-share", "unanswered-calls", "verify-5xx", "verify-failing", "lock-guard"}
    assert of_both == ({name} if name in by_one else {name, f"verify-{name}"})
    for each in of_both:
        service = "verify" if each.startswith("verify-") or each == "lock-guard" else "analyze"
        assert (alarms[each]["Namespace"], alarms[each]["MetricName"]) == ("SealedOcr/dev", METRICS[name])
        assert dict_of(alarms[each]) == {"service": service}


@pytest.mark.parametrize(
    "name", ["configuration-error", "contract-error", "limit-exceeded", "possibly-billed", "ledger-write-failed"]
)
def test_one_event_triggers_the_alarm(alarms: dict[str, Any], name: str) -> None:
    for each in (name, f"verify-{name}"):
        assert (alarms[each]["Statistic"], alarms[each]["Threshold"], alarms[each]["EvaluationPeriods"]) == (
            "Sum",
            1,
            1,
        )


def test_ten_calls_without_an_answer_in_five_minutes_trigger_an_alarm(alarms: dict[str, Any]) -> None:
    alarm = alarms["unanswered-calls"]
    assert (alarm["MetricName"], alarm["Statistic"], alarm["Threshold"]) == ("PossiblyBilled", "Sum", 10)
    assert (alarm["EvaluationPeriods"], alarm["Period"]) == (1, 300)


def test_ten_refusals_of_the_lock_guard_in_five_minutes_trigger_an_alarm_where_it_is_on(
    synth: Callable[..., Template], alarms: dict[str, Any]
) -> None:
    alarm = alarms["lock-guard"]
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Sum", 10)
    assert (alarm["EvaluationPeriods"], alarm["Period"]) == (1, 300)
    template = synth(lockGuardDays=0)
    assert "lock-guard" not in alarms_of(template, "AWS::CloudWatch::Alarm")
    assert template.properties_of("verify")["Environment"]["Variables"]["LOCK_GUARD_DAYS"] == "0"


@pytest.mark.parametrize("name", ["transient-share", "verify-failing"])
def test_a_share_of_half_triggers_after_a_quarter_of_an_hour(alarms: dict[str, Any], name: str) -> None:
    alarm = alarms[name]
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Average", 50)
    assert alarm["DatapointsToAlarm"] * alarm["Period"] == 15 * 60
    assert alarm["EvaluationPeriods"] * alarm["Period"] == 60 * 60


@pytest.mark.parametrize("start", range(0, 300, 60))
def test_an_outage_with_one_document_triggers_the_alarm_within_an_hour(alarms: dict[str, Any], start: int) -> None:
    alarm = alarms["transient-share"]
    waited = [sum(map(back_off, range(1, receives))) for receives in range(1, 12)]
    failing = {int((start + seconds * (1 + JITTER)) // alarm["Period"]) for seconds in waited}
    looked_at = [range(end - alarm["EvaluationPeriods"], end) for end in range(3600 // alarm["Period"] + 1)]
    assert max(len(failing.intersection(each)) for each in looked_at) >= alarm["DatapointsToAlarm"]


FUNCTIONS = [("function-errors", "Errors"), ("throttles", "Throttles")]


@pytest.mark.parametrize(("name", "metric"), FUNCTIONS)
def test_an_alarm_watches_each_function(template: Template, alarms: dict[str, Any], name: str, metric: str) -> None:
    for each, function in ((name, "analyze"), (f"verify-{name}", "verify")):
        assert (alarms[each]["Namespace"], alarms[each]["MetricName"]) == ("AWS/Lambda", metric)
        assert [template.render(dimension["Value"]) for dimension in alarms[each]["Dimensions"]] == [function]


def test_every_alarm_has_a_row_in_this_module(alarms: dict[str, Any]) -> None:
    rows = {name for name, *_ in [*QUEUES, *FUNCTIONS]} | METRICS.keys()
    assert {name for name in alarms if name not in rows and name.removeprefix("verify-") not in rows} == set()


def test_every_watched_metric_is_published_by_the_functions(project: Path, template: Template) -> None:
    sources = "\n".join(path.read_text() for path in (project / "functions").rglob("*.py"))
    published = {Metric[name].value for name in re.findall(r"\bMetric\.([A-Z_]+)", sources)}
    watched = set(re.findall(r'MetricName=\\*"(\w+)', template.dashboard))
    watched |= set(re.findall(r'"SealedOcr/dev","(\w+)"', template.dashboard))
    watched |= {
        alarm["MetricName"]
        for alarm in template.resources("AWS::CloudWatch::Alarm").values()
        if alarm["Namespace"] == "SealedOcr/dev"
    }
    assert len(watched) > 10
    assert watched - published == set()


def dict_of(metric: dict[str, Any]) -> dict[str, str]:
    return {dimension["Name"]: dimension["Value"] for dimension in metric["Dimensions"]}
