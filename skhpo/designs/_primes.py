"""Prime numbers."""


def next_prime(least: int) -> int:
    """Return the smallest prime that is no less than ``least``."""
    candidate = max(least, 2)
    while any(candidate % i == 0 for i in range(2, int(candidate**0.5) + 1)):
        candidate += 1
    return candidate
