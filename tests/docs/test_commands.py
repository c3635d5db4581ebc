"""What a page tells a reader to type can be typed: each command is one that the program knows, and the runnable ones run."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch
from urllib.request import urlopen

import pytest

from pars.edge.city.talking import call
from tests.commands.homes import opening
from tests.docs.pages import PAGES, ROOT, blocks, in_ticks, name, spans, tables

PROGRAMS = ("pars", "pars-verify", "make")


class _Made(Exception):
    """The command line's parser, caught as it was about to read."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        super().__init__()
        self.parser = parser


def made_by(main: str) -> argparse.ArgumentParser:
    """Return the parser that a program makes when it starts (`package.module`)."""

    def caught(self: argparse.ArgumentParser, *_: object) -> None:
        raise _Made(self)

    from importlib import import_module

    with patch.object(argparse.ArgumentParser, "parse_args", caught):
        try:
            import_module(main).main([])
        except _Made as made:
            return made.parser
    raise AssertionError(f"{main} made no parser")


@pytest.fixture(scope="session")
def parsers() -> dict[str, argparse.ArgumentParser]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pars.config.settings")
    import django

    django.setup()
    return {"pars": made_by("pars.edge.commands"), "pars-verify": made_by("verify.__main__")}


def commands_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the commands directly below, by name."""
    actions = parser._subparsers._group_actions if parser._subparsers else []
    return {command: below for action in actions for command, below in (action.choices or {}).items()}


def leaves(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> set[str]:
    """Return every whole command: `ledger export`."""
    below = commands_of(parser)
    return set().union(*(leaves(each, (*path, command)) for command, each in below.items())) if below else {" ".join(path)}


def targets() -> set[str]:
    """Return what `make` makes."""
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def typed(line: str) -> list[str] | None:
    """Return the words of a line that types one of our commands; what stands behind two spaces or a # explains it.

    Of a pipe the last command counts; what sends it to a file or behind the terminal is the shell's.
    """
    text = re.split(r"\s{2,}|\s#|\s[&>]", line.strip().removeprefix("$ "))[0].rpartition(" | ")[2]
    words = shlex.split(text) if text else []
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    return words if words and words[0] in PROGRAMS else None


def joined(lines: tuple[str, ...]) -> list[str]:
    """Return a block's lines, those that a backslash continues as one."""
    return re.sub(r"\\\n\s*", "", "\n".join(lines)).split("\n")


LINES = [
    (name(page), line)
    for page in PAGES
    for block in blocks(page)
    if block.info.split(" ")[0] in {"", "sh", "console"}
    for line in joined(block.lines)
    if typed(line)
]


def test_a_commands_explanation_is_no_part_of_it() -> None:
    assert typed("PARS_HOME=x pars demo --port 0   # in another home") == ["pars", "demo", "--port", "0"]
    assert typed("make quick    format, style") == ["make", "quick"]
    assert typed("It says `pars demo`.") is None
    assert typed("echo a-password | pars user add bob --name B > told") == ["pars", "user", "add", "bob", "--name", "B"]
    assert typed("PARS_INSECURE_HTTP=1 pars serve &") == ["pars", "serve"]
    assert joined(("pars init \\", "  --origin x", "pars fsck")) == ["pars init --origin x", "pars fsck"]


def test_pages_show_commands() -> None:
    assert {words[0] for _, line in LINES if (words := typed(line))} == set(PROGRAMS)


@pytest.mark.parametrize(("page", "line"), LINES)
def test_a_line_that_a_page_shows_is_understood(page: str, line: str, parsers: dict[str, argparse.ArgumentParser]) -> None:
    words = typed(line)
    assert words is not None
    if words[0] == "make":
        assert {word for word in words[1:] if "=" not in word} <= targets(), f"{page}: {line}"
        return
    try:
        parsers[words[0]].parse_args(words[1:])
    except SystemExit as refused:
        pytest.fail(f"{page}: {line!r} isn't understood ({refused.code})")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_command_that_a_sentence_names_is_there(page: Path, parsers: dict[str, argparse.ArgumentParser]) -> None:
    for span in spans(page):
        said = span.split()
        if said[0] == "make" and len(said) > 1 and re.fullmatch(r"[a-z]+", said[1]):
            assert said[1] in targets(), span
        if said[0] not in parsers or len(said) == 1:
            continue
        parser, rest = parsers[said[0]], said[1:]
        while rest and (below := commands_of(parser)) and re.fullmatch(r"[a-z]+", rest[0]):
            assert rest[0] in below, f"`{span}`: no such command"
            parser, rest = below[rest[0]], rest[1:]
        for option in (word for word in rest if word.startswith("-")):
            assert option in parser._option_string_actions, f"`{span}`: no option {option}"


def every(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Return a program's parser and those of its commands."""
    return [parser, *(one for below in commands_of(parser).values() for one in every(below))]


def test_each_commands_help_says_what_it_does_and_what_each_word_of_it_means(
    parsers: dict[str, argparse.ArgumentParser],
) -> None:
    for parser in (one for program in parsers.values() for one in every(program)):
        assert parser.description, parser.prog
        for action in parser._actions:
            assert action.help or isinstance(action, argparse._SubParsersAction), f"{parser.prog}: {action.dest}"


def test_the_readme_lists_every_command(parsers: dict[str, argparse.ArgumentParser]) -> None:
    (rows,) = [rows for head, rows in tables(ROOT / "README.md") if head[0] == "Command"]
    told: set[str] = set()
    for row in rows:
        first, *more = in_ticks(row[0])
        words = first.removeprefix("pars ").split()
        told.add(" ".join(words))
        told |= {" ".join([*words[:-1], other]) for other in more}
    assert told == leaves(parsers["pars"])


# ---------------------------------------------------------------- run


SCRIPTS = [page for page in PAGES if any("script" in block.info.split() for block in blocks(page))]
RUNNABLE = [(name(page), block) for page in PAGES for block in blocks(page) if "runnable" in block.info.split()]


def test_something_runs() -> None:
    assert RUNNABLE
    assert SCRIPTS


ENDED = """started=
trap 'kill $started; wait' EXIT
{typed}
echo typed to the end
read _ || true
"""
"""What is left running ends with whoever reads on: also where this process is killed, since its end of the pipe closes then."""


def script_of(page: Path, folder: Path, port: int) -> str:
    """Return what a page's reader types from its top to its end, and put the files that it shows into a folder.

    Next year's end of a term is always to come, and a port of the test's own is nobody else's.
    """
    later = str(datetime.now(UTC).year + 1)
    for block in blocks(page):
        if block.info.startswith("json "):
            (folder / block.info.split()[1]).write_text(re.sub(r"\b20\d\d(?=-)", later, "\n".join(block.lines)))
    typed_in = [line for block in blocks(page) if "script" in block.info.split() for line in block.lines]
    return ENDED.format(typed=re.sub(r" &$", r' & started="$started $!"', "\n".join(typed_in), flags=re.MULTILINE)).replace(
        "8000", str(port)
    )


@pytest.mark.database
@pytest.mark.parametrize("page", SCRIPTS, ids=name)
def test_what_a_page_has_its_reader_type_works_from_its_top_to_its_end(page: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PARS_", "DJANGO_"))}
    environment |= {"PARS_HOME": str(home), "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = ["sh", "-euc", script_of(page, tmp_path, port)]
    try:
        with (tmp_path / "told").open("w+") as told:
            # What it leaves running writes there too, so nobody waits for the end of that file.
            shell = subprocess.Popen(script, cwd=tmp_path, env=environment, stdin=subprocess.PIPE, stdout=told, stderr=told)
            try:
                until = time.monotonic() + 600  # a machine that others use too
                while "typed to the end\n" not in (said := (tmp_path / "told").read_text()):
                    assert shell.poll() is None, said
                    assert time.monotonic() < until, said
                    time.sleep(0.1)
                with urlopen(f"http://127.0.0.1:{port}/public", timeout=30) as public:
                    assert "Sheriff of the Neighboring County" in public.read().decode()
                asked_as_the_page_says(page, tmp_path, environment, port)
            finally:
                shell.communicate()
    finally:
        from pars.store.engine import remove

        remove(home)


def asked_as_the_page_says(page: Path, folder: Path, environment: dict[str, str], port: int) -> None:
    """Ask the page's first question as it is typed there, and over HTTP with its token; a late answer is asked for anew, as it says."""
    (block,) = [block for block in blocks(page) if block.info == "sh question"]
    local, remote = joined(block.lines)
    assert "Bearer $(cat sheriff-desk.token)" in remote
    assert '-H "Idempotency-Key: ' in remote
    assert "--data @question.json http://127.0.0.1:8000/v1/questions" in remote
    until = time.monotonic() + 120
    while time.monotonic() < until:
        said = subprocess.run(["sh", "-euc", local], check=False, cwd=folder, env=environment, capture_output=True, text=True)
        if "Ask again." not in said.stderr:
            break
    assert re.fullmatch(r"0 record\(s\), entry \d+\.\n", said.stdout), said.stderr
    token, question = (folder / "sheriff-desk.token").read_text().strip(), json.loads((folder / "question.json").read_text())
    status = 503
    while status == 503 and time.monotonic() < until:
        status, told = call(f"http://127.0.0.1:{port}", "POST", "/v1/questions", token=token, body=question)
    assert (status, told.get("records")) == (200, []), told


@pytest.mark.database
@pytest.mark.parametrize(("page", "block"), RUNNABLE, ids=[page for page, _ in RUNNABLE])
def test_what_is_marked_runnable_runs(page: str, block: object, tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PARS_", "DJANGO_"))}
    environment |= {"PARS_HOME": str(home), "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}"}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)

    try:
        if not any(line.startswith("pars init") for line in block.lines):
            begun = run("pars", *opening())
            assert begun.returncode == 0, begun.stderr
        for line in block.lines:
            words = typed(line)
            if words is None or words[0] == "make":
                continue
            done = run(*words)
            assert done.returncode == 0, f"{page}: {line}\n{done.stdout}\n{done.stderr}"
    finally:
        from pars.store.engine import remove

        remove(home)
