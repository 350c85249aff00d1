#!/usr/bin/env python3
"""What the headers of distributed and io say of each function that users call, as Doxygen reads it.

docstrings.py [ROOT]   checks all of ROOT, prints what is missing, and ends with 1 if anything is

A function says it itself, or by the group (`/// @name ... /// @{ ... /// @}`) or the class in which it stands; one that
says 'The same ...' or 'As `name` ...' says what that one says.
"""

import dataclasses
import functools
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

LAYERS = ("distributed", "io")
# What users start with: these show how they are called.
SHOWN = set(
    "run collectively allreduce_sum apply iterate shift copy redistribute update_halos concatenate reshape roll split "
    "zeros full fromfunction arange linspace meshgrid print communicator::split global_array::at global_array::set "
    "global_array::fill global_array::copy global_array::gather global_array::scatter global_array::set_boundary "
    "global_array::update_halo global_view::at copy_plan::run "
    "loadtxt savetxt load_npy save_npy save_npz imsave plot numbered read_npy_header inspect_checkpoint member members "
    "npz_file::load hdf5_file::create hdf5_file::open hdf5_file::write hdf5_file::write_into hdf5_file::append "
    "hdf5_file::read hdf5_file::set_attribute hdf5_file::attribute hdf5_file::describe hdf5_file::entries hdf5_file::scan "
    "hdf5_file::commit checkpoint::save checkpoint::restore line_plot::add line_plot::save image_series::save "
    "xdmf_series::add xdmf_series::save vtkhdf_series::extend save_vtkhdf".split())
SHOWN_CLASSES = set(
    "process_grid distribution global_array global_view copy_plan hdf5_file checkpoint npz_file line_plot image_series "
    "vtkhdf_series xdmf_series input_file shared_output_file".split())

COLLECTIVE = re.compile(r"\b[Cc]ollective\b|\bLocal\b|\b(?:is|are)(?: all)? local\b")
# A class speaks of its members; what it says of itself counts for nothing.
OF_MEMBERS = re.compile(r"[^.]*\b[Mm]embers?\b[^.]*\.|\bLocal;[^.]*\.")
THROWS = re.compile(r"\bthrow|\b[Ee]rrors? (?:are|on)\b|\berrors, ")
ALIASING = re.compile(r"\boverlap|\bmay be the same\b|\b(?:must|may) not\b|\bdifferent arrays\b|\btwice\b|\bcop(?:y|ies)\b|"
                      r"\b[Rr]efers? to\b")
VIEWS = re.compile(r"\boutlives?\b|\b[Rr]efers? to\b|\b[Vv]iews?\b")
SAME = re.compile(r"^The same\b|\b[Aa]s `(?:\w+::)?(\w+)`")
# Calls by which a body fails. Those of functions that fail in turn are not followed.
FAILS = re.compile(r"\bthrow\b|\bthrow_\w+\(|\bcheck(?:ed)?_(?!switch)\w+\(|"
                   r"\b(?:collectively|agree|text_from_root|with_own_errors)\(|\b(?:open|read|write|load|create)_\w+\(")
ARRAY = re.compile(r"\b(?:global_array|global_view|ndarray|view|local_view)\b|^(?:const )?(?:From|To|Arrays|A|E|X|Y)\b")
# Operators that mean what they mean for all types.
PLAIN = re.compile(r"^operator(?:==|!=|=|bool| bool)$|^~")


@dataclasses.dataclass
class Text:
    """What a comment says: its words, code in them in `...`, and the examples."""
    words: str = ""
    code: str = ""

    def __add__(self, other):
        return Text(f"{self.words} {other.words}".strip(), f"{self.code}\n{other.code}")


@dataclasses.dataclass
class Function:
    name: str
    scope: str  # class or namespace
    file: str
    line: int
    declared: str
    returns: str
    parameters: list
    body: str
    own: Text
    group: Text
    about: Text  # of the class
    is_const: bool
    is_in_class: bool

    @property
    def is_accessor(self):
        return self.is_const and not self.parameters and self.body.count("\n") < 2

    @property
    def is_special(self):
        """Special members, deleted or defaulted or with the usual meaning, and operators such as ==."""
        short = self.scope.split("::")[-1].split("<")[0]
        alone = len(self.parameters) == 1 and re.search(rf"\b{short}\b", self.parameters[0])
        return bool(re.search(r"=\s*(?:delete|default)\s*$", self.declared) or PLAIN.match(self.name) and
                    (not self.name == "operator=" or alone) or
                    self.is_in_class and self.name == short and (alone or not self.parameters) or
                    not self.returns and not self.is_in_class)  # a deduction guide


def words_of(element, text):
    if element.tag in ("programlisting", "verbatim", "preformatted"):
        text.code += code_of(element) + "\n"
        return
    mark = "`" if element.tag == "computeroutput" else ""
    text.words += mark + (element.text or "")
    for child in element:
        words_of(child, text)
        text.words += child.tail or ""
    if element.tag == "parameterlist" and element.get("kind") == "exception":
        text.words += " (throws)"
    text.words += mark
    if element.tag in ("para", "parametername", "title"):
        text.words += " "


def code_of(element):
    inner = (element.text or "") + "".join(code_of(child) + (child.tail or "") for child in element)
    return {"sp": " ", "codeline": inner + "\n"}.get(element.tag, inner)


def text_of(parent, *tags):
    result = Text()
    for tag in tags:
        found = parent.find(tag)
        if found is not None:
            words_of(found, result)
    result.words = " ".join(result.words.split())
    return result


def plain(element):
    return "" if element is None else " ".join("".join(element.itertext()).split())


class Reference:
    """The public functions of the layers."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.classes = {}  # name: (file, line, text)
        self.functions = []
        with tempfile.TemporaryDirectory() as folder:
            self.run_doxygen(folder)
            for path in sorted(pathlib.Path(folder, "xml").glob("*.xml")):
                if re.match(r"(class|struct|namespace)", path.name):
                    self.read(xml.parse(path).getroot().find("compounddef"))
        self.functions.sort(key=lambda f: (f.file, f.line))

    def run_doxygen(self, folder):
        inputs = [f"{layer}/{part}" for layer in LAYERS for part in ("include", "src")
                  if (self.root / layer / part).is_dir()]
        changes = (f"@INCLUDE = docs/Doxyfile\nINPUT = {' '.join(inputs)}\nFILE_PATTERNS = *.hpp *.cpp\n"
                   f"USE_MDFILE_AS_MAINPAGE =\nOUTPUT_DIRECTORY = {folder}\nGENERATE_HTML = NO\nGENERATE_XML = YES\nXML_OUTPUT = xml\n"
                   "WARNINGS = NO\nWARN_AS_ERROR = NO\nEXTRACT_ALL = YES\nHIDE_UNDOC_CLASSES = NO\nFILTER_PATTERNS =\n")
        subprocess.run(["doxygen", "-"], cwd=self.root, input=changes, text=True, check=True, stderr=subprocess.DEVNULL)

    def is_public(self, file):
        return re.match(rf"({'|'.join(LAYERS)})/include/", file) is not None

    def read(self, compound):
        scope = compound.findtext("compoundname")
        if not re.match(r"tessera\b", scope) or "detail" in scope or compound.get("prot", "public") != "public":
            return
        is_class = compound.get("kind") in ("class", "struct")
        about = text_of(compound, "briefdescription", "detaileddescription") if is_class else Text()
        if is_class:
            self.classes[scope] = (self.file_of(compound), int(compound.find("location").get("line")), about)
        for section in compound.findall("sectiondef"):
            group = text_of(section, "description") if section.get("kind") == "user-defined" else Text()
            for member in section.findall("memberdef"):
                if member.get("kind") in ("function", "friend") and member.get("prot") == "public":
                    self.add(member, scope, about, group, is_class)

    def file_of(self, element):
        where = element.find("location")
        return where.get("declfile", where.get("file")).removeprefix(f"{self.root.resolve()}/")

    def add(self, member, scope, about, group, is_class):
        file = self.file_of(member)
        where = member.find("location")
        line = int(where.get("declline", where.get("line")))
        if not self.is_public(file) or "(" not in (member.findtext("argsstring") or ""):
            return
        if self.lines_of(file)[line - 1].startswith("extern template"):
            return
        parameters = [plain(each.find("type")) for each in member.findall("param")]
        self.functions.append(Function(
            name=member.findtext("name"), scope=scope, file=file, line=line,
            declared=member.findtext("argsstring"), returns=plain(member.find("type")),
            parameters=[each for each in parameters if each and each != "void"], body=self.body_of(where),
            own=text_of(member, "briefdescription", "detaileddescription"), group=group, about=about,
            is_const=member.get("const") == "yes", is_in_class=is_class))

    @functools.lru_cache(maxsize=None)
    def lines_of(self, file):
        path = self.root / file
        return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []

    def body_of(self, where):
        first, last = int(where.get("bodystart", -1)), int(where.get("bodyend", -1))
        return "\n".join(self.lines_of(where.get("bodyfile", ""))[first - 1:last]) if 0 < first <= last else ""


class Checks:
    def __init__(self, reference):
        self.reference = reference
        self.by_name = {}
        for function in reference.functions:
            self.by_name.setdefault(function.name, []).append(function)

    def said(self, function, depth=3):
        """All that is said of a function, also by those that it names."""
        of_members = " ".join(OF_MEMBERS.findall(function.about.words))
        result = function.own + function.group + Text(of_members, function.about.code)
        for match in SAME.finditer(result.words if depth else ""):
            name = match.group(1)
            if name:
                others = [each for each in self.by_name.get(name, ()) if each is not function]
            else:
                others = self.before(function)
            for other in others:
                result = result + self.said(other, depth - 1 if other.name != function.name else 0)
        return result

    def before(self, function):
        """Those before it in its file that it can mean by 'The same'."""
        same = [f for f in self.reference.functions
                if (f.file, f.scope) == (function.file, function.scope) and f.line < function.line]
        return same[-1:] + [f for f in same[:-1] if f.name == function.name]

    def problems(self):
        for name, (file, line, about) in sorted(self.reference.classes.items()):
            if self.reference.is_public(file):
                if not about.words:
                    yield f"{file}:{line}: {name} is not documented"
                if name.split("::")[-1] in SHOWN_CLASSES and not about.code:
                    yield f"{file}:{line}: {name} is what users start with, and shows no example"
        for function in self.reference.functions:
            if not function.is_special:
                for problem in self.problems_of(function):
                    yield f"{function.file}:{function.line}: {function.scope}::{function.name} {problem}"
        yield from self.not_shown()

    def problems_of(self, function):
        if not (function.own.words or function.group.words or function.is_accessor and function.about.words):
            yield "is not documented"
            return
        said = self.said(function)
        if not COLLECTIVE.search(said.words):
            yield "does not say whether it is collective or local"
        fails = any(not call.startswith(function.name) for call in FAILS.findall(function.body))
        if fails and not THROWS.search(said.words):
            yield "may throw, and does not say what"
        if self.has_in_and_out(function) and not ALIASING.search(said.words):
            yield "reads and writes arrays, and does not say whether they may overlap"
        if re.search(r"view *<|\*$", function.returns) and not VIEWS.search(said.words):
            yield "returns what refers to an array, and does not say so"

    def has_in_and_out(self, function):
        arrays = [p for p in function.parameters if ARRAY.search(p)]
        written = [p for p in arrays if p.endswith("&") and not p.startswith("const ")]
        return bool(written) and len(arrays) > 1

    def not_shown(self):
        shown = {}
        for function in self.reference.functions:
            called = f"{function.scope}::{function.name}".removeprefix("tessera::")
            if called in SHOWN:
                said = self.said(function)
                code = said.code + " ".join(re.findall(r"`([^`]*)`", said.words))
                shown.setdefault(called, [function, False])
                shown[called][1] |= re.search(rf"\b{function.name}\b[<(]|\b{function.name} \w+\(", code) is not None
        for name, (function, is_shown) in sorted(shown.items()):
            if not is_shown:
                yield f"{function.file}:{function.line}: {name} is what users start with, and shows no example"


def problems_of(root):
    return list(Checks(Reference(root)).problems())


def main():
    if shutil.which("doxygen") is None:
        print("skipped: no doxygen")
        return 0
    problems = problems_of(sys.argv[1] if len(sys.argv) == 2 else pathlib.Path(__file__).resolve().parents[2])
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
