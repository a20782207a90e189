"""What a reader makes of the set "hostile": right, missing and wrong fields of each kind of picture."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bench.hostile import pictures
from bench.hostile_drawings import Values

if TYPE_CHECKING:
    from emulator.domain.readings import DocumentReading
    from emulator.readers.ocr.reader import OcrReader

# Nobody tuned on these seeds; parsers are developed with seeds below 1,000.
FIRST_SEED = 20_000
# A consumer looks at what is less sure than this.
MIN_CONFIDENCE = 0.5


def print_hostile(reader: OcrReader, names: Iterable[str], first_seed: int = FIRST_SEED) -> list[float]:
    """Print a line for each set and each picture with wrong fields; return the processor seconds for each picture."""
    print(f"\n{'hostile':16}{'pictures':>10}{'refused':>10}{'right':>10}{'missing':>10}{'wrong':>10}")
    seconds = []
    for name in names:
        counts: Counter[str] = Counter()
        for seed, picture in enumerate(pictures(name, first_seed), first_seed):
            started = time.process_time()
            reading = reader.read(picture.file, picture.service)
            seconds.append(time.process_time() - started)
            outcome = outcomes(reading, picture.documents)
            counts += outcome
            if outcome["wrong"]:
                print(f"  wrong: {name}, seed {seed}", flush=True)
        columns = ("pictures", "refused", "right", "missing", "wrong")
        print(f"  {name:14}" + "".join(f"{counts[column]:>10}" for column in columns), flush=True)
    return seconds


def outcomes(reading: DocumentReading | None, documents: tuple[Values, ...]) -> Counter[str]:
    """Compare a reading with that document in the picture with which it has most in common.

    Fields are right, missing, or wrong with a confidence above 0.5. Fields of another document are wrong, and so is a
    part of a value. A refused picture has no missing fields.
    """
    counts = Counter(pictures=1)
    if reading is None:
        return counts + Counter(refused=1)
    read: dict[str, tuple[str, float]] = {}
    for field in reading.fields:
        value, conf = read.get(field.key, ("", 0.0))
        read[field.key] = (value + field.value, max(conf, field.conf))
    return counts + min((_compared(read, document) for document in documents), key=lambda one: one["wrong"])


def _compared(read: dict[str, tuple[str, float]], document: Values) -> Counter[str]:
    counts: Counter[str] = Counter()
    for key, (value, conf) in read.items():
        same = _bare(value) == _bare(document.get(key, ""))
        counts["right" if same else "wrong" if conf > MIN_CONFIDENCE else "doubtful"] += 1
    counts["missing"] += sum(1 for key, value in document.items() if value not in {"", "none"} and key not in read)
    return counts


def _bare(value: str) -> str:
    return value.replace(" ", "").rstrip(".")
