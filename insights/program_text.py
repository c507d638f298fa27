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

## Changing them

The rates, bucket limits and most limits of usage at claim of a real contract are in Microsoft's
log-in guide only. To put them in place of ours, without touching the program:

1. On the page *Programme rules* choose a day, or run `partner-insights rules --on 2026-11-01`, to
   see what is in force; the page gives the year as a TOML file.
2. Change values, their `reference`, and take `example = true` away where the value is a real one.
3. Upload the file there, or run `partner-insights rules check FILE`: every mistake is listed with
   file and key, and you see which values, states and amounts it changes. Nothing is changed yet.
4. Press Activate, or run `partner-insights rules activate FILE`. All milestones are judged anew in
   the same transaction; an import that is under way is waited for. No alert is raised, because no
   customer moved.

Nothing is overwritten: each activation is a row with its file, who and when, and *Back to the
shipped rules* (`partner-insights rules reset FY27`) is another one. The programme as it was known
on a past day can so be had again. A new programme year is uploaded together with the year before
it, which then needs its last day `ends`: no day may have two rules, or none.
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
