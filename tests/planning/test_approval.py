"""What was approved is made and nothing else, whatever became of the routers since (P-12)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.errors import Exit, RefusedError, RequestError
from ispconf.planning.allowance import Allowance, allowance, labelled, lifted
from ispconf.planning.approval import Approved, explained, limited
from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import Changeset, RouterPlan, Status, impact, seal
from ispconf.planning.planned import Choice, difference
from ispconf.planning.report.document import document
from ispconf.planning.reviewed import joined, reviewed
from ispconf.routeros.rows import Row, State, state
from ispconf.routeros.tables import ADDRESS_LIST, QUEUE, SECRET, TABLES
from tests.planning.worlds import ANA, BEN, DAY, M, change, numbered
from tests.services.people import described

PEOPLE = (
    ANA,
    BEN,
    ANA._replace(owner="eva/casa", user="eva", address="10.20.0.16"),
    BEN._replace(owner="gil/casa", address="10.20.0.24"),
)
SLOW, FAST = ANA.offer, ANA.offer._replace(id="hogar-50", rate=ANA.offer.rate._replace(down=50 * M))
EDITS = ("max-limit", "profile", "disabled", "target", "password", "remote-address")
ROUTER = "norte-1"


def keyed(text: str) -> str:
    return f"f{text}"[:8]


@st.composite
def networks(draw: st.DrawFn) -> State:
    """What some of the people, with a plan, an address and a password each, should have."""
    rows: list[Row] = []
    for person in draw(st.lists(st.sampled_from(PEOPLE), unique=True)):
        offer = draw(st.sampled_from((SLOW, FAST)))
        served = draw(st.sampled_from((True, False)))
        password = draw(st.sampled_from(("clave", "otra"))) if person.password else None
        rows += described(person._replace(offer=offer, served=served, password=password))
    unique = {(row.table, TABLES[row.table].key_of(row.fields)): row for row in rows}
    return state(unique.values())


@st.composite
def drifted(draw: st.DrawFn, held: State) -> State:
    """What somebody made of a router by hand: rows gone, fields changed, marks taken off."""
    rows = []
    for row in held:
        match draw(st.sampled_from(("same", "same", "gone", "edited", "foreign"))):
            case "same":
                rows.append(row)
            case "foreign":
                rows.append(row._replace(owner="", fields={**row.fields, "comment": "mine"}))
            case "edited":
                known = [name for name in EDITS if name in row.fields]
                fields = {name: draw(st.sampled_from(("", "1M/1M", "yes"))) for name in known[:1]}
                rows.append(row._replace(fields={**row.fields, **fields}))
            case _:
                pass
    return numbered(rows)


def plan(wanted: State, live: State, status: Status = Status.PLANNED) -> Changeset:
    found, _ = difference(wanted, live, Choice())
    made = tuple(each._replace(reason="x") for each in found.changes)
    return Changeset("0123abc", False, DAY, (RouterPlan(ROUTER, status, made),))  # noqa: FBT003


def written(changeset: Changeset) -> dict[str, Any]:
    return document(changeset, impact(changeset, {}), Exit.OK, keyed)


class Nothing:
    """Nothing came since, and the approved files are not the ones of now."""

    def brought(self, _: str, change: Change) -> frozenset[str]:
        return frozenset(change.after) if change.reason == "a new day" else frozenset()

    def settled(self, _: str, change: Change, name: str) -> bool:
        return change.reason == f"the same {name}"


def allowed(changeset: Changeset, *plans: Changeset) -> RouterPlan:
    """What may be made of a plan after these were approved."""
    read = [reviewed(written(each), "plan.json") for each in plans]
    approvals = {ROUTER: Approved(ROUTER, read)}
    found = limited(changeset, approvals, Nothing(), keyed, "plan again")
    return found.routers[0]


def seals(changes: Any) -> set[str]:
    return {seal(ROUTER, each, keyed) for each in changes if each.action is not Action.DISCONNECT}


@given(st.data())
def test_nothing_is_made_that_was_not_approved_whatever_happened_since(data: st.DataObject) -> None:
    wanted, live = data.draw(networks()), numbered(data.draw(networks()))
    approved = plan(wanted, live)
    later = plan(wanted, data.draw(drifted(live)))
    found = allowed(later, approved)
    if found.status is Status.REFUSED:
        assert found.problem.endswith("plan again")
    else:
        assert seals(found.changes) <= seals(approved.routers[0].changes)
        assert found.withheld == ()
    assert (found.status is Status.REFUSED) is not (
        seals(later.routers[0].changes) <= seals(approved.routers[0].changes)
    )


@given(st.data())
def test_what_was_approved_and_is_still_so_is_made_whole(data: st.DataObject) -> None:
    wanted, live = data.draw(networks()), numbered(data.draw(networks()))
    status = data.draw(st.sampled_from((Status.PLANNED, Status.UNREACHABLE, Status.REFUSED)))
    found = plan(wanted, live)
    assert allowed(found, plan(wanted, live, status)) == found.routers[0]


def test_fields_of_one_row_may_be_approved_by_several_plans() -> None:
    def queue(**after: tuple[str, str]) -> Changeset:
        fields = {name.replace("_", "-"): each for name, each in after.items()}
        made = change(
            table=QUEUE.path,
            key={"name": "ben"},
            before={name: was for name, (was, _) in fields.items()},
            after={name: now for name, (_, now) in fields.items()},
        )
        return Changeset("", False, DAY, (RouterPlan(ROUTER, Status.PLANNED, (made,)),))  # noqa: FBT003

    speed, place = queue(max_limit=("1M/1M", "2M/2M")), queue(target=("10.0.0.1", "10.0.0.2"))
    both = queue(max_limit=("1M/1M", "2M/2M"), target=("10.0.0.1", "10.0.0.2"))
    assert allowed(both, speed, place).status is Status.PLANNED
    assert "(approved with other fields)" in allowed(both, speed).problem
    other = queue(max_limit=("3M/3M", "2M/2M"), target=("10.0.0.1", "10.0.0.2"))
    assert allowed(other, speed, place).status is Status.REFUSED


def test_a_refusal_lists_what_differs_and_counts_the_rest() -> None:
    made = tuple(change(key={"name": f"n{n}"}, after={"profile": "x"}) for n in range(23))
    later = Changeset("", False, DAY, (RouterPlan(ROUTER, Status.PLANNED, made),))  # noqa: FBT003
    gone = plan(state(()), numbered(()))
    said = allowed(later, gone).problem
    assert said.startswith("23 changes are not in the approved plan: set /ppp/secret n0 ")
    assert said.endswith("(in no approved plan); and 3 more; plan again")
    one = change(Action.REMOVE, key={"name": "n0"}, before={"profile": "x"})
    took = Changeset("", False, DAY, (RouterPlan(ROUTER, Status.PLANNED, (one,)),))  # noqa: FBT003
    assert "(approved was to remove it)" in allowed(later, took).problem


def test_a_guard_stands_beside_a_missing_approval() -> None:
    made = change(after={"profile": "x"})
    held = RouterPlan(ROUTER, Status.REFUSED, (made,), "guard cuts: 9 of 10")
    found = allowed(Changeset("", False, DAY, (held,)), plan(state(()), numbered(())))  # noqa: FBT003
    assert found.problem.startswith("guard cuts: 9 of 10; 1 change is not in the approved plan")


def test_parts_of_a_plan_are_one_plan() -> None:
    wanted, live = state(described(ANA)), numbered(())
    here = plan(wanted, live).routers[0]
    there = here._replace(router="sur-1", status=Status.UNREACHABLE)
    parts = [Changeset("c", False, DAY, (each,)) for each in (here, there)]  # noqa: FBT003
    whole = written(Changeset("c", False, DAY, (here, there)))  # noqa: FBT003
    found = joined({str(at): written(each) for at, each in enumerate(parts)})
    assert {name: found[name] for name in ("digest", "waiting_digest", "routers")} == {
        name: whole[name] for name in ("digest", "waiting_digest", "routers")
    }
    assert joined({"one": whole}) == whole
    assert reviewed(found, "x").changes == reviewed(whole, "x").changes
    with pytest.raises(RequestError, match="not parts of one plan"):
        joined({"a": whole, "b": written(parts[0])})


def test_what_waits_cannot_be_added_to_without_notice() -> None:
    late = written(plan(state(described(ANA)), numbered(()), Status.DEFERRED))
    del late["routers"][0]["changes"][0]
    with pytest.raises(RefusedError, match="changed after it was written"):
        reviewed(late, "plan.json")


ROW = Row(SECRET.path, {"name": "ana", "profile": "a", "disabled": "no"}, "ana/casa")
THEN = ROW._replace(fields={"name": "ana", "profile": "b"})


@pytest.mark.parametrize(
    ("made", "before", "after", "expected"),
    [
        (change(Action.ADD), None, ROW, True),
        (change(Action.ADD), ROW, ROW, False),
        (change(Action.REMOVE), ROW, None, True),
        (change(Action.REMOVE), None, None, False),
        (change(before={"profile": "a"}, after={"profile": "b"}), ROW, THEN, True),
        (change(before={"profile": "c"}, after={"profile": "b"}), ROW, THEN, False),
        (change(before={"profile": "b"}, after={"profile": "a"}), ROW, ROW, False),
        (change(before={"profile": "a"}, after={"profile": "b"}), None, ROW, False),
        (change(Action.ADOPT), None, ROW, False),
        (change(Action.MOVE), ROW, ROW, False),
    ],
)  # fmt: skip
def test_what_leads_from_one_day_to_another(
    made: Change,
    before: Row | None,
    after: Row | None,
    expected: bool,  # noqa: FBT001
) -> None:
    assert bool(explained(made, before, after)) is expected


CUTS = [
    ({"disabled": "true"}, "", True),
    ({"disabled": "true", "profile": "b"}, "", False),  # a new plan does not ride along
    ({"disabled": "true", "profile": "b"}, "a new day", True),
    ({"profile": "ispconf-morosos"}, "", True),
    ({"profile": "hogar-20"}, "", False),
    ({"remote-address": "10.0.0.9"}, "", False),
]


@pytest.mark.parametrize(("after", "reason", "expected"), CUTS)
def test_the_calendar_turns_what_cuts_and_nothing_else(
    after: dict[str, str],
    reason: str,
    expected: bool,  # noqa: FBT001
) -> None:
    given = change(after=after, before=dict.fromkeys(after, ""), reason=reason)
    assert passes(given._replace(calendar=True)) is expected
    assert passes(given) is (reason == "a new day")
    assert passes(given._replace(calendar=True, action=Action.ADOPT)) is (reason == "a new day")


def passes(made: Change) -> bool:
    """Whether it is made though nobody approved it."""
    here = Changeset("", False, DAY, (RouterPlan(ROUTER, Status.PLANNED, (made,)),))  # noqa: FBT003
    return allowed(here, plan(state(()), numbered(()))).status is Status.PLANNED


def test_who_is_freed_gets_the_profile_that_was_approved() -> None:
    cut = {"profile": "ispconf-morosos"}
    freed = change(before=cut, after={"profile": "hogar-20"})._replace(calendar=True)
    assert not passes(freed)
    assert passes(freed._replace(reason="the same profile"))
    entry = change(Action.REMOVE, ADDRESS_LIST.path, before={"list": "morosos"}, key={"list": "m"})
    assert passes(entry._replace(calendar=True))


# guards that are lifted


def test_an_allowance_is_for_a_number_and_perhaps_for_a_plan() -> None:
    assert allowance("cuts=40") == Allowance("cuts", 40)
    bound = allowance("removed=7@0123abcd")
    assert lifted([bound, Allowance("cuts", 4), Allowance("cuts", 5)], "0123abcdef") == {
        "removed": {7},
        "cuts": {4, 5},
    }
    assert lifted([bound], "1123abcdef") == {}
    assert labelled(["bug", " ispconf:allow-cuts=40 ", "ispconf:allow"]) == [Allowance("cuts", 40)]


@pytest.mark.parametrize(
    "text", ["cuts", "cuts=", "cuts=-1", "cats=1", "cuts=1@", "cuts=1@zzzzzzzz"]
)
def test_an_allowance_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="write it like removed=12"):
        allowance(text)
