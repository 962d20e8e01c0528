"""PPPoE accounts as secrets and profiles, and the sessions that do not follow them yet."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.routeros import values
from ispconf.routeros.rows import Row, State, state
from ispconf.routeros.tables import ACTIVE, ADDRESS_LIST, MASKED, POOL, PROFILE, QUEUE, SECRET
from ispconf.services import pppoe
from ispconf.services.account import Account, Burst, Offer, Site, Speed, Stale, Suspension
from tests.services.people import accounts, described, live, offers, speeds

M = 1_000_000
HOGAR = Offer("hogar-20", "Hogar 20", Speed(down=20_000_000, up=5_000_000))
SITE = Site("norte-1", "10.20.0.1", ("1.1.1.1", "8.8.8.8"))
ANA = Account("ana/casa", "pppoe", HOGAR, "Ana López", "ana", "clave", "10.20.0.15", "", site=SITE)
POOLED = ANA._replace(address="", site=SITE._replace(pool="homes"))
CUT = Suspension("address-list", "morosos")


def fields(account: Account, path: str, name: str) -> dict[str, str]:
    return next(
        dict(row.fields)
        for row in pppoe.rows(account)
        if row.table == path and row.fields.get("name", name) == name
    )


def test_an_account_is_a_profile_for_its_plan_and_a_secret() -> None:
    assert [(row.table, dict(row.fields), row.owner) for row in pppoe.rows(ANA)] == [
        (
            "/ppp/profile",
            {
                "name": "hogar-20",
                "rate-limit": "5M/20M",
                "local-address": "10.20.0.1",
                "remote-address": "",
                "dns-server": "1.1.1.1,8.8.8.8",
                "comment": "ispconf:plan:hogar-20 Hogar 20",
            },
            "plan:hogar-20",
        ),
        (
            "/ppp/secret",
            {
                "name": "ana",
                "service": "pppoe",
                "password": "clave",
                "profile": "hogar-20",
                "remote-address": "10.20.0.15",
                "caller-id": "",
                "comment": "ispconf:ana/casa Ana López",
                "disabled": "false",
            },
            "ana/casa",
        ),
    ]


@pytest.mark.parametrize(
    ("offer", "text"),
    [
        (HOGAR, "5M/20M"),
        (HOGAR._replace(rate=Speed(512_000, 1_500_000)), "1500k/512k"),
        (HOGAR._replace(priority=3), "5M/20M 0/0 0/0 0/0 3"),
        (HOGAR._replace(guaranteed=Speed(down=4_000_000, up=10**6)), "5M/20M 0/0 0/0 0/0 8 1M/4M"),
        (
            HOGAR._replace(burst=Burst(Speed(30 * M, 8 * M), Speed(15 * M, 4 * M), 16)),
            "5M/20M 8M/30M 4M/15M 16/16",
        ),
        (HOGAR._replace(rate=Speed(0, 0)), "0/0"),
    ],
)  # fmt: skip
def test_a_plan_is_a_rate_limit(offer: Offer, text: str) -> None:
    assert pppoe.rate_limit(offer) == text


@given(offers)
def test_upload_is_what_the_router_receives(offer: Offer) -> None:
    rate, burst, threshold, time, priority, least = values.rate_limit(
        pppoe.rate_limit(offer)
    ).split()
    assert rate == f"{offer.rate.up}/{offer.rate.down}"
    if offer.burst:
        assert burst == f"{offer.burst.limit.up}/{offer.burst.limit.down}"
        assert threshold == f"{offer.burst.threshold.up}/{offer.burst.threshold.down}"
        assert values.seconds(time.split("/")[0]) == offer.burst.seconds
    else:
        assert (burst, threshold, time) == ("0/0", "0/0", "0s/0s")
    least_of = offer.guaranteed or Speed(0, 0)
    assert (least, priority) == (f"{least_of.up}/{least_of.down}", str(offer.priority))


@given(accounts("pppoe"))
def test_what_is_written_is_read_back(account: Account) -> None:
    (read,) = pppoe.accounts(described(account))
    for name in ("owner", "kind", "user", "password", "address", "mac", "served"):
        assert getattr(read, name) == getattr(account, name), name
    for name in ("id", "rate", "burst", "guaranteed", "priority"):
        assert getattr(read.offer, name) == getattr(account.offer, name), name
    if account.served is False and read.suspension.method != "profile":  # of who has no address
        assert read.suspension.method == account.suspension.method


CUTS = [
    # method, has an address, (secret disabled, secret's profile, list entry, cut profile)
    ("address-list", True, ("false", "hogar-20", True, False)),
    ("address-list", False, ("false", "ispconf-morosos", False, True)),
    ("profile", True, ("false", "ispconf-morosos", False, True)),
    ("profile", False, ("false", "ispconf-morosos", False, True)),
    ("disable", True, ("true", "hogar-20", False, False)),
    ("disable", False, ("true", "hogar-20", False, False)),
]


@pytest.mark.parametrize(("method", "fixed", "expected"), CUTS)
def test_a_service_is_cut_by_its_method(
    method: str,
    fixed: bool,  # noqa: FBT001
    expected: tuple[str, str, bool, bool],
) -> None:
    account = (ANA if fixed else POOLED)._replace(served=False, suspension=Suspension(method))
    rows = list(pppoe.rows(account))
    secret = fields(account, SECRET.path, "ana")
    entries = [row.fields for row in rows if row.table == ADDRESS_LIST.path]
    profiles = {row.fields["name"]: row.fields for row in rows if row.table == PROFILE.path}
    found = (secret["disabled"], secret["profile"], bool(entries), "ispconf-morosos" in profiles)
    assert found == expected
    for entry in entries:
        assert (entry["list"], entry["address"]) == ("morosos", "10.20.0.15")
        assert entry["disabled"] == "false"
    if "ispconf-morosos" in profiles:
        assert profiles["ispconf-morosos"]["address-list"] == "morosos"
        assert "rate-limit" not in profiles["ispconf-morosos"]


@pytest.mark.parametrize(("method", "fixed", "_"), CUTS)
def test_a_service_that_is_served_shows_nothing_of_a_cut(
    method: str,
    fixed: bool,  # noqa: FBT001
    _: object,
) -> None:
    account = (ANA if fixed else POOLED)._replace(suspension=Suspension(method))
    secret = fields(account, SECRET.path, "ana")
    assert (secret["disabled"], secret["profile"]) == ("false", "hogar-20")
    assert not [row for row in pppoe.rows(account) if row.table == ADDRESS_LIST.path]


@pytest.mark.parametrize(
    ("account", "initial"),
    [
        (ANA, set()),
        (ANA._replace(served=False), set()),
        (ANA._replace(served=None), {"disabled"}),
        (POOLED._replace(served=None), {"disabled", "profile"}),
        (ANA._replace(served=None, suspension=Suspension("profile")), {"disabled", "profile"}),
    ],
)
def test_what_only_the_operator_may_do_is_never_compared(
    account: Account, initial: set[str]
) -> None:
    (secret,) = (row for row in pppoe.rows(account) if row.table == SECRET.path)
    assert secret.initial == initial


def test_a_password_that_is_not_known_is_not_stated() -> None:
    assert "password" not in fields(ANA._replace(password=None), SECRET.path, "ana")


def test_a_mac_is_bound_in_the_spelling_of_the_router() -> None:
    bound = ANA._replace(mac="4c-5e-0c-11-22-33")
    assert fields(bound, SECRET.path, "ana")["caller-id"] == "4C:5E:0C:11:22:33"


@given(accounts("pppoe"))
def test_the_pool_of_a_profile_is_always_stated(account: Account) -> None:
    for row in pppoe.rows(account):
        if row.table == PROFILE.path:
            assert row.fields["remote-address"] == account.site.pool


# Sessions


def session(**facts: str) -> Row:
    shown = {"name": "ana", "service": "pppoe", "address": "10.20.0.15"} | {
        name.replace("_", "-"): text for name, text in facts.items()
    }
    return Row(ACTIVE.path, shown)


def queue(limit: str, name: str = "<pppoe-ana>") -> Row:
    return Row(QUEUE.path, {"name": name, "max-limit": limit}, dynamic=True)


def listed(address: str = "10.20.0.15", name: str = "morosos", *, dynamic: bool = True) -> Row:
    return Row(ADDRESS_LIST.path, {"list": name, "address": address}, dynamic=dynamic)


SERVED = ANA._replace(mac="4C:5E:0C:11:22:33")
OURS = {"caller_id": "4c:5e:0c:11:22:33"}
BY_PROFILE = POOLED._replace(suspension=Suspension("profile"))
BY_HAND = BY_PROFILE._replace(served=None)
GONE = ANA._replace(owner="ben/casa", user="ben", address="10.20.0.16")

VERDICTS: list[tuple[str, list[Account], list[Row], str | None]] = [
    ("as it should be", [SERVED], [session(**OURS), queue("5000000/20000000")], None),
    ("no session", [SERVED], [], None),
    ("without a queue", [SERVED], [session(**OURS)], None),
    ("disabled, still up", [ANA._replace(served=False, suspension=Suspension("disable"))],
     [session()], "suspend"),
    ("cut by list needs no disconnect", [ANA._replace(served=False)],
     [session(), listed(dynamic=False)], None),
    ("cut by profile, not yet on the list", [BY_PROFILE._replace(served=False)],
     [session()], "suspend"),
    ("cut by profile, on another list", [BY_PROFILE._replace(served=False)],
     [session(), listed(name="vip")], "suspend"),
    ("cut by profile, another is on the list", [BY_PROFILE._replace(served=False)],
     [session(), listed("10.20.0.99")], "suspend"),
    ("cut by profile, effective", [BY_PROFILE._replace(served=False)], [session(), listed()], None),
    ("restored, still on the list", [BY_PROFILE], [session(), listed()], "restore"),
    ("restored, a foreign list", [BY_PROFILE], [session(), listed(name="vip")], None),
    ("restored, listed by hand", [BY_PROFILE], [session(), listed(dynamic=False)], None),
    ("another address", [ANA], [session(address="10.20.0.99")], "address"),
    ("an address of the pool", [POOLED], [session(address="10.20.0.99")], None),
    ("another device", [SERVED], [session(caller_id="02:00:00:00:00:01")], "heal"),
    ("a new speed", [ANA], [session(), queue("5000000/10000000")], "speed"),
    ("a new speed, upload only", [ANA], [session(), queue("4M/20M")], "speed"),
    ("the speed of somebody else", [ANA], [session(), queue("1M/1M", "<pppoe-ben>")], None),
    ("a static queue of that name", [ANA],
     [session(), queue("1M/1M")._replace(dynamic=False)], None),
    ("a plan without limit", [ANA._replace(offer=HOGAR._replace(rate=Speed(0, 0)))],
     [session(), queue("1M/1M")], "speed"),
    ("by hand: cut or not is not ours", [BY_HAND], [session(), listed(), queue("1M/1M")], None),
    ("cut before everything else", [ANA._replace(served=False, suspension=Suspension("disable"))],
     [session(address="10.20.0.99"), queue("1M/1M")], "suspend"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("held", "found", "effect"), [case[1:] for case in VERDICTS], ids=[case[0] for case in VERDICTS]
)
def test_a_session_is_dropped_when_it_would_go_on_as_before(
    held: list[Account], found: list[Row], effect: str | None
) -> None:
    wanted = described(*held)
    verdicts = list(pppoe.stale(wanted, live(wanted, found)))
    assert [(each.effect, each.owner) for each in verdicts] == (
        [(effect, held[0].owner)] if effect else []
    )
    assert all(each.reason and each.session.fields["name"] == "ana" for each in verdicts)


def test_the_session_of_a_secret_that_goes_is_dropped() -> None:
    wanted = described(ANA)
    found = live(described(ANA, GONE), [session(name="ben", address="10.20.0.16")])
    (verdict,) = pppoe.stale(wanted, found)
    assert (verdict.owner, verdict.effect, verdict.at_once) == ("ben/casa", "cancel", True)


def test_a_session_that_is_nobody_of_ours_goes_on() -> None:
    strangers = [
        Row(SECRET.path, {"name": "extern", "profile": "default"}),
        session(name="extern", address="10.9.9.8"),
        session(name="radius", address="10.9.9.9"),
    ]
    assert not list(pppoe.stale(State(), state(strangers)))
    assert not list(pppoe.stale(described(ANA), live(described(ANA), strangers)))


def test_a_session_on_the_list_of_a_method_that_is_given_up_is_restored() -> None:
    before = described(BY_PROFILE._replace(served=False))
    now = described(POOLED._replace(suspension=Suspension("disable")))
    (verdict,) = pppoe.stale(now, live(before, [session(), listed()]))
    assert verdict.effect == "restore"


@pytest.mark.parametrize(
    ("effect", "urgent"),
    [
        ("suspend", True),
        ("cancel", True),
        ("restore", True),
        ("speed", False),
        ("address", False),
        ("heal", False),
    ],
)
def test_only_who_loses_or_gets_service_is_dropped_at_any_hour(
    effect: str,
    urgent: bool,  # noqa: FBT001
) -> None:
    assert Stale(session(), "ana/casa", effect, "").at_once is urgent


# Reading foreign routers


def read(**secret: str) -> Account:
    rows = [
        Row(PROFILE.path, {"name": "plan", "rate-limit": "2M/4M 0/0 0/0 0/0 3 1M"}),
        Row(PROFILE.path, {"name": "blocked", "address-list": "deudores"}),
        Row(PROFILE.path, {"name": "odd", "rate-limit": "fast"}),
        Row(PROFILE.path, {"name": "long", "rate-limit": "1 2 3 4 5 6 7"}),
        Row(PROFILE.path, {"name": "blank", "rate-limit": "  "}),
        Row(PROFILE.path, {"name": "half", "rate-limit": "2M/x"}),
        Row(POOL.path, {"name": "homes", "ranges": "10.0.0.2-10.0.0.9"}),
        Row(ADDRESS_LIST.path, {"list": "morosos", "address": "10.0.0.5"}),
        Row(SECRET.path, {name.replace("_", "-"): text for name, text in secret.items()}),
    ]
    (account,) = pppoe.accounts(state(rows))
    return account


FOREIGN: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({"name": "a"}, {"user": "a", "owner": "", "password": None, "served": True}),
    ({"name": "a", "profile": "plan"}, {"offer.rate": Speed(down=4_000_000, up=2_000_000)}),
    ({"name": "a", "profile": "plan"}, {"offer.priority": 3, "offer.burst": None}),
    ({"name": "a", "profile": "plan"}, {"offer.guaranteed": Speed(10**6, 10**6)}),
    ({"name": "a", "profile": "blocked"}, {"served": False, "suspension.list": "deudores"}),
    ({"name": "a", "profile": "odd"}, {"offer.rate": Speed(0, 0)}),
    ({"name": "a", "profile": "long"}, {"offer.rate": Speed(0, 0)}),
    ({"name": "a", "profile": "blank"}, {"offer.rate": Speed(0, 0)}),
    ({"name": "a", "profile": "half"}, {"offer.rate": Speed(0, 0)}),
    ({"name": "a", "profile": "*7"}, {"offer.rate": Speed(0, 0), "offer.id": "*7"}),
    ({"name": "a", "disabled": "yes"}, {"served": False, "suspension.method": "disable"}),
    ({"name": "a", "remote_address": "10.0.0.5"}, {"served": False, "address": "10.0.0.5"}),
    ({"name": "a", "password": "0123"}, {"password": "0123"}),
    ({"name": "a", "password": MASKED}, {"password": None}),
]


@pytest.mark.parametrize(("secret", "expected"), FOREIGN)
def test_a_secret_that_somebody_wrote_is_read(
    secret: dict[str, str], expected: dict[str, Any]
) -> None:
    account = read(**secret)
    for path, value in expected.items():
        found: Any = account
        for name in path.split("."):
            found = getattr(found, name)
        assert found == value, path


def test_a_secret_of_another_service_is_no_pppoe_account() -> None:
    assert not list(pppoe.accounts(state([Row(SECRET.path, {"name": "a", "service": "l2tp"})])))


@given(st.text(max_size=40))
def test_no_text_of_a_profile_is_an_error(text: str) -> None:
    assert pppoe.offered("plan", text).id == "plan"


@given(speeds)
def test_a_speed_is_read_as_it_was_written(speed: Speed) -> None:
    assert pppoe.offered("plan", speed.upload_first()).rate == speed
