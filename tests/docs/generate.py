#!/usr/bin/env python3
"""Makes C++ files of documents.

    generate.py table DOCUMENT OUTPUT      a program of the right cells of its tables, which prints what each gives
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


def is_declaration(block):
    return "template <>" in block.code


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
    make = {"table": program_of_tables, "snippets": program_of_snippets}[what]
    pathlib.Path(output).write_text(make(pathlib.Path(path)))


main()
