"""What is done first, and what a failure stops."""

import pytest

from ispconf.planning.changes import Action, Change
from ispconf.planning.stages import Failures, permitted, stages, words
from ispconf.routeros.tables import (
    ACTIVE,
    ADDRESS_LIST,
    ARP,
    FILTER,
    NAT,
    POOL,
    PROFILE,
    QUEUE,
    SECRET,
)
from tests.planning.worlds import change

ADD, SET, ADOPT, REMOVE = Action.ADD, Action.SET, Action.ADOPT, Action.REMOVE
MOVE, DISCONNECT = Action.MOVE, Action.DISCONNECT


def made(action: Action, path: str, name: str, **facts: str) -> Change:
    """``profile="x"`` is what the change writes, ``was_profile="x"`` what it takes away."""
    before = {k[4:].replace("_", "-"): v for k, v in facts.items() if k.startswith("was_")}
    after = {k.replace("_", "-"): v for k, v in facts.items() if not k.startswith("was_")}
    key, owner = {"name": name}, f"{name}/casa"
    return change(action, path, key=key, before=before, after=after, id=f"*{name}", owner=owner)


POOL_ADD = made(ADD, POOL.path, "homes", ranges="10.0.0.2-10.0.0.9")
PROFILE_ADD = made(ADD, PROFILE.path, "new", remote_address="homes")
SECRET_ADD = made(ADD, SECRET.path, "ana", profile="new")
SECRET_SET = made(SET, SECRET.path, "ben", profile="new", was_profile="old")
SECRET_GONE = made(REMOVE, SECRET.path, "carla", was_profile="old", was_disabled="false")
PROFILE_GONE = made(REMOVE, PROFILE.path, "old", was_remote_address="pool")
POOL_GONE = made(REMOVE, POOL.path, "pool")
DROP_BEN = made(DISCONNECT, ACTIVE.path, "ben")
DROP_CARLA = made(DISCONNECT, ACTIVE.path, "carla")
QUEUE_ADD = made(ADD, QUEUE.path, "dora", parent="none")
QUEUE_GONE = made(REMOVE, QUEUE.path, "eva")
CUT = change(ADD, ADDRESS_LIST.path, key={"list": "m", "address": "10.0.0.5"})
UNCUT = change(REMOVE, ADDRESS_LIST.path, key={"list": "m", "address": "10.0.0.6"})
BOUND = change(ADD, ARP.path, key={"interface": "b", "address": "10.0.0.5"})
RULES = [change(ADD, FILTER.path, key={"comment": f"ispconf:router:n#{n}"}) for n in "ab"]
REDIRECT = change(ADD, NAT.path, key={"comment": "ispconf:router:n#notice"})
ALL = [POOL_ADD, PROFILE_ADD, SECRET_ADD, SECRET_SET, SECRET_GONE, PROFILE_GONE, POOL_GONE,
       DROP_BEN, DROP_CARLA, QUEUE_ADD, QUEUE_GONE, CUT, UNCUT, BOUND, *RULES,
       REDIRECT]  # fmt: skip


def stage_of(wanted: Change, *, final: bool = True) -> int:
    found = [
        number
        for number, stage in enumerate(stages(ALL))
        for step in stage
        if step.change is wanted and step.final is final
    ]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (POOL_ADD, PROFILE_ADD),
        (PROFILE_ADD, SECRET_ADD),
        (PROFILE_ADD, SECRET_SET),
        (CUT, SECRET_ADD),
        (CUT, SECRET_SET),
        (CUT, QUEUE_ADD),
        (RULES[0], SECRET_ADD),
        (RULES[0], RULES[1]),
        (RULES[1], REDIRECT),
        (QUEUE_ADD, BOUND),
        (SECRET_SET, DROP_BEN),
        (DROP_CARLA, SECRET_GONE),
        (SECRET_GONE, PROFILE_GONE),
        (PROFILE_GONE, POOL_GONE),
        (SECRET_ADD, SECRET_GONE),
        (QUEUE_ADD, QUEUE_GONE),
        (SECRET_SET, UNCUT),
    ],
)
def test_made_before_broken_and_cut_before_served(first: Change, then: Change) -> None:
    assert stage_of(first) < stage_of(then)


def test_changes_that_do_not_depend_on_each_other_go_together() -> None:
    assert stage_of(SECRET_ADD) == stage_of(SECRET_SET)
    assert stage_of(DROP_BEN) == stage_of(DROP_CARLA)


def test_a_secret_that_goes_is_disabled_dropped_and_only_then_removed() -> None:
    assert stage_of(SECRET_GONE, final=False) < stage_of(DROP_CARLA) < stage_of(SECRET_GONE)
    (retired,) = (
        step
        for stage in stages(ALL)
        for step in stage
        if step.change is SECRET_GONE and not step.final
    )
    assert retired.words == ("/ppp/secret/set", "=.id=*carla", "=disabled=true")


def test_a_secret_that_is_disabled_already_is_just_removed() -> None:
    gone = made(REMOVE, SECRET.path, "carla", was_disabled="true")
    assert [[step.final for step in stage] for stage in stages([gone])] == [[True]]


def handed(who: str) -> tuple[Change, Change]:
    """A service that gets another login."""
    old = made(REMOVE, SECRET.path, f"{who}-old", was_profile="old", was_disabled="false")
    return made(ADD, SECRET.path, who, profile="new"), old._replace(owner=f"{who}/casa")


def test_a_service_with_a_new_login_is_handed_over_in_two_commands_in_a_row() -> None:
    (ana, her_old), (ben, his_old) = handed("ana"), handed("ben")
    queue = made(REMOVE, QUEUE.path, "eva", was_parent="none")
    secret = made(ADD, SECRET.path, "eva", profile="new")
    order = [QUEUE_ADD, RULES[0], ana, ben, secret, PROFILE_ADD, her_old, his_old, queue]
    found = [[(step.change.key["name"], step.final) for step in stage if "name" in step.change.key]
             for stage in stages(order)]  # fmt: skip
    assert [stage for stage in found if stage] == [
        [("new", True)],
        [("dora", True)],
        [("ana", True)],
        [("ana-old", False), ("ben", True)],
        [("ben-old", False), ("eva", True)],
        [("eva", True)],
        [("ana-old", True), ("ben-old", True)],
    ]


def test_who_gets_no_new_login_keeps_the_old_one() -> None:
    new, old = handed("ana")
    failures = Failures()
    failures.add(new)
    assert failures.stop(old) == "what ana/casa is to have instead failed"
    assert failures.stop(SECRET_GONE) == ""
    assert permitted([FOREIGN_PROFILE, new, old], lambda each: each.action is ADOPT) == []


def test_no_changes_are_no_stages() -> None:
    assert stages([]) == []


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (made(ADD, SECRET.path, "ana", profile="p"), ("/ppp/secret/add", "=profile=p")),
        (made(SET, SECRET.path, "a", disabled="true"),
         ("/ppp/secret/set", "=.id=*a", "=disabled=true")),
        (made(ADOPT, SECRET.path, "a", comment="c"), ("/ppp/secret/set", "=.id=*a", "=comment=c")),
        (made(REMOVE, QUEUE.path, "a"), ("/queue/simple/remove", "=.id=*a")),
        (made(DISCONNECT, ACTIVE.path, "a"), ("/ppp/active/remove", "=.id=*a")),
        (change(MOVE, FILTER.path, id="*2", place="*1"),
         ("/ip/firewall/filter/move", "=numbers=*2", "=destination=*1")),
        (change(ADD, FILTER.path, after={"chain": "forward"}, place="*1"),
         ("/ip/firewall/filter/add", "=chain=forward", "=place-before=*1")),
    ],
)  # fmt: skip
def test_each_action_is_one_command(wanted: Change, said: tuple[str, ...]) -> None:
    assert words(wanted) == said


def outcome(failed: Change) -> dict[str, str]:
    """What is left out when one change fails, and why; what is left out fails in turn."""
    failures = Failures()
    left = {}
    for stage in stages(ALL):
        for step in stage:
            reason = failures.stop(step.change)
            if step.change is failed:
                failures.add(failed)
            elif reason:
                failures.add(step.change)
                if step.final:
                    left[f"{step.change.action} {step.change.key.get('name')}"] = reason
    return left


STILL = "a change that stops using {} failed"
NEEDS = "it needs {}, which failed"


@pytest.mark.parametrize(
    ("failed", "left"),
    [
        (POOL_ADD, {
            "add new": NEEDS.format("/ip/pool homes"),
            "add ana": NEEDS.format("/ppp/profile new"),
            "set ben": NEEDS.format("/ppp/profile new"),
            "disconnect ben": NEEDS.format("/ppp/secret ben"),
            "remove old": STILL.format("old"),
            "remove pool": STILL.format("pool"),
        }),
        (SECRET_SET, {
            "disconnect ben": NEEDS.format("/ppp/secret ben"),
            "remove old": STILL.format("old"),
            "remove pool": STILL.format("pool"),
        }),
        (SECRET_ADD, {}),
        (QUEUE_ADD, {}),
        (CUT, {}),
        (DROP_BEN, {}),
        (DROP_CARLA, {
            "remove carla": STILL.format("carla"),
            "remove old": STILL.format("old"),
            "remove pool": STILL.format("pool"),
        }),
        (PROFILE_GONE, {"remove pool": STILL.format("pool")}),
    ],
)  # fmt: skip
def test_a_failure_stops_what_depends_on_it_and_nothing_else(
    failed: Change, left: dict[str, str]
) -> None:
    assert outcome(failed) == left


def test_a_change_whose_preparation_failed_is_not_finished() -> None:
    failures = Failures()
    failures.add(SECRET_GONE)
    assert failures.stop(SECRET_GONE) == Failures.PREPARATION
    assert failures.stop(DROP_CARLA) == NEEDS.format("/ppp/secret carla")
    assert failures.stop(PROFILE_GONE) == STILL.format("old")


FOREIGN_PROFILE = made(ADOPT, PROFILE.path, "new", rate_limit="1M", was_rate_limit="2M")
FOREIGN_SECRET = made(ADOPT, SECRET.path, "ben", comment="c", profile="x", was_profile="old")


def test_what_is_not_adopted_is_not_built_upon() -> None:
    changes = [FOREIGN_PROFILE, SECRET_ADD, FOREIGN_SECRET, QUEUE_ADD, PROFILE_GONE, DROP_BEN]
    assert permitted(changes, lambda each: each.action is ADOPT) == [QUEUE_ADD]
    assert permitted(changes, lambda _: False) == changes


def test_a_profile_waits_for_a_secret_that_leaves_later() -> None:
    changes = [QUEUE_GONE, SECRET_GONE, PROFILE_GONE, POOL_GONE, DROP_CARLA]
    later = (SECRET_GONE, DROP_CARLA)
    assert permitted(changes, lambda each: each in later) == [QUEUE_GONE]
