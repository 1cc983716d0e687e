"""Settings are environment variables; these helpers read them with a type and remember what was read.

`READ` is compared with the table in docs/operations.md by a test. A file `heard.env` in the home folder may hold `NAME=value` lines; the
environment wins over it. Nothing here knows Django, so that the command line can use it before Django is loaded.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class WrongSetting(ValueError):
    """A variable has a value that cannot be used; the message names the variable and what it may be."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable that was read: its name, the kind of value, and whether `NAME_FILE` may hold the value instead."""

    name: str
    kind: str
    is_secret: bool = False


READ: dict[str, Setting] = {}
_from_file: dict[str, str] = {}

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


def load_file(path: Path) -> None:
    """Take `NAME=value` lines of `path`, if it exists, as defaults for variables that the environment does not set.

    Empty lines and lines that start with `#` are skipped; quotes around a value are removed. Raises WrongSetting for any other line.
    """
    _from_file.clear()
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.removeprefix("export ").partition("=")
        if not equals or not name.strip().isidentifier():
            raise WrongSetting(f"{path}, line {number}: write NAME=value.")
        _from_file[name.strip()] = value.strip().strip("'\"")


def text(name: str, default: str = "", *, choices: Iterable[str] = ()) -> str:
    """The value as it stands; with `choices`, one of them."""
    value = _value(name, "text", default)
    allowed = list(choices)
    if allowed and value not in allowed:
        raise WrongSetting(f"{name} is {value!r}; it may be {' or '.join(allowed)}.")
    return value


def integer(name: str, default: int, *, at_least: int | None = None) -> int:
    """A whole number."""
    value = _value(name, "number", str(default))
    try:
        number = int(value)
    except ValueError:
        raise WrongSetting(f"{name} is {value!r}; it must be a whole number.") from None
    if at_least is not None and number < at_least:
        raise WrongSetting(f"{name} is {number}; it must be at least {at_least}.")
    return number


def flag(name: str, default: bool = False) -> bool:
    """Yes or no: 1, true, yes, on; or 0, false, no, off."""
    value = _value(name, "yes or no", "1" if default else "0").lower()
    if value in TRUE_WORDS:
        return True
    if value in FALSE_WORDS:
        return False
    raise WrongSetting(f"{name} is {value!r}; it may be 1 or 0.")


def path(name: str, default: str | Path) -> Path:
    """A file or folder, absolute, with `~` filled in."""
    return Path(_value(name, "path", str(default))).expanduser().absolute()


def words(name: str, default: str = "") -> list[str]:
    """Several words, separated by commas or spaces."""
    return _value(name, "words", default).replace(",", " ").split()


def url(name: str, default: str = "", *, schemes: Iterable[str] = ("http", "https")) -> str:
    """An address with one of `schemes` and a host, without the slash at its end; empty when unset."""
    value = _value(name, "address", default).rstrip("/")
    if not value:
        return ""
    parts = urlsplit(value)
    allowed = list(schemes)
    if parts.scheme not in allowed or not (parts.netloc or parts.path):
        raise WrongSetting(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in allowed)}.")
    return value


def secret(name: str) -> str:
    """A secret from `NAME`, or from the file that `NAME_FILE` names; empty when neither is set."""
    READ[name] = Setting(name, "secret", is_secret=True)
    value = os.environ.get(name, _from_file.get(name, ""))
    place = os.environ.get(f"{name}_FILE", _from_file.get(f"{name}_FILE", ""))
    if value or not place:
        return value
    try:
        return Path(place).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise WrongSetting(f"{name}_FILE: {place} cannot be read ({error.strerror}).") from None


def _value(name: str, kind: str, default: str) -> str:
    READ[name] = Setting(name, kind)
    return os.environ.get(name, _from_file.get(name, default)).strip()
