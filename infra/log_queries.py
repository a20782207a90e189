"""Saved queries of CloudWatch Logs Insights, which docs/logs.md shows and explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_logs as logs
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

# By name. The operator replaces DOCUMENT-ID: parameters of saved queries are too new to rely on in every region.
LOG_QUERIES = {
    "One document's story": """\
filter documentId = "DOCUMENT-ID"
| sort @timestamp asc
| limit 1000
| display @timestamp, service, event, receiveCount, attemptId, last, refusal, operation, resultCode, milliseconds, \
outcome, code, why, until, reason, error, fault, problem, function_request_id""",
    "Why deferred": """\
filter event = "attempt.deferred"
| stats count(*) as deferrals, count_distinct(documentId) as documents, latest(until) as lastUntil by why
| sort deferrals desc""",
    "Why called twice": """\
filter service = "analyze" and ispresent(documentId)
| stats count_distinct(attemptId) as attempts,
    sum(strcontains(event, "ocr.answered")) as answered,
    sum(strcontains(event, "ocr.unanswered")) as unanswered,
    sum(strcontains(event, "public_key.refused")) as publicKeyRefused,
    sum(strcontains(event, "credentials.refused")) as credentialsRefused,
    sum(strcontains(event, "token.refused")) as tokenRefused,
    sum(strcontains(event, "call.outcome_unknown")) as outcomeUnknown,
    sum(strcontains(event, "result.not_sent")) as resultNotSent,
    sum(strcontains(event, "previous_attempt.killed")) as killed
  by documentId
| filter attempts > 1 or answered > 1
| sort attempts desc
| limit 100""",
    "Slowest calls": """\
filter event in ["ocr.answered", "ocr.unanswered"]
| sort milliseconds desc
| limit 20
| display @timestamp, operation, milliseconds, resultCode, documentId, attemptId""",
    "By result code": """\
filter event = "ocr.answered"
| stats count(*) as answers, count_distinct(documentId) as documents, pct(milliseconds, 50) as p50, \
pct(milliseconds, 95) as p95
  by operation, resultCode
| sort answers desc""",
}


class LogQueries(Construct):
    """The queries, in a folder named for the stack."""

    def __init__(self, scope: Construct, id_: str, *, groups: Sequence[logs.ILogGroup]) -> None:
        super().__init__(scope, id_)
        for name, query in LOG_QUERIES.items():
            logs.CfnQueryDefinition(
                self,
                "".join(character for character in name.title() if character.isalnum()),
                name=f"{Stack.of(self).stack_name}/{name}",
                query_string=query,
                log_group_names=[group.log_group_name for group in groups],
            )
