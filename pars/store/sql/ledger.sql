-- The ledger: insert-only entries, what they name, the sealed tree over them, and the one clock.

create schema ledger;

-- ---------------------------------------------------------------- the clock (law L12)

create table ledger.clock (
    n        bigint primary key generated always as identity,
    entry    bigint not null,
    shift    bigint not null  -- microseconds between the real clock and this ledger's; 0 unless the genesis says simulated
);

create function ledger.shift() returns bigint language sql stable as $$
    select coalesce((select shift from ledger.clock order by n desc limit 1), 0)
$$;

-- The database's clock in whole microseconds since 1970, unshifted: what the jump check compares with a monotonic clock.
create function ledger.real_now() returns bigint language sql volatile as $$
    select (extract(epoch from clock_timestamp()) * 1000000)::bigint
$$;

create function ledger.pars_now() returns bigint language plpgsql volatile as $$
begin
    return ledger.real_now() + ledger.shift();
end
$$;

-- ---------------------------------------------------------------- entries

create sequence ledger.entry_id as bigint;  -- from 1; the genesis is entry 0

create table ledger.entry (
    id         bigint primary key,
    xid        xid8 not null default pg_current_xact_id(),
    kind       smallint not null,
    at         bigint not null,
    authority  text collate "C" not null,
    person     text collate "C" not null,
    body       bytea not null check (octet_length(body) <= 2048)
);
create index entry_order on ledger.entry (xid, id);
create index entry_by_authority on ledger.entry (authority, id);
create index entry_by_kind on ledger.entry (kind, id);
create index entry_by_time on ledger.entry using brin (at);  -- times rise nearly as rows lie: an append pays nothing for it

alter table ledger.clock add foreign key (entry) references ledger.entry deferrable initially deferred;

-- What lies beside an entry names one of the same transaction: `same_transaction` (guards.sql) holds that for all rows of a statement at
-- once, and nothing is ever deleted, so that a foreign key would only look up and lock the entry again for each row.

-- The plain index: which rows an entry of a change wrote ('case_file' …) or an entry of a disclosure showed ('case_now').
create table ledger.entry_row (
    entry    bigint not null,
    tbl      text collate "C" not null,
    "row"    text collate "C" not null,
    version  bigint not null,
    primary key (entry, tbl, "row")
);
create index entry_row_by_row on ledger.entry_row (tbl, "row", version);

-- The side row that bundles carry: keyed commitments to the records an entry is about, in the order they were given.
create table ledger.commitment (
    entry  bigint primary key,
    list   bytea[] not null
);

-- Literals, persons shown and recipient of a disclosure, encrypted under the key of its question.
create table ledger.dissemination (
    entry       bigint primary key,
    ciphertext  bytea not null
);

-- Which version of which case a staff session has been shown, so that a list enters only what is new to it.
create table ledger.shown_to (
    browser  bytea not null,  -- sha256 of the session's key, the authority and the columns
    case_id  uuid not null,
    version  bigint not null,
    entry    bigint not null references ledger.entry deferrable initially deferred,
    primary key (browser, case_id)
);

-- ---------------------------------------------------------------- the sealed tree

create table ledger.epoch (
    n      bigint primary key,
    entry  bigint not null references ledger.entry deferrable initially deferred
);

-- `check_leaves` (guards.sql) holds for all leaves of a statement at once that each has its entry.
create table ledger.leaf (
    index  bigint primary key check (index >= 0),
    entry  bigint not null unique,
    hash   bytea not null check (octet_length(hash) = 32)
);

-- Full tiles of 256 hashes (C2SP tlog-tiles); what lies right of the last full tile is read from the leaves.
create table ledger.tile (
    level   smallint not null check (level >= 0),
    n       bigint not null check (n >= 0),
    hashes  bytea not null check (octet_length(hashes) = 8192),
    primary key (level, n)
);

create table ledger.checkpoint (
    size  bigint primary key check (size > 0),
    root  bytea not null check (octet_length(root) = 32),
    note  text not null
);

-- ---------------------------------------------------------------- witnesses

-- What witnesses put under checkpoints: by whose key, the second on the witness's own clock, and the line itself.
create table ledger.cosignature (
    size     bigint not null references ledger.checkpoint,
    witness  bytea not null check (octet_length(witness) = 32),
    at       bigint not null check (at > 0),
    line     text not null,
    primary key (size, witness)
);
create index cosignature_by_witness on ledger.cosignature (witness, size);

-- What a witness said of the log of this name, where it is other than what it said before; `size` is the one that it knows or was
-- shown. The log's own memory, a file beside the database, speaks here under the log's key. The newest row of each is what counts.
create table ledger.heard (
    n        bigint primary key generated always as identity,
    origin   text collate "C" not null,
    witness  bytea not null check (octet_length(witness) = 32),
    said     text collate "C" not null check (said in ('agrees', 'ahead', 'forked', 'refused', 'unknown', 'silent', 'clock')),
    size     bigint not null,
    at       bigint not null default ledger.real_now()
);
create index heard_by_witness on ledger.heard (witness, n);

-- The newest act on the texts that name the witnesses, and the log.
create function ledger.voted_on_witnesses() returns bigint language sql stable as $$
    select max(r.version) from ledger.entry_row r where r.tbl = 'act' and r."row" in ('text:witnesses', 'text:successor');
$$;

-- How the log stands with these witnesses, of whom `needs` are enough: `covered` entries were cosigned by so many, the oldest of the
-- others has waited `unwitnessed` microseconds, counted from `since` at the earliest; `contradicted` says that one of `heeded` knows
-- more of this log than is here, or other than is here. `signed` is the size of the newest checkpoint, `act` the newest act on the texts
-- that name them, `latest` the latest time among the newest answers to outsiders, and `lag` how long the oldest entry waits to be sealed, or
-- then to be signed.
create function ledger.watched(
    log text, witnesses bytea[], needs integer, heeded bytea[], since bigint,
    out covered bigint, out unwitnessed bigint, out contradicted boolean, out signed bigint, out act bigint, out latest bigint, out lag bigint)
language plpgsql volatile as $$
declare
    oldest  bigint;
begin
    lag := greatest(ledger.seal_lag(), ledger.unsigned());
    -- Who cosigned a longer log has seen that the shorter one is its beginning: of each the longest counts.
    select size into covered
      from unnest(witnesses) w (key), lateral (select max(c.size) as size from ledger.cosignature c where c.witness = w.key) c
     where size is not null order by size desc offset greatest(needs - 1, 0) limit 1;
    covered := coalesce(covered, 0);
    if needs > 0 then
        select e.at into oldest from ledger.leaf l join ledger.entry e on e.id = l.entry where l.index = covered;
        unwitnessed := case when oldest is null then ledger.seal_lag() else ledger.pars_now() - oldest end;
        unwitnessed := greatest(least(unwitnessed, ledger.pars_now() - since), 0);
    else
        unwitnessed := 0;
    end if;
    contradicted := exists (
        select 1 from unnest(heeded) w (key),
               lateral (select h.said from ledger.heard h where h.witness = w.key and h.origin = log order by h.n desc limit 1) h
         where h.said in ('ahead', 'forked'));
    select coalesce(max(c.size), 0) into signed from ledger.checkpoint c;
    act := ledger.voted_on_witnesses();
    -- Numbers are drawn with the times, or less than W before, so that one of the newest has the latest.
    select max(e.at) into latest from (select at from ledger.entry where kind = 60 order by id desc limit 64) e;
end
$$;

-- ---------------------------------------------------------------- the first statement of every act

-- Take the authority locks, then read the time: since a lock comes before the transaction's first write, the order in which entries are
-- sealed agrees with the order of authority. Both clocks are read together: `at` is the ledger's, `real` the unshifted one.
create function ledger.hold(shared bigint[], exclusive bigint[], out at bigint, out "real" bigint)
language plpgsql volatile as $$
declare
    key bigint;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'an act begins in read committed: it reads what was done before its locks' using errcode = 'invalid_transaction_state';
    end if;
    if current_setting('synchronous_commit') in ('off', 'local') then
        perform set_config('synchronous_commit', 'on', true);
    end if;
    -- A process that stops in the middle holds its locks, and keeps what comes after it from being sealed, this long at most.
    perform set_config('idle_in_transaction_session_timeout', '10s', true);
    for key in select k from unnest(shared || exclusive) k group by k order by k loop
        if key = any (exclusive) then
            perform pg_advisory_xact_lock(key);
        else
            perform pg_advisory_xact_lock_shared(key);
        end if;
    end loop;
    "real" := ledger.real_now();
    at := "real" + ledger.shift();
end
$$;

-- What an act begins with: its locks, the time, and then its entry's number.
create function ledger.begin_act(shared bigint[], exclusive bigint[], out entry bigint, out at bigint, out "real" bigint)
language plpgsql volatile as $$
begin
    select h.at, h."real" into at, "real" from ledger.hold(shared, exclusive) h;
    entry := nextval('ledger.entry_id');
end
$$;

-- Entries of one kind under one authority that stand alone: nothing is read for them under the locks, and nothing names their numbers. So
-- all is one statement, and one journey: locks, time and numbers as in begin_act, the entries, and (where nothing was begun before it) the
-- commit. Their bytes come whole but for the time and the number, which only this function knows: it puts them where the canonical form
-- has them. The guards read the bytes as anybody's; whoever sent them works the leaf out again from what comes back.
create function ledger.enter(
    shared bigint[], of_kind smallint, under text, persons text[], amid bytea[], behind bytea[])
returns table (entry bigint, at bigint, leaf bytea) language plpgsql volatile as $$
declare
    begun    record;
    numbers  bigint[];
    head     bytea;
begin
    begun := ledger.hold(shared, '{}');
    for _ in 1..cardinality(persons) loop
        numbers := numbers || nextval('ledger.entry_id');
    end loop;
    head := convert_to('{"at":' || begun.at, 'UTF8');
    return query
        insert into ledger.entry as e (id, kind, at, authority, person, body)
        select numbers[u.n], of_kind, begun.at, under, u.person, head || u.amid || convert_to(numbers[u.n]::text, 'UTF8') || u.behind
          from unnest(persons, amid, behind) with ordinality u (person, amid, behind, n)
        returning e.id, e.at, sha256('\x00'::bytea || e.body);
end
$$;

-- How long the oldest committed entry that has no index yet has been waiting, in microseconds; 0 when all are sealed. For ever, where
-- the server's transactions are numbered below those of sealed entries, as after a dump was read into another one: no order is guessed.
create function ledger.seal_lag() returns bigint language plpgsql volatile as $$
declare
    last    record;
    oldest  bigint;
begin
    select e.xid, e.id into last from ledger.leaf l join ledger.entry e on e.id = l.entry order by l.index desc limit 1;
    if last is null then
        select e.at into oldest from ledger.entry e order by e.xid, e.id limit 1;
    elsif last.xid >= pg_snapshot_xmax(pg_current_snapshot()) then
        return 9e15;  -- this server counts transactions anew: what comes now would stand before what is sealed
    else
        select e.at into oldest from ledger.entry e where (e.xid, e.id) > (last.xid, last.id) order by e.xid, e.id limit 1;
    end if;
    return greatest(coalesce(ledger.pars_now() - oldest, 0), 0);
end
$$;

-- How long the oldest sealed entry that no checkpoint covers has been waiting to be signed; 0 when all are. What a simulated clock was
-- shifted by meanwhile is no waiting: the entry that says so bears the time after it.
create function ledger.unsigned() returns bigint language plpgsql volatile as $$
declare
    oldest  record;
begin
    select e.id, e.at into oldest from ledger.leaf l join ledger.entry e on e.id = l.entry
     where l.index = (select coalesce(max(c.size), 0) from ledger.checkpoint c);
    if oldest is null then
        return 0;
    end if;
    return greatest(ledger.real_now() - oldest.at + coalesce(
        (select c.shift from ledger.clock c where c.entry <= oldest.id order by c.n desc limit 1), 0), 0);
end
$$;

-- The first statement of a transaction that several answers under one authority may share: locks and times as in begin_act, and as many
-- numbers as there are `members`; then, read under the locks, how far sealing and signing lag and the stamps of the authorities, in the order
-- asked. `patience` (milliseconds) bounds every wait for a lock in this transaction: an outside answer that waited longer could not be
-- sent in time. With it come, in the same journey, the newest act on the first authority, the systems bound to it, and the newest act
-- on witnesses. Without it the answer is staff's, which no lag stops, so none of that is asked.
create function ledger.begin_entries(
    shared bigint[], authorities text[], patience integer, members integer,
    out entries bigint[], out at bigint, out "real" bigint, out lag bigint, out stamps bigint[], out newest bigint, out clients text[],
    out voted bigint, out unsigned bigint)
language plpgsql volatile as $$
declare
    begun  record;
begin
    if patience is not null then
        perform set_config('lock_timeout', patience::text, true);
    end if;
    begun := ledger.hold(shared, '{}');
    at := begun.at;
    "real" := begun."real";
    for _ in 1..members loop
        entries := entries || nextval('ledger.entry_id');
    end loop;
    lag := 0;
    if patience is null then
        stamps := governance.stamps_of(authorities);
    else
        select s.stamps, s.newest, s.clients, s.voted into stamps, newest, clients, voted from governance.stands(authorities) s;
        lag := ledger.seal_lag();
        unsigned := ledger.unsigned();
    end if;
end
$$;

-- Outside answers under one agreement that were made ready whole before the lock: their numbers drawn, their bytes written but for the time.
-- Locks and time as in begin_act; and where everything is under the locks as it was when they were made ready, and the time within the
-- bounds in which time alone changes nothing, their entries with all that lies beside them are written and counted, and (where nothing was
-- begun before it) committed, in one journey. Otherwise nothing is written and no time comes back: they are then asked again, one by one.
create function ledger.answer(
    shared bigint[], authorities text[], patience integer, most_waited bigint, most_took bigint,
    stood bigint[], newest_act bigint, voted_act bigint, named_clients text[], not_before bigint, before bigint, real_from bigint, real_to bigint,
    of_kind smallint, on_day date, most integer,
    numbers bigint[], persons text[], behind bytea[], shown_by bigint[], cases text[], versions bigint[],
    joined bytea[], wide integer, epoch integer, wrapped bytea[], records bytea[],
    out at bigint, out "real" bigint, out leaves bytea[])
language plpgsql volatile as $$
declare
    came   bigint := ledger.real_now();
    begun  record;
    now    record;
    head   bytea;
    who    text;
begin
    perform set_config('lock_timeout', patience::text, true);
    begun := ledger.hold(shared, '{}');
    "real" := begun."real";
    -- Whoever had to wait for a lock is asked anew, with a stopwatch that begins after the wait.
    if "real" - came > most_waited then
        return;
    end if;
    select * into now from governance.stands(authorities);
    if begun.at < not_before or begun.at >= before or begun."real" not between real_from and real_to
       or now.stamps is distinct from stood or now.newest is distinct from newest_act or now.voted is distinct from voted_act
       or not named_clients <@ now.clients then
        return;
    end if;
    at := begun.at;
    head := convert_to('{"at":' || at, 'UTF8');
    with put as (
        insert into ledger.entry as e (id, kind, at, authority, person, body)
        select u.id, of_kind, begun.at, authorities[1], u.person, head || u.behind from unnest(numbers, persons, behind) u (id, person, behind)
        returning e.id, e.body)
    select array_agg(sha256('\x00'::bytea || p.body) order by array_position(numbers, p.id)) into leaves from put p;
    insert into ledger.entry_row (entry, tbl, "row", version)
        select u.entry, 'case_now', u.id, u.version from unnest(shown_by, cases, versions) u (entry, id, version);
    insert into ledger.commitment (entry, list)
        select u.entry, array(select substr(u.joined, s.start, wide) from generate_series(1, octet_length(u.joined), wide) s (start))
          from unnest(numbers, joined) u (entry, joined) where u.joined <> '';
    insert into keys.question_key (entry, epoch, wrapped) select u.entry, answer.epoch, u.wrapped from unnest(numbers, wrapped) u (entry, wrapped);
    insert into ledger.dissemination (entry, ciphertext) select * from unnest(numbers, records);
    for who in select p from unnest(persons) p order by p collate "C" loop  -- in one order, so that two transactions never wait in a ring
        perform governance.count_answer(substr(authorities[1], length('agreement:') + 1), who, on_day, most);
    end loop;
    if ledger.real_now() - came > most_took then
        raise exception 'it took longer than an answer may' using errcode = 'PV002';
    end if;
end
$$;
