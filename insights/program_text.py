"""The programme rules as a document: what each year says, where from, and which values are ours."""

from __future__ import annotations

from insights.program import Program, ProgramRules, compare, rule_lines

INTRODUCTION = """\
# Programme rules

What the rules of each programme year say, with the source of every value. Written from
`data_access/program_rules/*.toml` by `python -m data_access.rules`; change those files, not this
page. **example** marks values for which no public figure exists: they are ours, amounts that rest
on them are printed as "example rate", and every installation should put its own in their place.

How the rules are applied: a threshold that was reached is judged by the year in force in the month
it was reached, one that is still open by the year in force at the as-of month; the limit of usage
at claim by the year in force in the first full month of the association.
"""


def program_markdown(program: Program) -> str:
    """Return the programme as Markdown: one section per year, and what changed from the last."""
    parts = [INTRODUCTION]
    for at, rules in enumerate(program.years):
        before = program.years[at - 1] if at else None
        parts.append(_year(rules, before))
    return "\n".join(parts)


def _year(rules: ProgramRules, before: ProgramRules | None) -> str:
    end = f"{rules.ends:%d %B %Y}" if rules.ends else "until a newer year follows"
    lines = [f"## {rules.title}: {rules.starts:%d %B %Y} – {end}", ""]
    if before is not None:
        subjects = [change.subject for change in compare(before, rules)]
        changed = "; ".join(subjects) if subjects else "nothing"
        lines += [f"Changed from {before.title}: {changed}.", ""]
    lines += ["| rule | value | standing | reference |", "|---|---|---|---|"]
    for line in rule_lines(rules):
        standing = "**example**" if line.is_example else "public"
        lines.append(f"| {line.subject} | {line.value} | {standing} | {line.reference} |")
    return "\n".join([*lines, ""])
