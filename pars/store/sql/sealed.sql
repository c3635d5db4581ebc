-- What a court's order takes out of every other table (law L14). The login `sealed` alone reads this schema, and it alone deletes: in an
-- act whose entry says so, and never more than one record with all that leads to it.

create schema sealed;

-- A transaction that carries an order out, or cleans a restored copy. `guards.sql` lets it pass; without its entry it doesn't commit.
create table sealed.act (
    xid    xid8 primary key default pg_current_xact_id(),
    entry  bigint not null references ledger.entry deferrable initially deferred
);

-- A sealed record: everything that was taken, under a key that lies in the owners' shares and nowhere else.
create table sealed.record (
    court_order  bigint primary key references governance.court_order,
    ciphertext   bytea not null
);

-- The numbers under which a record that was put away could come back, as HMACs under a key that is never in the database.
create table sealed.tombstone (
    digest       bytea not null check (octet_length(digest) = 32),
    stone        text not null, -- the order's number and a digest of all its digests: a restored database gives a number again
    primary key (digest, stone)
);

-- What an agency is told: under which handle it knows the record, and in which answers it got it. Gone once it has answered.
create table sealed.purge_notice (
    purge         bigint primary key references governance.purge_asked,
    agreement_id  text collate "C" not null,
    record        text collate "C",
    answers       bigint[] not null
);

create function sealed.begin_act(the_entry bigint) returns void language sql as $$
    insert into sealed.act (entry) values (the_entry)
$$;

-- Take a case with everything that names it out of the tables, and return it.
create function sealed.take(the_case uuid) returns jsonb language plpgsql as $$
declare
    one   record;
    part  jsonb;
    held  jsonb := '{}';
begin
    for one in select * from sealed.tables_of_a_case() order by name desc loop
        execute format('with gone as (delete from %s t where case_id = $1 returning to_jsonb(t) as line) select jsonb_agg(line) from gone', one.name)
           into part using the_case;
        held := held || jsonb_build_object(one.name, coalesce(part, '[]'));
    end loop;
    with gone as (delete from ledger.entry_row t where "row" = the_case::text
                  returning to_jsonb(t) as line)
    select jsonb_agg(line) into part from gone;
    held := held || jsonb_build_object('ledger.entry_row', coalesce(part, '[]'));
    delete from web.idempotency where outcome ->> 'case_id' = the_case::text;
    with gone as (delete from cases.case_file t where id = the_case returning to_jsonb(t) as line) select jsonb_agg(line) into part from gone;
    return held || jsonb_build_object('cases.case_file', coalesce(part, '[]'));
end
$$;

-- Leave of facts of a case that say what a court ordered away (single charges, another's person, a link) nothing but their places, and return them.
create function sealed.strike(the_case uuid, numbers integer[]) returns jsonb language plpgsql as $$
declare
    one   text;
    part  jsonb;
    held  jsonb := '{}';
begin
    foreach one in array '{charge_proposed,charge_filed,charge_decided,narrative_written,person_linked,doubted,doubt_resolved}'::text[] loop
        execute format('with gone as (delete from cases.%I t where case_id = $1 and n = any ($2) returning n, entry, to_jsonb(t) as line), '
                       'place as (insert into cases.struck (case_id, n, entry) select $1, n, entry from gone) '
                       'select jsonb_agg(line) from gone', one) into part using the_case, numbers;
        held := held || jsonb_build_object(one, coalesce(part, '[]'));
    end loop;
    return held;
end
$$;

-- Put struck facts of a case back in their places, as far as these are there still.
create function sealed.unstrike(the_case uuid, held jsonb) returns void language plpgsql as $$
declare
    one  text;
begin
    for one in select jsonb_object_keys(held) loop
        execute format('with fits as (delete from cases.struck s using jsonb_populate_recordset(null::cases.%1$I, $2) r '
                       '              where s.case_id = $1 and r.case_id = $1 and s.n = r.n returning r.*) '
                       'insert into cases.%1$I select * from fits', one) using the_case, held -> one;
    end loop;
end
$$;

-- Put back what was taken. The key is put back by itself: the epoch under which it was wrapped may be over.
create function sealed.give_back(held jsonb) returns void language plpgsql as $$
declare
    one  record;
begin
    insert into cases.case_file select * from jsonb_populate_recordset(null::cases.case_file, held -> 'cases.case_file');
    insert into ledger.entry_row select * from jsonb_populate_recordset(null::ledger.entry_row, held -> 'ledger.entry_row');
    for one in select * from sealed.tables_of_a_case() where name <> 'keys.case_key' order by name loop
        execute format('insert into %1$s overriding system value select * from jsonb_populate_recordset(null::%1$s, $1)', one.name) using held -> one.name;
    end loop;
end
$$;

-- Every table with rows of a case: one that is added later is among them by itself.
create function sealed.tables_of_a_case() returns table (name text) language sql stable as $$
    select format('%I.%I', n.nspname, c.relname)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
     where c.relkind = 'r' and n.nspname in ('cases', 'governance', 'keys', 'ledger') and a.attname = 'case_id'
$$;

-- Whether one of these numbers is that of a record that was put away: all that anybody else may ask here.
create function sealed.buried(digests bytea[]) returns boolean language sql stable security definer set search_path = pg_catalog as $$
    select exists (select 1 from sealed.tombstone where digest = any (digests))
$$;

-- The names of the tombstones that this database has.
create function sealed.stones() returns text[] language sql stable security definer set search_path = pg_catalog as $$
    select array(select distinct stone from sealed.tombstone)
$$;

-- The notices of an agreement whose agency hasn't answered yet.
create function sealed.notices(agreements text[]) returns table (purge bigint, record text, answers bigint[])
language sql stable security definer set search_path = pg_catalog as $$
    select n.purge, n.record, n.answers from sealed.purge_notice n where n.agreement_id = any (agreements) order by n.purge
$$;

create function sealed.forget_notice(the_purge bigint) returns void language sql security definer set search_path = pg_catalog as $$
    delete from sealed.purge_notice n
     where n.purge = the_purge
       and (exists (select 1 from governance.purge_answered a where a.purge = the_purge)
            or exists (select 1 from governance.purge_asked p join governance.order_withdrawn w using (court_order) where p.entry = the_purge))
$$;
