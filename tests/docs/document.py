"""Reads the tables of docs/numpy-to-tessera.md."""

import dataclasses
import re

NOT_RUN = "<!-- not run -->"
NOT_COMPARED = "<!-- not compared -->"


@dataclasses.dataclass
class Row:
    number: int  # of its line
    numpy: str
    tessera: str
    runs: bool
    compares: bool


@dataclasses.dataclass
class Section:
    title: str
    rows: list


def code_of(cell):
    found = re.findall(r"`([^`]+)`", cell)
    return found[0].replace(r"\|", "|") if len(found) == 1 else None


def row_of(number, line):
    cells = re.split(r"(?<!\\)\|", line.strip())[1:-1]
    codes = [code_of(cell) for cell in cells]
    if len(cells) != 2 or None in codes:
        raise ValueError(f"line {number}: not two cells with code: {line}")
    return Row(number, *codes, runs=NOT_RUN not in line, compares=NOT_COMPARED not in line)


def sections_of(path):
    """The sections that have a table, with its rows."""
    sections = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("## "):
            sections.append(Section(line[3:], []))
        elif line.startswith("|") and "`" in line:
            sections[-1].rows.append(row_of(number, line))
    return [section for section in sections if section.rows]


def programs_of(path):
    """The complete C++ programs in a document."""
    blocks = re.findall(r"^```cpp\n(.*?)^```$", path.read_text(), re.DOTALL | re.MULTILINE)
    return [block for block in blocks if "int main(" in block]
