"""``rollout`` of ``ispconf.yaml``: in which order a change reaches many routers (P-17).

Knows what may be written; which routers a run has, and how it goes on, is for others.
"""

import math
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator

from ispconf.ledger.scalars import count, share
from ispconf.network.written import Duration, Id, Written, identifier


class Portion(NamedTuple):
    """So many routers, or so many percent of them; 0 and 0 % are none."""

    number: int = 0
    share: Decimal = Decimal(0)

    def of(self, total: int) -> int:
        """How many of ``total`` it is; a share counts as one router at least."""
        return self.number or math.ceil(self.share * total / 100)


def portion(value: object) -> Portion:
    """``10`` routers or ``25%`` of them."""
    if isinstance(value, Portion):
        return value
    if isinstance(value, str) and value.endswith("%"):
        return Portion(share=share(value))
    return Portion(count(value))


def size(value: object) -> Portion:
    """A portion that is not nothing."""
    found = portion(value)
    if not found.of(100):
        raise ValueError(f'"{value}" is no size of a wave: write it like 10 or 25%')
    return found


def _names(value: object) -> tuple[str, ...]:
    return tuple(map(identifier, value if isinstance(value, list | tuple) else [value]))


def _waves(value: object) -> object:
    """A size, or waves by name: ``[norte, [sur-1, sur-2]]``."""
    if isinstance(value, list | tuple) and not isinstance(value, Portion):
        return tuple(_names(each) for each in value)
    return size(value)


def _canary(value: Any) -> object:
    return () if value == "none" else value


class Rollout(Written):
    """First ``canary``, then ``waves``; each begins when those before it are found well.

    Names are those of routers or zones; ``canary`` None lets the smallest router go first. More
    than ``max_unavailable`` routers that are not reached stop it; ``pause`` is seconds between two
    waves, for what shows later.
    """

    canary: Annotated[tuple[Id, ...] | None, BeforeValidator(_canary)] = None
    waves: Annotated[Portion | tuple[tuple[str, ...], ...] | None, BeforeValidator(_waves)] = None
    max_unavailable: Annotated[Portion, BeforeValidator(portion)] | None = None
    pause: Duration = 0

    def named(self) -> tuple[tuple[tuple[str | int, ...], str], ...]:
        """The routers and zones that are named, each with its place in the block."""
        found: list[tuple[tuple[str | int, ...], str]] = [
            (("canary", at), name) for at, name in enumerate(self.canary or ())
        ]
        if self.waves and not isinstance(self.waves, Portion):
            for at, wave in enumerate(self.waves):
                found += [(("waves", at), name) for name in wave]
        return tuple(found)
