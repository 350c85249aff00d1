"""Reads the documents: tables with code in two columns, and blocks of C++."""

import dataclasses
import re

NOT_RUN = "<!-- not run -->"
NOT_COMPARED = "<!-- not compared -->"
ON_RANK_0 = "<!-- on rank 0 -->"


@dataclasses.dataclass
class Row:
    number: int  # of its line
    numpy: str  # the left cell
    tessera: str  # the right cell
    runs: bool
    compares: bool
    on_rank_0: bool  # alone


@dataclasses.dataclass
class Section:
    title: str
    rows: list
    heads: list = dataclasses.field(default_factory=list)  # of the columns


def code_of(cell):
    found = re.findall(r"`([^`]+)`", cell)
    return found[0].replace(r"\|", "|") if len(found) == 1 else None


def cells_of(line):
    return re.split(r"(?<!\\)\|", line.strip())[1:-1]


def row_of(number, line):
    cells = cells_of(line)
    codes = [code_of(cell) for cell in cells]
    if len(cells) != 2 or None in codes:
        raise ValueError(f"line {number}: not two cells with code: {line}")
    return Row(number, *codes, runs=NOT_RUN not in line, compares=NOT_COMPARED not in line,
               on_rank_0=ON_RANK_0 in line)


def sections_of(path):
    """The sections that have a table, with its rows."""
    sections = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("## "):
            sections.append(Section(line[3:], []))
        elif line.startswith("|") and "`" in line:
            sections[-1].rows.append(row_of(number, line))
        elif line.startswith("| "):
            sections[-1].heads = [cell.strip() for cell in cells_of(line)]
    return [section for section in sections if section.rows]


@dataclasses.dataclass
class Block:
    number: int  # of its first line
    code: str

    @property
    def is_program(self):
        return "int main(" in self.code


def blocks_of(path):
    """The blocks of C++ in a document."""
    text = path.read_text()
    found = re.finditer(r"^```cpp\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [Block(text.count("\n", 0, match.start(1)) + 1, match[1]) for match in found]


def snippets_of(path):
    """The blocks of C++ that are no programs."""
    return [block for block in blocks_of(path) if not block.is_program]
