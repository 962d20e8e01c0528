"""A plan written as JSON is the same plan when it is read; shards of it are the whole again."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ispconf.errors import Exit, RefusedError, RequestError
from ispconf.planning.changes import Action, Why
from ispconf.planning.changeset import (
    Changeset,
    Impact,
    Money,
    RouterPlan,
    Status,
    digest,
    impact,
    of_seals,
    sealing,
)
from ispconf.planning.reading import read
from ispconf.planning.report.comment import Told, comment
from ispconf.planning.report.document import document
from tests.planning.report.towns import arrival, cut, planned, removal
from tests.planning.worlds import DAY, change

COMMIT = "0123abcdef"
WHOLE = planned((*cut(1), removal(2), *cut(4), arrival(8), arrival(12)))


def keyed(text: str) -> str:
    return f"f{len(text)}"


def written(changeset: Changeset, found: Impact | None = None, code: Exit = Exit.OK) -> Any:
    made = document(changeset, found or impact(changeset, {}), code, keyed)
    return json.loads(json.dumps(made))


def test_what_is_written_is_read() -> None:
    why = (Why("ledger", "ledger/x.yaml:1"),)
    secret = change(Action.SET, before={"password": "old"}, after={"password": "clave"}, why=why)
    plans = (
        RouterPlan(
            "sur-1", Status.REFUSED, (secret._replace(cause="x"),), "guard", ("n",), "7.1", "s", 3
        ),
        RouterPlan("este-1", Status.UNREACHABLE, cut(1), "timed out"),
    )
    plan = Changeset(COMMIT, True, DAY, plans, Money(2, "700.00 MXN", 1))  # noqa: FBT003
    found = read({"plan.json": written(plan, Impact(0, 0, 9, 0, 0, 0), Exit.REFUSED)})
    hidden = secret._replace(
        before={"password": "(secret)"}, after={"password": "(secret)"}, cause="x"
    )
    east, south = found.changeset.routers
    assert found.changeset._replace(routers=()) == plan._replace(routers=())
    assert east == plans[1]._replace(changes=east.changes)
    assert [each.key for each in east.changes] == [each.key for each in cut(1)]
    assert south == plans[0]._replace(changes=(hidden,))
    assert (found.impact.speed, found.exit_code) == (9, Exit.REFUSED)
    assert found.digest == digest(plan, keyed)


def test_the_shards_of_a_plan_are_the_plan() -> None:
    shards = {
        plan.router: written(WHOLE._replace(routers=(plan,), money=Money(1, "350.00 MXN", 2)))
        for plan in reversed(WHOLE.routers)
    }
    found = read(shards)
    assert found.digest == digest(WHOLE, keyed)
    assert found.changeset.routers == read({"x": written(WHOLE)}).changeset.routers
    assert found.impact == impact(WHOLE, {})
    assert found.changeset.money == Money(3, "1050.00 MXN", 6)


def test_somebody_in_two_shards_is_one_subscriber() -> None:
    both = [
        WHOLE._replace(routers=(RouterPlan(name, Status.PLANNED, cut(1)),)) for name in ("a", "b")
    ]
    found = read({str(at): written(each) for at, each in enumerate(both)})
    assert (found.impact.lose, found.impact.sessions_dropped) == (1, 2)


def test_what_waits_is_not_in_the_digest() -> None:
    late = tuple(plan._replace(status=Status.DEFERRED, problem="off") for plan in WHOLE.routers)
    plan = WHOLE._replace(routers=late)
    shards = {each.router: written(plan._replace(routers=(each,))) for each in late}
    assert read(shards).digest == read({"x": written(plan)}).digest == digest(plan, keyed)


def spoilt(*path: Any, value: Any) -> Callable[[Any], None]:
    def spoil(plan: Any) -> None:
        held = plan
        for name in path[:-1]:
            held = held[name]
        held[path[-1]] = value

    return spoil


def sealed_again(plan: Any) -> Any:
    """What somebody wrote who knows how seals are made: they are no signatures."""
    seals = []
    for router in plan["routers"]:
        for made in router["changes"]:
            names = ("action", "table", "key", "owner", "before", "after")
            made["seal"] = sealing(router["router"], {name: made[name] for name in names})
            seals.append(made["seal"])
    return plan | {"digest": of_seals(seals)}


ONE = ("routers", 0, "changes", 0)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoilt("format", value=2), "format"),
        (spoilt("commit", value="--upload-pack=x"), "commit"),
        (spoilt("routers", 0, "router", value="<img>"), r"routers.0.router"),
        (spoilt(*ONE, "table", value="/system/script"), "is no menu that ispconf plans"),
        (spoilt(*ONE, "action", value="reboot"), "action"),
        (spoilt(*ONE, "key", value={}), "the key of a row of /ppp/secret lacks name"),
        (spoilt("money", "owed", value="@everyone"), "money.owed"),
    ],
)
def test_what_no_plan_can_say_is_refused(spoil: Callable[[Any], None], said: str) -> None:
    plan = written(planned(cut(0), routers=1))
    spoil(plan)
    with pytest.raises(RequestError, match=f"plan.json is not a plan.*{said}"):
        read({"plan.json": sealed_again(plan)})


def test_what_was_changed_later_is_refused() -> None:
    plan = written(planned(cut(0), routers=1))
    plan["routers"][0]["changes"][0]["after"] = {"disabled": "false"}
    with pytest.raises(RefusedError, match="was changed after it was written"):
        read({"plan.json": plan})


@pytest.mark.parametrize("foul", [None, [], "plan", 7, {}])
def test_any_other_document_is_refused(foul: Any) -> None:
    with pytest.raises(RequestError, match="is not a plan written by plan --out"):
        read({"plan.json": foul})


def test_plans_of_different_commits_are_not_one() -> None:
    for other in (WHOLE._replace(commit="fedcba"), WHOLE):
        with pytest.raises(RequestError, match="a, b are not parts of one plan"):
            read({"a": written(WHOLE), "b": written(other)})


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for name, each in inside:
        yield (*path, name)
        if isinstance(each, dict | list):
            yield from places(each, (*path, name))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5)
    | st.sampled_from(["/ip/firewall/address-list", "remove", "disconnect", "refused"]),
    lambda held: st.lists(held, max_size=3)
    | st.dictionaries(st.sampled_from(["name", "address", "comment", "password"]), held),
    max_leaves=4,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(data=st.data(), value=ANYTHING)
def test_a_plan_that_somebody_spoilt_is_refused_or_can_be_told(
    data: st.DataObject, value: Any
) -> None:
    plan = written(WHOLE)
    spoilt(*data.draw(st.sampled_from(list(places(plan)))), value=value)(plan)
    with suppress(KeyError, TypeError, AttributeError, ValueError):
        plan = sealed_again(plan)
    with suppress(RequestError, RefusedError):
        found = read({"plan.json": plan})
        assert comment(Told(found.changeset, found.impact, found.digest, "plan.json"))
