"""No failure of HDF5 passes unseen: every call is handed to check_hdf5 or own_hdf5, or its failure is an answer."""

import pathlib
import re
import sys

SOURCES = pathlib.Path(__file__).resolve().parents[3] / "io" / "src"
LOCK = SOURCES / "hdf5" / "wrappers" / "hdf5_calls.hpp"
CALL = re.compile(r"\b(H5[A-Z]{1,2}[a-z_]\w*)\(")
CHECKED = re.compile(r"\b(check_hdf5|own_hdf5)$")
# Of an identifier or a type in memory, which is there; of errors themselves; without a number for failure.
ANSWERS = re.compile(
    r"H5(I\w+|E\w+|free_memory|T(get_(?!array)|is_|equal|detect_class|enum_nameof)\w*|Zfilter_avail"
    r"|Dget_offset|Dget_storage_size|Aget_storage_size|Pget_driver_info)")
# Where a failure is handled in another way: it means "no", it is expected, or the file is given up.
HANDLED = {
    "filter_undo.cpp": {"H5Dwrite_chunk", "H5Dread", "H5Zregister"},
    "hdf5_chunks.cpp": {"H5Dget_chunk_storage_size"},
    "hdf5_dataset.cpp": {"H5Lexists", "H5Oexists_by_name", "H5Oopen"},
    "hdf5_file.cpp": {"H5Fis_hdf5", "H5Fclose"},
    "hdf5_driver.cpp": {"H5FDregister"},
    "hdf5_input_driver.cpp": {"H5FDregister", "H5Dget_chunk_storage_size", "H5Dread_chunk", "H5Fopen"},
    "hdf5_links.cpp": {"H5Oopen_by_addr", "H5Oopen_by_token"},
    "hdf5_scales.cpp": {"H5DSis_attached", "H5DSis_scale"},
    "hdf5_attribute_values.cpp": {"H5Aread"},  # checked by read_hdf5_texts, as the next one
    "hdf5_texts.cpp": {"H5Dread"},
    "hdf5_strings.cpp": {"H5Dvlen_reclaim"},
}


def code_of(path):
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.lstrip().startswith(("//", "#")))


def is_checked(before):
    """Is what follows in the first argument of a check?"""
    depth = 0
    for at in range(len(before) - 1, -1, -1):
        if before[at] in ")]}":
            depth += 1
        elif before[at] in "([{":
            if depth == 0:
                return CHECKED.search(before[:at]) is not None
            depth -= 1
        elif before[at] in ",;" and depth == 0:
            return False
    return False


calls = 0
bare = []
for path in sorted(SOURCES.rglob("*.?pp")):
    if path == LOCK:
        continue
    code = code_of(path)
    for match in CALL.finditer(code):
        calls += 1
        name = match.group(1)
        if not (ANSWERS.fullmatch(name) or is_checked(code[: match.start()]) or name in HANDLED.get(path.name, ())):
            bare.append(f"{name} in {path.name}")
if not calls or bare:
    sys.exit("not checked: " + ", ".join(bare))
