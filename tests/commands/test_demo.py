"""``demo``: the whole story, as a stranger sees it."""

import re
from pathlib import Path

from ispconf.edge.datakey import FILE_VARIABLE
from ispconf.edge.secrets import Vault
from ispconf.secret import Secret
from tests.commands.world import Isp


def test_the_story_is_told_to_its_end(tmp_path: Path) -> None:
    process = Isp(tmp_path).process("demo")
    out, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, "")
    at = 0
    for landmark in (
        "$ ispconf check",
        "No problems.",
        "$ ispconf plan --date 2026-11-18",
        "Plan: 67 to add on 3 routers.",
        "Applied and verified: nothing is left to do.",
        "Plan: nothing to change.",
        "$ ispconf subscriber new rosa-campos",
        "new subscriber rosa-campos/casa",
        "$ ispconf drift",
        "admin changed it on the router",
        "$ ispconf bill",
        "Nothing to bill",
        "suspended",
        "so that the cut takes effect",
        "$ ispconf pay ana-lopez",
        "$ ispconf statement ana-lopez",
        "What to try next",
    ):
        found = out.find(landmark, at)
        assert found >= 0, landmark
        at = found
    assert "Traceback" not in out
    assert not derived() & set(re.findall("[a-z0-9]{12}", out))


def derived() -> set[str]:
    """The derived passwords of the network that is played."""
    root = Path(__file__).parents[2]
    vault = Vault.open(root, {FILE_VARIABLE: str(root / "example.age-key")})
    owners = [f"{path.stem}/casa" for path in (root / "subscribers").rglob("*.yaml")]
    return {vault.reveal(Secret("derived"), owner, "password") for owner in owners}
