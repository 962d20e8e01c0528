"""What is wrong with one file, in plain words: a tree of text in, a model or its faults out.

Knows how pydantic names what it refuses, and says it our way, with the nearest valid name. Knows
nothing of files: a fault carries the path of its key, and the reader of files knows the line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ispconf.ledger.written import FORMS
from ispconf.network.written import Named
from ispconf.secret import Secret

Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=Named)

_GIVEN: Final = frozenset({"id", "file"})
_DIGITS: Final = re.compile(r"[0-9]+(?:\.[0-9]*)?")
_DERIVED: Final = frozenset({"state", "status", "estado", "active", "disabled"})
_STATE: Final = (
    "is derived from dated facts and the ledger, never typed; "
    "write suspended:, paused:, cancelled: or free: with its dates"
)
_SHOWN = 60


class Fault(NamedTuple):
    """One thing wrong in a file: the path of its key; ``on_key``: the key itself is wrong."""

    path: Path
    message: str
    on_key: bool = False


class FaultsError(ValueError):
    """All that is wrong with a file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.path}: {fault.message}" for fault in self.faults))


def meant(wrong: str, valid: Iterable[str]) -> str:
    """`` (did you mean "plan"?)`` when a valid name is near, else nothing."""
    near = get_close_matches(wrong, sorted(set(valid)), n=1, cutoff=0.6)
    return f' (did you mean "{near[0]}"?)' if near else ""


def read(model: type[Model], tree: Any, name: str, file: str, *, empty: bool = False) -> Model:
    """The model of one file.

    Args:
        model: what the file holds.
        tree: the file as text; None stands for a key without a value, which is absent.
        name: the id, from the file's name.
        file: the file's path.
        empty: whether the tree holds any None.

    Raises:
        FaultsError: everything that is wrong in it.
    """
    whole = {} if tree is None else tree
    if not isinstance(whole, dict):
        raise FaultsError([Fault((), "should be a mapping: lines of key: value")])
    found = [_unknown(model, (key,)) for key in whole if key in _GIVEN]
    present = _present(whole) if empty else whole
    try:
        made = model.model_validate({**present, "id": name, "file": file})
    except ValidationError as error:
        found += faults(model, error)
    if empty:
        found += _unknown_and_empty(model, whole)
    if found:
        raise FaultsError(found)
    return made


def faults(model: type[BaseModel], error: ValidationError) -> Iterator[Fault]:
    """What pydantic found, one fault each."""
    for details in error.errors(include_url=False):
        if details["type"] == "default_factory_not_called":
            continue  # follows from another fault
        path = tuple(part for part in details["loc"] if part != "[key]")
        if details["type"] == "extra_forbidden":
            yield _unknown(model, path)
        else:
            on_key = "[key]" in details["loc"]
            yield Fault(path, _said(details), on_key=on_key)


def _unknown(model: type[BaseModel], path: Path) -> Fault:
    key = str(path[-1])
    if key in _DERIVED and key not in (valid := _keys(model, path[:-1])):
        said = _STATE
        if not valid & {"services", "suspended"}:
            said = "is not a key here"
    else:
        said = f"is not a key here{meant(key, _keys(model, path[:-1]))}"
        if _DIGITS.fullmatch(key):
            said += ": is it behind a comma in an amount? Write a point and no comma, like 1350.00"
    return Fault(path, said, on_key=True)


def _present(tree: Any) -> Any:
    """The tree without the keys that have no value."""
    if isinstance(tree, dict):
        return {key: _present(value) for key, value in tree.items() if value is not None}
    return [_present(item) for item in tree] if isinstance(tree, list) else tree


def _unknown_and_empty(model: type[BaseModel], tree: dict[str, Any]) -> Iterator[Fault]:
    """Unknown keys that have no value, which ``_present`` has taken away."""
    try:
        model.model_validate(tree)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            if details["type"] == "extra_forbidden" and details["input"] is None:
                yield _unknown(model, details["loc"])


def _keys(model: type[BaseModel], path: Path) -> set[str]:
    """The keys that may stand at a path of the model; none where it is no mapping of known keys."""
    kind: Any = model
    for part in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = next(
                (
                    field.annotation
                    for name, field in kind.model_fields.items()
                    if part in (name, field.alias)
                ),
                None,
            )
        else:
            kind = next((each for each in get_args(kind)[::-1] if each is not ...), None)
        kind = _bare(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        names = {field.alias or name for name, field in kind.model_fields.items()}
        return names - _GIVEN if issubclass(kind, Named) else names
    return set()


def _bare(kind: Any) -> Any:
    """The type without ``Annotated`` and ``| None``."""
    while True:
        if hasattr(kind, "__metadata__"):
            kind = kind.__origin__
        elif type(None) in (parts := get_args(kind)):
            kind = next(part for part in parts if part is not type(None))
        else:
            return kind


_SAYINGS: Final = {
    "missing": "is missing",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "greater_than_equal": "should be at least {ge}",
    "less_than_equal": "should be at most {le}",
    "too_short": "has {actual_length} items, should have {min_length}",
    "too_long": "has more than {max_length} items",
}
_SHAPES: Final = {
    "string_type": "text",
    "model_type": "a mapping (key: value)",
    "dict_type": "a mapping (key: value)",
    "list_type": "a list ([a, b] or lines with -)",
    "tuple_type": "a list ([a, b] or lines with -)",
}


def _said(details: ErrorDetails) -> str:
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    if kind == "value_error":
        said = str(context["error"])
        about_text = said.startswith(f'"{value}"') and not isinstance(value, str)
        kind = "string_type" if about_text else kind
    if kind == "value_error":
        return said
    if kind in {"literal_error", "string_pattern_mismatch"}:
        return f"{_shown(value)} is not {_wanted(str(value), context)}"
    if kind in _SAYINGS:
        return _SAYINGS[kind].format(**context)
    if kind in _SHAPES:
        if isinstance(value, Secret):
            return "cannot be !encrypted"
        return f"should be {_SHAPES[kind]}, not {_shown(value)}"
    return details["msg"][:1].lower() + details["msg"][1:]


def _wanted(value: str, context: Mapping[str, str]) -> str:
    """What should stand there instead: one of some words, or a text of a form."""
    if form := context.get("pattern"):
        return FORMS.get(form, f"of the form {form}")
    valid = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
    return f"one of {', '.join(valid)}{meant(value, valid)}"


def _shown(value: Any) -> str:
    """What stands there, short."""
    if isinstance(value, dict | BaseModel):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    return f'"{text}"' if len(text) <= _SHOWN else f'"{text[:_SHOWN]}..."'
