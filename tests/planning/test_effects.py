"""What a change of rows means to whoever has them."""

import pytest

from ispconf.planning.changes import Action, Change
from ispconf.planning.effects import effect_on, frees
from ispconf.routeros.tables import ACTIVE, ADDRESS_LIST, ARP, QUEUE, SECRET
from tests.planning.worlds import change

ADD, SET, REMOVE = Action.ADD, Action.SET, Action.REMOVE
LIST, CUT = ADDRESS_LIST.path, "ispconf-morosos"


def turned(table: str = SECRET.path, **fields: tuple[str, str]) -> Change:
    named = {name.replace("_", "-"): pair for name, pair in fields.items()}
    return change(
        SET,
        table,
        before={name: pair[0] for name, pair in named.items()},
        after={name: pair[1] for name, pair in named.items()},
    )


@pytest.mark.parametrize(
    ("made", "served", "was_cut", "effect"),
    [
        (change(ADD, LIST), False, False, "suspend"),
        (change(ADD, LIST), False, True, "heal"),
        (change(REMOVE, LIST), True, False, "restore"),
        (change(REMOVE, LIST), False, True, "heal"),
        (turned(LIST, disabled=("true", "false")), False, False, "suspend"),
        (turned(LIST, comment=("", "x")), False, False, "heal"),
        (turned(disabled=("false", "true")), False, False, "suspend"),
        (turned(disabled=("", "true")), False, False, "suspend"),
        (turned(disabled=("true", "false")), True, False, "restore"),
        (turned(disabled=("yes", "no")), True, False, "restore"),
        (turned(disabled=("true", "false")), False, True, "heal"),
        (turned(profile=("hogar-20", CUT)), False, False, "suspend"),
        (turned(profile=("hogar-20", CUT)), False, True, "heal"),
        (turned(profile=(CUT, "hogar-20")), True, False, "restore"),
        (turned(profile=(CUT, "hogar-20")), False, True, "heal"),
        (turned(profile=(CUT, "ispconf-other")), False, False, "suspend"),
        (turned(profile=("hogar-20", "hogar-50")), True, False, "speed"),
        (turned(profile=("hogar-20", "hogar-50")), False, False, "speed"),
        (turned(disabled=("true", "false"), profile=("a", CUT)), False, True, "heal"),
        (turned(remote_address=("10.0.0.1", "10.0.0.2")), True, False, "address"),
        (turned(QUEUE.path, target=("10.0.0.1/32", "10.0.0.2/32")), True, False, "address"),
        (turned(QUEUE.path, max_limit=("1/1", "2/2")), True, False, "speed"),
        (turned(QUEUE.path, parent=("none", "total")), True, False, "speed"),
        (turned(QUEUE.path, disabled=("true", "false")), True, False, "heal"),
        (turned(password=("a", "b")), True, False, "heal"),
        (turned(caller_id=("", "4C:5E:0C:11:22:33")), True, False, "heal"),
        (change(ADD, ARP.path), True, False, "heal"),
        (change(REMOVE, SECRET.path), True, False, "heal"),
        (change(Action.DISCONNECT, ACTIVE.path, effect="speed"), True, False, "speed"),
        (change(Action.DISCONNECT, ACTIVE.path, effect="cancel"), False, True, "cancel"),
    ],
)
def test_a_change_has_one_effect(
    made: Change,
    served: bool,  # noqa: FBT001
    was_cut: bool,  # noqa: FBT001
    effect: str,
) -> None:
    assert effect_on(made, served=served, was_cut=was_cut) == effect


@pytest.mark.parametrize(
    ("made", "free"),
    [
        (change(REMOVE, LIST), True),
        (change(ADD, LIST), False),
        (turned(disabled=("true", "false")), True),
        (turned(disabled=("false", "true")), False),
        (turned(profile=(CUT, "hogar-20")), True),
        (turned(profile=(CUT, "ispconf-other")), False),
        (turned(profile=("hogar-20", "hogar-50")), False),
        (turned(password=("a", "b")), False),
        (turned(QUEUE.path, disabled=("true", "false")), False),
        (change(REMOVE, SECRET.path, before={"disabled": "true", "profile": CUT}), False),
    ],
)
def test_who_is_freed_was_cut(made: Change, free: bool) -> None:  # noqa: FBT001
    assert frees(made) is free
