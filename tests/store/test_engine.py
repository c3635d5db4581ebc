"""The engine: found or launched, never as root, never open to others, back after a kill."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from pars.store import engine_cluster, engine_places, engine_unprivileged
from pars.store.engine import EngineRefused, address, remove, start, status
from pars.store.engine_cluster import Cluster
from pars.store.engine_places import LONGEST_SOCKET, SOCKET

ROOT = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root can drop root's powers")


@pytest.fixture(autouse=True)
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try the embedded engine even where the other tests run on a named one."""
    monkeypatch.delenv("PARS_DATABASE_URL", raising=False)


@pytest.fixture
def home(tmp_path: Path):
    """Give a PARS_HOME of which nothing is left."""
    yield (home := tmp_path / "home")
    remove(home)


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch):
    """Stand in for /var/lib/pars: a folder that everyone may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="pars-shared-", dir="/var/tmp"))
    folder.chmod(0o755)
    monkeypatch.setattr(engine_places, "SHARED", folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def no_namespaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse user namespaces as a container does."""
    (tmp_path / "bin").mkdir()
    refuses = tmp_path / "bin" / "unshare"
    refuses.write_text("#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n")
    refuses.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
        assert row is not None
        return row[0]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def data_of(home: Path) -> Path:
    """Return PGDATA: under PARS_HOME, or where root had to put it."""
    return engine_places.base_of(home / "postgres") / "data"


def first_process(home: Path) -> int:
    found = Cluster.of(home)._first_process()
    assert found is not None
    return found


def wait_until_gone(home: Path) -> None:
    deadline = time.monotonic() + 20
    while Cluster.of(home).alive():
        assert time.monotonic() < deadline, "processes of the cluster live on"
        time.sleep(0.01)


# ---------------------------------------------------------------- start, stop, status


def test_cold_warm_and_found(home: Path) -> None:
    assert status(home).state == "absent"
    assert not home.exists(), "asking makes nothing"
    with start(home) as cold:
        assert cold.launched
        assert cold.embedded
        assert ask(cold.url(), "SELECT current_user || '@' || current_database()") == "pars_owner@pars"
        assert status(home).state == "running"
        with start(home) as found:
            assert not found.launched
            assert ask(found.url(), "SELECT 1") == 1
        assert ask(cold.url(), "SELECT 1") == 1, "who only found the server doesn't stop it"
        with psycopg.connect(cold.url()) as connection:
            connection.execute("CREATE TABLE kept (line text)")
            connection.execute("INSERT INTO kept VALUES ('still here')")
    assert status(home).state == "stopped"
    begun = time.monotonic()
    with start(home) as warm:
        assert warm.launched
        assert ask(warm.url(), "SELECT line FROM kept") == "still here"
    assert time.monotonic() - begun < 5


def test_what_the_server_is(home: Path) -> None:
    with start(home) as engine:
        assert engine.version >= 180000
        expected = {
            "listen_addresses": "",
            "data_checksums": "on",
            "server_encoding": "UTF8",
            "fsync": "on",
            "full_page_writes": "on",
            "synchronous_commit": "on",
            "password_encryption": "scram-sha-256",
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
        }
        assert {name: ask(engine.url(), f"SHOW {name}") for name in expected} == expected
        # Text sorts by code point on every machine, and letters beyond ASCII have their capitals.
        assert ask(engine.url(), "SELECT string_agg(x, '' ORDER BY x) FROM unnest('{é,Z,a}'::text[]) x") == "Zaé"
        assert ask(engine.url(), "SELECT upper('ñ')") == "Ñ"
        rights = (
            "SELECT rolsuper::text || rolcreatedb || rolcreaterole || rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert ask(engine.url(), rights) == "falsetruetruefalse"


def test_stop_is_idempotent_and_ends_every_process(home: Path) -> None:
    engine = start(home)
    cluster = Cluster.of(home)
    assert len(cluster._processes()) > 1
    with psycopg.connect(engine.url()):
        engine.stop()
        assert cluster._processes() == []
        engine.stop()
    assert not (data_of(home) / "postmaster.pid").exists(), "a fast shutdown, not a kill"


def test_two_at_once_make_one_cluster(home: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from pars.store.engine import start;"
        "e = start(Path(sys.argv[1])); print(e.launched, flush=True); sys.stdin.read()"
    )
    argv = [sys.executable, "-c", program, str(home)]
    starters = [subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [starter.stdout.readline().strip() for starter in starters if starter.stdout]
    assert sorted(said) == ["False", "False", "True"]
    for starter in starters:
        starter.communicate()
    with start(home) as found:
        assert not found.launched, "the server outlives the process that launched it"


# ---------------------------------------------------------------- nobody else gets in


def test_a_password_is_asked(home: Path) -> None:
    with start(home) as engine:
        rules = (data_of(home) / "pg_hba.conf").read_text()
        methods = {line.split()[-1] for line in rules.splitlines() if line.strip() and not line.startswith("#")}
        assert methods == {"scram-sha-256"}
        without = {name: value for name, value in engine.parameters.items() if name != "password"}
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(**without, passfile="/nonexistent")  # type: ignore[arg-type]
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            psycopg.connect(engine.url(password="guessed"))
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            psycopg.connect(engine.url(user="pars_engine", password="guessed"))
        assert engine.parameters["password"] not in repr(engine)


def test_files_are_closed_to_others(home: Path) -> None:
    os.umask(old := os.umask(0))
    os.umask(0)
    try:
        with start(home):
            own = home / "postgres"
            base = engine_places.base_of(own)
            sockets = engine_places.sockets_of(own)
            assert sockets is not None
            assert {mode(folder) for folder in (home, own, base, base / "data", sockets)} == {0o700}
            assert mode(sockets / SOCKET) == 0o700
            secrets = list(own.glob("*.password"))
            assert len(secrets) == 2
            assert {mode(file) for file in (*secrets, own / "server.log", own / "life.lock")} == {0o600}
            assert not list(base.glob("initdb*")), "the password file that initdb read is gone"
    finally:
        os.umask(old)


def test_no_value_gets_into_the_log(home: Path) -> None:
    with start(home) as engine:
        with psycopg.connect(engine.url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE person (name text PRIMARY KEY, age int CHECK (age > 0))")
            connection.execute("INSERT INTO person VALUES ('Quillfeather', 40)")
            for wrong in (
                "INSERT INTO person VALUES ('Quillfeather', 41)",
                "INSERT INTO person VALUES ('Quillfeather-Two', -1)",
                "SELECT 'Quillfeather'::int",
                "SELECT Quillfeather",
            ):
                with pytest.raises(psycopg.Error):
                    connection.execute(wrong)  # type: ignore[arg-type]
        assert "Quillfeather" not in (home / "postgres" / "server.log").read_text()


def test_variables_of_other_servers_are_ignored(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGDATA", "PGPORT", "PGHOST", "PGUSER", "PGDATABASE", "PGPASSFILE", "PGSYSCONFDIR"):
        monkeypatch.setenv(name, "/nonexistent")
    with start(home) as engine:
        assert ask(engine.url(), "SHOW timezone") == "UTC"


# ---------------------------------------------------------------- long paths


@pytest.fixture
def in_place() -> None:
    """Skip where all of the database must lie under a short path of root's anyway."""
    if engine_unprivileged.choose_way().name == "setuid":
        pytest.skip("this machine refuses user namespaces, so root's database lies under /var/lib/pars")


@pytest.mark.usefixtures("in_place")
def test_a_long_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / ("a folder with, a long 'name'" * 3) / ("and one more in it" * 4)
    assert len(os.fsencode(home)) > LONGEST_SOCKET
    runtime = Path(tempfile.mkdtemp(prefix="run-", dir="/tmp"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    with start(home) as engine:
        sockets = engine_places.sockets_of(home / "postgres")
        assert sockets is not None
        assert sockets.parent == runtime
        assert len(os.fsencode(sockets / SOCKET)) < LONGEST_SOCKET
        assert mode(sockets) == 0o700
        assert ask(engine.url(), "SELECT 1") == 1
    with start(home):
        assert engine_places.sockets_of(home / "postgres") == sockets, "it is remembered"
    # The machine starts again, and its temporary folders are empty.
    shutil.rmtree(sockets)
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    with start(home) as again:
        assert again.url() == engine.url(), "addresses that were written down still hold"
        assert ask(again.url(), "SELECT 1") == 1
        assert mode(sockets) == 0o700
    # The folder for temporary folders itself is gone.
    shutil.rmtree(runtime)
    with start(home) as elsewhere:
        other = engine_places.sockets_of(home / "postgres")
        assert other is not None
        assert other != sockets
        assert ask(elsewhere.url(), "SELECT 1") == 1
    shutil.copytree(home / "postgres", tmp_path / ("x" * 110) / "postgres")
    assert engine_places.sockets_of(tmp_path / ("x" * 110) / "postgres") is None, "a copy doesn't sit down in the original's"
    remove(home)
    assert not other.exists()


@pytest.mark.usefixtures("in_place")
def test_a_stranger_took_the_remembered_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / ("long" * 30)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime := Path(tempfile.mkdtemp(prefix="run-", dir="/tmp"))))
    with start(home):
        sockets = engine_places.sockets_of(home / "postgres")
        assert sockets is not None
    sockets.chmod(0o777)
    with start(home):
        other = engine_places.sockets_of(home / "postgres")
        assert other is not None
        assert other != sockets
        assert mode(other) == 0o700
    remove(home)
    shutil.rmtree(runtime)


def test_the_paths_limit() -> None:
    room = LONGEST_SOCKET - len(SOCKET) - 2
    assert engine_places._fits(Path("/" + "x" * (room - 1)))
    assert not engine_places._fits(Path("/" + "x" * room))
    assert not engine_places._fits(Path("/" + "é" * (room - 1))), "it is bytes that count"


# ---------------------------------------------------------------- after a crash


def test_back_after_the_server_and_its_children_are_killed(home: Path) -> None:
    engine = start(home)
    with psycopg.connect(engine.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        for n in range(50):
            connection.execute("INSERT INTO kept VALUES (%s)", (n,))
        for process in Cluster.of(home)._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
    assert (data_of(home) / "postmaster.pid").exists(), "what a crash leaves behind"
    again = start(home)
    assert again.launched
    assert ask(again.url(), "SELECT count(*) FROM kept") == 50


def test_back_after_the_server_alone_is_killed_while_a_child_works(home: Path) -> None:
    engine = start(home)
    connection = psycopg.connect(engine.url(), autocommit=True)
    connection.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 2000000000)")  # it won't notice for minutes
    time.sleep(0.2)
    os.kill(first_process(home), signal.SIGKILL)
    assert Cluster.of(home).alive()
    begun = time.monotonic()
    again = start(home)
    connection.close()
    assert again.launched
    assert time.monotonic() - begun < 20
    assert ask(again.url(), "SELECT 1") == 1


def test_a_zombie_and_a_strangers_number_are_no_server(home: Path) -> None:
    """A pid file that names a live process which isn't the server must neither stop a start nor get that process hurt."""
    start(home).stop()
    stranger = subprocess.Popen(["sleep", "60"])
    pid_file = data_of(home) / "postmaster.pid"
    pid_file.write_text(f"{stranger.pid}\n{home}\n1\n5432\n\n\n\n")
    pid_file.chmod(0o600)
    if IS_ROOT:
        engine_unprivileged.choose_way().give(pid_file.parent)
    assert status(home).state == "stopped"
    Cluster.of(home).stop(patience=5)
    with start(home) as engine:
        assert ask(engine.url(), "SELECT 1") == 1
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_killed_first_start_begins_again(home: Path) -> None:
    """initdb was cut short: what it had made is thrown away, and nothing of it is taken for a cluster."""
    start(home).stop()
    data = data_of(home)
    data.rename(half := data.with_name("data.new"))
    (half / "global" / "pg_control").unlink()
    data.with_name("initdb.password").write_text("left behind")
    with start(home) as engine:
        assert ask(engine.url(), "SELECT 1") == 1
        assert {path.name for path in data.parent.iterdir()} & {"data.new", "initdb.password"} == set()


def test_a_lost_owners_password_is_mended_and_a_lost_superusers_is_told(home: Path) -> None:
    start(home).stop()
    own = home / "postgres"
    (own / "pars_owner.password").unlink()
    with start(home) as engine:
        assert ask(engine.url(), "SELECT current_user") == "pars_owner"
    (own / "pars_engine.password").rename(own / "away")
    with pytest.raises(EngineRefused, match=r"pars_engine\.password"):
        start(home)
    (own / "away").rename(own / "pars_engine.password")


def test_a_socket_that_somebody_removed(home: Path) -> None:
    engine = start(home)
    sockets = engine_places.sockets_of(home / "postgres")
    assert sockets is not None
    (sockets / SOCKET).unlink()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(engine.url())
    again = start(home)
    assert again.launched
    assert ask(again.url(), "SELECT 1") == 1


def test_a_start_that_fails_says_what_the_server_said(home: Path) -> None:
    start(home).stop()
    with pytest.raises(EngineRefused, match="shared_buffers"):
        start(home, settings={"shared_buffers": "many"})
    wait_until_gone(home)
    with start(home) as engine:
        assert ask(engine.url(), "SELECT 1") == 1


def test_a_stopped_server_is_not_waited_for_forever(home: Path) -> None:
    start(home)
    processes = Cluster.of(home)._processes()
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        assert status(home).state == "busy"
        with pytest.raises(EngineRefused, match="hasn't answered"):
            start(home, patience=0.1)
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


# ---------------------------------------------------------------- refusals


def test_data_of_another_major_version(home: Path) -> None:
    start(home).stop()
    data = data_of(home)
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(
        EngineRefused, match=r"made by PostgreSQL 17; the one installed here is 18.*Nothing was changed"
    ) as refused:
        start(home)
    assert "pars backup" in refused.value.remedy
    assert (data / "PG_VERSION").read_text() == "17\n"
    assert not data.with_name("data.new").exists()
    (data / "PG_VERSION").write_text("18\n")
    with start(home) as engine:
        assert ask(engine.url(), "SELECT 1") == 1


def test_a_home_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(EngineRefused, match="can't be used"):
        start(tmp_path / "home")


def test_no_wheel(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_places.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EngineRefused, match="is not installed") as refused:
        start(home)
    assert "make setup" in refused.value.remedy


# ---------------------------------------------------------------- a named server


def test_a_named_server(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with start(home) as own:
        monkeypatch.setenv("PARS_DATABASE_URL", own.url())
        with start(home / "elsewhere") as named:
            assert not named.embedded
            assert not named.launched
            assert named.version == own.version
            named.stop()
            assert ask(named.url(), "SELECT current_user") == "pars_owner"
            with psycopg.connect(named.url(), autocommit=True) as owner:
                owner.execute("CREATE DATABASE beside")
            assert ask(named.url(database="beside"), "SELECT current_database()") == "beside"
            assert status(home / "elsewhere").state == "running"
        assert not (home / "elsewhere").exists(), "a named server keeps nothing in PARS_HOME"
        with psycopg.connect(own.url(), autocommit=True) as owner:
            owner.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0")
        monkeypatch.setenv("PARS_DATABASE_URL", own.url(database="latin"))
        with pytest.raises(EngineRefused, match="LATIN1"):
            start(home)
        monkeypatch.setattr("pars.store.engine.OLDEST", 99)
        monkeypatch.setenv("PARS_DATABASE_URL", own.url())
        with pytest.raises(EngineRefused, match=r"is PostgreSQL 18\.\d+; PARS needs 99 or later"):
            start(home)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://pars@127.0.0.1:1/pars", "can't be reached"),
        ("postgresql://[", "isn't an address"),
        ("mysql://pars@localhost/pars", "isn't an address"),
    ],
)
def test_a_named_server_that_is_none(url: str, says: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARS_DATABASE_URL", url)
    with pytest.raises(EngineRefused, match=says):
        start(home)
    assert status(home).state == "absent"
    assert not home.exists()


def test_addresses_keep_every_character() -> None:
    awkward = {
        "user": "o'wner@x",
        "password": "a:b/c@d?e%f g",
        "dbname": "pa rs",
        "host": "/tmp/with, comma and space",
        "port": "5432",
    }
    assert psycopg.conninfo.conninfo_to_dict(address(awkward)) == awkward


# ---------------------------------------------------------------- root


def owners(cluster: Cluster) -> set[int]:
    """Return the users of the cluster's processes. One that ends between being listed and being looked at has none."""
    found = set()
    for process in cluster._processes():
        with suppress(FileNotFoundError):
            found.add(Path(f"/proc/{process}").stat().st_uid)
    return found


def capabilities(cluster: Cluster) -> set[str]:
    lines = (Path(f"/proc/{process}/status").read_text().splitlines() for process in cluster._processes())
    return {line.split()[1] for process in lines for line in process if line.startswith("CapEff")}


@needs_root
def test_root_in_a_namespace(home: Path) -> None:
    """Everything stays under a PARS_HOME that no other user can enter, and yet no process has root's powers."""
    if engine_unprivileged.choose_way().name != "namespace":
        pytest.skip("this machine refuses user namespaces")
    closed = home.parent
    closed.chmod(0o700)
    with start(home) as engine:
        cluster = Cluster.of(home)
        first = first_process(home)
        assert capabilities(cluster) == {"0" * 16}
        assert Path(f"/proc/{first}/ns/user").readlink() != Path("/proc/self/ns/user").readlink()
        assert engine_places.base_of(home / "postgres") == home / "postgres"
        assert ask(engine.url(), "SELECT 1") == 1


@needs_root
@pytest.mark.usefixtures("no_namespaces")
def test_root_where_namespaces_are_refused(home: Path, shared: Path) -> None:
    """The data and a copy of the programs lie where the unprivileged user gets in, and root's own folders stay closed."""
    home.parent.chmod(0o700)
    programs = engine_places._wheel()
    for _ in ("cold", "warm"):
        with start(home) as engine:
            assert engine.launched
            cluster = Cluster.of(home)
            account = engine_unprivileged._account()
            assert owners(cluster) == {account.pw_uid}
            assert account.pw_uid != 0
            assert capabilities(cluster) == {"0" * 16}
            base = engine_places.base_of(home / "postgres")
            assert base.parent == shared
            assert mode(base) == 0o700
            assert base.stat().st_uid == account.pw_uid
            assert ask(engine.url(), "SELECT 1") == 1, "root gets in"
        assert mode(home) == mode(home / "postgres") == 0o700
    assert not (home / "postgres" / "data").exists()
    for process in start(home) and Cluster.of(home)._processes():
        with suppress(ProcessLookupError):  # one of them may have gone with the first
            os.kill(process, signal.SIGKILL)
    with start(home) as engine:
        assert ask(engine.url(), "SELECT 1") == 1, "back after a kill"
    assert (programs / "pginstall" / "bin" / "postgres").exists()


@needs_root
@pytest.mark.usefixtures("no_namespaces")
def test_a_long_path_where_namespaces_are_refused(home: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = shared / ("long" * 30)
    long.mkdir(mode=0o755)
    monkeypatch.setattr(engine_places, "SHARED", long)
    with start(home) as engine:
        sockets = engine_places.sockets_of(home / "postgres")
        assert sockets is not None
        assert len(os.fsencode(sockets / SOCKET)) < LONGEST_SOCKET
        assert sockets.stat().st_uid == engine_unprivileged._account().pw_uid
        assert mode(sockets) == 0o700
        assert ask(engine.url(), "SELECT 1") == 1


@needs_root
@pytest.mark.usefixtures("no_namespaces")
def test_the_programs_are_copied_with_their_libraries_only_when_they_must_be(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = engine_unprivileged.choose_way()
    assert way.name == "setuid"
    wheel = engine_places._wheel()
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(wheel / "pginstall", closed / wheel.name / "pginstall")
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), closed / f"{wheel.name}.libs")
    monkeypatch.setattr(engine_places, "_wheel", lambda: closed / wheel.name)
    assert not way.can(closed / wheel.name / "pginstall" / "bin" / "postgres", "--version")
    programs = engine_places._programs(way)
    assert shared in programs.parents
    assert way.can(programs / "postgres", "--version")
    assert way.can(programs / "initdb", "--version"), "initdb needs the library beside"
    assert programs.stat().st_uid == 0, "who runs them can't change them"
    made = programs.stat().st_mtime_ns
    assert engine_places._programs(way) == programs
    assert programs.stat().st_mtime_ns == made
    assert [path.name for path in shared.iterdir()] == [programs.parents[2].name], "nothing half-made is left"


@needs_root
@pytest.mark.usefixtures("shared")
def test_from_one_way_to_the_other(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine_unprivileged.choose_way().name != "namespace":
        pytest.skip("this machine refuses user namespaces")
    real = engine_unprivileged.choose_way
    account = engine_unprivileged._account()
    setuid = engine_unprivileged.Way(name="setuid", uid=account.pw_uid, gid=account.pw_gid)
    monkeypatch.setattr(engine_cluster, "choose_way", lambda: setuid)
    with start(home) as engine, psycopg.connect(engine.url()) as connection:
        connection.execute("CREATE TABLE kept ()")
    monkeypatch.setattr(engine_cluster, "choose_way", real)
    with start(home) as engine:
        assert owners(Cluster.of(home)) == {0}
        assert ask(engine.url(), "SELECT count(*) FROM kept") == 0, "the same data, given to whom it now runs as"
    # The other direction would mean moving a database out of a closed home: it is refused, in words.
    inside = tmp_path / "inside"
    start(inside).stop()
    monkeypatch.setattr(engine_cluster, "choose_way", lambda: setuid)
    inside.parent.chmod(0o700)
    with pytest.raises(EngineRefused, match="can't enter"):
        start(inside)


@needs_root
@pytest.mark.usefixtures("shared", "no_namespaces")
def test_a_copied_home_does_not_share_the_database(home: Path, tmp_path: Path) -> None:
    start(home).stop()
    shutil.copytree(home, tmp_path / "copy")
    with pytest.raises(EngineRefused, match="is a copy of"):
        start(tmp_path / "copy")
    home.rename(tmp_path / "moved")
    with start(tmp_path / "moved") as engine:
        assert ask(engine.url(), "SELECT 1") == 1, "a moved one keeps its own"
        base = engine_places.base_of(tmp_path / "moved" / "postgres")
    remove(tmp_path / "copy")
    assert base.exists(), "removing a copy leaves the original's database"
    remove(tmp_path / "moved")
    assert not base.exists()


@needs_root
def test_a_user_number_without_a_name() -> None:
    """A container run under a bare number has no name for initdb: the namespace gives it one."""
    if engine_unprivileged.choose_way().name != "namespace":
        pytest.skip("this machine refuses user namespaces")
    bare = 54_321
    with pytest.raises(KeyError):
        pwd.getpwuid(bare)
    program = (
        "import os; from pars.store.engine_unprivileged import choose_way;"
        "os.setgroups([]); os.setgid(54321); os.setuid(54321); way = choose_way();"
        "print(way.name, way.uid, way.run('id', '-un').stdout.strip())"
    )
    argv = [sys.executable, "-c", program]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["namespace", "54321", engine_unprivileged._account().pw_name], done.stderr
