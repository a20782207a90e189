"""Holds the functions' own counts of calls against those of the emulated service, as an operator does with a bill."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.common.kinds import Kind
from sealed_ocr.runtime.call_counts import CallEnd, attribute, month_item

from soak.harness.violation import GuaranteeViolation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from soak.harness.testbed import SoakTestbed
    from soak.harness.workload import Upload


class CallCountsCheck:
    """The counts since this object was made.

    Attributes
    ----------
    counted, paid
        Calls that the functions counted, by kind and end, and calls that the service counts as billable, by kind.
    """

    def __init__(self, testbed: SoakTestbed, uploads: Sequence[Upload]) -> None:
        self._testbed, self._uploads = testbed, uploads
        self._counted_before, self._paid_before = self._counted(), self._paid()

    @property
    def counted(self) -> Counter[tuple[BilledCall, CallEnd]]:
        """Calls that the functions counted since then, by kind and end."""
        return self._counted() - self._counted_before

    @property
    def paid(self) -> Counter[BilledCall]:
        """Calls that the service counts as billable since then, by kind."""
        return self._paid() - self._paid_before

    def check(self, *, lost: int, doubled: int) -> dict[str, int | float]:
        """Check the counts and return them; ``lost`` and ``doubled`` are the most calls that faults explain.

        Raises
        ------
        GuaranteeViolation
            If the service counts a call that the functions' counts and these faults do not explain, or the reverse.
        """
        counted, paid = self.counted, self.paid
        rows: dict[str, int | float] = {}
        missing = beyond = 0
        for call in BilledCall:
            answered, doubtful = counted[call, CallEnd.ANSWERED], counted[call, CallEnd.DOUBTFUL]
            possible = doubtful + counted[call, CallEnd.UNCONFIRMED]
            missing += max(0, paid[call] - answered - possible)
            beyond += max(0, answered - paid[call])
            if paid[call] or answered or possible:
                rows |= {f"{call}: billable": paid[call], f"{call}: counted as answered": answered}
                rows[f"{call}: counted as possibly billed"] = possible
        if missing > lost or beyond > doubled:
            raise GuaranteeViolation(
                f"{missing} billable calls are not counted (faults explain {lost}), and {beyond} are counted that were "
                f"not billable (faults explain {doubled}): {rows}"
            )
        return rows | {"calls that only a killed function can explain": missing, "calls counted twice": beyond}

    def check_each_call(self, *, doubled: int) -> dict[str, int | float]:
        """Check that every billable call since then was counted as answered, and no other; return the counts.

        ``doubled`` is the most calls that repeated writes explain: on a busy machine, the first answer may be late.

        Raises
        ------
        GuaranteeViolation
            If the counts of a kind differ.
        """
        counted, paid = self.counted, self.paid
        answered = Counter({call: counted[call, CallEnd.ANSWERED] for call in BilledCall})
        if paid - answered or (answered - paid).total() > doubled:
            raise GuaranteeViolation(
                f"without faults {dict(paid)} are billable, and {dict(answered)} counted, {doubled} perhaps twice"
            )
        rows: dict[str, int | float] = {}
        for call in sorted(+paid):
            rows |= {f"{call}: billable": paid[call], f"{call}: counted as answered": answered[call]}
        return rows | {"calls that repeated writes may have counted twice": doubled}

    def _counted(self) -> Counter[tuple[BilledCall, CallEnd]]:
        items = [*self._testbed.items(self._testbed.documents), *self._testbed.items(self._testbed.request_keys)]
        months = [item for item in items if item["documentId"].startswith(month_item(""))]
        return Counter(
            {
                (call, end): sum(int(item.get(attribute(end, call), 0)) for item in months)
                for call in BilledCall
                for end in CallEnd
            }
        )

    def _paid(self) -> Counter[BilledCall]:
        counts = self._testbed.emulator.counters()
        paid = Counter({BilledCall.VERIFICATION: sum(counts.verdicts.values())})
        for upload in self._uploads:
            kind = Kind.of_key(upload.key)
            if kind is not None:
                paid[BilledCall(kind)] += counts.paid.by_image.get(upload.image, 0)
        return paid
