"""The command `heard`. Django is loaded only when a command needs it, so that help and mistakes answer at once."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from heard.lib.env import WrongSetting

WRONG_USE = 2
INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """Answers a mistake with one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USE, f"{self.prog}: {message}. Try: {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code. 2: wrong use; 130: interrupted; each command's own otherwise."""
    args = _parser().parse_args(argv)
    if args.home:
        os.environ["HEARD_HOME"] = str(Path(args.home).expanduser().absolute())
    try:
        return int(args.run(args) or 0)
    except WrongSetting as mistake:
        print(f"heard: {mistake}", file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read our output has gone
        return 0


def with_django(place: str) -> Callable[[argparse.Namespace], int]:
    """The command that the function `place` (module:function) does, with Django set up."""

    def run(args: argparse.Namespace) -> int:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
        import django

        django.setup()
        module, _, function = place.partition(":")
        return int(getattr(import_module(module), function)(args) or 0)

    return run


def _parser() -> Parser:
    everywhere = Parser(add_help=False)
    everywhere.add_argument(
        "--home", metavar="DIR", default=argparse.SUPPRESS, help="where database, files and settings are (or HEARD_HOME)"
    )
    parser = Parser(prog="heard", description="Listen, guide, engage, improve, prove.")
    parser.add_argument("--home", metavar="DIR", default=None, help="where database, files and settings are (or HEARD_HOME)")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)

    def command(name: str, help: str, place: str | Callable[[argparse.Namespace], int], within: Any = None) -> Parser:  # noqa: A002
        made: Parser = (within or commands).add_parser(name, help=help, description=help, parents=[everywhere])
        made.set_defaults(run=with_django(place) if isinstance(place, str) else place)
        return made

    def group(name: str, help: str) -> Any:  # noqa: A002
        made = commands.add_parser(name, help=help, description=help, parents=[everywhere])
        return made.add_subparsers(metavar="WHAT", required=True, parser_class=Parser)

    _add_running(command)
    _add_mail(command, group)
    _add_keeping(command, group)
    return parser


def _add_running(command: Callable[..., Parser]) -> None:
    init = command("init", "set up the home folder, or bring it up to date", "heard.commands.init:run")
    init.add_argument("--admin", metavar="EMAIL", type=_email, help="make this person's account as administrator")
    init.add_argument("--name", help="the administrator's name")
    init.add_argument("--team", help="the first team (default: Support)")
    serve = command("serve", "web pages and background work", "heard.commands.serve:run")
    serve.add_argument("--no-worker", action="store_true", help="web pages only; run `heard worker` elsewhere")
    serve.add_argument("--host", help="address to listen at (or HEARD_HOST)")
    serve.add_argument("--port", type=_port, help="port to listen at (or HEARD_PORT)")
    serve.set_defaults(run=_serve)
    command("worker", "background work only", "heard.commands.serve:run_worker")
    demo = command("demo", "make a demo company", _demo)
    demo.add_argument("--serve", action="store_true", help="and open it")
    demo.add_argument("--small", action="store_true", help="a few hundred customers, made in seconds")
    doctor = command("doctor", "look whether all is well; code 1 when it is not", "heard.commands.doctor:run")
    doctor.add_argument("--anchor", action="store_true", help="print the newest seal, to be kept elsewhere")
    doctor.add_argument("--against", metavar="ANCHOR", action="append", default=[], help="check an anchor that was kept elsewhere")


def _add_mail(command: Callable[..., Parser], group: Callable[..., Any]) -> None:
    takes = group("import", "take in what happened before")
    mail = command(
        "mail", "mail of the past: mbox files, Maildirs, .eml files, folders of them", "heard.inbound.commands:import_mail", takes
    )
    mail.add_argument("paths", metavar="PATH", nargs="+")
    mail.add_argument("--mailbox", metavar="ADDRESS", help="which mailbox it belongs to")
    mail.add_argument("--open-since", metavar="DATE", type=_day, help="leave conversations open that are younger than this day")
    orders = command("orders", "orders of a shop or a till, from a CSV file", "heard.purchases.commands:import_orders", takes)
    orders.add_argument("file", metavar="FILE", type=Path)
    orders.add_argument("--source", metavar="NAME", default="shop", help="where they come from (default: shop)")
    orders.add_argument("--currency", metavar="EUR", default="", help="the currency of rows that name none")
    orders.add_argument(
        "--team", action="append", default=[], metavar="NAME", help="who may read them, where the source is new; may be given again"
    )
    offerings = command("offerings", "products, services and places, from a CSV file", "heard.purchases.commands:import_offerings", takes)
    offerings.add_argument("file", metavar="FILE", type=Path)
    people = command("people", "people from a CSV, vCard or jCard file", "heard.bridges.commands:import_people", takes)
    people.add_argument("file", metavar="FILE", type=Path)
    people.add_argument(
        "--source", metavar="NAME", default="files", help="where they come from (default: files); the same people again: the same"
    )
    people.add_argument("--column", metavar="HEADING=FIELD", action="append", default=[], help="what a CSV column says; may be given again")
    people.add_argument("--encoding", metavar="utf-8", default="", help="in which letters a CSV file is written, where we guess wrong")
    people.add_argument("--separator", metavar=";", default="", help="what stands between its fields: , ; | or the word tab")
    people.add_argument("--days", choices=["day", "month"], default="", help="what comes first in 03/04/1985")
    people.add_argument(
        "--team", action="append", default=[], metavar="NAME", help="who may know them, where the source is new; may be given again"
    )
    people.add_argument("--dry-run", action="store_true", help="say what it would do, and change nothing")
    mails = group("mail", "mail as it arrives")
    receive = command("receive", "take one message from standard input", "heard.inbound.commands:receive_mail", mails)
    receive.add_argument("--mailbox", metavar="ADDRESS", help="which mailbox it is for")


def _add_keeping(command: Callable[..., Parser], group: Callable[..., Any]) -> None:
    backup = command("backup", "write everything into one file, while it runs", "heard.backup:run_backup")
    backup.add_argument("file", metavar="FILE", type=Path)
    backup.add_argument("--without-keys", action="store_true", help="leave out the secret keys; keep a copy of them elsewhere")
    restore = command("restore", "bring a backup into an empty home", "heard.backup:run_restore")
    restore.add_argument("file", metavar="FILE", type=Path)
    index = group("search", "what makes things findable")
    rebuild = command("rebuild", "index everything again; may be interrupted", "heard.conversations.commands:rebuild_search", index)
    rebuild.add_argument("--empty", action="store_true", help="begin with an empty index")
    users = group("user", "colleagues' accounts")
    user = command("add", "make an account", "heard.commands.users:add", users)
    user.add_argument("email", metavar="EMAIL", type=_email)
    user.add_argument("--name", help="how colleagues and customers see them")
    user.add_argument("--role", choices=["admin", "lead", "agent", "reader"], default="agent")
    user.add_argument("--team", action="append", default=[], metavar="NAME", help="a team they belong to; may be given again")
    user.add_argument("--password-stdin", action="store_true", help="read the password from standard input instead of making one")
    _add_joining(command, group)
    _add_segments(command, group)
    bridges = group("bridge", "CRMs that know the same people")
    for name, what in (
        ("run", "read what changed there and tell what changed here, now"),
        ("dry-run", "say what a look would do, and change nothing on either side"),
    ):
        look = command(name, what, f"heard.bridges.crm_commands:{name.replace('-', '_')}", bridges)
        look.add_argument("name", metavar="NAME", help="its short name")
    status = command("status", "how bridges are; code 1 when one is in trouble", "heard.bridges.crm_commands:status", bridges)
    status.add_argument("name", metavar="NAME", nargs="?", help="its short name; every bridge without one")
    status.add_argument("--json", action="store_true", help="for programs")
    people = group("person", "customers")
    erase = command("erase", "forget a person; asks before it does", "heard.commands.erasing:erase", people)
    erase.add_argument("who", metavar="ADDRESS_OR_NUMBER", help="an address of theirs, a telephone number, or their number")
    erase.add_argument(
        "--only", metavar="NUMBER", type=int, action="append", default=[], help="erase this of their records alone; may be given again"
    )
    erase.add_argument("--yes", action="store_true", help="do not ask")


def _add_joining(command: Callable[..., Parser], group: Callable[..., Any]) -> None:
    people = group("people", "who is who")
    why = command("why", "why two people are one, or are not; code 1 when they are not", "heard.commands.joins:explain", people)
    for name in ("one", "other"):
        why.add_argument(name, metavar=f"{name.upper()}", help="a number, an address or a telephone number of theirs")
    review = command("review", "pairs that may be one person, asked about one after the other", "heard.commands.joins:review", people)
    review.add_argument("--as", dest="who", metavar="EMAIL", required=True, help="the colleague who answers, and sees what their teams see")
    review.add_argument("--list", action="store_true", help="list them, and ask nothing")
    review.add_argument("--limit", metavar="NUMBER", type=_some, default=50, help="how many are listed (default: 50)")
    command("quality", "how often we are wrong; code 1 when an alarm stands", "heard.commands.joins:quality", people)
    train = command("train", "learn from the records that are here what tells people apart", "heard.matching.commands:train", people)
    train.add_argument("--name", metavar="VERSION", default="", help="what the new version is called (default: the day)")
    train.add_argument("--file", metavar="FILE", type=Path, help="only write the weights there, as JSON")
    rebuild = command("rebuild", "compare everybody anew, and join and part by it", "heard.matching.commands:rebuild", people)
    rebuild.add_argument(
        "--weights", metavar="FILE", default="", help="by the weights of this file, or `default` for those that Heard ships"
    )
    rebuild.add_argument("--without-switch", action="store_true", help="find the pairs, and leave the version of now in force")
    rebuild.add_argument("--give-up", action="store_true", help="drop the version that is being built")
    for each in (train, rebuild):
        each.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb", help="what compares (default: duckdb)")
        each.add_argument(
            "--folder", metavar="DIR", type=Path, help="where its files lie meanwhile; for a cluster, one that all machines see"
        )


def _add_segments(command: Callable[..., Parser], group: Callable[..., Any]) -> None:
    segments = group("segment", "saved rules over people")
    listed = command("list", "every segment, with how many people are in it", "heard.commands.segments:list_all", segments)
    listed.add_argument("--json", action="store_true", help="for programs")
    people = command("people", "who is in a segment", "heard.commands.segments:people", segments)
    why = command("why", "why somebody is in a segment; code 1 when they are not", "heard.commands.segments:why", segments)
    for one in (people, why):
        one.add_argument("name", metavar="NAME", help="the segment's name or number")
    why.add_argument("who", metavar="WHO", help="a number, an address or a telephone number of theirs")
    save = command("save", "make a segment, or change its rule, by a JSON file", "heard.commands.segments:save", segments)
    save.add_argument("name", metavar="NAME")
    save.add_argument("file", metavar="FILE", type=Path)
    command("gather", "look for everybody's segments and owners again, now", "heard.commands.segments:gather", segments)


def _some(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 to 1000")
    return int(text)


def _serve(args: argparse.Namespace) -> int:
    if args.host:
        os.environ["HEARD_HOST"] = args.host
    if args.port is not None:
        os.environ["HEARD_PORT"] = str(args.port)
    return with_django("heard.commands.serve:run")(args)


def _demo(args: argparse.Namespace) -> int:
    args.set_up = lambda: import_module("heard.commands.init").set_up()  # the demo stands below the commands on the map
    code = with_django("heard.demo.commands:run")(args)
    if code or not args.serve:
        return code
    # A new process: the generator's memory is not wanted while the company is open.
    sys.stdout.flush()  # what was said is still ours to print; the new process would lose it
    return os.execv(sys.executable, [sys.executable, "-m", "heard", "serve"])  # noqa: S606


def _email(text: str) -> str:
    name, at, domain = text.rpartition("@")
    if not (name and at and domain) or " " in text:
        raise argparse.ArgumentTypeError(f"{text} is no e-mail address")
    return text


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port; it is a number up to 65535")
    return int(text)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day; write it as 2026-11-21") from None


if __name__ == "__main__":
    sys.exit(main())
