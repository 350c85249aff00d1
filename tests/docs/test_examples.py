#!/usr/bin/env python3
"""The programs in the documents are the files of docs/examples, word for word, and CMake builds each of these."""

import difflib
import pathlib
import sys

import document

ROOT = pathlib.Path(__file__).resolve().parents[2]


def closest(code, files):
    """The name of the file that a program was probably meant to be."""
    named = {name for name in files if code.startswith(f"// {name}:")}
    return max(named or files, key=lambda name: difflib.SequenceMatcher(None, files[name], code).ratio())


def differences(path, block, files):
    name = closest(block.code, files)
    lines = difflib.unified_diff(files[name].splitlines(), block.code.splitlines(), f"docs/examples/{name}",
                                 f"{path}, line {block.number}", lineterm="")
    return "\n".join(lines)


def problems_of(root):
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted((root / "docs" / "examples").glob("*.cpp"))}
    left = set(files)
    for path in [root / "README.md", *sorted((root / "docs").glob("*.md"))]:
        for block in document.blocks_of(path):
            same = [name for name, code in files.items() if code == block.code]
            left.difference_update(same)
            if block.is_program and not same:
                yield differences(path.relative_to(root), block, files)
    for name in sorted(left):
        yield f"docs/examples/{name} is in no document"
    built = (root / "docs" / "examples" / "CMakeLists.txt").read_text(encoding="utf-8")
    for name in files:
        if name.removesuffix(".cpp") not in built.replace("(", " ").replace(")", " ").split():
            yield f"docs/examples/CMakeLists.txt does not build {name}"


def main():
    problems = list(problems_of(ROOT))
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()
