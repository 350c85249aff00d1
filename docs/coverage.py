#!/usr/bin/env python3
"""Makes docs/coverage.md: every function of NumPy and of the Python array API standard, and what it is here.

    coverage.py            writes docs/coverage.md
    coverage.py --check    fails when docs/coverage.md is not what would be written
    coverage.py --program OUTPUT.cpp
                           writes a program that uses every name that the tables claim, for the compiler to judge

The names on the left are those of the NumPy that is installed. What is here is found in the headers: names of functions
declared in namespace tessera. A function counts as global when it is declared in distributed, in core for operands of any
kind, in io for global arrays, or in the component matrices. What is written otherwise than as a call of the same name, and why something is not here, stands below.
"""

import pathlib
import re
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "coverage.md"

# What is written otherwise: an expression of arrays a and b of double, n of int, in two dimensions, x in one, and bool m.
# "local": for local ones alone.
WRITTEN = {
    "add": "a + b", "subtract": "a - b", "multiply": "a * b", "divide": "a / b", "true_divide": "a / b", "negative": "-a",
    "power": "pow(a, b)", "float_power": "pow(a, b)", "bitwise_and": "n & n", "bitwise_or": "n | n", "bitwise_xor": "n ^ n",
    "bitwise_not": "~n", "bitwise_invert": "~n", "invert": "~n", "left_shift": "n << 1", "right_shift": "n >> 1",
    "bitwise_left_shift": "n << 1", "bitwise_right_shift": "n >> 1",
    "equal": "a == b", "not_equal": "a != b", "less": "a < b", "less_equal": "a <= b", "greater": "a > b",
    "greater_equal": "a >= b", "logical_and": "m && m", "logical_or": "m || m", "logical_not": "!m", "logical_xor": "m != m",
    "arccos": "acos(a)", "arcsin": "asin(a)", "arctan": "atan(a)", "arctan2": "atan2(a, b)", "arccosh": "acosh(a)",
    "arcsinh": "asinh(a)", "arctanh": "atanh(a)", "absolute": "abs(a)", "all": "all(m)", "conjugate": "conj(a)", "conj": "conj(a)",
    "amax": "max(a)", "amin": "min(a)", "alltrue": "all(m)", "sometrue": "any(m)", "product": "prod(a)",
    "cumproduct": "cumprod(a, axis(0))", "round_": "round(a, 2)", "around": "round(a, 2)", "reciprocal": "1.0 / a",
    "square": "a * a", "asarray": "ndarray(a);local", "asanyarray": "ndarray(a);local", "array": "ndarray(a);local",
    "ascontiguousarray": "ndarray(a);local", "copyto": "a.assign(b)", "shape": "a.shape()", "size": "a.size()",
    "ndim": "A::ndim", "divmod": "std::pair(floor_divide(a, b), mod(a, b))", "modf": "std::pair(a - trunc(a), trunc(a))",
    "ldexp": "a * exp2(b)", "array2string": "format(a)", "array_str": "format(a)", "array_repr": "format(a)",
    "broadcast_shapes": "broadcast(a.shape(), b.shape())", "in1d": "isin(a, b);local", "hsplit": "split(a, 2, axis(1))",
    "vsplit": "split(a, 2, axis(0))", "row_stack": "concatenate(a, b)", "rollaxis": "moveaxis(a, 1, 0)",
    "extract": "a(m);local", "place": "a(m) = 0.0;local", "putmask": "a(m) = 0.0;local", "diagflat": "diag(ravel(a));local",
    "fill_diagonal": "diagonal(a).assign(0.0);local", "tri": "tril(ones_like(a))", "msort": "sort(a, axis(0));local",
    "vander": "pow(x(all, newaxis), arange(3));local", "piecewise": "select(m, a, b)", "frombuffer": "view<double, 2>(a.data(), a.shape());local",
    "fromiter": "ndarray(x.begin(), x.end());local", "frompyfunc": "vectorize([](double y) { return y; })",
    "vectorize": "vectorize([](double y) { return y; })", "iscomplexobj": "detail::is_complex<typename A::value_type>",
    "isrealobj": "detail::is_complex<typename A::value_type> == false", "result_type": "promoted<typename A::value_type, int>()",
    "promote_types": "promoted<typename A::value_type, int>()", "find_common_type": "promoted<typename A::value_type, int>()",
    "common_type": "promoted<typename A::value_type, int>()", "array_equiv": "all(a == b)", "positive": "copy(a)",
    "mask_indices": "nonzero(m);local", "delete": "delete_(x, 1);local", "trapz": "trapezoid(a)", "where": "where(m, a, b)",
    "permute_dims": "transpose(a, axis(1, 0))", "concat": "concatenate(a, b)", "astype": "astype<float>(a)",
    "isdtype": "std::is_floating_point_v<typename A::value_type>", "matmul": "matmul(a, b);local", "unstack": "split(a, 2)",
    "unique_values": "unique(a);local", "unique_counts": "unique_all(a);local", "unique_inverse": "unique_all(a);local",
    "linalg.matrix_norm": "norm(a)", "linalg.vector_norm": "norm(a)", "linalg.multi_dot": "matmul(matmul(a, b), a)",
    "random.default_rng": "generator(1)", "nan_to_num": "nan_to_num(a)", "isreal": "a == a", "resize": "tile(a, {2, 2})",
    "roots": "roots(x);local", "real_if_close": "copy(a)", "real": "real(a)", "imag": "imag(a)",
    "angle": "atan2(0.0 * a, a)", "ones": "ones_like(a)", "zeros": "zeros_like(a)", "full": "full_like(a, 1.0)",
    "empty": "empty_like(a)", "iscomplex": "0.0 * a != 0.0", "histogram_bin_edges": "histogram(a).edges",
    "apply_over_axes": "sum(a, axis(0, 1), keepdims)", "block": "concatenate(concatenate(a, b, axis(1)), concatenate(b, a, axis(1)))",
    "choose": "select(n == 0, a, n == 1, b, 0.0)", "spacing": "nextafter(abs(a), 1e300) - abs(a)",
}

# Why something is not here. A name that is neither here nor there makes this script fail.
REASONS = {
    "of Python's objects and memory": "byte_bounds isfortran asfortranarray require may_share_memory nested_iters from_dlpack "
    "min_scalar_type can_cast iterable isscalar get_array_wrap fastCopyAndTranspose asfarray asarray_chkfinite typename finfo "
    "iinfo isdtype __array_namespace_info__ capabilities devices default_device default_dtypes dtypes",
    "of NumPy's types, known to C++'s compiler": "issctype issubclass_ issubdtype issubsctype maximum_sctype mintypecode "
    "obj2sctype sctype2char",
    "of dates and times, which are no elements here": "busday_count busday_offset datetime_as_string datetime_data is_busday isnat",
    "settings and documentation of NumPy itself": "add_docstring add_newdoc add_newdoc_ufunc deprecate deprecate_with_doc disp "
    "get_include get_printoptions getbufsize geterr geterrcall geterrobj info lookfor printoptions safe_eval "
    "set_numeric_ops set_printoptions set_string_function setbufsize seterr seterrcall seterrobj show_config show_runtime "
    "source test who get_state set_state get_bit_generator set_bit_generator bit_generator seed",
    "einsum takes the best path itself": "einsum_path",
    "deprecated in NumPy": "asmatrix bmat mat compare_chararrays recfromcsv recfromtxt",
    "text: C++'s own, or fmt's": "base_repr binary_repr format_float_positional format_float_scientific fromstring fromregex",
}
NOT_YET = "not written yet"

ARRAY_API = """abs acos acosh add all any arange argmax argmin argsort asarray asin asinh astype atan atan2 atanh bitwise_and
bitwise_invert bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor broadcast_arrays broadcast_to can_cast ceil clip
concat conj copysign cos cosh cumulative_sum divide empty empty_like equal exp expand_dims expm1 eye finfo flip floor
floor_divide from_dlpack full full_like greater greater_equal hypot iinfo imag isdtype isfinite isinf isnan less less_equal
linspace log log10 log1p log2 logaddexp logical_and logical_not logical_or logical_xor matmul matrix_transpose max maximum mean
meshgrid min minimum moveaxis multiply negative nonzero not_equal ones ones_like permute_dims positive pow prod real remainder
repeat reshape result_type roll round searchsorted sign signbit sin sinh sort sqrt square squeeze stack std subtract sum take
tan tanh tensordot tile tril triu trunc unique_all unique_counts unique_inverse unique_values unstack var vecdot where zeros
zeros_like linalg.cholesky linalg.cross linalg.det linalg.diagonal linalg.eigh linalg.eigvalsh linalg.inv linalg.matmul
linalg.matrix_norm linalg.matrix_power linalg.matrix_rank linalg.matrix_transpose linalg.outer linalg.pinv linalg.qr
linalg.slogdet linalg.solve linalg.svd linalg.svdvals linalg.tensordot linalg.trace linalg.vecdot linalg.vector_norm fft.fft
fft.ifft fft.fftn fft.ifftn fft.rfft fft.irfft fft.rfftn fft.irfftn fft.hfft fft.ihfft fft.fftfreq fft.rfftfreq fft.fftshift
fft.ifftshift""".split()

MACROS = re.compile(r"TESSERA_(?:\w*UFUNC\w*|ELEMENTWISE|ELEMENTWISE_OF\(\w+,|C_OF_TWO_NUMBERS|C_OF_NUMBER)[(\s]+([a-z]\w*)")
GENERIC = re.compile(r"\barray_operand\b|\belementwise_pair\b|\bchoice\b|\breduce_option\b|\blasting|\bglobal_(?:array|view)\b")


def code_of(path):
    """Without comments, texts and directives; macros stay where they are used."""
    text = re.sub(r"\\\n", " ", path.read_text())
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r'"(?:\\.|[^"\\])*"', '""', text)
    return re.sub(r"^\s*#[^\n]*", "", text, flags=re.MULTILINE)


TAKEN = {"load": "load_npy", "save": "save_npy", "savez": "save_npz", "savez_compressed": "save_npz"}  # under another name


def declarations_of(code):
    """(scope, declaration) of everything that stands directly in a namespace or class of tessera."""
    stack, start, parens = [], 0, 0
    for found in re.finditer(r"[{}();]", code):
        at, sign = found.start(), found.group()
        parens += (sign == "(") - (sign == ")")
        if parens or sign in "()":
            continue
        head = code[start:at]
        start = at + 1
        if sign == "}":
            stack and stack.pop()
        elif sign == ";":
            yield "::".join(stack), head
        else:
            plain = re.sub(r"template\s*<[^()]*?>\s*(?=class|struct|requires|template|enum)", "", head)
            named = re.search(r"(?:namespace|class|struct|enum class|union)\s+([\w:]+)[^()]*$", plain)
            function = not named or "(" in re.sub(r"<[^<>]*>|alignas\([^)]*\)", "", plain).split(named[1])[0].replace("requires", "")
            if named and (not function or "namespace" in head):
                stack.append(named[1])
            else:
                yield "::".join(stack), head
                stack.append("{}")


def without_requirements(head):
    """Without `requires(...)`, which looks like a function."""
    while (at := head.find("requires(")) >= 0:
        end, depth = at + len("requires("), 1
        while end < len(head) and depth:
            depth += (head[end] == "(") - (head[end] == ")")
            end += 1
        head = head[:at] + head[end:]
    return head


def name_of(head):
    plain = without_requirements(head)
    found = re.search(r"(?:auto|[\w>&*\]]+)\s*\(?\b(?!auto\b)([a-z]\w*)\)?\s*\(", plain)
    if found and found[1] not in ("requires", "decltype", "sizeof", "static_assert", "alignas", "if", "for", "while"):
        return found[1]
    return None


def found_in(layer, scope="tessera"):
    """Names, and whether some declaration is for operands of any kind."""
    names = {}
    for path in sorted((ROOT / layer / "include").rglob("*.hpp")):
        code = code_of(path)
        if scope == "tessera":
            for name in MACROS.findall(code):
                names[name] = True
        for where, head in declarations_of(code):
            if where == scope and (name := name_of(head)):
                names[name] = names.get(name, False) or bool(GENERIC.search(head))
    return names


SCOPES = {"": "tessera", "linalg.": "tessera::linalg", "fft.": "tessera::fft"}
LAYERS = ("core", "distributed", "distributed/matrices", "io")
HERE = {(layer, prefix): found_in(layer, scope) for layer in LAYERS for prefix, scope in SCOPES.items()}
DRAWS = found_in("core", "tessera::generator")


def plain_functions(module):
    return [name for name in sorted(dir(module)) if not name.startswith("_") and callable(getattr(module, name))
            and not isinstance(getattr(module, name), type)]


def lists_of_names():
    draws = [name for name in sorted(dir(np.random.Generator)) if not name.startswith("_")]
    yield "NumPy's main namespace", "", plain_functions(np)
    yield "numpy.linalg", "linalg.", plain_functions(np.linalg)
    yield "numpy.fft", "fft.", plain_functions(np.fft)
    yield "numpy.random.Generator", "random.", draws
    yield "The Python array API standard, 2023.12", "api.", ARRAY_API


class Entry:
    """One function of theirs, and what it is here."""

    def __init__(self, prefix, full_name):
        self.name = full_name
        bare = full_name.split(".")[-1]
        prefix = full_name[: -len(bare)] if prefix == "api." else prefix
        self.local, self.over_ranks, self.reason, self.scope, self.bare = "-", "-", "", None, bare
        if prefix == "random.":
            self.take_draw(bare)
        elif not self.take_name(prefix, bare):
            self.take_name("", bare)
        if self.scope is None and (written := WRITTEN.get(prefix + bare) or WRITTEN.get(bare)):
            self.local = written.removesuffix(";local")
            self.over_ranks = self.local if self.local == written else "-"
        if self.local == self.over_ranks == "-":
            self.reason = next((why for why, names in REASONS.items() if bare in names.split()), NOT_YET)

    def take_draw(self, bare):
        if bare in DRAWS:
            self.local = self.over_ranks = f"generator::{bare}"
            self.scope = "generator"

    def take_name(self, prefix, bare):
        """Is there a function of that name in the namespace?"""
        core, distributed, matrices, io = (HERE[layer, prefix] for layer in LAYERS)
        self.bare = bare = TAKEN.get(bare, bare)
        name = SCOPES[prefix][len("tessera::") :] + "::" + bare if prefix else bare
        if bare in core or bare in io:
            self.local = name
        if bare in distributed or bare in matrices or core.get(bare) or io.get(bare):
            self.over_ranks = name
        self.scope = SCOPES[prefix] if (self.local, self.over_ranks) != ("-", "-") else None
        return self.scope is not None

    @property
    def row(self):
        def cell(text):
            return text if text == "-" else f"`{text}`".replace("|", r"\|")
        return f"| `{self.name}` | {cell(self.local)} | {cell(self.over_ranks)} | {self.reason} |"


def entries():
    return [(title, [Entry(prefix, name) for name in names]) for title, prefix, names in lists_of_names()]


def totals(sections):
    lines = ["| | functions | local | over ranks | that concern arrays | of these local | of these over ranks |", "|---|---|---|---|---|---|---|"]
    for title, rows in sections:
        concern = [row for row in rows if row.reason in ("", NOT_YET)]
        counts = [f"{sum(x.local != '-' for x in of)} | {sum(x.over_ranks != '-' for x in of)}" for of in (rows, concern)]
        lines.append(f"| {title} | {len(rows)} | {counts[0]} | {len(concern)} | {counts[1]} |")
    return lines


INTRODUCTION = f"""# What of NumPy is here

Every function of NumPy {np.__version__} and of the Python array API standard, and what it is here: of local arrays, and of
arrays over ranks. Made by [coverage.py](coverage.py) from the headers; a test fails when it is not what the headers say, and
compiles every name and expression. [From NumPy to Tessera](numpy-to-tessera.md) shows calls, and compares what they give.

How it is counted: what NumPy's modules have in Python is counted once per name, synonyms too (`amax` and `max` are two), but no
classes. A function is here when there is one of the same name, or an expression of at most one line that does the same; not
every option of NumPy's is. What is of Python's own objects or of NumPy's settings has nothing to be here, and the totals say
how many functions are left without it. `generator::normal` and its like fill local and global arrays.

"""


def document():
    sections = entries()
    lines = [INTRODUCTION + "\n".join(totals(sections)), ""]
    for title, rows in sections:
        lines += [f"## {title}", "", "| function | local | over ranks | |", "|---|---|---|---|", *(row.row for row in rows), ""]
    return "\n".join(lines)


def program():
    rows = [row for _, section in entries() for row in section]
    lines = ["// Made by docs/coverage.py: what docs/coverage.md claims must compile.", "#include <tessera/tessera.hpp>",
             "#if __has_include(<tessera/matrices/linalg.hpp>)", "#include <tessera/matrices/linalg.hpp>", "#endif",
             *(f"#include <{path}>" for path in root_headers()), "#include <utility>", "#include <vector>"]
    for scope in sorted({row.scope for row in rows} - {None, "generator"}):
        lines += [f"namespace claimed_{scope.replace('::', '_')} {{"]
        lines += [f"using {scope}::{name};" for name in sorted({row.bare for row in rows if row.scope == scope})] + ["}"]
    lines += ["using namespace tessera;", "struct claimed_draws : generator {"]
    lines += [f"  using generator::{name};" for name in sorted({row.bare for row in rows if row.scope == "generator"})] + ["};"]
    written = [row for row in rows if row.local != "-" and row.scope is None]
    for kind in ("local", "over_ranks"):
        codes = sorted({getattr(row, kind) for row in written} - {"-"})
        lines += [f"template <class A, class M, class N, class X> void {kind}(A& a, A& b, M& m, N& n, X& x) {{",
                  "  static_cast<void>(a), static_cast<void>(b), static_cast<void>(m), static_cast<void>(n), static_cast<void>(x);",
                  *(f"  static_cast<void>({code});" for code in codes), "}"]
    for kind, array in (("local", "ndarray"), ("over_ranks", "global_array")):
        types = ", ".join(f"{array}<{of}>&" for of in ("double, 2", "double, 2", "bool, 2", "int, 2", "double, 1"))
        lines.append(f"template void {kind}({types});")
    return "\n".join([*lines, "int main() { return 0; }", ""])


def root_headers():
    """Headers at the roots, which the umbrellas may leave out."""
    for layer in ("core", "distributed"):
        for path in sorted((ROOT / layer / "include" / "tessera" / layer).glob("*.hpp")):
            if path.stem != "boost_mpi":
                yield f"tessera/{layer}/{path.name}"


def main():
    if sys.argv[1:2] == ["--program"]:
        pathlib.Path(sys.argv[2]).write_text(program())
    elif sys.argv[1:] == ["--check"]:
        sys.exit(check())
    else:
        DOCUMENT.write_text(document())


def check():
    found = DOCUMENT.read_text()
    if f"NumPy {np.__version__} " not in found:
        print(f"docs/coverage.md is of another NumPy than the {np.__version__} that is installed")
        return 77
    if found == document():
        return 0
    stale = [line for line in document().splitlines() if line not in found.splitlines()]
    print("docs/coverage.md is stale: run docs/coverage.py. Lines that differ:", *stale[:20], sep="\n")
    return 1


if __name__ == "__main__":
    main()
