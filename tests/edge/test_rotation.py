"""A new data key: all values under it, comments kept, and readable whatever stops the work."""

from collections.abc import Callable
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest

from ispconf.edge import writing
from ispconf.edge.datakey import Keys, keygen, recipients, unwrapped, wrapped
from ispconf.edge.rotation import rotate, share
from ispconf.edge.sealed import files
from ispconf.edge.secrets import Vault
from ispconf.errors import FilesError, RefusedError, RequestError
from ispconf.secret import Secret
from tests.edge.repositories import SEALED, SMALL, committed, git, write

ANA, BEN = "subscribers/norte/ana-lopez.yaml", "subscribers/norte/ben-ruiz.yaml"
ROUTER = "inventory/norte-1.yaml"
DERIVED = Secret("derived")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path / "home"), "NORTE1": "x"}


@pytest.fixture
def root(tmp_path: Path, env: dict[str, str]) -> Path:
    """Ana's and the router's passwords are encrypted, Ben's is derived."""
    home = write(tmp_path / "isp", SMALL)
    keygen(home, env)
    vault = Vault.open(home, env)
    ana = vault.encrypt("clave", "ana-lopez/casa", "password").text
    router = vault.encrypt("llave", "norte-1", "password").text
    pppoe = "{type: pppoe, user: ben, password: derived, address: 10.20.0.16}"
    return write(home, {
        ANA: SMALL[ANA].replace(f'"{SEALED}"', f'"{ana}"  # hers'),
        ROUTER: SMALL[ROUTER].replace("${NORTE1}", f'!encrypted "{router}"   # old: {router}'),
        BEN: SMALL[BEN].replace("{type: queue, address: 10.20.0.16}", pppoe),
    })  # fmt: skip


def revealed(root: Path, env: dict[str, str]) -> dict[str, str]:
    vault = Vault.open(root, env)
    return {
        slot.owner: vault.reveal(slot.secret, slot.owner, slot.field)
        for _, _, slots in files(root)
        for slot in slots
    }


def held(root: Path) -> dict[str, bytes]:
    paths = [path for path in root.rglob("*") if path.is_file()]
    return {str(path.relative_to(root)): path.read_bytes() for path in paths}


def test_every_value_is_under_the_new_key_and_nothing_else_changed(
    root: Path, env: dict[str, str]
) -> None:
    before, texts, old = revealed(root, env), held(root), unwrapped(root, env)
    done = rotate(root, env)
    assert (done.files, done.values, done.derived, done.changed, done.resumed) == (
        2, 2, 1, False, False,
    )  # fmt: skip
    assert revealed(root, env) == before
    after = held(root)
    assert sorted(name for name in after if after[name] != texts[name]) == sorted(
        [ANA, ROUTER, "ispconf.keys.yaml"]
    )
    assert b"  # hers\n" in after[ANA]
    assert b"# old: " in after[ROUTER]
    keys = unwrapped(root, env)
    assert keys.data != old.data
    assert keys.root == old.root
    assert not keys.previous
    with pytest.raises(RequestError, match="cannot be decrypted"):
        revealed_with(root, env, old)


def revealed_with(root: Path, env: dict[str, str], keys: Keys) -> str:
    ((_, _, slots),) = [each for each in files(root) if each[0] == ANA]
    return Vault(root, env, keys).reveal(slots[0].secret, "ana-lopez/casa", "password")


def test_derived_passwords_stay_through_many_rotations_until_they_are_allowed_to_change(
    root: Path, env: dict[str, str]
) -> None:
    before = revealed(root, env)["ben-ruiz/casa"]
    rotate(root, env)
    rotate(root, env)
    assert revealed(root, env)["ben-ruiz/casa"] == before
    with pytest.raises(RefusedError, match="1 derived passwords would change, and 0 were allowed"):
        rotate(root, env, allowed=0)
    assert rotate(root, env, allowed=1).changed
    assert revealed(root, env)["ben-ruiz/casa"] != before
    assert len(unwrapped(root, env).packed()) == 32


class Stop(BaseException):
    """What ends a process at a place of its own choice."""


def stopping(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rename number ``at`` does not happen, nor any after it: the process is gone."""
    left = [at]
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] < 0:
            raise Stop
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)


@pytest.mark.parametrize("at", range(4))
def test_killed_at_any_rename_everything_can_be_read_and_the_next_call_finishes(
    root: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    before = revealed(root, env)
    with monkeypatch.context() as patched:
        stopping(at, patched)
        with pytest.raises(Stop):
            rotate(root, env)
    assert revealed(root, env) == before
    assert not [name for name in held(root) if name.endswith(".tmp")]
    resumed = bool(unwrapped(root, env).previous)
    done = rotate(root, env)
    assert done.resumed is resumed
    assert resumed is (at > 0)
    assert revealed(root, env) == before
    assert not unwrapped(root, env).previous


@pytest.mark.parametrize("failing", range(3))
def test_an_error_puts_everything_back(
    root: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    texts = held(root)
    left = [failing]
    real: Callable[..., None] = writing._write  # noqa: SLF001

    def full(path: Path, data: bytes, mode: int, *, settle: bool = True) -> None:
        left[0] -= 1
        if left[0] == -1:
            raise OSError(28, "No space left on device")
        real(path, data, mode, settle=settle)

    monkeypatch.setattr(writing, "_write", full)
    with pytest.raises(RequestError, match="No space left on device; nothing was changed"):
        rotate(root, env)
    assert held(root) == texts


def test_ctrl_c_between_two_files_puts_the_first_back(
    root: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts, real, left = held(root), Path.replace, [2]

    def replace(self: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] == -1:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        rotate(root, env)
    assert held(root) == texts


def test_what_cannot_be_decrypted_is_named_and_nothing_is_written(
    root: Path, env: dict[str, str]
) -> None:
    write(root, {ANA: SMALL[ANA]})
    texts = held(root)
    with pytest.raises(FilesError, match=f"{ANA}:10:17: ana-lopez/casa: password cannot be"):
        rotate(root, env)
    write(root, {ANA: "name: [\n"})
    with pytest.raises(FilesError, match=f"{ANA}:2:1"):
        rotate(root, env)
    assert held(root) | {ANA: texts[ANA]} == texts


def test_recipients_come_and_go(root: Path, env: dict[str, str]) -> None:
    other = pyrage.x25519.Identity.generate()
    name, theirs = str(other.to_public()), {"ISPCONF_AGE_KEY": str(other)}
    (me,) = recipients(root)
    data = unwrapped(root, env).data
    share(root, env, [name, name], [])
    assert recipients(root) == [me, name]
    assert unwrapped(root, theirs).data == data
    share(root, env, [], [name])
    with pytest.raises(RequestError, match="none of the recipients"):
        unwrapped(root, theirs)
    with pytest.raises(RequestError, match="is no recipient"):
        share(root, env, [], [name])
    with pytest.raises(RequestError, match="is you and would not be among the recipients"):
        share(root, env, [name], [me])
    with pytest.raises(RequestError, match="is you and would not be"):
        rotate(root, env, to=[name])
    rotate(root, env, to=[me, name])
    assert revealed(root, theirs | env)


def test_what_older_commits_and_branches_hold_can_still_be_read(
    root: Path, env: dict[str, str]
) -> None:
    committed(root, {})
    before, old = revealed(root, env), held(root)[ANA]
    for _ in range(2):
        rotate(root, env)
        git(root, "commit", "-qam", "another key")
    (root / ANA).write_bytes(old)
    assert revealed(root, env) == before
    rotate(root, env)
    assert (root / ANA).read_bytes() != old
    assert revealed(root, env) == before
    git(root, "rm", "-q", "--cached", "ispconf.keys.yaml")
    git(root, "commit", "-qm", "no key")
    (root / ANA).write_bytes(old)
    assert revealed(root, env) == before


@pytest.mark.parametrize("name", ["age1", "AGE-SECRET-KEY-1QQ"])
def test_what_is_no_recipient_is_refused_and_an_identity_is_not_repeated(name: str) -> None:
    with pytest.raises(RequestError, match="a recipient is the public key") as caught:
        wrapped(Keys.new(), [name])
    assert "QQ" not in str(caught.value)
