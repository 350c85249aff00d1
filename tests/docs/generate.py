#!/usr/bin/env python3
"""Makes C++ files of documents.

    generate.py table DOCUMENT OUTPUT      a program of the right cells of its tables, which prints what each gives
    generate.py ranks DOCUMENT OUTPUT       the same of calls that ranks make together; where the left cells are mistakes,
                                            what these throw
    generate.py snippets DOCUMENT OUTPUT    a program that runs all blocks of C++ that are no programs, each as a member
                                            function of what stands in DOCUMENT_snippets.hpp beside this file
"""

import pathlib
import re
import sys

import document

BINDING = re.compile(r"auto \[(?P<names>[^\]]+)\] = ")
DECLARATION = re.compile(r"(?:const )?[a-z_][\w:]*(?:<.*?>+)?&? (?P<names>\w+)(?: =|[{(])")
ASSIGNMENT = re.compile(r"(?P<names>\w+)[^=]* [-+*/]?= ")


def shown(code):
    """What is to be printed after a piece of code: an expression, or the names that a statement gives values."""
    if not code.endswith(";") and not code.endswith("}"):
        return [code]
    for pattern in (BINDING, DECLARATION, ASSIGNMENT):
        if found := pattern.match(code):
            return found["names"].split(", ")
    return []


def function_of(row, source):
    lines = [f'#line {row.number} "{source}"']
    statement = row.tessera.endswith((";", "}"))
    if statement:
        lines.append(row.tessera)
    elif not row.compares:
        lines.append(f"use({row.tessera});")
    if row.compares:
        lines.append(f"begin({row.number});")
        lines += [f"show({value});" for value in shown(row.tessera)]
    return "\n".join(lines)


def program_of_tables(path):
    sections = [[function_of(row, path) for row in section.rows if row.runs] for section in document.sections_of(path)]
    functions = [f"void section_{i}() {{\n" + "\n".join(rows) + "\n}" for i, rows in enumerate(sections)]
    calls = " ".join(f"section_{i}();" for i in range(len(sections)))
    return "\n".join(['#include "show.hpp"', "using namespace tessera;", *functions, f"int main() {{ {calls} }}", ""])


def on_ranks(row, source):
    """A statement that names nothing gives nothing to be compared."""
    row.compares = row.compares and bool(shown(row.tessera))
    return function_of(row, source)


def mistake_of(row, source):
    """The left cell, on all ranks, which must throw."""
    return (f'#line {row.number} "{source}"\n'
            f"begin({row.number}); try {{ {row.numpy} }} catch (const error& wrong) {{ show(std::string(wrong.what())); }}")


def program_of_rank_tables(path):
    functions, declarations = [], []
    for i, section in enumerate(document.sections_of(path)):
        declared = [row for row in section.rows if row.runs and "TESSERA_MEMBERS(" in row.tessera]
        declarations += [f'#line {row.number} "{path}"\n{row.tessera}' for row in declared]
        section.rows = [row for row in section.rows if row not in declared]
        make = mistake_of if is_of_mistakes(section) else on_ranks
        rows = [make(row, path) for row in section.rows if row.runs]
        if is_of_mistakes(section):
            rows = ["check_arguments(true);", *rows, "check_arguments(false);"]
        functions.append(f"void section_{i}() {{\n" + "\n".join(rows) + "\n}")
    calls = " ".join(f"all.section_{i}();" for i in range(len(functions)))
    return "\n".join(
        [
            '#include "show_ranks.hpp"',
            *declarations,
            "struct tables : on_ranks {",
            "using on_ranks::on_ranks;",
            *functions,
            "};",
            "int main(int argc, char** argv) {",
            f"  return run(argc, argv, [](communicator& world) {{ tables all(world); {calls} all.print(); }});",
            "}",
            "",
        ]
    )


def is_of_mistakes(section):
    return section.heads[1] == "What is thrown"


def is_declaration(block):
    return "template <>" in block.code or "TESSERA_MEMBERS(" in block.code


def numbered(block, path):
    return f'#line {block.number} "{path}"\n{block.code}'


def program_of_snippets(path):
    blocks = document.snippets_of(path)
    declarations = [numbered(block, path) for block in blocks if is_declaration(block)]
    bodies = [block for block in blocks if not is_declaration(block)]
    functions = [f"void line_{block.number}() {{\n{numbered(block, path)}}}" for block in bodies]
    calls = " ".join(f"all.line_{block.number}();" for block in bodies)
    return "\n".join(
        [
            f'#include "{path.stem}_snippets.hpp"',
            *declarations,
            "struct snippets : context {",
            "using context::context;",
            *functions,
            "};",
            "int main(int argc, char** argv) {",
            f"  return run(argc, argv, [](communicator& world) {{ snippets all(world); {calls} }});",
            "}",
            "",
        ]
    )


def main():
    what, path, output = sys.argv[1:]
    make = {"table": program_of_tables, "ranks": program_of_rank_tables, "snippets": program_of_snippets}[what]
    pathlib.Path(output).write_text(make(pathlib.Path(path)))


if __name__ == "__main__":
    main()
