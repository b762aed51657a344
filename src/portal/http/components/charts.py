"""Charts as inline SVG: no script, no style of their own; to a screen reader one picture with a sentence, and a table
with the same numbers stands beside it."""

from collections.abc import Mapping

from markupsafe import Markup, escape

WIDTH, ROW, THICK = 360, 44, 16  # units: as wide as a phone, so that text is never small; a bar's line, and the bar
HEIGHT, FOOT = 120, 24  # of a chart of columns, and the room for what stands below them


def bars(title: str, numbers: Mapping[str, int]) -> Markup:
    """A bar for each name, lying below its name and number."""
    most = max(numbers.values(), default=0) or 1
    lines = [
        f'<text x="0" y="{at * ROW + 16}">{escape(name)}: {number}</text>'
        f'<rect class="portal-chart__bar" x="0" y="{at * ROW + 22}" width="{round(WIDTH * number / most)}" '
        f'height="{THICK}"/>'
        for at, (name, number) in enumerate(numbers.items())
    ]
    said = ", ".join(f"{name} {number}" for name, number in numbers.items())
    return _picture(f"{title}: {said}", "".join(lines), len(numbers) * ROW)


def columns(title: str, numbers: Mapping[str, int]) -> Markup:
    """A column for each name, standing; the first and the last name are written."""
    most, wide = max(numbers.values(), default=0), WIDTH / max(1, len(numbers))
    lines = [
        f'<rect class="portal-chart__bar" x="{at * wide + 1:.1f}" y="{HEIGHT - high}" width="{wide - 2:.1f}" '
        f'height="{high}"/>'
        for at, number in enumerate(numbers.values())
        if (high := round((HEIGHT - FOOT) * number / (most or 1)))
    ]
    lines.append(f'<line class="portal-chart__line" x1="0" x2="{WIDTH}" y1="{HEIGHT}" y2="{HEIGHT}"/>')
    if names := list(numbers):
        lines.append(f'<text x="0" y="{HEIGHT + FOOT - 4}">{escape(names[0])}</text>')
        lines.append(f'<text x="{WIDTH}" y="{HEIGHT + FOOT - 4}" text-anchor="end">{escape(names[-1])}</text>')
    total = sum(numbers.values())
    said = f"{title}: {total} in all, {most} on the busiest day. The table below has every day."
    return _picture(said, "".join(lines), HEIGHT + FOOT)


def _picture(said: str, inside: str, high: int) -> Markup:
    return Markup(
        f'<svg class="portal-chart" role="img" viewBox="0 0 {WIDTH} {high}" aria-label="{escape(said)}">{inside}</svg>'
    )


def square_code(svg: str) -> Markup:
    """The square code of an authenticator app, as segno has drawn it: lines and numbers, nothing that anybody typed."""
    return Markup(svg)
