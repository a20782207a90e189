"""What calls cost, by the prices in the stack's outputs."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sealed_ocr.common.billed_call import BilledCall

from ops.common.stack import DeployedStack


def prices_per_thousand(stack: DeployedStack) -> dict[BilledCall, float]:
    """Return the prices of 1,000 calls that the stack's settings give, in USD."""
    return msgspec.json.decode(stack.outputs.prices_per_thousand, type=dict[BilledCall, float])


def describe_charge(stack: DeployedStack, calls: Mapping[BilledCall, int]) -> str:
    """Return a sentence with the vendor's charge, and with the calls that have no price."""
    prices = prices_per_thousand(stack)
    unpriced = sorted(call for call in calls if call not in prices)
    sentences = []
    if len(unpriced) < len(calls):
        charge = sum(number * prices[call] for call, number in calls.items() if call in prices) / 1000
        sentences.append(f"The OCR service charges about {charge:,.{2 if charge >= 1 else 4}f} USD.")
    if unpriced:
        sentences.append(f"The stack has no price for {', '.join(unpriced)}: set pricePerThousand….")
    return " ".join(sentences)
