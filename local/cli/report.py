"""The output of a run for people: a table for each document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from workstation.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.pipeline.messages import Message
    from local.pipeline.verdicts import Verdict


def document_table(name: str, message: Message) -> Table:
    """Return a table of an analyzed document's fields, values and confidences, or of the reason why there are none."""
    data = message.event["data"]
    title = _shown(f"{name}  ({data['document']['kind']})")
    if not message.analyzed:
        why = data["rejection"] if "rejection" in data else data["delay"]
        code = f" ({why['resultCode']})" if "resultCode" in why else ""
        table = Table(title=title, title_justify="left", border_style="red")
        table.add_column(message.outcome)
        table.add_row(_shown(f"{why['code']}{code}: {why['reason']}"))
        return table
    table = Table(title=title, title_justify="left")
    table.add_column("field")
    table.add_column("value", overflow="fold")
    table.add_column("confidence", justify="right")
    omitted = data.get("withheld", {}).get("omitted", ())
    for field, value, confidence in fields(data["result"]):
        shown = "(withheld)" if not value and field.partition("[")[0] in omitted else value
        table.add_row(_shown(field), _shown(shown), "" if confidence is None else f"{confidence:.2f}")
    return table


def fields(result: dict[str, Any]) -> Iterator[tuple[str, str, float | None]]:
    """Yield the name, value and confidence of each field that the vendor's guide defines for cards and ID cards."""
    if "idType" in result:
        yield "idType", str(result["idType"]), None
    # An OCR service other than the emulator may set any of them to null.
    for pair in filter(None, result.get("keyValues") or []):
        yield str(pair.get("key")), _text(pair.get("value")), pair.get("conf")
    for number, group in enumerate(result.get("cardNums") or []):
        yield f"cardNums[{number}]", _text(group), (group or {}).get("conf")
    if total := result.get("totalCardNum"):
        yield "totalCardNum", total if isinstance(total, str) else " ".join(map(_text, total)), None
    if valid := result.get("validThru"):
        yield "validThru", _text(valid.get("value")), valid.get("conf")


def verdict_line(name: str, verdict: Verdict) -> Text:
    """Return a line with the verdict, or with the reason why there is none."""
    return _shown(verdict_sentence(name, verdict), "red" if verdict.authentic is None else "bold")


def verdict_sentence(name: str, verdict: Verdict) -> str:
    """Return the verdict, or the reason why there is none."""
    if verdict.authentic is None:
        return f"{name}: no verdict: {verdict.problem}"
    return f"{name}: {'authentic' if verdict.authentic else 'not authentic'}"


def _shown(text: str, style: str = "") -> Text:
    return Text(visible(text), style)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return _text(value.get("value"))
    return "" if value is None else str(value)
