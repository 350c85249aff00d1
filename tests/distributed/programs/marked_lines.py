"""Marked lines of a program with mistakes, and what a message says of them."""

import os
import re


class Source:
    """A program in this folder. Its lines bear marks such as `// odd: order`: the odd rank is told of there."""

    def __init__(self, name):
        self.name = name
        self.path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
        with open(self.path, encoding="utf-8") as source:
            self.text = source.read()

    def marks(self):
        """{case: {role: line}}"""
        found = {}
        for number, line in enumerate(self.text.splitlines(), 1):
            for role, case in re.findall(r"// (odd|rest|both|each): (\w+)", line):
                found.setdefault(case, {})[role] = number
        return found

    def cases(self):
        return re.findall(r'\{"(\w+)", \w+\}', self.text)

    def told(self, message):
        """{line: ranks} of a message."""
        lines = {}
        for ranks, text in re.findall(r"ranks? (\d[\d, -]*): ([^;]*)", message):
            for line in re.findall(re.escape(self.name) + r":(\d+)", text):
                lines.setdefault(int(line), set()).update(ranks_of(ranks))
        return lines


def ranks_of(text):
    """{0, 1, 2, 5} of "0-2, 5"."""
    ranks = set()
    for part in text.split(", "):
        first, _, last = part.partition("-")
        ranks.update(range(int(first), int(last or first) + 1))
    return ranks
