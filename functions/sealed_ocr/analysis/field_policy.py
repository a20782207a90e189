"""Withholds fields from a recognised document before its message is made (docs/adr/0106).

What a field says stands in more than one place: in the result, perhaps twice, and in the claim. The claim keeps only
what also follows from the result that is passed on, so it cannot say more than that.
"""

from __future__ import annotations

import functools
from typing import Any

from msgspec.structs import replace

from sealed_ocr.analysis.messages import Verification, Withheld
from sealed_ocr.claims import offer
from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.field_masks import CARD_NUMBER, MASKS, mask_card_number
from sealed_ocr.ocr.field_rules import FieldRules, Treatment, rules_of
from sealed_ocr.ocr.kind_specs import KIND_SPECS
from sealed_ocr.ocr.models import Box, CardResult, IdCardResult

_UNNAMED = "(unnamed)"
_CORNERS = Box.__struct_encode_fields__
# Of an omitted field stays where it was, and how sure the service is.
_KEPT_MEMBERS = frozenset({"key", "conf", "bbox"})

Tree = dict[str, Any]


class FieldPolicy:
    """The settings ``omitFields`` and ``maskFields``, as texts. Thread-safe."""

    def __init__(self, omit: str, mask: str) -> None:
        """Read the rules of each kind of card when the first one comes."""
        self._rules = functools.cache(functools.partial(rules_of, omit, mask))

    def apply(
        self, kind: Kind, result: Tree, verification: Verification | None
    ) -> tuple[Verification | None, Withheld | None]:
        """Remove what is withheld from ``result``, in place; return the verification without it, and its names.

        Without rules for the card, there are no names.
        """
        fields = KIND_SPECS[kind].fields
        id_type = result.get("idType")
        rules = self._rules(kind, id_type if isinstance(id_type, str) and id_type in fields else None)
        if rules is None:
            return verification, None
        withheld = _Withholding(rules)
        if None in fields:
            withheld.from_card(result)
        else:
            withheld.from_id_card(result)
        if rules.omits_others:
            withheld.unknown_members(result, CardResult if None in fields else IdCardResult)
        return verification and _visible(verification, result), withheld.names()


class _Withholding:
    """Changes one result, and notes the names of what was omitted or masked."""

    def __init__(self, rules: FieldRules) -> None:
        self._rules = rules
        self._omitted: dict[str, None] = {}
        self._masked: dict[str, None] = {}

    def names(self) -> Withheld:
        return Withheld(omitted=[*self._omitted], masked=[name for name in self._masked if name not in self._omitted])

    def from_id_card(self, result: Tree) -> None:
        for field in result.get("keyValues") or ():
            if field:
                self._field(field.get("key"), field)

    def from_card(self, result: Tree) -> None:
        if result.get("validThru"):
            self._field("validThru", result["validThru"])
        treatment = self._rules.treatment(CARD_NUMBER[0])
        if treatment is Treatment.SHOW:
            return
        groups = [group for group in result.get("cardNums") or () if group]
        total = result.get("totalCardNum")
        totals = [*filter(None, total)] if isinstance(total, list) else [total] if total else []
        masked, masked_total = (
            mask_card_number([group.get("value") or "" for group in groups]),
            mask_card_number(totals),
        )
        can_mask = treatment is Treatment.MASK and (not groups or masked) and (not totals or masked_total)
        noted = self._masked if can_mask else self._omitted
        if any(group.get("value") for group in groups):
            noted["cardNums"] = None
        if totals:
            noted["totalCardNum"] = None
        for number, group in enumerate(groups):
            _replace(group, masked[number] if can_mask and masked else None)
        result.pop("totalCardNum", None)
        if can_mask and masked_total:
            result["totalCardNum"] = masked_total if isinstance(total, list) else masked_total[0]

    def unknown_members(self, result: Tree, view: type[CardResult | IdCardResult]) -> None:
        for name in [name for name in result if name not in view.__struct_encode_fields__]:
            del result[name]
            self._omitted[name] = None
        for name in ("boxes", "cardNumBoxes"):
            if result.get(name):
                result[name] = [box and _plain(box) for box in result[name]]
        if result.get("validThruBox"):
            result["validThruBox"] = _plain(result["validThruBox"])

    def _field(self, name: str | None, field: Tree) -> None:
        treatment = self._rules.treatment(name)
        if treatment is Treatment.SHOW:
            return
        value = field.get("value")
        masked = MASKS[name](value) if treatment is Treatment.MASK and name and value else None
        _replace(field, masked)
        if value:
            (self._masked if masked else self._omitted)[name or _UNNAMED] = None


def _replace(field: Tree, masked: str | None) -> None:
    """Leave of a field what does not depend on its value, and the masked value."""
    for member in field.keys() - _KEPT_MEMBERS:
        del field[member]
    if field.get("bbox"):
        field["bbox"] = _plain(field["bbox"])
    if masked:
        field["value"] = masked


def _plain(box: Tree) -> Tree:
    return {corner: box[corner] for corner in _CORNERS}


def _visible(verification: Verification, result: Tree) -> Verification:
    """Return the verification with what can be read in the result alone."""
    complete, visible = verification.request, offer(result)
    shown = {
        name: value
        for name, value in complete.items()
        if name == "idType" or (visible and visible.request.get(name) == value)
    }
    return replace(verification, request=shown, withheld=[name for name in complete if name not in shown])
