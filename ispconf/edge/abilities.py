"""What a router says of its device-mode, for ``planning.ability``.

Asked beside the reading of its rows. Before 7.17 (and on 6.x) the menu is not there, or forbids
nothing that matters here: nothing is forbidden then.
"""

from collections.abc import Collection, Sequence

from ispconf.edge.routers import Facts
from ispconf.edge.sentences import Fields
from ispconf.edge.wire import Words
from ispconf.planning.ability import FEATURES, Ability

_NAMES = tuple(dict.fromkeys(FEATURES.values()))
ASKED: Words = ("/system/device-mode/print", f"=.proplist=mode,{','.join(_NAMES)}")
"""What to ask for an ``Ability``."""


def ability(
    user: str, facts: Facts, modes: Sequence[Fields], missing: Collection[str] = ()
) -> Ability:
    """What the user can do there; ``modes`` is the reply to ``ASKED``."""
    mode = modes[0] if modes else {}
    return Ability(
        user,
        facts.version,
        facts.lacking("read", "write", "sensitive"),
        frozenset(missing),
        frozenset(name for name in _NAMES if mode.get(name) in ("false", "no")),
        mode.get("mode", ""),
    )
