"""One comment, one issue, on a forge that has pages, limits, moods and other people."""

from collections.abc import Iterator

import pytest

from ispconf.edge.forge import Forge, ForgeError, Render
from tests.edge.forges import ANA, BOT, TOKEN, Failure, Hosted, hosting

MARK = "<!-- mark -->"
GITEA = {"login": "gitea-actions", "id": "-2"}


@pytest.fixture
def hosted() -> Iterator[Hosted]:
    with hosting() as made:
        yield made


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def forge(hosted: Hosted, waits: list[float]) -> Forge:
    return Forge(hosted.api, TOKEN, "isp/net", waits.append)


def told(words: str = "plan") -> Render:
    return lambda old, limit: f"{MARK}\n{words}{' again' if old else ''}"[:limit]


def test_a_comment_is_made_once_and_then_written_again_in_place(
    hosted: Hosted, forge: Forge
) -> None:
    for number in range(5):  # more than a page of other comments comes first
        hosted.said(7, f"words {number}", ANA)
    assert forge.comment(7, MARK, told()) == "created"
    hosted.said(7, "thanks", ANA)
    assert forge.comment(7, MARK, told("other")) == "updated"
    assert hosted.bodies(7)[5:] == [f"{MARK}\nother again", "thanks"]
    assert hosted.writes() == ["POST", "PATCH"]


@pytest.mark.parametrize("crlf", [False, True])
def test_the_same_text_is_not_written_again(hosted: Hosted, forge: Forge, crlf: bool) -> None:  # noqa: FBT001
    hosted.crlf = crlf
    render = lambda _old, _limit: f"{MARK}\nthe same\n"  # noqa: E731
    assert [forge.comment(7, MARK, render) for _ in range(2)] == ["created", "kept"]
    assert hosted.writes() == ["POST"]


def test_of_two_comments_the_first_is_kept(hosted: Hosted, forge: Forge) -> None:
    for words in ("one", "two", "three"):
        hosted.said(7, f"{MARK}\n{words}")
    assert forge.comment(7, MARK, told()) == "updated"
    assert hosted.bodies(7) == [f"{MARK}\nplan again"]


@pytest.mark.parametrize(
    ("me", "knows_me"), [(BOT, False), (GITEA, False), (GITEA, True), ({"login": "robot"}, True)]
)
def test_what_somebody_else_wrote_is_left_alone(me: dict[str, str], knows_me: bool) -> None:  # noqa: FBT001
    with hosting(me=me, knows_me=knows_me) as hosted:
        forge = Forge(hosted.api, TOKEN, "isp/net", lambda _: None)
        hosted.said(7, f"{MARK}\nforged", ANA)
        assert [forge.comment(7, MARK, told()) for _ in range(2)] == ["created", "updated"]
        assert hosted.bodies(7) == [f"{MARK}\nforged", f"{MARK}\nplan again"]


@pytest.mark.parametrize(
    ("failure", "wait"),
    [
        (Failure(500), 1.0),
        (Failure(502), 1.0),
        (Failure(429), 1.0),
        (Failure(429, {"Retry-After": "7"}), 7.0),
        (Failure(403, {"Retry-After": "60"}, "You have exceeded a secondary rate limit"), 60.0),
        (Failure(403, {"X-RateLimit-Remaining": "0"}), 1.0),
        (Failure(503, {"Retry-After": "9000"}), 120.0),
        (Failure(0), 1.0),
    ],
)
def test_a_forge_that_is_busy_is_asked_again(
    hosted: Hosted, forge: Forge, waits: list[float], failure: Failure, wait: float
) -> None:
    hosted.failures = [failure]
    assert forge.comment(7, MARK, told()) == "created"
    hosted.failures = [failure]
    assert forge.comment(7, MARK, told()) == "updated"
    assert waits == [wait, wait]
    assert hosted.bodies(7) == [f"{MARK}\nplan again"]


def test_a_comment_whose_answer_was_lost_is_not_written_twice(hosted: Hosted, forge: Forge) -> None:
    answer = hosted.answer

    def lost(method: str, *rest: object) -> object:
        found = answer(method, *rest)  # type: ignore[arg-type]
        if method == "POST":
            hosted.answer = answer  # type: ignore[method-assign]
            return 502, {"message": "done, but nobody will know"}
        return found

    hosted.answer = lost  # type: ignore[method-assign, assignment]
    assert forge.comment(7, MARK, told()) == "updated"
    assert len(hosted.bodies(7)) == 1


def test_patience_ends(hosted: Hosted, forge: Forge, waits: list[float]) -> None:
    hosted.failures = [Failure(503, message="down for good")] * 9
    with pytest.raises(ForgeError, match="answers 503: down for good"):
        forge.comment(7, MARK, told())
    assert waits == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_told_without_the_token(
    hosted: Hosted, forge: Forge, waits: list[float], status: int
) -> None:
    hosted.failures = [Failure(status, message=f"no, {TOKEN}")]
    with pytest.raises(ForgeError) as caught:
        forge.comment(7, MARK, told())
    assert f"answers {status}: no, (secret)" in str(caught.value)
    assert ("pull-requests: write" in str(caught.value)) is (status != 400)
    assert TOKEN not in f"{caught.value!r} {forge!r} {caught.value.__cause__!r}"
    assert waits == []


def test_nothing_is_followed_to_another_address(hosted: Hosted, forge: Forge) -> None:
    with hosting() as other:
        hosted.failures = [Failure(307, {"Location": f"{other.api}/steal"})]
        with pytest.raises(ForgeError, match="answers 307"):
            forge.comment(7, MARK, told())
        for number in range(3):
            hosted.said(7, f"words {number}")
        hosted.api = other.api  # it says that the next page is there
        with pytest.raises(ForgeError, match="a next page that is not its own"):
            forge.comment(7, MARK, told())
        assert other.heard == []


def test_what_is_no_api_is_said_to_be_none(hosted: Hosted, forge: Forge) -> None:
    hosted.failures = [Failure(200, raw=b"<html>")]
    with pytest.raises(ForgeError, match="does not answer in JSON"):
        forge.comment(7, MARK, told())


def test_a_forge_that_takes_less_gets_less(hosted: Hosted, forge: Forge) -> None:
    hosted.most = 20_000
    assert forge.comment(7, MARK, lambda _, limit: MARK + "x" * (limit - len(MARK))) == "created"
    assert len(hosted.bodies(7)[0]) == 15_000
    hosted.most = 100
    with pytest.raises(ForgeError, match="too long"):
        forge.comment(7, MARK, lambda _, limit: MARK + "y" * (limit - len(MARK)))


def test_nobody_there(waits: list[float]) -> None:
    with hosting() as hosted:
        api = hosted.api
    with pytest.raises(ForgeError, match="cannot be reached"):
        Forge(api, TOKEN, "isp/net", waits.append).comment(7, MARK, told())
    assert len(waits) == 4


TITLE = "Changed by hand"


def test_an_issue_is_opened_kept_up_and_closed(hosted: Hosted, forge: Forge) -> None:
    hosted.issues.append({
        "id": 0, "number": 9, "title": TITLE, "body": f"{MARK} a pull request", "user": BOT,
        "state": "open", "pull_request": {"url": "x"},
    })  # fmt: skip
    hosted.opened(TITLE, "by hand", ANA)
    hosted.opened("Another", f"{MARK}\nanother")
    steps = [
        forge.issue(TITLE, MARK, told(words), needed=needed)
        for words, needed in [
            ("none", False), ("one", True), ("one", True), ("one", True), ("none", False),
            ("none", False), ("two", True),
        ]
    ]  # fmt: skip
    assert steps == ["none", "opened", "updated", "kept", "closed", "none", "opened"]
    ours = [each for each in hosted.issues if each["title"] == TITLE and each["user"] == BOT]
    assert [each["state"] for each in ours] == ["open", "closed", "open"]
    assert ours[1]["body"] == f"{MARK}\nnone again"


def test_two_issues_of_one_title_become_one(hosted: Hosted, forge: Forge) -> None:
    for _ in range(3):
        hosted.opened(TITLE, MARK)
    assert forge.issue(TITLE, MARK, told(), needed=True) == "updated"
    assert [each["state"] for each in hosted.issues] == ["open", "closed", "closed"]
    hosted.opened(TITLE, MARK)
    assert forge.issue(TITLE, MARK, told(), needed=False) == "closed"
    assert {each["state"] for each in hosted.issues} == {"closed"}


def test_the_pull_request_of_a_fork_is_found_by_its_branch(hosted: Hosted, forge: Forge) -> None:
    for number, sha in ((3, "aa"), (4, "bb"), (5, "cc")):
        hosted.pulls.append({"number": number, "head": {"label": "eva:faster", "sha": sha}})
    assert forge.pull_request("eva", "faster", "cc") == 5
    assert forge.pull_request("eva", "faster", "dd") is None
    assert forge.pull_request("ana", "faster", "cc") is None
