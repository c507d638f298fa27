"""The marts once more, in plain Python over the facts: slow, obvious, and sharing no code."""

from collections import defaultdict

import pandas as pd

MEASURES = [
    "pairs",
    "paid_available_units",
    "monthly_active_users",
    "pairs_from_15",
    "pairs_from_40",
    "kept_pairs",
    "kept_units",
    "kept_users",
    "prior_units",
    "prior_users",
]
SLICE = ["market", "segment", "size_band"]
MART_KEYS = {
    "scope_month": ["month", "workload_key", *SLICE],
    "partner_month": ["partner_key", "workload_key", "month"],
    "partner_slice_month": ["partner_key", "workload_key", "month", *SLICE],
    "account_slice_month": ["account_key", "workload_key", "month", *SLICE],
    "tenant_month": ["tenant_key", "month"],
    "pair_status": ["tenant_key", "workload_key"],
    "cohort_month": ["account_key", "workload_key", "month", "age"],
}


def stored_marts(connection):
    """Return every mart as {key: {column: value}}."""
    marts = {}
    for name, keys in MART_KEYS.items():
        frame = pd.read_sql(f"SELECT * FROM {name}", connection)
        frame = frame.astype(object).where(frame.notna(), None)
        rows = frame.to_dict("records")
        marts[name] = {
            tuple(row[key] for key in keys): {k: v for k, v in row.items() if k not in keys}
            for row in rows
        }
        assert len(marts[name]) == len(rows)
    return marts


def _facts(connection, table):
    frame = pd.read_sql(f"SELECT * FROM {table}", connection)
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


class Oracle:
    """All marts, recomputed from usage, tenants, partners and associations."""

    def __init__(self, connection):
        self.usage = _facts(connection, "usage")
        self.tenants = {row["tenant_key"]: row for row in _facts(connection, "tenant")}
        self.account = {
            row["partner_key"]: row["account_key"] for row in _facts(connection, "partner")
        }
        self.held = _facts(connection, "association")
        self.value = {
            (row["month"], row["tenant_key"], row["workload_key"]): (
                row["paid_available_units"],
                row["monthly_active_users"],
            )
            for row in self.usage
            if row["paid_available_units"] is not None and row["monthly_active_users"] is not None
        }
        self.months = sorted({row["month"] for row in self.usage})

    def marts(self):
        everybody = {month: {None: self.pairs_of(month)} for month in self.months}
        partner = {
            month: self.held_by(month, lambda row: row["partner_key"]) for month in self.months
        }
        account = {month: self.held_by(month, self.account_of) for month in self.months}
        sliced = self.totals(partner, sliced=True)
        scope = {
            (month, workload, *rest): values
            for (_all, workload, month, *rest), values in self.totals(
                everybody, sliced=True
            ).items()
        }
        return {
            "scope_month": self.with_associated(scope),
            "partner_month": self.totals(partner, sliced=False),
            "partner_slice_month": sliced,
            "account_slice_month": self.totals(account, sliced=True),
            "tenant_month": self.tenant_month(),
            "pair_status": self.pair_status(),
            "cohort_month": self.cohorts(),
        }

    def account_of(self, row):
        return self.account[row["partner_key"]]

    def pairs_of(self, month):
        return {(tenant, workload) for m, tenant, workload in self.value if m == month}

    def covering(self, month):
        return [row for row in self.held if row["start_month"] <= month <= row["end_month"]]

    def held_by(self, month, holder):
        found = defaultdict(set)
        for row in self.covering(month):
            pair = (row["tenant_key"], row["workload_key"])
            if holder(row) is not None and pair in self.pairs_of(month):
                found[holder(row)].add(pair)
        return found

    def band(self, tenant, month):
        seats = [v[0] for (m, t, _), v in self.value.items() if (m, t) == (month, tenant)]
        largest = max(seats, default=0)
        return sum(largest >= edge for edge in (1, 150, 301, 1000, 5000))

    def slice_of(self, tenant, month):
        about = self.tenants[tenant]
        return about["market"], about["segment"], self.band(tenant, month)

    def units_of(self, pairs, month):
        """Return {(tenant, workload): (units, users, from 15, from 40)}, with workload 0."""
        rows, tenants = {}, defaultdict(list)
        for tenant, workload in pairs:
            units, users = self.value[month, tenant, workload]
            row = (
                units,
                users,
                units > 0 and users / units >= 0.15,
                units > 0 and users / units >= 0.4,
            )
            rows[tenant, workload] = row
            tenants[tenant].append(row)
        for tenant, several in tenants.items():
            rows[tenant, 0] = tuple(max(column) for column in zip(*several, strict=True))
        return rows

    def totals(self, holders, *, sliced):
        sums = defaultdict(lambda: dict.fromkeys(MEASURES, 0))
        for month, by_holder in holders.items():
            for holder, pairs in by_holder.items():
                before = self.units_of(holders.get(month - 1, {}).get(holder, ()), month - 1)
                for (tenant, workload), row in self.units_of(pairs, month).items():
                    cut = self.slice_of(tenant, month) if sliced else ()
                    prior = before.get((tenant, workload))
                    values = [1, *row, prior is not None]
                    values += [row[0], row[1], prior[0], prior[1]] if prior else [0] * 4
                    total = sums[holder, workload, month, *cut]
                    for name, value in zip(MEASURES, values, strict=True):
                        total[name] += int(value)
        return dict(sums)

    def with_associated(self, scope):
        """Add the associated ones among the reporting pairs (workload 0: tenants)."""
        scope = {key: row | {"associated_pairs": 0} for key, row in scope.items()}
        for month in self.months:
            pairs = {(row["tenant_key"], row["workload_key"]) for row in self.covering(month)}
            pairs &= self.pairs_of(month)
            for tenant, workload in pairs | {(tenant, 0) for tenant, _ in pairs}:
                scope[month, workload, *self.slice_of(tenant, month)]["associated_pairs"] += 1
        return scope

    def tenant_month(self):
        found = {}
        for month in self.months:
            for tenant in {tenant for tenant, _ in self.pairs_of(month)}:
                rows = [v for (m, t, _), v in self.value.items() if (m, t) == (month, tenant)]
                units, users = [row[0] for row in rows], [row[1] for row in rows]
                found[tenant, month] = {
                    "size_band": self.band(tenant, month),
                    "seats": max(units),
                    "people": max(users),
                    "pairs": len(rows),
                    "paid_available_units": sum(units),
                    "monthly_active_users": sum(users),
                    "pairs_from_15": sum(u > 0 and m / u >= 0.15 for u, m in rows),
                    "pairs_from_40": sum(u > 0 and m / u >= 0.40 for u, m in rows),
                    "pairs_above_100": sum(0 < u < m for u, m in rows),
                    "pairs_without_seats": sum(u == 0 for u in units),
                    "pairs_small": sum(u < 150 for u in units),
                }
        return found

    def pair_status(self):
        found = defaultdict(list)
        for row in sorted(self.usage, key=lambda row: row["month"]):
            found[row["tenant_key"], row["workload_key"]].append(row)
        return {
            pair: {
                "first_month": rows[0]["month"],
                "latest_month": rows[-1]["month"],
                "months_reported": len(rows),
                "paid_available_units": rows[-1]["paid_available_units"],
                "monthly_active_users": rows[-1]["monthly_active_users"],
                "high_water_mark": max(
                    (
                        row["monthly_active_users"]
                        for row in rows
                        if row["monthly_active_users"] is not None
                    ),
                    default=None,
                ),
            }
            for pair, rows in found.items()
        }

    def cohorts(self):
        starts = {}
        for month in self.months:
            for row in self.covering(month):
                pair = (row["tenant_key"], row["workload_key"])
                if pair not in self.pairs_of(month):
                    continue
                for holder in {0, self.account_of(row) or 0}:
                    key = (holder, month, *pair)
                    starts[key] = min(starts.get(key, row["start_month"]), row["start_month"])
        found = defaultdict(lambda: [0, 0, 0])
        for (holder, month, tenant, workload), start in starts.items():
            units, users = self.value[month, tenant, workload]
            total = found[holder, workload, month, month - start]
            for place, value in enumerate((1, units, users)):
                total[place] += value
        names = ("pairs", "paid_available_units", "monthly_active_users")
        return {key: dict(zip(names, total, strict=True)) for key, total in found.items()}
