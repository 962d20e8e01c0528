"""What a router cannot do is known before it is asked to."""

import pytest

from ispconf.planning.ability import Ability, notes, refused
from ispconf.planning.changes import Action, Change
from ispconf.routeros.tables import FILTER, QUEUE, SECRET
from tests.planning.worlds import change

PPPOE, SPEED, RULE = (change(Action.ADD, each.path) for each in (SECRET, QUEUE, FILTER))
GUEST = PPPOE._replace(table="/ip/hotspot/user")
ABLE = Ability("bot", "7.20")
OLD = ABLE._replace(version="6.49.17", missing={SECRET.path})
HOME = ABLE._replace(forbidden={"scheduler", "hotspot"}, mode="home")


@pytest.mark.parametrize(
    ("changes", "able", "guard", "said"),
    [
        ([PPPOE, RULE, GUEST], ABLE, True, ""),
        ([], HOME._replace(lacking={"write"}, missing={SECRET.path}), True, ""),
        ([SPEED], ABLE._replace(lacking={"write"}), False,
         ("API user bot lacks the policy write; on the router: /user/group set [/user get bot "
          "group] policy=write")),
        ([SPEED], OLD._replace(lacking={"sensitive"}), False, ""),
        ([PPPOE], OLD, False,
         ("RouterOS 6.49.17 there has no /ppp/secret: install or enable its package: "
          "/system package enable ppp, then reboot it")),
        ([PPPOE], ABLE._replace(missing={SECRET.path}), False,
         "RouterOS 7.20 there has no /ppp/secret: update RouterOS"),
        ([SPEED, RULE], HOME, False, ""),
        ([GUEST], HOME, False,
         ("its device-mode home forbids hotspot: rows would do nothing; on the router: "
          "/system/device-mode/update hotspot=yes, and press its button within 5 minutes")),
        ([RULE], HOME, True,
         ("its device-mode home forbids scheduler: the guard of these changes would never take "
          "them back; on the router: /system/device-mode/update scheduler=yes, and press its "
          "button within 5 minutes, or apply --confirm off")),
    ],
)  # fmt: skip
def test_what_is_in_the_way_comes_with_the_way_out(
    changes: list[Change], able: Ability, guard: object, said: str
) -> None:
    assert list(refused(changes, able, guard=bool(guard))) == [said] * bool(said)


def test_what_cannot_be_seen_is_said() -> None:
    assert list(notes(ABLE, 0)) == []
    (masked,) = notes(ABLE, 1)
    assert masked.startswith("1 password cannot be compared: API user bot lacks the policy")
    assert list(notes(OLD, 0)) == ["the router has no /ppp/secret; nothing there is managed"]
