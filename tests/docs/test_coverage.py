#!/usr/bin/env python3
"""docs/coverage.md is what docs/coverage.py makes of the headers, and the script finds what it should."""

import pathlib
import sys

DOCS = pathlib.Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))
import coverage  # noqa: E402  pylint: disable=wrong-import-position


def entry(prefix, name):
    return coverage.Entry(prefix, name)


def main():
    # Known answers, so that a table of nothing does not pass.
    assert entry("", "sum").over_ranks == "sum" and entry("", "hanning").over_ranks == "-"
    assert entry("", "add").local == "a + b" and entry("", "busday_count").reason.startswith("of dates")
    assert entry("linalg.", "solve").local == entry("linalg.", "solve").over_ranks == "linalg::solve" and entry("random.", "normal").local == "generator::normal"
    assert entry("", "no_such_function").reason == coverage.NOT_YET
    code = coverage.code_of(DOCS.parent / "core/include/tessera/core/algebra/products.hpp")
    names = [coverage.name_of(head) for scope, head in coverage.declarations_of(code) if scope == "tessera"]
    assert {"outer", "kron", "cross", "tensordot", "trace"} <= set(names) and "spread" not in names, names
    sys.exit(coverage.check())


main()
