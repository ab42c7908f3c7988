"""What follows when allauth has signed somebody in, or an address was proved: they join where their domain is known."""

from typing import Any

from accounts.joining import join_by_domain
from accounts.models import User


def signed_in(sender: Any, user: User, **rest: Any) -> None:
    join_by_domain(user)


def confirmed(sender: Any, email_address: Any, **rest: Any) -> None:
    join_by_domain(email_address.user)
