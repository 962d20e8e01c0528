"""What a router says when it will not: the literal messages and their categories.

The words are RouterOS' own, as recorded from real ones; where the wording of 6.x and 7.x differs,
the version decides. Messages that start with ``failure:`` and missing rights come without a
category.
"""

from typing import Final

MISSING: Final = 0
ARGUMENT: Final = 1
INTERRUPTED: Final = 2

INTERRUPTED_MESSAGE: Final = "interrupted"
BAD_LOGIN: Final = "invalid user name or password (6)"
NO_RIGHT: Final = "not enough permissions (9)"
DISK_FULL: Final = "failure: not enough space on disk"  # chosen here: no recording is known


class RefusalError(Exception):
    """A ``!trap``: the message, and its category if it has one."""

    def __init__(self, message: str, category: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.category = category


def failure(message: str) -> RefusalError:
    """A rule of the menu: ``failure: ...`` without category; other recorded texts have one."""
    return RefusalError(message, None if message.startswith("failure:") else ARGUMENT)


def no_item() -> RefusalError:
    """No row has that id, name or number."""
    return RefusalError("no such item (4)", MISSING)


def no_command(what: str, version: tuple[int, ...]) -> RefusalError:
    """No such menu or verb."""
    text = f"no such command or directory ({what})" if version >= (7,) else "no such command prefix"
    return RefusalError(text, MISSING)


def no_right() -> RefusalError:
    """The user's group lacks the policy."""
    return RefusalError(NO_RIGHT)


def unknown_parameter(name: str, version: tuple[int, ...]) -> RefusalError:
    """An attribute that the verb does not take; 6.x does not say which."""
    text = f"unknown parameter {name}" if version >= (7,) else "unknown parameter"
    return RefusalError(text, ARGUMENT)


def missing_values(names: list[str]) -> RefusalError:
    """Attributes without which a row cannot be added."""
    return RefusalError(f"missing value(s) of argument(s) {' '.join(names)}", ARGUMENT)


def no_match(name: str) -> RefusalError:
    """Neither a word of the list nor the name of a row."""
    return RefusalError(f"input does not match any value of {name}", ARGUMENT)


def ambiguous(name: str) -> RefusalError:
    """The beginning of several words or names."""
    return RefusalError(
        f"ambiguous value of {name}, more than one possible value matches input", ARGUMENT
    )


def invalid(name: str) -> RefusalError:
    """Not written as such a value is written."""
    return RefusalError(f"invalid value for argument {name}", ARGUMENT)


def out_of_range(name: str, low: int, high: int) -> RefusalError:
    """A number beyond its limits."""
    return RefusalError(f"value of {name} out of range ({low}..{high})", ARGUMENT)
