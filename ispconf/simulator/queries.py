"""The query words of print: a small stack machine over printed values.

``?name`` has it, ``?-name`` has it not, ``?name=x`` (also ``?=name=x``) equal, ``?<name=x`` and
``?>name=x`` compare, ``?#`` works on the stack with ``!`` not, ``&`` and, ``|`` or, ``.`` copy of
the top, and numbers. What is left on the stack is joined with and. Equality is by printed text.
"""

import re
from collections.abc import Callable, Sequence

from ispconf.simulator.refusals import ARGUMENT, RefusalError

Get = Callable[[str], str | None]
Test = Callable[[Get], bool]
_OPERATION = re.compile(r"\d+|[!&|.]")


def _order(left: str, right: str) -> int:
    if left.isdigit() and right.isdigit():
        return (int(left) > int(right)) - (int(left) < int(right))
    return (left > right) - (left < right)


def _compare(name: str, wanted: str, sign: int) -> Test:
    def test(get: Get) -> bool:
        value = get(name)
        return value is not None and _order(value, wanted) == sign

    return test


def _equal(name: str, wanted: str) -> Test:
    return lambda get: get(name) == wanted


def _present(name: str, *, there: bool) -> Test:
    return lambda get: (get(name) is not None) is there


def _test(word: str) -> Test:
    if word.startswith(("<", ">")):
        name, _, wanted = word[1:].partition("=")
        return _compare(name, wanted, -1 if word[0] == "<" else 1)
    if word.startswith("-"):
        return _present(word[1:], there=False)
    name, equals, wanted = word.removeprefix("=").partition("=")
    return _equal(name, wanted) if equals else _present(name, there=True)


def _not(a: Test) -> Test:
    return lambda get: not a(get)


def _and(a: Test, b: Test) -> Test:
    return lambda get: a(get) and b(get)


def _or(a: Test, b: Test) -> Test:
    return lambda get: a(get) or b(get)


def _operate(stack: list[Test], operations: str) -> None:
    """One ``?#`` word: a number pushes a copy of that value from the bottom."""
    found = _OPERATION.findall(operations)
    for at, sign in enumerate(found):
        if sign == "!":
            stack.append(_not(stack.pop()))
        elif sign in "&|":
            right, left = stack.pop(), stack.pop()
            stack.append((_and if sign == "&" else _or)(left, right))
        elif sign == ".":
            if at and found[at - 1].isdigit():
                continue  # the dot that ends an index
            stack.append(stack[-1])
        else:
            stack.append(stack[int(sign)])


def compile_query(words: Sequence[str]) -> Test | None:
    """One test for the query words of a sentence (without ``?``); None when there are none.

    Raises:
        RefusalError: an operation found too little on the stack.
    """
    stack: list[Test] = []
    for word in words:
        if not word.startswith("#"):
            stack.append(_test(word))
            continue
        try:
            _operate(stack, word[1:])
        except IndexError:
            raise RefusalError("invalid query", ARGUMENT) from None
    if not stack:
        return None
    return lambda get: all(test(get) for test in stack)


def exact(words: Sequence[str], name: str) -> str | None:
    """The value that one plain equality on ``name`` asks for, to answer it from an index."""
    if len(words) == 1 and words[0].removeprefix("=").startswith(f"{name}="):
        return words[0].removeprefix("=").partition("=")[2]
    return None
