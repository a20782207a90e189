"""What the functions counted in a month, and what the ledger still knows of calls that may have been billed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import translate_errors
from sealed_ocr.aws.table import Item, Table
from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.common.document_state import DocumentState
from sealed_ocr.runtime.call_counts import BILLING_ZONE, CallEnd, attribute, month_item

from ops.common.stack import DeployedStack

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import ScanInputPaginateTypeDef

Ends = Mapping[CallEnd, int]


@dataclass(frozen=True)
class PossiblyBilled:
    """A document with ``calls`` that may have been billed besides the one that was answered. ``item`` is its entry."""

    calls: int
    item: Item


def read_month(stack: DeployedStack, month: str) -> dict[BilledCall, Ends]:
    """Return the number of calls in ``month`` (``2026-11``) by how they ended.

    Raises
    ------
    AwsError
        If DynamoDB fails or refuses.
    """
    tables = dict.fromkeys(BilledCall, stack.outputs.documents_table_name)
    tables[BilledCall.VERIFICATION] = stack.outputs.request_keys_table_name
    items = {name: Table(stack.clients.dynamodb, name).read(month_item(month)) or {} for name in {*tables.values()}}
    return {
        call: {end: int(items[name].get(attribute(end, call), 0)) for end in CallEnd} for call, name in tables.items()
    }


def bounds(month: str) -> tuple[int, int]:
    """Return the first second of the month and that of the next one, in epoch seconds."""
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=BILLING_ZONE)
    following = (first + timedelta(days=31)).replace(day=1)
    return int(first.timestamp()), int(following.timestamp())


def possibly_billed(stack: DeployedStack, month: str, now: float) -> Iterator[PossiblyBilled]:
    """Yield the documents that changed last in ``month`` and have such calls; ``now`` is in epoch seconds.

    Raises
    ------
    AwsError
        If DynamoDB fails or refuses.
    """
    begin, end = bounds(month)
    request: ScanInputPaginateTypeDef = {
        "TableName": stack.outputs.documents_table_name,
        "FilterExpression": "attempts > :none AND updatedAt >= :begin AND updatedAt < :end",
        "ExpressionAttributeValues": {
            name: {"N": str(value)} for name, value in ((":none", 0), (":begin", begin), (":end", end))
        },
    }
    pages = iter(stack.clients.dynamodb.get_paginator("scan").paginate(**request))
    while True:
        with translate_errors("Scan"):
            page = next(pages, None)
        if page is None:
            return
        for typed in page["Items"]:
            item: Item = {
                name: int(value["N"]) if "N" in value else str(next(iter(value.values())))
                for name, value in typed.items()
            }
            calls = doubtful_calls(item, now)
            if calls:
                yield PossiblyBilled(calls, item)


def doubtful_calls(item: Item, now: float) -> int:
    """Return the calls of a ledger's item that may have been billed, without one that was answered or is under way."""
    under_way = item["state"] == DocumentState.SENDING and int(item.get("leaseUntil", 0)) >= now
    return int(item["attempts"]) - (item["state"] == DocumentState.DONE or under_way)
