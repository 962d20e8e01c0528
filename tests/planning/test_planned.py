"""One router's plan: whose changes, which sessions, and what the reader must know."""

import pytest

from ispconf.planning.ability import Ability
from ispconf.planning.changes import Action, Comparison
from ispconf.planning.planned import Choice, difference, homes, notes
from ispconf.routeros.rows import Row, State, state
from ispconf.routeros.tables import ACTIVE, POOL, PROFILE, QUEUE, SECRET
from tests.planning.worlds import ANA, BEN, SITE, change
from tests.services.people import described, live

POOLED = ANA._replace(address="", site=SITE._replace(pool="homes"))
HOMES = Row(
    POOL.path,
    {"name": "homes", "ranges": "10.0.0.2-10.0.0.9", "comment": "ispconf:router:norte-1"},
    "router:norte-1",
)
EVA = POOLED._replace(owner="eva/casa", user="eva", offer=ANA.offer._replace(id="oro"))


def names(found: Comparison) -> list[tuple[str, str]]:
    return [(each.table, each.key["name"]) for each in found.changes]


def test_a_whole_plan_is_everybodys() -> None:
    wanted = state([HOMES, *described(POOLED, EVA, BEN)])
    found, held = difference(wanted, State(), Choice())
    assert len(found.changes) == 7
    assert held == 0


def test_one_subscribers_plan_has_all_that_they_need_and_nothing_else() -> None:
    wanted = state([HOMES, *described(POOLED, EVA, BEN)])
    found, _ = difference(wanted, State(), Choice({"ana"}))
    assert names(found) == [
        (POOL.path, "homes"),
        (PROFILE.path, "hogar-20"),
        (SECRET.path, "ana"),
    ]


def test_one_subscribers_plan_removes_nothing_that_others_share() -> None:
    before = live(described(POOLED, EVA))
    found, _ = difference(State(), before, Choice({"eva"}))
    assert names(found) == [(SECRET.path, "eva")]
    assert {each.action for each in found.changes} == {Action.REMOVE}


def test_one_subscribers_plan_leaves_speeds_of_others_as_they_are() -> None:
    faster = described(POOLED, EVA._replace(offer=EVA.offer._replace(priority=1)))
    found, _ = difference(faster, live(described(POOLED, EVA)), Choice({"ana"}))
    assert found.changes == ()


SESSION = Row(ACTIVE.path, {"name": "ana", "address": "10.20.0.99"})
ONLINE = live(described(ANA), [SESSION])
CUT = described(ANA._replace(served=False, suspension=ANA.suspension._replace(method="disable")))


@pytest.mark.parametrize(
    ("wanted", "choice", "dropped", "held"),
    [
        (described(ANA), Choice(), 1, 0),
        (described(ANA), Choice(disturb=False), 0, 1),
        (described(ANA), Choice({"ana"}), 1, 0),
        (described(ANA), Choice({"ben"}), 0, 0),
        (CUT, Choice(disturb=False), 1, 0),
    ],
    ids=["now", "in a quiet hour", "hers", "another's", "a cut is always at once"],
)
def test_a_session_is_dropped_when_it_may_be(
    wanted: State, choice: Choice, dropped: int, held: int
) -> None:
    found, waiting = difference(wanted, ONLINE, choice)
    assert sum(each.action is Action.DISCONNECT for each in found.changes) == dropped
    assert waiting == held


ADOPTED = (change(Action.ADOPT), change(Action.ADOPT), change())


ADOPT_ONE = (change(Action.ADOPT), change())


@pytest.mark.parametrize(
    ("found", "held", "said"),
    [
        (Comparison(()), 0, []),
        (Comparison((), ("two rows",)), 0, ["two rows"]),
        (Comparison(ADOPTED), 0, ["2 rows are there already and not ours: apply takes them"]),
        (Comparison(ADOPT_ONE), 0, ["1 row is there already and not ours: apply takes it"]),
        (Comparison((), masked=3), 0,
         ["3 passwords cannot be compared: API user bot lacks the policy sensitive; on the"]),
        (Comparison(()), 1, ["1 session takes its change when it connects again"]),
        (Comparison(()), 2, ["2 sessions take their change when they connect again"]),
        (Comparison((), unmanaged=1), 0, ["1 row of others is left alone"]),
        (Comparison((), unmanaged=4), 0, ["4 rows of others are left alone"]),
    ],
)  # fmt: skip
def test_the_reader_is_told_what_a_plan_does_not_show(
    found: Comparison, held: int, said: list[str]
) -> None:
    told = notes(found, held, Ability("bot", "7.16.2"))
    assert len(told) == len(said)
    assert all(one.startswith(start) for one, start in zip(told, said, strict=True))


def test_a_service_lives_where_its_secret_or_queue_is() -> None:
    strangers = [
        Row(SECRET.path, {"name": "x"}),
        Row(QUEUE.path, {"name": "q"}, "a/b", dynamic=True),
    ]
    states = {"norte": described(ANA, BEN), "sur": state([*described(ANA), *strangers])}
    assert homes(states) == {"ana/casa": {"norte", "sur"}, "ben/casa": {"norte"}}
