"""States as they were worked out before: the same rows, and no secret in what is kept."""

from collections.abc import Callable
from pathlib import Path

from ispconf.edge.cache import NAME, Cache
from ispconf.edge.states import kept_or_made
from ispconf.planning.accounts import Reveal
from ispconf.routeros.rows import Row, State
from ispconf.routeros.tables import ADDRESS_LIST, POOL, SECRET
from ispconf.secret import Secret
from tests.edge.repositories import SEALED

KEY = "a day and people"
CIPHER = Secret("encrypted", SEALED)


def cache(folder: Path) -> Cache:
    return Cache(folder, "p1")


def made(reveal: Reveal) -> State:
    password = reveal(CIPHER, "ana/casa", "password")
    rows = (
        Row(SECRET.path, {"name": "ana", "password": password}, "ana/casa"),
        Row(SECRET.path, {"name": "ben"}, "ben/casa", initial=frozenset({"disabled"})),
    )
    pool = Row(POOL.path, {"name": "ispconf"}, "router:norte-1")
    tolerated = frozenset({(ADDRESS_LIST.path, ("morosos", "10.20.0.15"))})
    return State({SECRET.path: rows, POOL.path: (pool,)}, tolerated)


def nobody(reveal: Reveal) -> State:
    raise AssertionError(reveal)


def said(word: str) -> Callable[[Secret, str, str], str]:
    return lambda secret, owner, field: f"{word} {secret.kind} {secret.text} {owner} {field}"


def test_what_is_kept_is_what_was_made_with_the_secrets_of_now(tmp_path: Path) -> None:
    first = kept_or_made("norte-1", KEY, cache(tmp_path), made, said("hunter2"))
    assert first == made(said("hunter2"))
    again = kept_or_made("norte-1", KEY, cache(tmp_path), nobody, said("new"))
    assert again == made(said("new"))
    assert list(again.tables) == list(first.tables)
    assert b"hunter2" not in (tmp_path / NAME).read_bytes()


def test_other_people_days_and_routers_are_made_anew(tmp_path: Path) -> None:
    kept_or_made("norte-1", KEY, cache(tmp_path), made, said("x"))
    for router, key in [("sur-1", KEY), ("norte-1", "another day")]:
        empty = kept_or_made(router, key, cache(tmp_path), lambda _: State(), said("x"))
        assert empty == State()


def test_a_state_with_a_password_in_plain_text_is_not_kept(tmp_path: Path) -> None:
    def plain(reveal: Reveal) -> State:
        password = reveal(Secret("plain", "hunter2"), "ana/casa", "password")
        return State({SECRET.path: (Row(SECRET.path, {"password": password}, "ana/casa"),)})

    kept_or_made("norte-1", KEY, cache(tmp_path), plain, said("x"))
    assert kept_or_made("norte-1", KEY, cache(tmp_path), lambda _: State(), said("x")) == State()
