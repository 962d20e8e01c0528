"""Counts, digest and verdict of a plan."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.errors import Exit
from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import (
    Changeset,
    Impact,
    RouterPlan,
    Status,
    canonical,
    digest,
    hidden,
    impact,
    seal,
    sealed,
    summary,
    verdict,
)
from ispconf.routeros.tables import ACTIVE, PROFILE
from ispconf.secret import HIDDEN
from tests.planning.worlds import DAY, change

CANARY = "canary-password"


def keyed(text: str) -> str:
    """A fingerprint such as the vault makes."""
    return sha256(f"key {text}".encode()).hexdigest()[:16]


def plan(*changes: Change, status: Status = Status.PLANNED, router: str = "norte-1") -> RouterPlan:
    return RouterPlan(router, status, changes)


def planned(*plans: RouterPlan) -> Changeset:
    return Changeset("0123abc", False, DAY, plans)  # noqa: FBT003


CHANGES = [
    change(Action.ADD, after={"name": "ana", "password": CANARY, "disabled": "false"}),
    change(Action.SET, before={"password": "old"}, after={"password": CANARY}),
    change(Action.SET, before={"disabled": "false"}, after={"disabled": "true"}),
    change(Action.REMOVE, before={"name": "ben", "password": CANARY}),
    change(Action.ADD, PROFILE.path, key={"name": "x"}, owner="plan:x", after={"rate-limit": "1M"}),
]


@given(st.permutations(CHANGES), st.randoms(use_true_random=True))
def test_a_digest_does_not_know_order_ids_or_places(changes: list[Change], chance: Any) -> None:
    moved = [
        each._replace(id=f"*{chance.randrange(99):X}", place=f"*{chance.randrange(99):X}")
        for each in changes
    ]
    one = planned(plan(*CHANGES), plan(CHANGES[0], router="sur-1"))
    other = planned(plan(CHANGES[0], router="sur-1"), plan(*moved))
    assert digest(one, keyed) == digest(other, keyed)


@pytest.mark.parametrize(
    "other",
    [
        CHANGES[:-1],
        [*CHANGES, change(Action.REMOVE)],
        [CHANGES[0]._replace(after={**CHANGES[0].after, "password": "another"}), *CHANGES[1:]],
        [CHANGES[0]._replace(owner="ben/casa"), *CHANGES[1:]],
        [CHANGES[0]._replace(action=Action.ADOPT), *CHANGES[1:]],
        [*CHANGES[:2], CHANGES[2]._replace(before={"disabled": "true"}), *CHANGES[3:]],
        [CHANGES[0], *CHANGES],
    ],
    ids=["one less", "one more", "a secret", "an owner", "an action", "what was", "twice"],
)
def test_a_digest_differs_when_a_change_does(other: list[Change]) -> None:
    assert digest(planned(plan(*CHANGES)), keyed) != digest(planned(plan(*other)), keyed)


def test_a_digest_differs_by_router() -> None:
    one, other = (planned(plan(*CHANGES, router=router)) for router in ("norte-1", "sur-1"))
    assert digest(one, keyed) != digest(other, keyed)


def test_a_digest_covers_what_an_apply_would_do_now() -> None:
    empty = digest(planned(), keyed)
    for status in (Status.UNREACHABLE, Status.INCOMPLETE, Status.DEFERRED):
        assert digest(planned(plan(*CHANGES, status=status)), keyed) == empty
    assert digest(planned(plan(*CHANGES, status=Status.REFUSED)), keyed) != empty


def test_words_that_explain_a_change_are_no_part_of_it() -> None:
    told = CHANGES[0]._replace(reason="x", effect="create", calendar=True)
    assert seal("norte-1", told, keyed) == seal("norte-1", CHANGES[0], keyed)
    assert seal("sur-1", told, keyed) != seal("norte-1", CHANGES[0], keyed)


@pytest.mark.parametrize("held", CHANGES)
@pytest.mark.parametrize("replaced", [keyed, hidden])
def test_no_form_of_a_change_holds_a_secret(held: Change, replaced: Callable[[str], str]) -> None:
    assert CANARY not in canonical("norte-1", sealed(held, replaced))
    assert CANARY not in repr(sealed(held, replaced))


def test_only_secrets_that_are_there_are_replaced() -> None:
    shown = sealed(change(before={"password": ""}, after={"password": "x", "profile": "y"}), hidden)
    assert (shown["before"], shown["after"]) == (
        {"password": ""},
        {"password": HIDDEN, "profile": "y"},
    )


def test_a_change_is_sealed_whatever_text_a_router_gave() -> None:
    odd = change(before={"comment": "\udcf3 \x1b"}, after={"comment": "ñ"})
    assert len(seal("norte-1", odd, keyed)) == 64
    assert len(digest(planned(plan(odd)), keyed)) == 64


def test_changes_are_counted_by_action_on_routers_that_are_there() -> None:
    found = summary(
        planned(
            plan(*CHANGES, change(Action.MOVE), change(Action.DISCONNECT, ACTIVE.path)),
            plan(*CHANGES, status=Status.UNREACHABLE),
            plan(*CHANGES, status=Status.INCOMPLETE),
            plan(*CHANGES, status=Status.DEFERRED),
            plan(change(Action.ADOPT), status=Status.REFUSED),
            plan(status=Status.UNCHANGED),
        )
    )
    assert found == {
        "routers": 6, "unreachable": 2, "deferred": 1, "add": 2, "adopt": 1, "set": 2,
        "remove": 1, "move": 1, "disconnect": 1,
    }  # fmt: skip


def effect(name: str, owner: str = "ana/casa", action: Action = Action.SET) -> Change:
    return change(action, owner=owner, effect=name)


SOLD = {"norte-1:hogar-20": ["ana/casa", "ben/casa", "ben/tienda"], "sur-1:hogar-20": ["eva/casa"]}
FASTER = change(owner="plan:hogar-20", table=PROFILE.path, effect="speed")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], (0, 0, 0, 0, 0, 0)),
        ([effect("suspend"), effect("cancel", "ben/casa")], (2, 0, 0, 0, 0, 0)),
        ([effect("suspend"), effect("suspend", "ana/tienda")], (1, 0, 0, 0, 0, 0)),
        ([effect("restore")], (0, 1, 0, 0, 0, 0)),
        ([effect("speed")], (0, 0, 1, 0, 0, 0)),
        ([effect("address")], (0, 0, 0, 1, 0, 0)),
        ([effect("create")], (0, 0, 0, 0, 1, 0)),
        ([effect("move"), effect("heal"), effect("adopt"), effect("infrastructure")],
         (0, 0, 0, 0, 0, 0)),
        ([effect("suspend", action=Action.DISCONNECT)] * 2, (0, 0, 0, 0, 0, 2)),
        ([FASTER], (0, 0, 2, 0, 0, 0)),
        ([FASTER, effect("speed", "carla/casa")], (0, 0, 3, 0, 0, 0)),
        ([FASTER._replace(owner="plan:unsold")], (0, 0, 0, 0, 0, 0)),
        ([FASTER._replace(effect="infrastructure")], (0, 0, 0, 0, 0, 0)),
    ],
)  # fmt: skip
def test_impact_is_counted_in_people(changes: list[Change], expected: tuple[int, ...]) -> None:
    assert impact(planned(plan(*changes)), SOLD) == Impact(*expected)


def test_a_new_speed_of_a_plan_is_one_for_whoever_has_it_on_that_router() -> None:
    both = planned(plan(FASTER), plan(FASTER, router="sur-1"))
    assert impact(both, SOLD).speed == 3
    assert impact(planned(plan(FASTER, status=Status.DEFERRED)), SOLD).speed == 0


@pytest.mark.parametrize(
    ("plans", "code"),
    [
        ([], Exit.OK),
        ([plan(*CHANGES)], Exit.OK),
        ([plan(status=Status.UNCHANGED)], Exit.OK),
        ([plan(status=Status.DEFERRED)], Exit.OK),
        ([plan(*CHANGES, status=Status.DEFERRED)], Exit.INCOMPLETE),
        ([plan(*CHANGES), plan(status=Status.UNREACHABLE)], Exit.INCOMPLETE),
        ([plan(status=Status.INCOMPLETE)], Exit.INCOMPLETE),
        ([plan(status=Status.UNREACHABLE), plan(*CHANGES, status=Status.REFUSED)], Exit.REFUSED),
    ],
)
def test_a_plan_amounts_to_an_exit_code(plans: list[RouterPlan], code: Exit) -> None:
    assert verdict(planned(*plans)) is code


@pytest.mark.parametrize(
    ("status", "active", "waiting"),
    [
        (Status.PLANNED, 5, 0),
        (Status.REFUSED, 5, 0),
        (Status.DEFERRED, 0, 5),
        (Status.UNREACHABLE, 0, 5),
        (Status.INCOMPLETE, 0, 5),
    ],
)
def test_changes_are_made_now_or_wait(status: Status, active: int, waiting: int) -> None:
    held = plan(*CHANGES, status=status)
    assert (len(held.active), held.waiting) == (active, waiting)
