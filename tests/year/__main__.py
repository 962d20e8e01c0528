"""The simulated year at its full size: ``python -m tests.year [PEOPLE] [SEED] [PERCENT]``.

PERCENT of the days are compared; all are lived.

Ends with 1 when anything is calculated in two ways, and says what.
"""

import sys
import time
from collections import Counter

from tests.year.comparing import billed, disagreements, nameless, recorded
from tests.year.town import LAST, Town, Year


def main(people: int = 2000, seed: int = 20, percent: int = 100) -> int:
    """Lives the year, calculates it twice and bills it in one go."""
    began = time.process_time()
    year = Year(Town(people, seed), seed + 1).live()
    kinds = Counter(entry.kind or entry.type for entry in year.book.entries)
    _say(f"{people} people, {len(year.book)} entries: {dict(kinds.most_common())}", began)
    found = list(disagreements(year, share=percent / 100))
    _say(f"{percent} % of the days of everybody compared: {len(found)} differences", began)
    free = nameless(year)
    once = billed(year, [LAST], free.__contains__)
    meant = recorded(year, free.__contains__)
    more = [f"in one go: {entry}" for entry in {*once} ^ {*meant}]
    _say(f"{len(meant)} invoices and fees again in one go: {len(more)} differences", began)
    for each in [*found, *more][:50]:
        sys.stdout.write(f"{each}\n")
    return bool(found or more)


def _say(text: str, began: float) -> None:
    sys.stdout.write(f"{time.process_time() - began:6.0f} s of CPU  {text}\n")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
