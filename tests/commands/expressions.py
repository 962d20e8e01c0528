"""What our workflows use of the forges' expressions: paths, texts, ==, !=, !, &&, a few calls."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

_TOKEN = re.compile(r"\s*('[^']*'|==|!=|&&|\|\||!|\(|\)|[A-Za-z_][\w.*-]*)")
_EMBEDDED = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


_FUNCTIONS: dict[str, Callable[[Any], Any]] = {"fromJSON": json.loads, "join": ",".join}


def _inside(value: Any, name: str) -> Any:
    if name == "*":
        return list(value or ())
    if isinstance(value, list):
        return [_inside(each, name) for each in value]
    return value.get(name, "") if isinstance(value, Mapping) else ""


class _Parser:
    """Reads an expression once, from left to right."""

    def __init__(self, text: str, facts: Mapping[str, Any]) -> None:
        self.tokens = _TOKEN.findall(text)
        assert "".join(self.tokens).replace(" ", "") == re.sub(r"\s", "", text), text
        self.facts = facts

    def either(self) -> Any:
        value = self.both()
        while self._next("||"):
            other = self.both()
            value = value or other
        return value

    def both(self) -> Any:
        value = self.compared()
        while self._next("&&"):
            other = self.compared()
            value = value and other
        return value

    def compared(self) -> Any:
        value = self.single()
        if self._next("=="):
            return value == self.single()
        if self._next("!="):
            return value != self.single()
        return value

    def single(self) -> Any:
        if self._next("!"):
            return not self.single()
        if self._next("("):
            value = self.either()
            assert self._next(")")
            return value
        token = self.tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1]
        if self._next("("):
            if token in _FUNCTIONS:
                value = _FUNCTIONS[token](self.either())
                assert self._next(")")
                return value
            assert self._next(")")
            return self.facts[f"{token}()"]
        found: Any = self.facts
        for name in token.split("."):
            found = _inside(found, name)
        return found

    def _next(self, token: str) -> bool:
        if self.tokens[:1] == [token]:
            self.tokens.pop(0)
            return True
        return False


def evaluated(text: str, facts: Mapping[str, Any]) -> Any:
    """The value of an expression, with or without ``${{ }}`` around it."""
    whole = _EMBEDDED.fullmatch(text.strip())
    parser = _Parser(whole[1] if whole else text, facts)
    value = parser.either()
    assert not parser.tokens, text
    return value


def filled(text: str, facts: Mapping[str, Any]) -> str:
    """A text with its expressions replaced by what they say."""
    return _EMBEDDED.sub(lambda found: str(evaluated(found[1], facts)), text)
