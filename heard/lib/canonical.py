"""JSON with exactly one spelling, for hashing."""

import json

_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_PLAIN = (str, int, bool, type(None))


def canonical_json(value: object) -> str:
    """`value` as RFC 8785 writes it: keys in order, no spaces, few escapes. Refuses floats, which languages spell differently."""
    _refuse_floats(value)
    return _WRITER.encode(value)


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("A hashed text holds whole numbers; write a fraction as a string or in a smaller unit.")
    if isinstance(value, dict):
        for key, one in value.items():
            if not isinstance(key, str):
                raise TypeError("A hashed text's keys are strings.")
            if type(one) not in _PLAIN:
                _refuse_floats(one)
    elif isinstance(value, list | tuple):
        for one in value:
            if type(one) not in _PLAIN:
                _refuse_floats(one)
