"""Seeds for what a build draws: one integer, a purpose and a key, never the order of the work."""

import hashlib
from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """Keeps the draws of different uses apart. Numbers are part of a dataset's identity."""

    SPLIT = 1
    POSES = 2
    PHANTOM_CT = 3
    PHANTOM_XRAY = 4
    XRAY_POSE = 5
    XRAY_PHYSICS = 6
    TRUTH_PHYSICS = 7
    EVALUATION = 8


def stable_hash(text: str) -> int:
    """The same 64-bit number for the same text in every process and on every machine."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")


def derived_seed(seed: int, purpose: Purpose, key) -> int:
    """A 31-bit seed for one draw; `key` is an index or a name."""
    index = key if isinstance(key, int) else stable_hash(key)
    return int(np.random.SeedSequence([seed, int(purpose), index]).generate_state(1)[0] >> 1)
