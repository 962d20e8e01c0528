"""``secrets`` at the desk: values edited where nobody sees them, a key that is changed."""

import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from ispconf.edge.datakey import keygen
from ispconf.edge.secrets import Vault
from ispconf.secret import Secret
from ispconf.simulator import Simulator
from tests.commands.world import BOXES, PEOPLE, Isp, founded
from tests.edge.repositories import SEALED, SMALL, committed

ANA, BEN = "subscribers/norte/ana-lopez.yaml", "subscribers/norte/ben-ruiz.yaml"
ROUTER = "inventory/norte-1.yaml"

EDITOR = """\
import os, stat, sys
path, = sys.argv[1:]
here = {here!r}
text = open(path, encoding="utf-8").read()
with open(here + "/seen", "w", encoding="utf-8") as seen:
    seen.write(path + "\\n" + oct(os.stat(path).st_mode) + "\\n" + text)
open(path + "~", "w").write(text)
{do}
"""


@pytest.fixture
def office(tmp_path: Path) -> Isp:
    isp = Isp(committed(tmp_path / "isp", SMALL), env={"HOME": str(tmp_path), "NORTE1": "x"})
    isp.env["XDG_RUNTIME_DIR"] = str(tmp_path)
    assert isp.run("secrets", "keygen").code == 0
    sealed = Vault.open(isp.folder, isp.env).encrypt("clave", "ana-lopez/casa", "password").text
    isp.change(ANA, f'"{SEALED}"', f'"{sealed}"   # hers')
    isp.change(
        BEN, "{type: queue, address: 10.20.0.16}",
        "{type: pppoe, user: ben, password: derived, address: 10.20.0.16}",
    )  # fmt: skip
    isp.commit()
    return isp


def types(isp: Isp, folder: Path, do: str) -> None:
    """An editor that does this to ``text`` at ``path``."""
    script = folder / "editor.py"
    script.write_text(EDITOR.format(here=str(folder), do=do), encoding="utf-8")
    isp.env["EDITOR"] = f"{sys.executable} {script}"


def saves(old: str, new: str) -> str:
    return f"open(path, 'w', encoding='utf-8').write(text.replace({old!r}, {new!r}))"


def password(isp: Isp, file: str, who: str) -> str:
    written = next(line for line in isp.text(file).splitlines() if "!encrypted" in line)
    sealed = written.split('"')[1]
    return Vault.open(isp.folder, isp.env).reveal(Secret("encrypted", sealed), who, "password")


def seen(folder: Path) -> tuple[Path, str, str]:
    path, mode, text = (folder / "seen").read_text(encoding="utf-8").split("\n", 2)
    return Path(path), mode, text


def test_a_value_is_edited_and_nothing_of_it_stays(office: Isp, tmp_path: Path) -> None:
    before = office.text(ANA)
    types(office, tmp_path, saves('"clave"', '"otra ñ"'))
    ran = office.json("secrets", "edit", ANA)
    assert ran.json["changed"] == ["services.casa.access.password"]
    assert password(office, ANA, "ana-lopez/casa") == "otra ñ"
    changed = [
        pair for pair in zip(before.splitlines(), office.text(ANA).splitlines(), strict=True)
        if pair[0] != pair[1]
    ]  # fmt: skip
    assert len(changed) == 1
    assert changed[0][1].endswith('"   # hers')
    path, mode, text = seen(tmp_path)
    assert mode == oct(stat.S_IFREG | 0o600)
    assert 'services.casa.access.password: "clave"\n' in text
    assert not path.parent.exists()
    assert "otra" not in ran.out + ran.err


def test_what_was_not_changed_is_not_encrypted_anew(office: Isp, tmp_path: Path) -> None:
    before = office.text(ANA)
    types(office, tmp_path, saves("# What", "# I see. What"))
    assert office.run("secrets", "edit", ANA).out == "Nothing was changed.\n"
    assert office.text(ANA) == before


@pytest.mark.parametrize(
    ("file", "field", "who"),
    [
        (BEN, "password", "ben-ruiz/casa"),
        (BEN, "access.password", "ben-ruiz/casa"),
        (ROUTER, "password", "norte-1"),
    ],
)
def test_a_field_that_was_no_value_gets_one(
    office: Isp, tmp_path: Path, file: str, field: str, who: str
) -> None:
    old = '"derived"' if file == BEN else '"${NORTE1}"'
    types(office, tmp_path, saves(old, '"nueva"'))
    assert office.run("secrets", "edit", file, field).code == 0
    assert password(office, file, who) == "nueva"


def test_a_value_becomes_derived(office: Isp, tmp_path: Path) -> None:
    types(office, tmp_path, saves('"clave"', "derived"))
    assert office.run("secrets", "edit", ANA).code == 0
    assert 'password: "derived"   # hers\n' in office.text(ANA)


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (saves('"clave"', ""), "services.casa.access.password has no text"),
        (saves("services.", "servicios."), "services.casa.access.password has no text"),
        (saves("services.", 'x: "y"\nservices.'), "there are keys that were not"),
        (saves('"clave"', '"clave'), "has no text"),
        ("sys.exit(1)", "ended with an error; nothing was changed"),
        ("os.kill(os.getppid(), 2); sys.exit(1)", "ended with an error"),
        ("import signal\nos.kill(os.getppid(), 15); signal.pause()", "interrupted"),
    ],
)
def test_whatever_goes_wrong_nothing_is_written_and_nothing_stays(
    office: Isp, tmp_path: Path, do: str, said: str
) -> None:
    before, handler = office.text(ANA), signal.getsignal(signal.SIGTERM)
    types(office, tmp_path, do)
    ran = office.run("secrets", "edit", ANA)
    assert ran.code in (1, 130)
    assert said in ran.err
    assert "clave" not in ran.out + ran.err
    assert office.text(ANA) == before
    assert not seen(tmp_path)[0].parent.exists()
    assert signal.getsignal(signal.SIGTERM) == handler


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((BEN,), "name the field to write one: services.casa.access.password"),
        ((ANA, "user"), "it has no user; secrets there: services.casa.access.password"),
        (("plans/hogar-20.yaml",), "it has none"),
        (("nothing.yaml",), "there is no nothing.yaml"),
        (("/etc/passwd",), "there is no /etc/passwd"),
    ],
)
def test_what_cannot_be_edited(office: Isp, words: tuple[str, ...], said: str) -> None:
    ran = office.run("secrets", "edit", *words)
    assert ran.code == 1
    assert said in ran.err


def test_an_editor_that_is_not_there(office: Isp) -> None:
    office.env["EDITOR"] = "/no/such/editor"
    ran = office.run("secrets", "edit", ANA)
    assert ran.code == 1
    assert "/no/such/editor cannot be run: set EDITOR" in ran.err


def test_what_a_killed_editor_left_is_swept(office: Isp, tmp_path: Path) -> None:
    types(office, tmp_path, "pass")
    office.run("secrets", "edit", ANA)
    home = seen(tmp_path)[0].parents[1]
    old, mine = home / "ispconf-edit-4194399-x", home / f"ispconf-edit-{os.getpid()}-x"
    for folder in (old, mine):
        folder.mkdir()
    office.run("secrets", "edit", ANA)
    assert (old.exists(), mine.exists()) == (False, True)
    mine.rmdir()


def test_the_key_is_changed(office: Isp) -> None:
    ran = office.run("secrets", "rotate")
    assert ran.code == 0
    assert "1 values in 1 files are under the new key" in ran.out
    assert "1 derived passwords stay as they were" in ran.out
    assert password(office, ANA, "ana-lopez/casa") == "clave"
    assert office.run("secrets", "rotate", "--allow", "derived=0").code == 5
    assert office.run("secrets", "rotate", "--allow", "all").code == 2
    changed = office.run("secrets", "rotate", "--allow", "derived=1")
    assert "1 derived passwords changed" in changed.out
    (me,) = office.json("secrets", "recipients").json["recipients"]
    given = office.json("secrets", "rotate", "--recipients", f"{me}, {me}").json
    assert given["recipients"] == [me]
    other = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"
    assert office.json("secrets", "recipients", "--add", other).json["recipients"] == [me, other]
    ran = office.run("secrets", "recipients", "--remove", other)
    assert ran.out == f"{me}  (you)\n"
    assert "they may have kept the key" in ran.err


def test_routers_follow_a_new_key_as_any_other_change(tmp_path: Path, simulator: Simulator) -> None:
    env = {"HOME": str(tmp_path)}
    (tmp_path / "isp").mkdir()
    keygen(tmp_path / "isp", env)
    sealed = Vault.open(tmp_path / "isp", env).encrypt("clave", "eva/casa", "password").text
    people = {
        "ana": PEOPLE["ana"]._replace(password="derived"),
        "eva": PEOPLE["eva"]._replace(password=f'!encrypted "{sealed}"'),
    }
    boxes = {"norte-1": BOXES["norte-1"]}
    isp = founded(tmp_path / "isp", simulator, boxes=boxes, people=people, paid={})
    isp.env |= env
    assert isp.apply().code == 0
    isp.commit("applied")
    assert isp.run("secrets", "rotate").code == 0
    isp.commit("another key")
    assert isp.plan().changes == []
    assert isp.run("secrets", "rotate", "--allow", "derived=1").code == 0
    isp.commit("and other derived passwords")
    assert isp.json("drift").json["summary"]["set"] == 0  # nobody changed them by hand
    (change, *_) = isp.plan().changes
    assert (change["key"], change["after"]) == ({"name": "ana"}, {"password": "(secret)"})
    assert isp.json("rollback", "HEAD~2").code == 0  # to values under the first key
    assert isp.apply().code == 0
    assert isp.plan().changes == []
