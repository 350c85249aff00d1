"""What the Python in tables gives, as show.hpp and show_ranks.hpp print what the C++ gives."""

import ast

import numpy as np


def inner_text(value):
    """What stands in a dictionary."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{inner_text(key)}: {inner_text(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inner_text, value)) + "]"
    return value if isinstance(value, str) else f"{value:g}"


def text_of(value):
    """As show.hpp prints it: numbers as arrays of one, text as it is, several arrays or texts one after another."""
    if isinstance(value, str) and not isinstance(value, np.generic):
        return value
    if isinstance(value, dict):
        return inner_text(value)
    if isinstance(value, (list, tuple)) and not all(np.isscalar(x) and not isinstance(x, str) for x in value):
        return "\n".join(text_of(x) for x in value)
    value = np.atleast_1d(value)
    return str(np.char.encode(value) if value.dtype.kind == "U" else value)


def assigned_names(statement):
    """The variables that a statement gives values, also those of which it assigns a part."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        for node in target.elts if isinstance(target, ast.Tuple) else [target]:
            while not isinstance(node, ast.Name):
                node = node.value
            yield node.id


def result_of(code, namespace):
    statement = ast.parse(code).body[0]
    if isinstance(statement, ast.Expr):
        return text_of(eval(code, namespace))  # pylint: disable=eval-used
    exec(code, namespace)  # pylint: disable=exec-used
    return "\n".join(text_of(namespace[name]) for name in assigned_names(statement))
