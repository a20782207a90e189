"""What a document costs in Lambda at each memory setting, computed from the CPU that it took here.

Lambda gives processor time in proportion to memory, a whole processor at 1,769 MB ("Configure Lambda function memory").
An invocation lasts as long as the OCR service takes, and its documents' CPU at the processor's share: all of it one
after the other, which is the worst case.
"""

from __future__ import annotations

from dataclasses import dataclass

# AWS's public price list, November 2026: arm64, first tier, in most regions (us-east-1 and ap-northeast-2 among them).
USD_A_GB_SECOND = 0.0000133334
USD_A_REQUEST = 0.20 / 1_000_000

_MB_OF_A_PROCESSOR = 1769
_MB_OF_A_GB = 1024


@dataclass(frozen=True)
class Invocation:
    """One invocation: its memory setting in MB, its documents, seconds of CPU for each, seconds of the OCR service."""

    memory: int
    documents: int
    cpu_seconds: float
    service_seconds: float = 1.0

    @property
    def seconds(self) -> float:
        """How long it lasts. A second processor, above 1,769 MB, is of little use to threads of Python."""
        share = min(self.memory / _MB_OF_A_PROCESSOR, 1.0)
        return self.service_seconds + self.documents * self.cpu_seconds / share

    @property
    def usd_a_million(self) -> float:
        """USD for a million documents, of Lambda alone."""
        compute = self.seconds * self.memory / _MB_OF_A_GB * USD_A_GB_SECOND
        return 1_000_000 * (compute + USD_A_REQUEST) / self.documents
