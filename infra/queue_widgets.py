"""What waits, on the dashboard."""

from __future__ import annotations

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.common.metric_name import Metric

from infra.alarm_definitions import OLDEST_UPLOAD_SECONDS, oldest_result_seconds
from infra.dashboard_widgets import HOUR, graph, line
from infra.metrics import PERIOD, StageMetrics
from infra.queues import Queues
from infra.settings import StageSettings


def in_last_hour(queues: Queues, metrics: StageMetrics) -> list[cloudwatch.IMetric]:
    """Return uploads, messages by outcome and paid calls of an hour."""
    calls = " + ".join(f"FILL({call.name.lower()}, 0)" for call in BilledCall)
    return [
        queues.uploads.metric_number_of_messages_sent(statistic="Sum", label="in", period=HOUR),
        metrics.total(Metric.ANALYZED, HOUR, "analyzed"),
        metrics.total(Metric.REJECTED, HOUR, "rejected"),
        cloudwatch.MathExpression(
            expression=calls,
            using_metrics={call.name.lower(): metrics.billed(call).with_(period=HOUR) for call in BilledCall},
            label="paid calls",
            period=HOUR,
        ),
    ]


def now(queues: Queues) -> list[cloudwatch.IMetric]:
    """Return what waits and the dead letters."""
    return [
        _visible(queues.uploads, "waiting"),
        _visible(queues.uploads_dead_letters, "dead uploads"),
        _visible(queues.results_dead_letters, "dead results"),
    ]


def oldest(queues: Queues, settings: StageSettings) -> cloudwatch.GraphWidget:
    """Return the age of the oldest messages, with the thresholds of their alarms."""
    ages = [
        queue.metric_approximate_age_of_oldest_message(statistic="Maximum", label=label, period=PERIOD)
        for queue, label in ((queues.uploads, "upload"), (queues.results, "result"), (queues.review, "review"))
        if queue is not None
    ]
    return graph(
        "Oldest message (s)",
        *ages,
        at=[line(OLDEST_UPLOAD_SECONDS, "oldest-upload"), line(oldest_result_seconds(settings), "oldest-result")],
    )


def dead_letters_and_waiting(queues: Queues) -> cloudwatch.GraphWidget:
    """Return the depth of the queues. Dead letters have an axis of their own: few matter beside many that wait."""
    return cloudwatch.GraphWidget(
        title="Dead letters and what waits",
        left=[
            _visible(queues.uploads, "uploads"),
            _visible(queues.results, "results"),
            *([_visible(queues.review, "to review")] if queues.review else []),
        ],
        left_y_axis=cloudwatch.YAxisProps(label="waiting", min=0, show_units=False),
        right=[
            _visible(queues.uploads_dead_letters, "dead uploads"),
            _visible(queues.results_dead_letters, "dead results"),
            *([_visible(queues.review_dead_letters, "dead reviews")] if queues.review_dead_letters else []),
        ],
        right_y_axis=cloudwatch.YAxisProps(label="dead letters", min=0, show_units=False),
        right_annotations=[line(1, "alarm")],
        width=8,
        height=6,
        period=PERIOD,
    )


def _visible(queue: sqs.Queue, label: str) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(statistic="Maximum", label=label, period=PERIOD)
