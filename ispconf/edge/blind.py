"""The vault of a job that may have no key: what cannot be revealed there is unknown, not an error.

For plans of people whose changes must not meet a secret. Where the key is, it reveals as ever.
"""

from ispconf.edge.secrets import Vault
from ispconf.errors import RequestError
from ispconf.planning.snapshot import MARK, NAMELESS, UNKNOWN
from ispconf.secret import Secret


class Blind(Vault):
    """A vault that says ``UNKNOWN`` where a key, an identity or a variable is missing."""

    def reveal(self, secret: Secret, owner: str, field: str) -> str:
        """What a secret is, or ``UNKNOWN``."""
        try:
            return super().reveal(secret, owner, field)
        except RequestError:
            return UNKNOWN

    def fingerprint(self, text: str) -> str:
        """The fingerprint of a secret or of what stands for one; unknown where the key is not."""
        if text.startswith(MARK):
            return text.removeprefix(MARK)
        try:
            return super().fingerprint(text)
        except RequestError:
            return NAMELESS
