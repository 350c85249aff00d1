#!/usr/bin/env python3
"""The architecture as the includes show it: docs/architecture.md lists the rooms of each layer, lowest first.

rooms.py [ROOT]               checks all of ROOT, prints what is wrong, and ends with 1 if anything is
rooms.py --picture FILE.svg   draws who includes whom, with graphviz
"""

import collections
import pathlib
import re
import subprocess
import sys

LAYERS = ("core", "distributed", "io")
LARGEST_FOLDER = 30
CODE = (".cpp", ".hpp", ".py", ".c", ".inc")
# Folders of tests that are no room: programs, and what several rooms share.
ABOVE = "tessera"
NOT_ROOMS = {"numpy", "programs", "driver", "support", "neighbours"}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([\w/.]+)[>"]', re.M)
ROW = re.compile(r"^\| `([\w/]+)` \|([^|]*)\|([^|]*)\|$", re.M)


def rooms_of(document):
    """{layer: {room: [headers at the layer's root]}}, in the order of the document's tables."""
    result = {}
    for layer in LAYERS:
        title = re.search(rf"^### Rooms of {layer}$(.*?)(?=^#|\Z)", document, re.M | re.S)
        rows = ROW.findall(title.group(1)) if title else []
        result[layer] = {room: re.findall(r"`(\w+)`", headers) for room, _, headers in rows}
    return result


class Tree:
    """The sources of a checkout, and what they include."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        names = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard"], cwd=self.root,
                               check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        self.files = sorted(name for name in set(names) if name.endswith(CODE) and (self.root / name).is_file())
        self.sources = [f for f in self.files if re.match(rf"({'|'.join(LAYERS)})/(src|include)/.*\.[ch]pp$", f)]
        self.rooms = rooms_of((self.root / "docs" / "architecture.md").read_text(encoding="utf-8"))
        self.at_root = {(layer, header): room for layer, rooms in self.rooms.items()
                        for room, headers in rooms.items() for header in headers}
        self.problems = []
        self.text = {f: (self.root / f).read_text(encoding="utf-8") for f in self.sources}
        self.includes = {f: self.included(f) for f in self.sources}

    def included(self, file):
        layer, known, result = file.split("/")[0], set(self.sources), []
        for quote, name in INCLUDE.findall(self.text[file]):
            places = [f"{layer}/src/{name}"] if quote == '"' else [f"{each}/include/{name}" for each in LAYERS]
            found = [place for place in places if place in known]
            result += found
            if not found and (quote == '"' or name.startswith("tessera/")):
                self.problems.append(f'{file} includes "{name}", which is no file: write "room/file.hpp"')
        return result

    def room(self, file):
        """None for what lies nowhere; the headers of all of a layer lie above its rooms."""
        layer = file.split("/")[0]
        if re.fullmatch(rf"{layer}/include/tessera/\w+\.hpp", file):
            return ABOVE
        inner = re.sub(rf"^{layer}/(src/|include/tessera/({layer}/)?)", "", file)
        folder, _, name = inner.rpartition("/")
        return folder or self.at_root.get((layer, name.rsplit(".", 1)[0]))

    def arrows(self, layer):
        """{(room, room that it includes): an include that says so}"""
        result = {}
        for file in self.sources:
            if file.startswith(layer + "/"):
                for other in self.includes[file]:
                    if other.startswith(layer + "/") and self.room(file) not in (self.room(other), ABOVE):
                        result.setdefault((self.room(file), self.room(other)), f"{file} includes {other}")
        return result


def check_folders(tree):
    sizes = collections.Counter(str(pathlib.PurePosixPath(f).parent) for f in tree.files)
    for folder, count in sorted(sizes.items()):
        if count > LARGEST_FOLDER:
            yield f"{folder} holds {count} files of code; no folder holds more than {LARGEST_FOLDER}"


def check_rooms(tree):
    used = collections.defaultdict(set)
    for file in tree.sources:
        layer, room = file.split("/")[0], tree.room(file)
        if room is None:
            yield f"{file} lies at its layer's root, and no room of docs/architecture.md names it"
        elif room not in tree.rooms[layer] and room != ABOVE:
            yield f"{file} lies in the room '{room}', which docs/architecture.md does not list"
        used[layer].add(room)
    for layer, rooms in tree.rooms.items():
        for room, headers in rooms.items():
            if room not in used[layer]:
                yield f"docs/architecture.md lists the room '{room}' of {layer}, which holds nothing"
            for header in headers:
                if not any(f.endswith(f"/{header}.hpp") and f.count("/") <= 4 and tree.room(f) == room
                           for f in tree.sources if f.startswith(f"{layer}/include/")):
                    yield f"docs/architecture.md names the header {header}.hpp of {layer}, which is not at its root"
    for file in tree.files:
        parts = file.split("/")
        if parts[0] == "tests" and len(parts) > 3 and parts[1] in LAYERS and parts[2] not in NOT_ROOMS:
            room = "/".join(parts[2:-1])
            if room not in tree.rooms[parts[1]]:
                yield f"{file}: {parts[1]} has no room '{room}'"


def check_order(tree):
    for layer, rooms in tree.rooms.items():
        order = {room: k for k, room in enumerate(rooms)}
        for (room, other), include in sorted(tree.arrows(layer).items(), key=str):
            if room in order and other in order and order[other] > order[room]:
                yield f"the room '{room}' of {layer} lies below '{other}', but {include}"


def check_circles(tree):
    """Of files; of rooms, the order leaves none."""
    done, path = set(), []

    def walk(file):
        if file in path:
            yield "a circle of includes: " + " -> ".join(path[path.index(file):] + [file])
        elif file not in done:
            path.append(file)
            for other in tree.includes[file]:
                yield from walk(other)
            path.pop()
            done.add(file)

    for file in tree.sources:
        yield from walk(file)


def check_names(tree):
    """A source has a header of its name, or a header's comment names it."""
    headers = [f for f in tree.sources if f.endswith(".hpp")]
    named = {(f.split("/")[0], pathlib.PurePosixPath(f).stem) for f in headers}
    comments = {layer: " ".join(re.findall(r"//.*", "\n".join(tree.text[f] for f in headers if f.startswith(layer + "/"))))
                for layer in LAYERS}
    for file in tree.sources:
        layer, path = file.split("/")[0], pathlib.PurePosixPath(file)
        if path.suffix == ".cpp" and (layer, path.stem) not in named and path.name not in comments[layer]:
            yield f"{file}: there is no header {path.stem}.hpp, and no header's comment says that a part lies there"


def check_documents(tree):
    """Files that the documents name are there."""
    documents = [tree.root / "README.md", tree.root / "CONTRIBUTING.md", *sorted((tree.root / "docs").rglob("*.md"))]
    path = re.compile(r"`((?:core|distributed|io|check|apps|tests|cmake|docs|findings)/[\w/.-]+\.\w+)`")
    for document in documents:
        if document.is_file():
            for name in path.findall(document.read_text(encoding="utf-8")):
                if not re.search(r"[A-Z]{3}", name) and not (tree.root / name).exists():
                    yield f"{document.relative_to(tree.root)} names {name}, which is not there"


def needed(arrows):
    """Those that do not follow from others: a picture of all would show nothing."""
    onward = collections.defaultdict(set)
    for room, other in arrows:
        onward[room].add(other)

    def reaches(start, end, without):
        return any(other == end or reaches(other, end, None) for other in onward[start] if other != without)

    return {(room, other) for room, other in arrows if not reaches(room, other, other)}


def drawing(tree):
    lines = ['digraph rooms { rankdir=TB; nodesep=0.15; ranksep=0.35;',
             'node [shape=box style="rounded,filled" fillcolor=white fontname="Helvetica" fontsize=11 margin="0.08,0.04"];',
             'edge [color="#555555" arrowsize=0.6];']
    for layer, fill in zip(LAYERS, ("#eef3fa", "#f3f8ee", "#fbf3ea")):
        lines.append(f'subgraph cluster_{layer} {{ label="{layer}"; fontname="Helvetica-Bold"; fontsize=14; '
                     f'style="rounded,filled"; color="#bbbbbb"; fillcolor="{fill}";')
        lines += [f'"{layer}/{room}" [label="{room}"];' for room in tree.rooms[layer]]
        lines.append("}")
        lines += [f'"{layer}/{room}" -> "{layer}/{other}";' for room, other in sorted(needed(tree.arrows(layer)))]
    return "\n".join(lines) + "\n}\n"


def check_picture(tree):
    picture = tree.root / "docs" / "rooms.svg"
    drawn = set()
    if picture.is_file():
        drawn = {tuple(each.split("&#45;&gt;"))
                 for each in re.findall(r"<title>([\w/]+&#45;&gt;[\w/]+)</title>", picture.read_text(encoding="utf-8"))}
    wanted = {(f"{layer}/{room}", f"{layer}/{other}") for layer in LAYERS for room, other in needed(tree.arrows(layer))}
    for room, other in sorted(wanted ^ drawn):
        state = "does not show" if (room, other) in wanted else "shows"
        yield f"docs/rooms.svg {state} that {room} includes {other}: run tests/guards/rooms.py --picture docs/rooms.svg"


CHECKS = (check_folders, check_rooms, check_order, check_circles, check_names, check_documents, check_picture)


def problems_of(root):
    tree = Tree(root)
    return tree.problems + [problem for check in CHECKS for problem in check(tree)]


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    if len(sys.argv) == 3 and sys.argv[1] == "--picture":
        subprocess.run(["dot", "-Tsvg", "-o", sys.argv[2]], input=drawing(Tree(root)), text=True, check=True)
        return 0
    problems = problems_of(sys.argv[1] if len(sys.argv) == 2 else root)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
