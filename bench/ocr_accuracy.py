"""Accuracy of the ``ocr`` reader: ``python -m bench.ocr_accuracy [--count N] [--document KIND] …``.

Specimens have seeds from 10,000 on; the parsers were developed with seeds below 1,000. Each specimen is degraded and
saved again, which removes its metadata. A field is right if it equals the printed text. Dates are compared by day, and
spaces are ignored.

``--hostile`` measures pictures that a reader misreads if it guesses (`bench/hostile.py`), with seeds from 20,000 on.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np
from PIL import Image

from bench.degradation import CONDITIONS, TURNS
from bench.hostile import SETS
from bench.hostile_report import FIRST_SEED as HOSTILE_SEED
from bench.hostile_report import print_hostile
from emulator.domain.readings import DocumentReading
from emulator.readers.ocr.reader import OcrReader
from emulator.specimens import DOCUMENTS, VARIANTS, DocumentKind, draw, extract

FIRST_SEED = 10_000
OutcomeCounts = dict[tuple[str, str], Counter[str]]


def main() -> None:
    """Print the tables."""
    options = _options()
    reader, seconds = OcrReader(), list[float]()
    if options.hostile is not None:
        seconds = print_hostile(reader, options.hostile or SETS, options.hostile_seed)
        print(
            f"\nprocessor seconds for a picture: median {np.median(seconds):.2f}, 95 % {np.quantile(seconds, 0.95):.2f}"
        )
        return
    for document in [options.document] if options.document else DOCUMENTS:
        counts_by_field, times = _measure(reader, document, options.count, options.condition or list(CONDITIONS))
        seconds += times
        _print_table(document, counts_by_field, options.condition or list(CONDITIONS))
    if not options.document and not options.condition:
        _print_turned(reader, max(1, options.count // 3))
        _print_negatives(reader, options.count)
    print(f"\nseconds for an image: median {np.median(seconds):.2f}, 95 % {np.quantile(seconds, 0.95):.2f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.ocr_accuracy", description=__doc__)
    parser.add_argument("--count", type=int, default=12, help="seeds for each document and condition (default: 12)")
    parser.add_argument("--document", choices=DOCUMENTS)
    parser.add_argument("--condition", choices=CONDITIONS, action="append")
    parser.add_argument(
        "--hostile", choices=SETS, nargs="*", help="only the pictures of bench/hostile.py, or some sets"
    )
    parser.add_argument("--hostile-seed", type=int, default=HOSTILE_SEED, help="the first seed of each set")
    return parser.parse_args()


def _measure(
    reader: OcrReader, document: DocumentKind, count: int, conditions: list[str]
) -> tuple[OutcomeCounts, list[float]]:
    counts_by_field: OutcomeCounts = defaultdict(Counter)
    seconds = []
    for condition in conditions:
        for seed, picture, printed in _specimens(document, count):
            degraded = CONDITIONS[condition](picture, np.random.default_rng(seed))
            started = time.perf_counter()
            reading = _read(reader, degraded, document)
            seconds.append(time.perf_counter() - started)
            for key, outcome in _compare(printed, _values(reading)).items():
                counts_by_field[key, condition][outcome] += 1
        print(f"{document} {condition} done", file=sys.stderr)
    return counts_by_field, seconds


def _specimens(document: DocumentKind, count: int) -> Iterator[tuple[int, Image.Image, dict[str, str]]]:
    """Yield seed, picture and printed values. The variants take turns."""
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        variants = VARIANTS[document]
        image = draw(document, seed, variant=variants[seed % len(variants)])
        specimen = extract(image)
        assert specimen is not None
        fields = [(field.key, field.value) for field in specimen.fields if field.value]
        yield seed, Image.open(io.BytesIO(image)), _joined(fields)


def _read(reader: OcrReader, picture: Image.Image, document: str) -> DocumentReading | None:
    file = io.BytesIO()
    picture.convert("RGB").save(file, "PNG", compress_level=1)
    return reader.read(file.getvalue(), "credit-card" if document == "credit-card" else "id-card")


def _values(reading: DocumentReading | None) -> dict[str, str]:
    if reading is None:
        return {}
    values = _joined([(field.key, field.value) for field in reading.fields])
    return values if reading.document != "driver" else {"condition": "none"} | values


def _joined(fields: list[tuple[str, str]]) -> dict[str, str]:
    """Join the groups of a card's number."""
    values: dict[str, str] = {}
    for key, value in fields:
        values[key] = f"{values[key]} {value}" if key in values else value
    return values


def _compare(printed: dict[str, str], read: dict[str, str]) -> dict[str, str]:
    return {
        key: "right" if _same(value) == _same(read.get(key, "")) else "wrong" if read.get(key) else "missing"
        for key, value in printed.items()
    }


def _same(value: str) -> str:
    day = re.fullmatch(r"(\d{4})\.(\d{1,2})\.(\d{1,2})\.?", value)
    return f"{day[1]}{day[2]:0>2}{day[3]:0>2}" if day else value.replace(" ", "")


def _print_table(document: str, counts_by_field: OutcomeCounts, conditions: list[str]) -> None:
    """Print the share of right fields, with the number of wrong (not missing) ones in brackets."""
    print(f"\n{document:22}" + "".join(f"{name:>12}" for name in conditions) + f"{'all':>18}")
    for key in dict.fromkeys(key for key, _ in counts_by_field):
        counts = [counts_by_field[key, condition] for condition in conditions]
        total: Counter[str] = sum(counts, Counter())
        cells = "".join(f"{_share(count):>12}" for count in counts)
        print(f"  {key:20}{cells}{_share(total):>9} {total['right']:>4}/{total.total()}")


def _share(count: Counter[str]) -> str:
    wrong = f" ({count['wrong']})" if count["wrong"] else ""
    return f"{100 * count['right'] / count.total():.0f}%{wrong}"


def _print_turned(reader: OcrReader, count: int) -> None:
    print(f"\n{'turned by':22}" + "".join(f"{turn:>24}" for turn in TURNS))
    for document in DOCUMENTS:
        cells = []
        for turn in TURNS.values():
            outcomes: Counter[str] = Counter()
            for _, picture, printed in _specimens(document, count):
                outcome = _compare(printed, _values(_read(reader, picture.transpose(turn), document))).values()
                outcomes["wrong" if "wrong" in outcome else "read" if "right" in outcome else "refused"] += 1
            cells.append(", ".join(f"{number} {name}" for name, number in outcomes.items()))
        print(f"  {document:20}" + "".join(f"{cell:>24}" for cell in cells))


def _print_negatives(reader: OcrReader, count: int) -> None:
    print("\nno document: refused, asked for a card and for an ID card")
    for variant in VARIANTS["negative"]:
        pictures = [draw("negative", seed, variant=variant) for seed in range(FIRST_SEED, FIRST_SEED + count)]
        refused = sum(
            reader.read(image, service) is None for image in pictures for service in ("credit-card", "id-card")
        )
        print(f"  {variant:20}{refused:>12}/{2 * count}")


if __name__ == "__main__":
    main()
