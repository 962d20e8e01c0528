"""What a router cannot do, said in the plan before anything is written to it.

Three things may be in the way of a change: the rights of our user there, a menu that the router
does not have (a package that is not installed, an older version), and a feature that its
device-mode forbids (from 7.17 on): what it forbids can be configured, and does nothing. Each comes
with what to do about it on the router. Knows nothing of how this is found out.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ispconf.planning.changes import Change
from ispconf.planning.counting import counted
from ispconf.routeros.scripts import grant, menu

FEATURES: Mapping[str, str] = {
    "/ip/hotspot": "hotspot",
    "/ip/proxy": "proxy",
    "/system/scheduler": "scheduler",
}
"""Menus, with those below them, whose rows do nothing without a feature of the device-mode."""
PACKAGES: Mapping[str, str] = {
    "/ppp": "ppp",
    "/interface/pppoe-server": "ppp",
    "/ip/hotspot": "hotspot",
    "/ip/dhcp-server": "dhcp",
    "/user-manager": "user-manager",
}
"""Menus, with those below them, that come with a package: in 6.x, and user-manager in 7.x too."""
_SCHEDULE = "/system/scheduler"


class Ability(NamedTuple):
    """What is known of a router before it is written to; ``user`` is who we are there.

    ``lacking`` are policies that the user's group is known not to have, ``missing`` menus that the
    router says it does not have, ``forbidden`` features that its device-mode (``mode``) forbids.
    """

    user: str = ""
    version: str = ""
    lacking: Collection[str] = ()
    missing: Collection[str] = ()
    forbidden: Collection[str] = ()
    mode: str = ""


def refused(changes: Iterable[Change], able: Ability, *, guard: bool) -> tuple[str, ...]:
    """Why these changes cannot be made there; ``guard`` is whether some of them are guarded."""
    menus = tuple(dict.fromkeys(change.table for change in changes))
    if not menus:
        return ()
    said = [*_rights(able), *_menus(menus, able), *_features(menus, able)]
    if guard and "scheduler" in able.forbidden:
        said.append(
            f"{_forbids(able, 'scheduler')}: the guard of these changes would never take them "
            f"back; {_permit('scheduler')}, or apply --confirm off"
        )
    return tuple(said)


def _rights(able: Ability) -> Iterator[str]:
    if "write" in able.lacking:
        yield (
            f"API user {able.user} lacks the policy write; on the router: "
            f"{grant(able.user, able.version, ['write'])}"
        )


def _menus(menus: Sequence[str], able: Ability) -> Iterator[str]:
    absent = [path for path in menus if path in able.missing]
    if absent:
        yield f"RouterOS {able.version} there has no {', '.join(absent)}: {_install(absent, able)}"


def _install(absent: Sequence[str], able: Ability) -> str:
    old = able.version.startswith("6.")
    packages = {name for path in absent if (name := _below(PACKAGES, path))}
    wanted = sorted(packages if old else packages & {"user-manager"})
    if not wanted:
        return "update RouterOS"
    where = menu("/system/package", able.version)
    return f"install or enable its package: {where} enable {','.join(wanted)}, then reboot it"


def _features(menus: Sequence[str], able: Ability) -> Iterator[str]:
    needed = dict.fromkeys(_below(FEATURES, path) for path in menus)
    for feature in needed:
        if feature in able.forbidden:
            yield f"{_forbids(able, feature)}: rows would do nothing; {_permit(feature)}"


def _below(known: Mapping[str, str], path: str) -> str:
    """What is known of a menu, or of one above it."""
    return next(
        (name for top, name in known.items() if path == top or path.startswith(f"{top}/")), ""
    )


def _forbids(able: Ability, feature: str) -> str:
    return f"its device-mode{f' {able.mode}' if able.mode else ''} forbids {feature}"


def _permit(feature: str) -> str:
    return (
        f"on the router: /system/device-mode/update {feature}=yes, and press its button "
        "within 5 minutes"
    )


def notes(able: Ability, masked: int) -> Iterator[str]:
    """What cannot be seen there; ``masked`` counts passwords that were not shown."""
    if masked:
        yield (
            f"{counted(masked, 'password')} cannot be compared: API user {able.user} lacks the "
            f"policy sensitive; on the router: {grant(able.user, able.version, ['sensitive'])}"
        )
    if able.missing:
        yield f"the router has no {', '.join(sorted(able.missing))}; nothing there is managed"
