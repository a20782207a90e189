"""The vendor's prices, as the stage's settings give them."""

from __future__ import annotations

import json
from typing import Annotated

from msgspec import Meta
from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.common.settings import Settings

_Price = Annotated[
    float,
    Meta(ge=0, le=1e6, description="the price of 1,000 calls in USD, or 0 for one that is not known"),
]
# What an error says of a setting of an earlier version.
REMOVED = {
    "ocrPricePerThousand": "each kind of call has a price: pricePerThousandCreditCards, pricePerThousandIdCards, "
    "pricePerThousandIdCardsStandAlone, pricePerThousandVerifications"
}


class PriceSettings(Settings, frozen=True, rename="camel"):
    """The prices of 1,000 calls in USD."""

    price_per_thousand_credit_cards: _Price = 0.0
    price_per_thousand_id_cards: _Price = 0.0
    price_per_thousand_id_cards_stand_alone: _Price = 0.0
    price_per_thousand_verifications: _Price = 0.0

    @property
    def calls_are_free(self) -> bool:
        """Whether no call costs anything, whatever the prices are."""
        return False


def prices_per_thousand(settings: PriceSettings) -> dict[BilledCall, float]:
    """Return the prices of 1,000 calls that are set, in USD; all of them if calls are free."""
    if settings.calls_are_free:
        return dict.fromkeys(BilledCall, 0.0)
    given = {
        BilledCall.CREDIT_CARD: settings.price_per_thousand_credit_cards,
        BilledCall.ID_CARD: settings.price_per_thousand_id_cards,
        BilledCall.ID_CARD_STAND_ALONE: settings.price_per_thousand_id_cards_stand_alone,
        BilledCall.VERIFICATION: settings.price_per_thousand_verifications,
    }
    return {call: price for call, price in given.items() if price}


def as_output(settings: PriceSettings) -> str:
    """Return the prices as the stack's output, from which the operators' tools read them."""
    return json.dumps(prices_per_thousand(settings))
