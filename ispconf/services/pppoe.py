"""PPPoE: a secret per service, a profile per plan, and the live sessions they lead to.

A session takes its parameters when it authenticates (RouterOS 6 and 7): an edit of its secret or
profile reaches it only after it was dropped. Which sessions are stale is read from the sessions
themselves, so an apply that was broken between an edit and its disconnect is finished by the next.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ispconf.routeros import values
from ispconf.routeros.rows import Row, State, comment, owner_of, words_of
from ispconf.routeros.tables import ACTIVE, ADDRESS_LIST, MASKED, PROFILE, QUEUE, SECRET, Table
from ispconf.services.account import Account, Burst, Offer, Speed, Stale, Suspension

TABLES: tuple[Table, ...] = (PROFILE, SECRET, ACTIVE, QUEUE)


def rows(account: Account) -> Iterator[Row]:
    """The plan's profile, the profile for those who are cut where one is needed, and the secret."""
    yield _profile(account)
    if _cut_by_profile(account):
        yield _cut_profile(account)
    yield _secret(account)
    if account.served is False and _cut_by_list(account):
        yield account.cut_entry()


def _cut_by_list(account: Account) -> bool:
    return account.suspension.method == "address-list" and bool(account.address)


def _cut_by_profile(account: Account) -> bool:
    """A list cannot name an address that the pool gives: then the profile puts it on the list."""
    return account.suspension.method != "disable" and not _cut_by_list(account)


def _profile(account: Account) -> Row:
    offer = account.offer
    fields = {"name": offer.id, "rate-limit": rate_limit(offer), **_gateway(account)}
    owner = f"plan:{offer.id}"
    return Row(PROFILE.path, fields | {"comment": comment(owner, offer.name)}, owner)


def _cut_profile(account: Account) -> Row:
    owner = f"router:{account.site.router}"
    fields = {
        "name": account.suspension.profile,
        "address-list": account.suspension.list,
        **_gateway(account),
        "comment": comment(owner, "sessions of suspended services"),
    }
    return Row(PROFILE.path, fields, owner)


def _gateway(account: Account) -> dict[str, str]:
    site = account.site
    given = {"local-address": site.local_address, "dns-server": ",".join(site.dns)}
    # A pool that is needed no more must be let go of, or its removal leaves a dead reference.
    return {"remote-address": site.pool, **{name: text for name, text in given.items() if text}}


def _secret(account: Account) -> Row:
    cut = account.served is False
    by_profile = _cut_by_profile(account)
    fields = {
        "name": account.user,
        "service": "pppoe",
        "profile": account.suspension.profile if cut and by_profile else account.offer.id,
        "remote-address": account.address,
        "caller-id": values.mac(account.mac),
        "comment": comment(account.owner, account.label),
        "disabled": "true" if cut and account.suspension.method == "disable" else "false",
    }
    if account.password is not None:
        fields["password"] = account.password
    hands_off = {"disabled", "profile"} if by_profile else {"disabled"}
    initial = frozenset(hands_off) if account.served is None else frozenset[str]()
    return Row(SECRET.path, fields, account.owner, initial=initial)


@lru_cache(maxsize=1024)  # all who have a plan have the same
def rate_limit(offer: Offer) -> str:
    """The profile's ``rate-limit``: rx/tx is what the router receives and sends, so up/down."""
    none = Speed(0, 0)
    burst = offer.burst or Burst(none, none, 0)
    parts = [
        _short(offer.rate),
        _short(burst.limit),
        _short(burst.threshold),
        f"{burst.seconds}/{burst.seconds}",
        str(offer.priority),
        _short(offer.guaranteed or none),
    ]
    while len(parts) > 1 and parts[-1] in _LEFT_OUT:  # it means the same
        parts.pop()
    return " ".join(parts)


_LEFT_OUT = ("0/0", str(values.LOWEST_PRIORITY))


def _short(speed: Speed) -> str:
    return f"{values.short_rate(speed.up)}/{values.short_rate(speed.down)}"


def stale(wanted: State, live: State) -> Iterator[Stale]:
    """Sessions of ours that live by parameters other than the wanted ones."""
    secrets = {row.fields["name"]: row for row in wanted[SECRET.path]}
    known = {row.fields.get("name", ""): row for row in live[SECRET.path] if row.owner}
    profiles = {row.fields["name"]: row.fields for row in wanted[PROFILE.path]}
    listed = {
        (row.fields.get("list", ""), row.fields.get("address", ""))
        for row in live[ADDRESS_LIST.path]
        if row.dynamic
    }
    limits = {row.fields.get("name"): row.fields for row in live[QUEUE.path] if row.dynamic}
    ours = [*wanted[PROFILE.path], *(row for row in live[PROFILE.path] if row.owner)]
    lists = {row.fields["address-list"] for row in ours if row.fields.get("address-list")}
    for session in live[ACTIVE.path]:
        name = session.fields.get("name", "")
        secret = secrets.get(name)
        if secret is None:
            if name in known:
                yield Stale(session, known[name].owner, "cancel", "its secret is removed")
            continue
        held = {each for each in lists if (each, session.fields.get("address", "")) in listed}
        limit = limits.get(f"<pppoe-{name}>", {}).get("max-limit")
        verdict = _outdated(secret, session, profiles, held, limit)
        if verdict:
            yield Stale(session, secret.owner, *verdict)


def _outdated(
    secret: Row,
    session: Row,
    profiles: Mapping[str, Mapping[str, str]],
    held: set[str],
    limit: str | None,
) -> tuple[str, str] | None:
    """What must reach the session by dropping it, and why; None when it may live on."""
    if "disabled" in secret.initial:
        return None
    profile = profiles.get(secret.fields["profile"], {})
    wanted_list = profile.get("address-list", "")
    if secret.fields["disabled"] == "true" or (wanted_list and wanted_list not in held):
        return "suspend", "so that the cut takes effect"
    if held and not wanted_list:
        return "restore", "so that the restored service takes effect"
    return _late(secret.fields, session.fields, profile.get("rate-limit", ""), limit)


def _late(
    secret: Mapping[str, str], session: Mapping[str, str], rate: str, limit: str | None
) -> tuple[str, str] | None:
    """What of a session that serves the right person is still as before."""
    if secret["remote-address"] not in ("", session.get("address")):
        return "address", "so that the new address takes effect"
    if secret["caller-id"] not in ("", values.mac(session.get("caller-id", ""))):
        return "heal", "its caller-id is not the one it is bound to"
    speed = values.rate_limit(rate).split(" ", 1)[0]
    if limit and speed and values.rate_pair(limit) != speed:
        return "speed", "so that the new speed takes effect"
    return None


def accounts(state: State) -> Iterator[Account]:
    """The services that a router's secrets describe, whoever wrote them.

    Who is cut by profile has the profile of the cut; what they bought is told by the words of their
    comment, which end in the plan's name, and by its profile, which is kept for them.
    """
    profiles = {row.fields.get("name", ""): row.fields for row in state[PROFILE.path]}
    lists = {row.fields.get("address", ""): row.fields for row in state[ADDRESS_LIST.path]}
    for row in state[SECRET.path]:
        fields = row.fields
        if fields.get("service", "any") not in ("pppoe", "any"):
            continue
        held = profile = fields.get("profile", "default")
        entry = lists.get(fields.get("remote-address", "-"), {})
        by_profile = profiles.get(held, {}).get("address-list", "")
        if by_profile and row.owner:
            profile = _bought(fields, profiles) or held
        disabled = values.boolean(fields.get("disabled", "false")) == "true"
        method = "disable" if disabled else "profile" if by_profile else "address-list"
        yield Account(
            owner=row.owner,
            kind="pppoe",
            offer=offered(profile, profiles.get(profile, {}).get("rate-limit", "")),
            user=fields.get("name", ""),
            password=_known(fields.get("password")),
            address=fields.get("remote-address", ""),
            mac=fields.get("caller-id", ""),
            served=not (disabled or by_profile or entry),
            suspension=Suspension(method, by_profile or entry.get("list", "morosos")),
        )


def _bought(secret: Mapping[str, str], profiles: Mapping[str, Mapping[str, str]]) -> str:
    """The plan's profile whose words the secret's end with, the longest; empty when none does."""
    label = words_of(secret.get("comment", ""))
    named = {
        name: words
        for name, fields in profiles.items()
        if owner_of(fields.get("comment", "")) == f"plan:{name}"
        and (words := words_of(fields["comment"]))
    }
    found = [name for name, words in named.items() if label.endswith(f", {words}")]
    return max(found, key=lambda name: len(named[name]), default="")


def _known(password: str | None) -> str | None:
    return None if password == MASKED else password


_LIMIT = re.compile(r"(?:\d+/\d+ ){3}\S+/\S+ [1-8] \d+/\d+", re.ASCII)


def offered(profile: str, limit: str) -> Offer:
    """The service plan that a profile's ``rate-limit`` amounts to; rate 0 for what is no limit."""
    spelled = values.rate_limit(limit)
    if not _LIMIT.fullmatch(spelled):
        return Offer(profile, profile, Speed(0, 0))
    rate, burst, threshold, time, priority, least = spelled.split(" ")
    bursting = Burst(_speed(burst), _speed(threshold), _seconds(time))
    return Offer(
        profile,
        profile,
        _speed(rate),
        burst=bursting if bursting.limit != Speed(0, 0) else None,
        guaranteed=_speed(least) if least != "0/0" else None,
        priority=int(priority),
    )


def _speed(pair: str) -> Speed:
    up, down = pair.split("/")
    return Speed(down=int(down), up=int(up))


def _seconds(pair: str) -> int:
    return values.seconds(pair.split("/", maxsplit=1)[0])
