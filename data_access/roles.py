"""What a role may do, asked by everything that writes before it writes."""

from __future__ import annotations

from data_access.errors import DeniedError
from data_access.types import Capability, Role, Scope

ROLE_LABELS: dict[Role, str] = {
    "account_manager": "Account manager",
    "sales": "Sales",
    "leadership": "Leadership",
    "admin": "Admin",
}

CAPABILITY_LABELS: dict[Capability, str] = {
    "money": "see amounts of money",
    "contacts": "see contacts named in claims",
    "work": "take and change actions",
    "claim": "prepare claims",
    "import": "bring files in",
    "rules": "change programme rules",
    "people": "change people and playbooks",
    "targets": "set targets",
    "access": "give access",
    "audit": "read the audit",
}


def require_self(scope: Scope) -> None:
    """Refuse to change rows of one's own, such as saved views, with another user's eyes.

    Raises DeniedError.
    """
    if scope.viewed_by:
        raise DeniedError(
            "You are viewing as somebody else, which is for reading only.",
            "Go back to your own view first.",
        )


def require(scope: Scope, capability: Capability) -> None:
    """Refuse what the scope's user may not do.

    Raises DeniedError; nobody who looks with another user's eyes may do anything.
    """
    require_self(scope)
    if not scope.may(capability):
        raise DeniedError(
            f"Your role ({ROLE_LABELS[scope.role]}) may not {CAPABILITY_LABELS[capability]}.",
            "Ask an admin of this installation for another role.",
        )
