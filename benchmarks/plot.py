"""The plot of results.svg: how much longer other solvers take, as points on a logarithmic axis."""

from __future__ import annotations

from math import log10

from results import OURS, Report, by_problem

_COLOURS = {"clasp": "#b3452c", "CP-SAT": "#2f6db3", "HiGHS": "#3a8f4d", "min-cost flow": "#8a5fb0"}
_WIDTH, _LEFT, _RIGHT, _STEP, _TOP = 760, 170, 30, 26, 46


def plot(report: Report) -> str:
    """The peers' processor times over ours, on a logarithmic axis; hollow: no proof within the limit."""
    points = [
        (row, answer.peer, answer.taken["cpu"] / max(own.taken["cpu"], 1e-6), answer.result["proven"])
        for row, answers in enumerate(by_problem(report).values())
        for own in answers
        if own.peer == OURS and own.taken
        for answer in answers
        if answer.peer in _COLOURS and answer.taken and answer.result.get("remark") != "does not apply"
    ]
    labels = [f"{coupling}, {size:,}" for size, coupling in by_problem(report)]
    exponents = [log10(max(ratio, 1e-6)) for _, _, ratio, _ in points] or [0.0]
    low, high = int(min(0, *exponents) // 1), int(-(-max(1, *exponents) // 1))
    span = _WIDTH - _LEFT - _RIGHT
    height = _TOP + _STEP * len(labels) + 34

    def across(exponent: float) -> float:
        return round(_LEFT + span * (exponent - low) / (high - low), 1)

    def down(row: int) -> int:
        return _TOP + _STEP * row + _STEP // 2

    shapes = [
        f'<line x1="{across(e)}" y1="{_TOP}" x2="{across(e)}" y2="{height - 30}" '
        f'stroke="{"#ccc" if e else "#222"}"/>'
        f'<text x="{across(e)}" y="{height - 14}" text-anchor="middle">{_power(e)}</text>'
        for e in range(low, high + 1)
    ]
    shapes += [
        f'<text x="{_LEFT - 10}" y="{down(k) + 4}" text-anchor="end">{name}</text>'
        for k, name in enumerate(labels)
    ]
    shapes += [
        f'<circle cx="{across(log10(max(ratio, 1e-6)))}" cy="{down(row)}" r="5" stroke="{_COLOURS[peer]}" '
        f'stroke-width="2" fill="{_COLOURS[peer] if proven else "#fff"}"/>'
        for row, peer, ratio, proven in points
    ]
    shapes += [
        f'<circle cx="{_LEFT + 8 + 130 * k}" cy="22" r="5" fill="{colour}"/>'
        f'<text x="{_LEFT + 18 + 130 * k}" y="26">{peer}</text>'
        for k, (peer, colour) in enumerate(_COLOURS.items())
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" '
        'font-size="12">\n<title>Processor time over that of subvent; hollow: not proven in time</title>\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>\n' + "\n".join(shapes) + "\n</svg>\n"
    )


def _power(exponent: int) -> str:
    return f"{10**exponent} ×" if exponent >= 0 else f"1/{10**-exponent} ×"
