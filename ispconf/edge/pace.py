"""How many commands a router is given at a time: few at first, more while it keeps up.

Knows the time that answers take and whether they are refusals. Knows nothing of what is sent.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

START = 16
"""Commands at a time until the router has shown what it bears: 25 heavy ones have hung one."""
LIMIT = 100
"""The most at a time, whatever the line: routers have answered their first 120 commands in 1 ms
each and those behind them in 20 ms, all connections together; others want to work there too."""
PATIENCE = 0.05
"""Seconds of work that may wait inside the router. It costs nobody anything, and a command takes
1 to 3 ms there, so a quick line is filled as well as a slow one."""


_GENTLY = 1 / 8  # of a command more for each answer, once it is known what is too much


@dataclass(slots=True)
class Pace:
    """The commands that may be unanswered now: ``window``, between 1 and ``limit``.

    What an answer takes beyond the quickest one so far is time in which its command waited inside
    the router. While that is short the window doubles in a round trip; when it is long, or
    something is refused, the window halves (again only for a command that was sent after that) and
    from then on grows by an eighth. A storm of refusals ends in one command at a time.
    """

    size: float = START
    limit: int = LIMIT
    clock: Callable[[], float] = time.monotonic
    _growth: float = 1
    _least: float = float("inf")
    _halved: float = float("-inf")

    @classmethod
    def fixed(cls, window: int) -> "Pace":
        """One that never changes, for work whose answers differ in size, such as reads."""
        return cls(window, 0)

    @property
    def window(self) -> int:
        """How many commands may be unanswered."""
        return int(self.size)

    def answered(self, sent: float, now: float, unanswered: int, *, refused: bool) -> None:
        """Hears of an answer: when its command was sent, and how many were out when it came."""
        if not self.limit:
            return
        self._least = min(self._least, now - sent)
        waited = now - sent - self._least
        if sent < self._halved:
            return
        if refused or waited > 2 * PATIENCE:
            self.size, self._halved, self._growth = max(1, self.size / 2), now, _GENTLY
        elif waited > PATIENCE:
            self._growth = _GENTLY
        elif self.size <= 2 * unanswered:  # the window was in use
            self.size = min(self.limit, self.size + self._growth)
