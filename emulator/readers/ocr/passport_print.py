"""The printed part of a passport's data page: values below their labels, names and dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.readers.ocr import common_fields, mrz_line1

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulator.domain.readings import ReadField
    from emulator.readers.ocr.line import Line
    from emulator.readers.ocr.page import Page

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DATE = re.compile(r"(?<!\d)([0-3O]?\d) ?[^A-Z]{0,6}?([A-Z0-9]{3}) ?((?:19|20)\d\d)(?!\d)")


def below_label(page: Page, visual: list[Line], label: str) -> Line | None:
    """Return the value below a label: the next line, unless it is a label, too. Labels have lower-case letters."""
    for line in visual:
        if label in line.text.lower().replace(" ", ""):
            below = [under for under in page.below(line)[:1] if under in visual]
            return next((under for under in below if under.text == under.text.upper()), None)
    return None


@dataclass(frozen=True)
class PrintedNames:
    """The lines below the labels of surname and given names, above the machine readable zone."""

    surname: Line | None
    given: Line | None

    def line_1(self, kind: str, country: str) -> str:
        """Return line 1 for these names."""
        surname, given = (line.text.strip().upper() if line else "" for line in (self.surname, self.given))
        return mrz_line1.build_line_1(kind, country, surname, given)

    def contradict(self, first: str) -> bool:
        """Return whether a line 1 has other letters than these names. Without any, there is nothing to compare."""
        if self.surname is None and self.given is None:
            return False
        return self.line_1(first[:2], first[2:5]).replace("<", "") != first.replace("<", "")


def printed_field(visual: list[Line], zone: Line, key: str, value: str, span: tuple[int, int]) -> ReadField:
    """Return a value of the zone, with the box of the printed line of the same text or, without one, of the zone."""
    bare = value.replace(" ", "")
    for line in visual:
        if bare and line.text.replace(" ", "").upper() == bare:
            # The zone has no hyphens, and fillers instead of spaces.
            return line.field(key, line.text.strip().upper() if " " in value else value)
    end = len(zone.text)
    return zone.field(key, value, span=(min(span[0], end - 1), max(min(span[1], end), 1)))


def printed_dates(line: Line) -> Iterator[tuple[str, tuple[Line, str, tuple[int, int]]]]:
    """Yield each date of a line as YYYYMMDD, with the line, the printed form and its place."""
    for match in _DATE.finditer(line.text.upper()):
        month, day = match[2].replace("0", "O").replace("1", "I"), match[1].replace("O", "0").zfill(2)
        if month in MONTHS:
            ymd = f"{match[3]}{MONTHS.index(month) + 1:02d}{day}"
            if common_fields.is_date(ymd):
                yield ymd, (line, f"{day} {month} {match[3]}", match.span())
