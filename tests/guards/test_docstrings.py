#!/usr/bin/env python3
"""The guard of docstrings sees what it is there to see: a small header that is in order, and each fault in it."""

import pathlib
import shutil
import sys
import tempfile

import docstrings

MEMBERS = "Members that do not say that they are collective are local."
HEADER = """
namespace tessera {

/// Adds up. Collective.
/// @throws argument_error for nothing.
int total(int n) { return detail::check_total(n); }

/// The same of two.
int total(int n, int m);

/// As `total`, without an error.
int quiet_total(int n);

/// @name Halves
/// Both are local.
/// @{
int lower(int n);
/// The larger one.
int upper(int n);
/// @}

/// Moves elements, which must not overlap. Collective.
///
///     redistribute(u, v);
void redistribute(const global_array<int, 1>& from, global_array<int, 1>& to);

/// Members that do not say that they are collective are local.
///
///     copy_plan plan;
class copy_plan {
public:
  copy_plan() = default;
  copy_plan(const copy_plan& other);
  int size() const { return 1; }
  /// A view of the first elements.
  view<int, 1> start(int n) const;
  /// All of it. Collective: `plan.run(1)`.
  int run(int n);
  friend bool operator==(const copy_plan& a, const copy_plan& b);

private:
  int hidden(int n);
};

namespace detail {
int check_total(int n);
}

} // namespace tessera
"""
# What is said then, and what is changed in the header.
FAULTS = {
    "total does not say whether it is collective or local": ("Adds up. Collective.", "Adds up."),
    "total may throw, and does not say what": ("/// @throws argument_error for nothing.\n", ""),
    "total is not documented": ("/// The same of two.\n", ""),
    "quiet_total does not say whether": ("As `total`, without an error.", "Adds up, too."),
    "lower is not documented": ("/// @name Halves\n/// Both are local.\n/// @{\n", ""),
    "upper does not say whether": ("Both are local.", "Both are equal."),
    "redistribute reads and writes arrays": (", which must not overlap", ""),
    "redistribute is what users start with": ("    redistribute(u, v);", "    run(u, v);"),
    "copy_plan::start returns what refers to an array": ("A view of the", "The"),
    "copy_plan::size does not say whether": (f"/// {MEMBERS}", "/// A plan. Local."),
    "copy_plan is not documented": (f"/// {MEMBERS}\n///\n///     copy_plan plan;\n", ""),
    "copy_plan is what users start with": ("///     copy_plan plan;\n", ""),
    "copy_plan::run is what users start with": (": `plan.run(1)`", ""),
}


def problems_of(header):
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name).resolve()
        (root / "docs").mkdir()
        shutil.copy(pathlib.Path(__file__).resolve().parents[2] / "docs" / "Doxyfile", root / "docs")
        folder = root / "distributed" / "include" / "tessera" / "distributed"
        folder.mkdir(parents=True)
        (folder / "total.hpp").write_text(header, encoding="utf-8")
        return docstrings.problems_of(root)


def main():
    if shutil.which("doxygen") is None:
        print("skipped: no doxygen")
        return
    found = problems_of(HEADER)
    if found:
        sys.exit("a header in order: " + "; ".join(found))
    for expected, (before, after) in FAULTS.items():
        if HEADER.count(before) != 1:
            sys.exit(f"not once in the header: {before}")
        found = problems_of(HEADER.replace(before, after))
        if not any(expected in problem for problem in found):
            sys.exit(f"not found: {expected}; only {found}")


if __name__ == "__main__":
    main()
