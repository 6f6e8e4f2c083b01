"""Figures: several measurements of the same thing, and the ratio of two that were taken side by side."""

from dataclasses import dataclass, field
from statistics import median


def number(value):
    """Three digits are all that such measurements are worth."""
    if value == 0:
        return "0"
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    if abs(value) < 1:
        return f"{value:.3g}"
    return f"{value:,.{digits}f}"


def spread(values):
    return f"{number(median(values))} ({number(min(values))}..{number(max(values))})"


@dataclass
class Figure:
    """What one scenario measured, one value a repetition; `limit` holds the yardstick's, of the same repetitions."""

    name: str
    unit: str
    acron: list = field(default_factory=list)
    limit: list = field(default_factory=list)
    yardstick: str = ""

    def add(self, acron, limit=None):
        self.acron.append(acron)
        if limit is not None:
            self.limit.append(limit)

    def ratios(self):
        return [ours / theirs for ours, theirs in zip(self.acron, self.limit) if theirs]

    def judged(self):
        """What a target speaks of: the ratio where there is a yardstick, else the figure itself."""
        return median(self.ratios() if self.limit else self.acron)

    def row(self):
        ratio = spread(self.ratios()) if self.ratios() else ""
        limit = f"{spread(self.limit)} {self.yardstick}" if self.limit else ""
        return [self.name, self.unit, spread(self.acron), limit, ratio]


HEADINGS = ["figure", "unit", "acron", "yardstick", "ratio"]


class Figures:
    """All figures of a scenario, in the order in which they were first measured."""

    def __init__(self):
        self.by_name = {}

    def add(self, name, unit, acron, limit=None, yardstick=""):
        figure = self.by_name.setdefault(name, Figure(name, unit, yardstick=yardstick))
        figure.add(acron, limit)

    def compare(self, name, unit, acron, peers):
        """The figure by itself, and beside that of each peer."""
        self.add(name, unit, acron)
        for peer, value in peers.items():
            self.add(f"{name} beside {peer}", unit, acron, value, peer)

    def __iter__(self):
        return iter(self.by_name.values())


def markdown(rows):
    table = [HEADINGS, ["---"] * len(HEADINGS), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in table)


def columns(rows):
    table = [HEADINGS, *rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(HEADINGS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in table)
