"""Is a mesh closed? Answered in one pass, without sorting or merging corners.

Each edge gets a 64-bit value from its two corners' coordinates, the same in both directions. Added up with the sign of its direction, a closed
and consistently wound mesh comes to zero: every edge is used as often one way as the other. Combined without signs, an edge used an even
number of times vanishes. Edges shared by four faces are therefore fine, as they are for a printer. The values depend on a seed nobody can
know, so that no file can be made to look closed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .stl import BLOCK

Words = NDArray[np.uint64]

_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Mixer:
    """Odd multipliers made from a seed."""

    seed: int

    def factors(self) -> list[np.uint64]:
        """Return seven odd 64-bit numbers that follow from the seed (splitmix64)."""
        state, found = self.seed & _MASK, []
        for _ in range(7):
            state = (state + 0x9E3779B97F4A7C15) & _MASK
            mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
            mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
            found.append(np.uint64((mixed ^ (mixed >> 31)) | 1))
        return found


@dataclass(frozen=True, slots=True)
class Closedness:
    """What the pass came to.

    Args:
        balanced: Every edge is used as often in one direction as in the other: closed, and wound consistently.
        even: Every edge is used an even number of times: closed, if perhaps with faces turned the wrong way.
    """

    balanced: bool
    even: bool


def corner_words(triangles: NDArray[np.float32], mixer: Mixer) -> Words:
    """Return one 64-bit word per corner, shape (n, 3): equal coordinates, equal words."""
    words = np.empty(triangles.shape[:2], dtype=np.uint64)
    one, two, three, spread, *_ = mixer.factors()
    for start in range(0, len(triangles), BLOCK):
        bits = triangles[start : start + BLOCK].view(np.uint32).astype(np.uint64)
        mixed = bits[..., 0] * one + bits[..., 1] * two + bits[..., 2] * three
        mixed ^= mixed >> np.uint64(32)
        mixed *= spread
        mixed ^= mixed >> np.uint64(29)
        words[start : start + BLOCK] = mixed
    return words


def closedness(words: Words, mixer: Mixer) -> Closedness:
    """Return whether the triangles with these corner words are closed."""
    *_, spread, one, two, three = mixer.factors()
    signed, parity = 0, 0
    for start in range(0, len(words), BLOCK):
        block = words[start : start + BLOCK]
        for corner in range(3):
            first, second = block[:, corner], block[:, (corner + 1) % 3]
            value = (first + second) * one ^ (first ^ second) * two
            value ^= value >> np.uint64(31)
            value *= three
            value ^= value >> np.uint64(28)
            value *= spread
            up, down = first < second, first > second
            signed = (signed + int(value[up].sum(dtype=np.uint64)) - int(value[down].sum(dtype=np.uint64))) & _MASK
            parity ^= int(np.bitwise_xor.reduce(value[up | down], initial=np.uint64(0)))
    return Closedness(balanced=not signed, even=not parity)
