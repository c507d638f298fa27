"""Every function that reads the store, found by looking, and called with arguments by their names.

A new query is called without being named here. Where it takes a parameter that is not known yet,
the tests fail and say how to teach it: add the name to `Asked.values`, or, where the name means
different things, the type to `Asked.by_type`.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, get_type_hints

import pandas as pd

from data_access.actions_store import ActionsOf
from data_access.queries.alerts import AlertQuestion
from data_access.queries.claims import ClaimQuestion
from data_access.queries.customers import ListQuestion
from data_access.queries.lookalikes import Standing
from data_access.queries.milestones import MilestoneQuestion
from data_access.queries.opportunities import OpportunityQuestion
from data_access.queries.reconciliation import RowsWanted
from data_access.store import Store
from data_access.types import Filters, Scope
from tests.builders import NOW
from tests.prime_world import OCT, TEAMS, TODAY

Function = Callable[..., Any]


def public_functions(package: Any) -> Iterator[tuple[str, Function]]:
    """Return name (module.function) and function of every public function that reads a store."""
    for found in pkgutil.iter_modules(package.__path__):
        if found.ispkg or found.name in ("cli", "backends", "table_groups"):
            continue
        module = importlib.import_module(f"{package.__name__}.{found.name}")
        for name, function in vars(module).items():
            is_own = inspect.isfunction(function) and function.__module__ == module.__name__
            if is_own and not name.startswith("_") and reader_of(function):
                yield f"{found.name}.{name}", function


def hints(function: Function) -> dict[str, Any]:
    """Return the annotations of a function's parameters."""
    module = inspect.getmodule(function)
    names = {**vars(module), "pd": pd, "Scope": Scope, "Filters": Filters}
    told = get_type_hints(function, globalns=names, localns={"Ranker": Any, "HorizonModel": Any})
    told.pop("return", None)
    return told


def reader_of(function: Function) -> str:
    """Return the parameter through which a function reaches the store, "" for none."""
    for name in inspect.signature(function).parameters:
        annotation = str(inspect.signature(function).parameters[name].annotation)
        if annotation in ("Connection", "Store"):
            return name
    return ""


def scope_of(function: Function) -> str:
    """Return the parameter that is the scope, "" for none."""
    parameters = inspect.signature(function).parameters.values()
    return next((each.name for each in parameters if str(each.annotation) == "Scope"), "")


@dataclass(frozen=True)
class Asked:
    """The ids that calls name: of a customer, its partner and what belongs to it."""

    tenant_id: str
    partner_id: str
    account_id: str
    claim_id: str
    action_id: str
    draft_id: str
    name: str
    domain: str
    keys: tuple[int, ...]
    filters: Filters
    workload: str = TEAMS

    def values(self) -> Mapping[str, Any]:
        """Return what to give by the name of a parameter."""
        pair = {"tenant_id": self.tenant_id, "workload": self.workload}
        begun = {**pair, "action_id": self.action_id, "month": OCT - 7, "milestone": 15}
        return {
            "action_id": self.action_id,
            "as_of": OCT,
            "batch_id": 2,
            "begun": pd.DataFrame([begun]),
            "claim_id": self.claim_id,
            "days": 90,
            "domain": self.domain,
            "draft_id": self.draft_id,
            "filters": self.filters,
            "first": OCT - 12,
            "ids": (self.tenant_id, self.partner_id, self.account_id, self.claim_id),
            "keys": self.keys,
            "known_month": OCT + 1,
            "last": OCT,
            "limit": 50,
            "minimum_units": 150,
            "model_id": 1,
            "month": OCT,
            "months": (OCT - 1, OCT),
            "now": NOW,
            "page": 0,
            "partner_id": self.partner_id,
            "rows": 50,
            "run_id": 1,
            "seats_percent": 10,
            "signed_before": date(2026, 6, 1),
            "tenant_id": self.tenant_id,
            "tenant_ids": (self.tenant_id,),
            "text": self.name,
            "touched": pd.DataFrame([{**pair, "month": OCT - 7}]),
            "users_percent": 50,
            "workload_code": self.workload,
        }

    def by_type(self) -> Mapping[str, Any]:
        """Return what to give by the type of a parameter, where its name tells too little."""
        return {
            "tuple[tuple[str, date | None], ...]": (("Approved", None), ("Under review", None)),
            "since: int | None": OCT - 6,
            "today: int": OCT + 1,
            "today: date": TODAY,
            "AlertQuestion": AlertQuestion(),
            "ActionsOf": ActionsOf(),
            "ClaimQuestion | None": ClaimQuestion(search=self.name),
            "ListQuestion": ListQuestion(),
            "ListQuestion | None": ListQuestion(tenant_ids=(self.tenant_id,)),
            "MilestoneQuestion": MilestoneQuestion(),
            "OpportunityQuestion": OpportunityQuestion(),
            "RowsWanted": RowsWanted(
                ("matched", "missing", "unexpected", "overdue", "not_due"), OCT + 1, OCT + 1, 50
            ),
            "Standing": Standing(self.tenant_id, self.workload, 41_000_000, 5_000_000, OCT),
        }


def arguments(function: Function, asked: Asked, *, with_defaults: bool) -> dict[str, Any]:
    """Return arguments for every parameter but the store and the scope.

    Parameters with a default are left to it unless `with_defaults`. Raises AssertionError for a
    parameter without a default that nobody has taught.
    """
    values, by_type, given = asked.values(), asked.by_type(), {}
    for name, parameter in inspect.signature(function).parameters.items():
        annotation = str(parameter.annotation)
        if annotation in ("Connection", "Store", "Scope"):
            continue
        known = next(
            (by_type[key] for key in (annotation, f"{name}: {annotation}") if key in by_type),
            values.get(name, parameter.empty),
        )
        if parameter.default is not parameter.empty and not (
            with_defaults and known is not parameter.empty
        ):
            continue
        assert known is not parameter.empty, (
            f"{function.__module__}.{function.__name__} takes {name}: {annotation}, which scope "
            "tests do not know. Add it to Asked.values (or Asked.by_type) of tests/scope_calls.py."
        )
        given[name] = known
    return given


def answer(function: Function, store: Store, scope: Scope, given: Mapping[str, Any]) -> Any:
    """Return what a function answers a scope."""
    told = dict(given)
    if scope_of(function):
        told[scope_of(function)] = scope
    reader = reader_of(function)
    annotation = str(inspect.signature(function).parameters[reader].annotation)
    if annotation == "Store":
        return function(**{reader: store}, **told)
    with store.read(scope) as connection:
        return function(**{reader: connection}, **told)


def as_text(value: Any) -> str:
    """Return everything that a result tells, as text, in its order."""
    if isinstance(value, pd.DataFrame):
        return value.to_csv(index=False)
    if isinstance(value, pd.Series):
        return value.to_csv()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return "\n".join(f"{name}={as_text(getattr(value, name))}" for name in names)
    if isinstance(value, Mapping):
        return "\n".join(f"{as_text(key)}: {as_text(each)}" for key, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return "\n".join(map(as_text, value))
    return str(value)


def leaks(text: str, secret: frozenset[str]) -> list[str]:
    """Return the secrets that a text tells: words anywhere, numbers where they stand alone.

    Numbers are found with and without separators of thousands, and before decimals.
    """
    grouped = re.findall(r"\d{1,3}(?:,\d{3})+", text)
    numbers = {*re.findall(r"\d+", text), *(each.replace(",", "") for each in grouped)}
    return sorted(each for each in secret if (each in (numbers if each.isdigit() else text)))
