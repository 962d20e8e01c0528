"""/system/device-mode: what a board lets nobody configure without having it in the hands.

From 7.17 on a board comes in the mode ``home``, ``basic`` or ``advanced``. What its mode forbids
can be configured and stays inactive; the rows say so in ``.about``. Only who can press a button
changes the mode, so it has no verb here.
"""

from typing import Final

from ispconf.simulator.store import Store

SINCE: Final = (7, 17)
NOTE: Final = "inactivated, not allowed by device-mode"
MODES: Final[dict[str, frozenset[str]]] = {
    "home": frozenset({"scheduler", "fetch", "proxy", "hotspot", "email", "sniffer"}),
    "basic": frozenset({"proxy", "hotspot"}),
    "advanced": frozenset(),
}
"""What each mode forbids, of the features that ispconf's menus are about."""
FEATURES: Final = tuple(sorted(MODES["home"]))
CONCERNED: Final = {
    "/ip/hotspot": "hotspot",
    "/ip/proxy/access": "proxy",
    "/system/scheduler": "scheduler",
}
"""Menus whose rows do nothing without a feature."""


def allowed(device: Store, feature: str) -> bool:
    """Whether the mode of the device lets a feature work."""
    return device.version < SINCE or feature not in MODES[device.mode]
