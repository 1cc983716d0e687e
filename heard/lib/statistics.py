"""Shares with their uncertainty."""

from math import ceil, floor, sqrt

Z_95 = 1.959964


def wilson_interval(hits: int, trials: int) -> tuple[int, int]:
    """The 95 % interval of a share, in whole points from 0 to 100, rounded outwards; (0, 100) for no trials.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    if trials == 0:
        return 0, 100
    share, spread = hits / trials, Z_95**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    half = Z_95 * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return floor(100 * low), ceil(100 * high)
