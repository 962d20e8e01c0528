"""Changes by hand as facts of the files, and as drafts."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from ispconf.planning.accepting import Case, Fact, Refused, accepted
from ispconf.planning.drafting import Draft, drafts, foreign
from ispconf.routeros.rows import Row, State, state
from ispconf.routeros.tables import PROFILE
from ispconf.secret import Secret
from ispconf.services.account import Account, Offer, Speed
from tests.planning.worlds import ANA, BEN, DAY, M, network, plan, router, subscriber
from tests.services.people import accounts, described

FIFTY = Offer("hogar-50", "Hogar 50", Speed(down=50 * M, up=10 * M))
NET = network(
    subscriber("ana", casa={"access": {"type": "pppoe", "user": "ana", "password": "derived",
                                       "address": "10.20.0.5"}}),
    subscriber("ben", casa={"access": {"type": "queue", "address": "10.20.0.6"}}),
    plans=[plan(), plan("hogar-50", rate={"down": "50M", "up": "10M"})],
)  # fmt: skip
ANA_5, BEN_6 = ANA._replace(address="10.20.0.5"), BEN._replace(address="10.20.0.6")


def told(wanted: Account, live: State, **more: Any) -> list[Fact | Refused]:
    owners = frozenset({wanted.owner, "plan:hogar-20"})
    case = Case(NET, router(), described(wanted), live, DAY, owners, {})
    return list(accepted(replace(case, **more)))


@given(accounts("pppoe") | accounts("queue"))
def test_what_is_as_it_was_wanted_gives_nothing(account: Account) -> None:
    owner = account._replace(owner="ana/casa")
    assert told(owner, described(owner)) == []


CASES: list[tuple[Account, Account, list[tuple[tuple[str, ...], Any]]]] = [
    (ANA_5, ANA_5._replace(user="anita"), [(("access", "user"), "anita")]),
    (ANA_5, ANA_5._replace(password="x"), [(("access", "password"), Secret("plain", "x"))]),
    (ANA_5, ANA_5._replace(address=""), [(("access", "address"), None)]),
    (ANA_5, ANA_5._replace(address="10.20.0.7"), [(("access", "address"), "10.20.0.7")]),
    (ANA_5, ANA_5._replace(mac="02-00-00-00-00-07"), [(("access", "mac"), "02:00:00:00:00:07")]),
    (ANA_5._replace(mac="02:00:00:00:00:07"), ANA_5, [(("access", "mac"), None)]),
    (ANA_5, ANA_5._replace(offer=FIFTY), [(("plan",), "hogar-50")]),
    (BEN_6, BEN_6._replace(offer=FIFTY), [(("plan",), "hogar-50")]),
    (BEN_6, BEN_6._replace(served=False),
     [(("suspended",), {"from": "2026-11-06", "reason": "by hand on norte-1"})]),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "live", "facts"), CASES)
def test_what_a_router_has_as_an_operator_would_write_it(
    wanted: Account, live: Account, facts: list[tuple[tuple[str, ...], Any]]
) -> None:
    found = told(wanted, described(live))
    assert [(each.path, each.value) for each in found if isinstance(each, Fact)] == facts
    assert len(found) == len(facts)


def test_a_row_that_lost_its_mark_is_still_theirs() -> None:
    rows = [row._replace(owner="") for row in described(ANA_5._replace(password="x"))]
    (fact,) = told(ANA_5, state(rows))
    assert isinstance(fact, Fact)
    assert fact.words == "password changed"


REFUSED: list[tuple[Account, list[Account], str]] = [
    (ANA_5, [], "its row is gone from the router"),
    (ANA_5, [ANA_5, ANA_5._replace(user="copy")], "2 rows bear its mark"),
    (ANA_5, [ANA_5._replace(password="")], "its password was taken away"),
    (ANA_5, [ANA_5._replace(mac="nonsense")], '"nonsense" is not a MAC address'),
    (ANA_5, [ANA_5._replace(address="10.20.0.0/30")], "is not an IPv4 address of one device"),
    (ANA_5, [ANA_5._replace(address="10.20.0.6")], "10.20.0.6 is the address of ben/casa"),
    (ANA_5, [ANA_5._replace(address="10.20.0.1")], "10.20.0.1 is the gateway or reserved"),
    (ANA_5, [ANA_5._replace(address="10.9.0.1")], "is in none of the networks of inventory/nort"),
    (ANA_5, [ANA_5._replace(offer=FIFTY._replace(id="x", rate=Speed(0, 0)))], "the profile x"),
    (BEN_6, [BEN_6._replace(offer=FIFTY._replace(rate=Speed(M, M)))], "1M down, 1M up"),
    (ANA_5._replace(served=False), [ANA_5], "somebody restored it"),
    (ANA_5._replace(owner="eva/casa"), [ANA_5], "is in no file any more"),
]


@pytest.mark.parametrize(("wanted", "live", "why"), REFUSED)
def test_what_no_file_can_say(wanted: Account, live: list[Account], why: str) -> None:
    (found,) = told(wanted, described(*live))
    assert isinstance(found, Refused)
    assert why in found.why


def test_nobody_but_the_operator_cuts_who_is_manual() -> None:
    assert told(ANA_5._replace(served=None), described(ANA_5._replace(served=False))) == []


def test_limits_of_a_profile_are_the_plans() -> None:
    def profile(limit: str) -> State:
        rows = [row for row in described(ANA_5) if row.table != PROFILE.path]
        fields = {"name": "hogar-20", "rate-limit": limit}
        return state([*rows, Row(PROFILE.path, fields, "plan:hogar-20")])

    found = told(ANA_5, profile("6M/20M 9M/30M 4M/15M 16/16 5 1M/2M"))
    assert [(each.path, each.value) for each in found if isinstance(each, Fact)] == [
        (("burst",), {"down": "30M", "up": "9M", "threshold_down": "15M", "threshold_up": "4M",
                      "time": "16s"}),
        (("guaranteed",), {"down": "2M", "up": "1M"}),
        (("priority",), "5"),
        (("rate", "up"), "6M"),
    ]  # fmt: skip
    (refused,) = told(ANA_5, profile(""))
    assert "its profile has no limit" in str(refused)


NEW = ANA_5._replace(owner="", user="Josué Peña", address="10.20.0.7", offer=FIFTY)


def drafted(*held: Account) -> list[Draft | Refused]:
    live = state([row._replace(owner="") for row in described(*held)])
    return list(drafts(NET, router(), live, foreign(NET, router(), live), DAY))


def test_an_account_that_nobody_knows_is_drafted() -> None:
    (draft,) = drafted(NEW)
    assert isinstance(draft, Draft)
    assert draft.file == "subscribers/josue-pena.yaml"
    service = draft.tree["services"]["casa"]
    assert (service["plan"], service["since"]) == ("hogar-50", "2026-11-06")
    assert drafted(ANA_5, BEN_6) == []


def test_ids_and_plans_that_are_taken_get_a_number() -> None:
    first, second = (
        NEW._replace(user=user, address=f"10.20.0.{at}",
                     offer=Offer("hogar-20", "", Speed(down=at * M, up=M)))
        for user, at in (("ANA", 8), ("aná", 9))
    )  # fmt: skip
    files = [each.file for each in drafted(first, second) if isinstance(each, Draft)]
    assert files == [f"{each}.yaml" for each in
                     ("plans/hogar-20-2", "subscribers/ana-2", "subscribers/ana-3")]  # fmt: skip


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (NEW._replace(password=""), "its password is empty, or hidden"),
        (NEW._replace(mac="nonsense"), "is not a MAC address"),
        (NEW._replace(address="10.9.0.1"), "is in none of the networks"),
        (NEW._replace(offer=FIFTY._replace(rate=Speed(0, 0))), "no rate limit"),
    ],
)
def test_what_cannot_be_drafted(account: Account, why: str) -> None:
    (refused,) = drafted(account)
    assert isinstance(refused, Refused)
    assert why in refused.why


def test_one_address_is_drafted_once() -> None:
    _, refused = drafted(NEW, BEN_6._replace(owner="cola", user="cola", address="10.20.0.7"))
    assert "10.20.0.7 is that of Josué Peña, drafted already" in str(refused)
