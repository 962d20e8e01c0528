"""What verbs wrote, committed and pushed from a clone that nobody works in.

Whoever pushed in the meantime comes first: our commit is put on top of theirs, never over it. Knows
nothing of what was written.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from ispconf.edge.committing import identity
from ispconf.edge.history import Repository
from ispconf.errors import RefusedError, RequestError

_TRIES = 6
_QUIET = {"GIT_TERMINAL_PROMPT": "0"}  # a password that nobody types must not hold up a run
_NAMED = tuple(
    f"GIT_{role}_{what}" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
)


def publish(
    repository: Repository,
    paths: Sequence[str],
    words: str,
    env: Mapping[str, str],
    rest: Callable[[float], None],
) -> str:
    """Commits what differs below these paths and pushes the branch; the commit, "" without any.

    ``env`` names the author as git has it (``GIT_AUTHOR_NAME`` ...); paths are relative to the
    network's folder.

    Raises:
        RequestError: no branch is checked out, or git cannot write here.
        RefusedError: it could not be pushed; it is committed here.
    """
    branch = _branch(repository)
    named = {name: env[name] for name in _NAMED if env.get(name)}
    who = {**identity(repository), **named, **_QUIET}
    repository.plumb("add", "--all", "--", *paths)
    if not repository.plumb("diff", "--cached", "--name-only", "--", *paths):
        return ""
    repository.plumb("commit", "-q", "--no-verify", "-m", words, "--", *paths, env=who)
    if repository.configured("remote.origin.url"):
        _push(repository, branch, who, rest)
    return repository.commit()


def _branch(repository: Repository) -> str:
    try:
        return repository.plumb("symbolic-ref", "--short", "HEAD")
    except RequestError as error:
        raise RequestError("no branch is checked out here; check one out, such as main") from error


def _push(
    repository: Repository, branch: str, who: Mapping[str, str], rest: Callable[[float], None]
) -> None:
    said = ""
    for turn in range(_TRIES):
        if turn:
            rest(turn)
        try:
            repository.plumb(
                "push", "-q", "--no-verify", "origin", f"HEAD:refs/heads/{branch}", env=who
            )
        except RequestError as error:
            said = str(error)
            _rebase(repository, branch, who)
        else:
            return
    raise RefusedError(f"it is committed here and could not be pushed: {said}")


def _rebase(repository: Repository, branch: str, who: Mapping[str, str]) -> None:
    """Takes what others pushed; where it cannot be told apart from ours, all stays as it was."""
    try:
        repository.plumb("fetch", "-q", "origin", branch, env=who)
    except RequestError:
        return  # the next push says why
    try:
        repository.plumb("rebase", "-q", "--autostash", "FETCH_HEAD", env=who)
    except RequestError as error:
        with suppress(RequestError):
            repository.plumb("rebase", "--abort")
        raise RefusedError(f"others changed the same lines; merge them by hand: {error}") from error
