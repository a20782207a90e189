"""Whether a line of Hangul is whole: no syllable is covered, cut off or left out by the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.readers.ocr.line import Picture

# Paper is lit evenly along a name; glare and stickers differ by more than this (levels of 255).
_MAX_PAPER_DIFFERENCE = 15
# The widest upright stroke, in syllables.
_MAX_STROKE = 0.25
# Behind a name, glare may touch a part of the line's height only.
_MAX_GLARE = 10
# The share of the usual contrast below which a syllable is faded by glare.
_MIN_CONTRAST = 0.6
# The widest gap between syllables of one word, in heights of the ink. Evenly spaced names have wider ones.
_MAX_GAP, _EVEN = 0.6, 1.6
# How far ink may begin before the centre of the first syllable, or end after that of the last, in syllables.
_MAX_OVERHANG = 0.9


def is_whole(line: Picture, beyond: Picture, centres: Sequence[float], *, has_tail: bool) -> bool:
    """Return whether a word of at least two syllables is all that a line shows.

    Parameters
    ----------
    line
        The line.
    beyond
        The picture behind the line's end, where glare may hide another syllable.
    centres
        The syllables' centres along the line, from 0 to 1.
    has_tail
        Whether other text follows in the line, such as a name in Chinese characters.
    """
    grey = line.mean(axis=2)
    paper = float(np.median(grey))
    ink = float(np.quantile(grey, 0.02 if paper > 128 else 0.98))
    contrast = abs(paper - ink)
    if contrast < 2 * _MAX_PAPER_DIFFERENCE:
        return False
    places = np.array(centres) * grey.shape[1]
    pitch = float(np.median(np.diff(places)))
    end = grey.shape[1] if not has_tail else min(grey.shape[1], int(places[-1] + 0.6 * pitch))
    word = grey[:, :end]
    return (
        not _is_covered(word, beyond.mean(axis=2), paper, pitch)
        and _is_even(word, paper, ink, places, pitch)
        and _has_no_gap(word, paper, ink, places, pitch, has_tail=has_tail)
    )


def _is_covered(word: np.ndarray, beyond: np.ndarray, paper: float, pitch: float) -> bool:
    """Return whether the paper is much brighter or darker in some places, or brighter behind the word."""
    # Most of a column is paper, also where it crosses a stroke.
    columns = _smooth(np.quantile(word, 0.85 if paper > 128 else 0.15, axis=0))
    usual = float(np.median(columns))
    # How much more of a column looks like paper, and not like ink, than elsewhere.
    paleness = (columns - usual) * (1 if paper > 128 else -1)
    # An upright stroke can fill its columns. What covers a syllable is wider.
    wide = paleness
    if (width := int(pitch * _MAX_STROKE)) < len(paleness):
        wide = np.lib.stride_tricks.sliding_window_view(paleness, max(1, width)).max(axis=1)
    if paleness.max() > _MAX_PAPER_DIFFERENCE or wide.min() < -_MAX_PAPER_DIFFERENCE:
        return True
    return beyond.size > 0 and float(_smooth(np.quantile(beyond, 0.8, axis=0)).max()) > usual + _MAX_GLARE


def _is_even(word: np.ndarray, paper: float, ink: float, places: np.ndarray, pitch: float) -> bool:
    """Return whether all syllables are about equally dark."""
    darkest = []
    for place in places:
        cell = word[:, max(0, int(place - pitch / 2)) : int(place + pitch / 2) + 1]
        darkest.append(abs(paper - float(np.quantile(cell, 0.04 if paper > ink else 0.96))) if cell.size else 0.0)
    return min(darkest) >= _MIN_CONTRAST * float(np.median(darkest))


def _has_no_gap(
    word: np.ndarray, paper: float, ink: float, places: np.ndarray, pitch: float, *, has_tail: bool
) -> bool:
    height = len(word)
    marks = np.abs(word - paper) > abs(paper - ink) / 2
    if (ink > paper) != (word.mean() > paper):
        marks &= (word > paper) == (ink > paper)
    rows = np.flatnonzero(marks.sum(axis=1) >= 2)
    middle = marks[height // 8 : height - height // 8]
    columns = np.flatnonzero(middle.sum(axis=0) >= max(1, height // 24))
    if not (len(rows) and len(columns)):
        return False
    if places[0] - columns[0] > _MAX_OVERHANG * pitch:
        return False
    if not has_tail and columns[-1] - places[-1] > _MAX_OVERHANG * pitch:
        return False
    gaps = np.diff(columns)
    wide = gaps[gaps > _MAX_GAP * (rows[-1] - rows[0] + 1)]
    return not len(wide) or (len(wide) == len(places) - 1 >= 2 and wide.max() <= _EVEN * wide.min())


def _smooth(columns: np.ndarray) -> np.ndarray:
    return np.convolve(np.pad(columns, 2, mode="edge"), np.ones(5) / 5, mode="valid")
