"""A value that is never shown: how it is written in the files, not what it is.

A password stands in a file encrypted, derived, taken from the environment or, discouraged, in plain
text. Knows the four spellings; who can reveal them is ``edge.secrets``.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

HIDDEN = "(secret)"
_SEALED = re.compile(r"A[Q-Za-f][A-Za-z0-9+/]{38,}={0,2}")  # version 1, nonce, tag and text
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret as written: its kind, and the cipher text, variable name or plain text."""

    kind: Literal["encrypted", "derived", "environment", "plain"]
    text: str = field(default="", repr=False)

    def __str__(self) -> str:
        return HIDDEN

    @property
    def readable(self) -> bool:
        """Whether anybody can read it: plain text, also where it only says that it is encrypted."""
        return self.kind == "plain" or (
            self.kind == "encrypted" and not _SEALED.fullmatch(self.text)
        )

    @property
    def variable(self) -> str:
        """The name in the environment where it is; "" when it is elsewhere."""
        return self.text if self.kind == "environment" else ""

    @classmethod
    def written(cls, value: object) -> "Secret":
        """The secret that a YAML scalar stands for.

        Raises:
            ValueError: the value is not text.
        """
        if isinstance(value, Secret):
            return value
        if not isinstance(value, str):
            raise ValueError("should be text, ${NAME}, derived or !encrypted")  # noqa: TRY004
        if value == "derived":
            return cls("derived")
        if variable := _VARIABLE.fullmatch(value):
            return cls("environment", variable[1])
        return cls("plain", value)

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        """Models take text, or what the YAML reader made of ``!encrypted``; they dump (secret)."""
        return core_schema.no_info_plain_validator_function(
            cls.written, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )
