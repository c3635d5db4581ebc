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

alter table ledger.clock add foreign key (entry) references ledger.entry deferrable initially deferred;

-- The plain index: which rows an entry of a change wrote ('case_file' …) or an entry of a disclosure showed ('case_now').
create table ledger.entry_row (
    entry    bigint not null references ledger.entry,
    tbl      text collate "C" not null,
    "row"    text collate "C" not null,
    version  bigint not null,
    primary key (entry, tbl, "row")
);
create index entry_row_by_row on ledger.entry_row (tbl, "row", version);

-- The side row that bundles carry: keyed commitments to the records an entry is about, in the order they were given.
create table ledger.commitment (
    entry  bigint primary key references ledger.entry,
    list   bytea[] not null
);

-- Literals, persons shown and recipient of a disclosure, encrypted under the key of its question.
create table ledger.dissemination (
    entry       bigint primary key references ledger.entry,
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

create table ledger.leaf (
    index  bigint primary key check (index >= 0),
    entry  bigint not null unique references ledger.entry,
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

-- ---------------------------------------------------------------- the first statement of every act

-- Take the authority locks, then read the time, then draw the entry's number, in that order: since a lock comes before the
-- transaction's first write, the order in which entries are sealed agrees with the order of authority. Both clocks are read
-- together: `at` is the ledger's, `real` the unshifted one.
create function ledger.begin_act(shared bigint[], exclusive bigint[], out entry bigint, out at bigint, out "real" bigint)
language plpgsql volatile as $$
declare
    key bigint;
begin
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
    entry := nextval('ledger.entry_id');
end
$$;

-- How long the oldest committed entry that has no index yet has been waiting, in microseconds; 0 when all are sealed.
create function ledger.seal_lag() returns bigint language plpgsql volatile as $$
declare
    last    record;
    oldest  bigint;
begin
    select e.xid, e.id into last from ledger.leaf l join ledger.entry e on e.id = l.entry order by l.index desc limit 1;
    if last is null then
        select e.at into oldest from ledger.entry e order by e.xid, e.id limit 1;
    else
        select e.at into oldest from ledger.entry e where (e.xid, e.id) > (last.xid, last.id) order by e.xid, e.id limit 1;
    end if;
    return greatest(coalesce(ledger.pars_now() - oldest, 0), 0);
end
$$;

-- The first statement of a disclosure: locks, times and entry number as in begin_act; then, read under the locks, how far the
-- sealer lags and the stamps of the authorities, in the order asked. `patience` (milliseconds) bounds every wait for a lock in
-- this transaction: an outside answer that waited longer could not be sent in time. With it come, in the same journey, the newest act
-- on the first authority and the systems bound to it. Without it the answer is staff's, which no lag stops, so none of that is asked.
create function ledger.begin_disclosure(
    shared bigint[], authorities text[], patience integer,
    out entry bigint, out at bigint, out "real" bigint, out lag bigint, out stamps bigint[], out newest bigint, out clients text[])
language plpgsql volatile as $$
begin
    if patience is not null then
        perform set_config('lock_timeout', patience::text, true);
    end if;
    select b.entry, b.at, b."real" into entry, at, "real" from ledger.begin_act(shared, '{}') b;
    lag := case when patience is null then 0 else ledger.seal_lag() end;
    select array_agg(coalesce(s.n, 0) order by a.place) into stamps
      from unnest(authorities) with ordinality a (name, place) left join governance.stamp s on s.authority = a.name;
    if patience is not null then
        select max(r.version) into newest from ledger.entry_row r where r.tbl = 'act' and r."row" = authorities[1];
        clients := array(select governance.clients_of(substr(authorities[1], length('agreement:') + 1)));
    end if;
end
$$;
