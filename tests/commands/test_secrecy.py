"""Passwords never leave: not in what a verb prints, nor in what it leaves behind (P-19)."""

from pathlib import Path

from ispconf.simulator import Faults, Simulator
from tests.commands.world import CUT, PEOPLE, Isp, Ran, founded

CANARY = "canario"


def test_no_verb_prints_or_leaves_a_password(tmp_path: Path, simulator: Simulator) -> None:
    people = {
        who: person._replace(password=f"{CANARY}-{who}-{len(who)}x")
        for who, person in PEOPLE.items()
    }
    isp = founded(tmp_path / "isp", simulator, people=people)
    isp.env["ISPCONF_AGE_KEY_FILE"] = str(tmp_path / "identity")
    for name, router in isp.routers.items():
        router.set("/user", "ispconf", password=f"{CANARY}-{name}")
        isp.env |= {key: f"{CANARY}-{name}" for key in isp.env if name[:3].upper() in key}
    ran = [isp.run("secrets", "keygen"), isp.run("secrets", "encrypt", "a/b", given=f"{CANARY}!")]
    for verb in ("plan", "apply", "drift"):
        ran += [isp.run(verb), isp.json(verb)]
    for form in ("markdown", "html"):
        ran.append(isp.run("plan", "--format", form))
    everything_else(isp, ran, tmp_path)
    for each in ran:
        assert CANARY not in each.out + each.err
    assert sum(each.code == 0 for each in ran) > len(ran) / 2
    left = [path for path in (isp.folder / ".git/ispconf").rglob("*") if path.is_file()]
    assert any("journal" in str(path) for path in left)
    for path in [*left, tmp_path / "plan.json"]:
        if "cache" not in path.name:  # what is kept of the files is as secret as the files
            assert CANARY.encode() not in path.read_bytes(), path
        assert path.stat().st_mode & 0o077 == 0 or CANARY.encode() not in path.read_bytes()


def everything_else(isp: Isp, ran: list[Ran], folder: Path) -> None:
    """The other verbs, and the troubles that might tell what they were doing."""
    for words in (
        ["check"], ["status"], ["status", "ana", "--why"], ["statement", "ana"], ["debtors"],
        ["bill"], ["pay", "ana", "350.00", "--ref", "1"], ["subscriber", "show", "ana"],
        ["subscriber", "list"], ["subscriber", "set", "ana", "notes=x"],
        ["plan", "--out", str(folder / "plan.json")], ["plan", "--date", CUT],
    ):  # fmt: skip
        ran += [isp.run(*words), isp.json(*words)]
    isp.change("subscribers/ana.yaml", f"{CANARY}-ana-3x", f"{CANARY}-new")
    isp.routers["norte-1"].faults = Faults(
        trap_writes=dict.fromkeys(range(1, 99), "failure: not now")
    )
    ran += [isp.run("plan"), isp.json("plan"), isp.run("apply"), isp.json("apply")]
    isp.routers["norte-1"].faults = Faults(refuse_logins=True)
    ran += [isp.run("plan"), isp.json("apply")]
    isp.change("subscribers/ana.yaml", "type: pppoe", "type: pppoee")
    ran += [isp.run("check"), isp.json("check"), isp.run("plan")]
