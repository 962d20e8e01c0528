"""How a suspended service is cut: the same block for the company, a router and a plan.

A block holds only what was written in it; ``over`` lays it over the block it refines. Knows
nothing of who is suspended.
"""

from typing import Literal, Self

from ispconf.network.written import Text, Written


class Suspension(Written):
    """``list`` names the router's list of suspended addresses, ``notice`` the page they see."""

    method: Literal["address-list", "disable", "profile"] = "address-list"
    list: Text = "morosos"
    notice: Text | None = None
    allow: tuple[Text, ...] = ()

    def over(self, base: Self) -> Self:
        """This block where it was written, ``base`` everywhere else."""
        return base.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})
