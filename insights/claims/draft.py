"""A claim in preparation: its answers as a frozen value, and the same as JSON and back.

Texts are kept as they were typed, so that nothing changes under the fingers; whoever compares
them trims them first (see `trimmed`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from insights.claims.form import FIELDS_BY_NAME

LONGEST_TEXT = 200
LONGEST_COMMENT = 4_000


@dataclass(frozen=True, slots=True)
class AttachedProof:
    """The proof of a claim: the SHA-256 of its content, its name as uploaded, type and bytes."""

    content_hash: str
    file_name: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """The answers so far; the names are those of `form.FORM_FIELDS`. Empty: not answered."""

    solution_area: str = ""
    partner_role: str = ""
    is_recognition_only: bool = False
    tenant_id: str = ""
    domain: str = ""
    partner_id: str = ""
    claim_name: str = ""
    contact_name: str = ""
    contact_title: str = ""
    contact_email: str = ""
    own_name: str = ""
    own_email: str = ""
    workloads: tuple[str, ...] = ()
    in_proof: tuple[str, ...] = ()
    proof: AttachedProof | None = None
    signed_on: date | None = None
    public_sector: str = ""
    is_disclosed: bool = False
    comments: str = ""
    acknowledged: tuple[str, ...] = ()

    def with_answers(self, answers: Mapping[str, Any]) -> ClaimDraft:
        """Return the draft with these fields changed."""
        return replace(self, **answers)

    def trimmed(self) -> ClaimDraft:
        """Return the draft with its one-line texts as they are compared and written."""
        texts = [name for name, value in as_values(self).items() if isinstance(value, str)]
        tidy: dict[str, Any] = {name: " ".join(str(getattr(self, name)).split()) for name in texts}
        tidy["comments"] = self.comments.strip()
        tidy["domain"] = tidy["domain"].casefold().removesuffix(".").removeprefix("@")
        return replace(self, **tidy)


def as_values(draft: ClaimDraft) -> dict[str, Any]:
    """Return every answer by the name of its field."""
    return {field.name: getattr(draft, field.name) for field in fields(draft)}


def changed_fields(before: ClaimDraft, after: ClaimDraft) -> list[str]:
    """Return the names of the fields that differ."""
    return [name for name, value in as_values(before).items() if getattr(after, name) != value]


def to_json(draft: ClaimDraft) -> str:
    """Return the draft as JSON text with sorted keys."""
    values = as_values(draft)
    if draft.proof is not None:
        values["proof"] = {
            field.name: getattr(draft.proof, field.name) for field in fields(draft.proof)
        }
    if draft.signed_on is not None:
        values["signed_on"] = draft.signed_on.isoformat()
    return json.dumps(values, ensure_ascii=False, sort_keys=True, indent=2)


def from_json(text: str) -> ClaimDraft:
    """Return the draft that a JSON text holds; fields that are missing are not answered.

    Raises ValueError for anything that `to_json` does not write, e.g. of a newer version.
    """
    try:
        told = json.loads(text)
    except RecursionError as error:
        raise ValueError("The text is nested too deep for a draft.") from error
    if not isinstance(told, dict):
        raise ValueError("A draft is a JSON object.")
    unknown = sorted(set(told) - set(_READERS))
    if unknown:
        raise ValueError(f"A draft has no field {unknown[0]!r}.")
    return ClaimDraft(**{name: _READERS[name](name, value) for name, value in told.items()})


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} is not a text.")
    return value


def _tick(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false.")
    return value


def _codes(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{name} is not a list.")
    return tuple(_text(name, each) for each in value)


def _day(name: str, value: object) -> date | None:
    return None if value is None else date.fromisoformat(_text(name, value))


def _proof(name: str, value: object) -> AttachedProof | None:
    if value is None:
        return None
    names = {field.name for field in fields(AttachedProof)}
    if not isinstance(value, dict) or set(value) != names:
        raise ValueError(f"{name} does not describe a file.")
    size = value["size_bytes"]
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise ValueError(f"{name} has no size.")
    texts = {each: _text(name, value[each]) for each in names - {"size_bytes"}}
    return AttachedProof(size_bytes=size, **texts)


_SPECIAL: dict[str, Callable[[str, object], Any]] = {
    "is_recognition_only": _tick,
    "is_disclosed": _tick,
    "workloads": _codes,
    "in_proof": _codes,
    "acknowledged": _codes,
    "signed_on": _day,
    "proof": _proof,
}
_READERS: dict[str, Callable[[str, object], Any]] = {
    name: _SPECIAL.get(name, _text) for name in FIELDS_BY_NAME
}
