"""Lambda's price of a document at each memory setting, computed from its measured CPU time.

Lambda gives CPU time in proportion to memory, a whole CPU at 1,769 MB ("Configure Lambda function memory"). An
invocation lasts for the OCR call plus the CPU time of all its documents at that share, one after the other. This is the
worst case.
"""

from __future__ import annotations

from dataclasses import dataclass

# AWS's public price list, November 2026: arm64, first tier, in most regions (us-east-1 and ap-northeast-2 among them).
USD_PER_GB_SECOND = 0.0000133334
USD_PER_REQUEST = 0.20 / 1_000_000

MB_PER_CPU = 1769
_MB_PER_GB = 1024


@dataclass(frozen=True)
class InvocationCost:
    """Duration and price of one invocation.

    Attributes
    ----------
    memory
        Memory setting, in MB.
    documents
        Number of documents.
    cpu_seconds
        CPU time per document.
    service_seconds
        Duration of the OCR call.
    """

    memory: int
    documents: int
    cpu_seconds: float
    service_seconds: float = 1.0

    @property
    def seconds(self) -> float:
        """Duration in seconds. Python threads make little use of the second CPU above 1,769 MB."""
        share = min(self.memory / MB_PER_CPU, 1.0)
        return self.service_seconds + self.documents * self.cpu_seconds / share

    @property
    def usd_per_million(self) -> float:
        """Lambda's price of a million documents, in USD."""
        compute = self.seconds * self.memory / _MB_PER_GB * USD_PER_GB_SECOND
        return 1_000_000 * (compute + USD_PER_REQUEST) / self.documents
