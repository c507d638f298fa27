"""A small line of a number's history, as an SVG image: light, static, with a text alternative."""

from __future__ import annotations

from collections.abc import Sequence

from insights.charts.theme import ACCENT

WIDTH, HEIGHT, EDGE = 240, 40, 4


def sparkline(values: Sequence[float | None]) -> str | None:
    """Return an SVG of the values from oldest to newest, None below two values.

    The scale runs from the lowest to the highest value; months without a value are gaps; the
    newest value has a dot.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    points = _points(values, low=min(known), high=max(known))
    runs = "".join(_run(run) for run in _unbroken(points))
    last = next(point for point in reversed(points) if point is not None)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">{runs}'
        f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="3" fill="{ACCENT}"/></svg>'
    )


Point = tuple[float, float]


def _points(values: Sequence[float | None], *, low: float, high: float) -> list[Point | None]:
    span = high - low
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    room = HEIGHT - 2 * EDGE

    def height(value: float) -> float:
        return HEIGHT / 2 if span == 0 else HEIGHT - EDGE - (value - low) / span * room

    return [
        None if value is None else (EDGE + position * step, height(value))
        for position, value in enumerate(values)
    ]


def _unbroken(points: Sequence[Point | None]) -> list[list[Point]]:
    """Return the stretches of points without a gap."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _run(points: Sequence[Point]) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return (
        f'<polyline points="{path}" fill="none" stroke="{ACCENT}" stroke-width="2" '
        'stroke-linejoin="round" stroke-linecap="round"/>'
    )
