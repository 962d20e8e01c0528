"""Secrets at rest: what reveals them, what does not, and that errors name the way out."""

from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest

from ispconf.edge.datakey import identity_file, keygen
from ispconf.edge.secrets import Vault
from ispconf.errors import RequestError
from ispconf.secret import Secret


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path / "home")}


@pytest.fixture
def vault(tmp_path: Path, env: dict[str, str]) -> Vault:
    keygen(tmp_path, env)
    return Vault.open(tmp_path, env)


def test_a_secret_is_revealed_where_it_belongs(vault: Vault) -> None:
    secret = vault.encrypt("contraseña", "ana-lopez/casa", "password")
    assert secret.kind == "encrypted"
    assert "contra" not in secret.text
    assert vault.reveal(secret, "ana-lopez/casa", "password") == "contraseña"
    assert vault.encrypt("contraseña", "ana-lopez/casa", "password") != secret


@pytest.mark.parametrize(
    ("owner", "field"), [("ben-ruiz/casa", "password"), ("ana-lopez/casa", "user")]
)
def test_a_secret_moved_elsewhere_is_refused(vault: Vault, owner: str, field: str) -> None:
    secret = vault.encrypt("geheim", "ana-lopez/casa", "password")
    with pytest.raises(RequestError, match=f"{owner}: {field} cannot be decrypted") as caught:
        vault.reveal(secret, owner, field)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "???", "AQID", "Ag" + "A" * 60, "AQ" + "A" * 60])
def test_what_is_no_secret_is_refused(vault: Vault, text: str) -> None:
    with pytest.raises(RequestError, match="cannot be decrypted"):
        vault.reveal(Secret("encrypted", text), "ana/casa", "password")


def test_derived_passwords_are_stable_and_fit_routers(tmp_path: Path, vault: Vault) -> None:
    found = vault.reveal(Secret("derived"), "ana/casa", "password")
    again = Vault.open(tmp_path, vault._env).reveal(Secret("derived"), "ana/casa", "password")  # noqa: SLF001
    assert found == again
    assert len(found) == 12
    assert set(found) <= set("abcdefghjkmnpqrstuvwxyz23456789")
    assert found != vault.reveal(Secret("derived"), "ben/casa", "password")


def test_plain_and_environment_need_no_key(tmp_path: Path) -> None:
    vault = Vault.open(tmp_path, {"NORTE": "x"})
    assert vault.reveal(Secret("plain", "p"), "norte-1", "password") == "p"
    assert vault.reveal(Secret("environment", "NORTE"), "norte-1", "password") == "x"
    with pytest.raises(RequestError, match=r"norte-1: password is \$\{SUR\}.* set it"):
        vault.reveal(Secret("environment", "SUR"), "norte-1", "password")


def test_fingerprints_tell_apart_without_telling(tmp_path: Path, vault: Vault) -> None:
    assert vault.fingerprint("a") == vault.fingerprint("a") != vault.fingerprint("b")
    assert len(vault.fingerprint("a")) == 16
    (tmp_path / "ispconf.keys.yaml").unlink()
    assert len(Vault.open(tmp_path, {}).fingerprint("a")) == 8


def test_keys_are_never_overwritten(tmp_path: Path, env: dict[str, str]) -> None:
    recipient = keygen(tmp_path, env)
    identity = identity_file(env)
    assert identity.stat().st_mode & 0o777 == 0o600
    assert recipient in (tmp_path / "ispconf.keys.yaml").read_text(encoding="utf-8")
    with pytest.raises(RequestError, match="is there already; it is never overwritten"):
        keygen(tmp_path, env)
    before = identity.read_bytes()
    (tmp_path / "other").mkdir()
    assert keygen(tmp_path / "other", env) == recipient
    assert identity.read_bytes() == before


def test_the_identity_may_come_from_the_environment(tmp_path: Path, env: dict[str, str]) -> None:
    identity = pyrage.x25519.Identity.generate()
    given = {"ISPCONF_AGE_KEY": str(identity)}
    assert keygen(tmp_path, given) == str(identity.to_public())
    secret = Vault.open(tmp_path, given).encrypt("x", "a", "b")
    (tmp_path / "key.txt").write_text(f"# mine\n{identity}\n", encoding="utf-8")
    by_file = Vault.open(tmp_path, {"ISPCONF_AGE_KEY_FILE": str(tmp_path / "key.txt")})
    assert by_file.reveal(secret, "a", "b") == "x"
    with pytest.raises(RequestError, match="set ISPCONF_AGE_KEY to it, or ISPCONF_AGE_KEY_FILE"):
        Vault.open(tmp_path, env).reveal(secret, "a", "b")


@pytest.mark.parametrize("text", ["", "hello", "AGE-SECRET-KEY-1WRONG"])
def test_what_is_no_identity_is_refused(tmp_path: Path, vault: Vault, text: str) -> None:
    (tmp_path / "key").write_text(text, encoding="utf-8")
    given = {"ISPCONF_AGE_KEY_FILE": str(tmp_path / "key")}
    with pytest.raises(RequestError, match="holds no age identity"):
        Vault.open(tmp_path, given).fingerprint("x")
    assert vault.fingerprint("x")


def test_somebody_elses_identity_is_named(tmp_path: Path, vault: Vault) -> None:
    other = pyrage.x25519.Identity.generate()
    with pytest.raises(RequestError, match=str(other.to_public())):
        Vault.open(tmp_path, {"ISPCONF_AGE_KEY": str(other)}).fingerprint("x")
    assert vault.fingerprint("x")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "make the key with: ispconf secrets keygen"),
        ("a: [", "cannot be read; take it back from git"),
        ("a: b", "has no recipients"),
        ("recipients: [a]", "has no recipients"),
        ("recipients: {a: {}}", "has no recipients"),
        ("recipients: {a: '???'}", "none of the recipients"),
    ],
)
def test_a_damaged_keys_file_says_what_to_do(
    tmp_path: Path, vault: Vault, text: str | None, said: str
) -> None:
    keys = tmp_path / "ispconf.keys.yaml"
    keys.unlink()
    if text is not None:
        keys.write_text(text, encoding="utf-8")
    with pytest.raises(RequestError, match=said):
        vault.reveal(Secret("derived"), "a", "b")


def test_a_short_data_key_does_not_count(tmp_path: Path, vault: Vault) -> None:
    keys = tmp_path / "ispconf.keys.yaml"
    identity = pyrage.x25519.Identity.generate()
    import base64  # noqa: PLC0415

    short = base64.b64encode(pyrage.encrypt(b"short", [identity.to_public()])).decode()
    keys.write_text(f"recipients: {{a: {short}}}\n", encoding="utf-8")
    with pytest.raises(RequestError, match="none of the recipients"):
        Vault.open(tmp_path, {"ISPCONF_AGE_KEY": str(identity)}).fingerprint("x")
    assert identity_file({"APPDATA": "x", "HOME": "y"}) == Path("x/ispconf/age-identity")
    assert vault is not None
