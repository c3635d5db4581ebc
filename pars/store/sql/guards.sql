-- What the tables refuse from everybody, their owner included. Only whoever may disable triggers can get past these, and
-- what is changed that way no longer agrees with the sealed tree.

-- ---------------------------------------------------------------- append-only

-- Whether this transaction carries out a court's order: it alone may take a record away, or put back what was taken (sealed.sql).
-- Asked only where something would else be refused, so that it costs nobody anything.
create function ledger.under_order() returns boolean language sql stable security definer set search_path = pg_catalog as $$
    select exists (select 1 from sealed.act where xid = pg_current_xact_id())
$$;

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op <> 'TRUNCATE' and (tg_table_schema in ('cases', 'keys') or tg_table_name in ('handle', 'ordered', 'person_shown', 'entry_row', 'shown_to', 'dissemination'))
       and ledger.under_order() then
        return null;
    end if;
    raise exception '%.% is append-only: % refused', tg_table_schema, tg_table_name, lower(tg_op)
        using errcode = 'restrict_violation';
end
$$;

-- Rows that change must step by one and keep their key.
create function cases.next_version() returns trigger language plpgsql as $$
begin
    if new.id <> old.id or new.version <> old.version + 1 then
        raise exception 'a case''s version goes up by one' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;

create function governance.next_stamp() returns trigger language plpgsql as $$
begin
    if new.authority <> old.authority or new.n <> old.n + 1 then
        raise exception 'a stamp goes up by one' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;

create function governance.only_more() returns trigger language plpgsql as $$
begin
    if (new.agreement_id, new.person, new.day) <> (old.agreement_id, old.person, old.day) or new.used < old.used then
        raise exception 'a day''s volume only grows' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;

create function cases.same_case() returns trigger language plpgsql as $$
begin
    if new.case_id <> old.case_id then
        raise exception 'a row of case_now stays with its case' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;

-- A key is wrapped anew under a later epoch, and under no other condition.
create function keys.later_epoch() returns trigger language plpgsql as $$
begin
    if to_jsonb(new) - '{epoch,wrapped}'::text[] <> to_jsonb(old) - '{epoch,wrapped}'::text[]
       or (new.epoch <= old.epoch and not ledger.under_order()) then
        raise exception 'a key is wrapped anew under a later epoch only' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;

create trigger step before update on keys.case_key for each row execute function keys.later_epoch();
create trigger step before update on keys.question_key for each row execute function keys.later_epoch();
create trigger step before update on cases.case_file for each row execute function cases.next_version();
create trigger step before update on cases.case_now for each row execute function cases.same_case();
create trigger step before update on governance.stamp for each row execute function governance.next_stamp();
create trigger step before update on governance.volume for each row execute function governance.only_more();

do $$
declare
    one record;
    changing constant text[] := '{cases.case_file,cases.case_now,governance.stamp,governance.volume,ledger.shown_to,keys.case_key,keys.question_key}';
begin
    for one in
        select n.nspname || '.' || c.relname as name, n.nspname || '.' || c.relname = any (changing) as changes
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'r' and n.nspname in ('cases', 'governance', 'keys', 'ledger')
    loop
        execute format('create trigger append_only before %s on %s for each statement execute function ledger.refuse_change()',
                       case when one.changes then 'delete or truncate' else 'update or delete or truncate' end, one.name);
    end loop;
end
$$;

-- ---------------------------------------------------------------- entries

-- The kinds that there are (kinds.py).
create function ledger.is_kind(kind integer) returns boolean language sql immutable as $$
    select '{[1,5],[10,37],[40,55],[60,77],[80,88],[90,110]}'::int4multirange @> kind
$$;

-- The columns are the bytes' own words, what stands around the detail is as in every entry, and the time is now: not in the future, not
-- over two seconds old (law L12). Asked once for all rows of a statement, and first only whether all are sound: that is what every append
-- waits for, and the words for what is wrong with which take twice as long.
create function ledger.check_entries() returns trigger language plpgsql as $$
declare
    here   xid8 := pg_current_xact_id();
    now    bigint := ledger.pars_now();
    drawn  bigint := coalesce(pg_sequence_last_value('ledger.entry_id'), 0);
    wrong  record;
begin
    if not exists (
        select from added a, lateral (select convert_from(a.body, 'UTF8') as bytes offset 0) t, lateral (select bytes::jsonb as said offset 0) b
         where ((said ->> 'id', said ->> 'k', said ->> 'at', said #>> '{by,g}', said #>> '{by,p}')
                   = (a.id::text, a.kind::text, a.at::text, a.authority, a.person)
                and ledger.is_kind(a.kind)
                and said ->> 'salt' ~ '^[0-9a-f]{32}$' and starts_with(bytes, '{"at":' || a.at || ',"by":{')
                and bytes like '%},"id":' || a.id || ',"k":' || a.kind || ',"salt":"' || (said ->> 'salt') || '","v":1}'
                and a.at between now - 2000000 and now
                and a.id between 1 and drawn and a.kind <> 1 and exists (select from ledger.entry where id = 0)
                and a.xid = here) is not true)
    then
        return null;
    end if;
    select a.id, c.what, c.what like 'its time is -%' as late into wrong
      from added a, lateral (select convert_from(a.body, 'UTF8') as bytes offset 0) t,
           lateral (select bytes::jsonb as said offset 0) b,
           lateral (select '},"id":' || a.id || ',"k":' || a.kind || ',"salt":"' || (said ->> 'salt') || '","v":1}' as around) o, lateral (select case
        when (said ->> 'id', said ->> 'k', said ->> 'at', said #>> '{by,g}', said #>> '{by,p}')
             is distinct from (a.id::text, a.kind::text, a.at::text, a.authority, a.person) then 'its columns differ from its bytes'
        when not ledger.is_kind(a.kind) then 'there is no such kind'
        when (said ->> 'salt' ~ '^[0-9a-f]{32}$' and starts_with(bytes, '{"at":' || a.at || ',"by":{') and right(bytes, length(around)) = around)
             is not true then 'its outer fields aren''t an entry''s'
        when a.at not between now - 2000000 and now then format('its time is %s µs away from the database''s', a.at - now)
        when a.id <> 0 and a.id not between 1 and drawn then 'its number was never drawn'
        when (a.id = 0) <> (a.kind = 1) or not exists (select 1 from ledger.entry where id = 0) then 'the first entry, and only it, is the genesis'
        when a.xid <> here then 'its transaction isn''t this one'
        end as what) c
     where c.what is not null limit 1;
    if wrong.what is not null then
        raise exception 'entry %: %', wrong.id, wrong.what
            using errcode = case when wrong.late then 'PV002' else 'check_violation' end;  -- who stood still for so long may try again
    end if;
    return null;
end
$$;
create trigger check_entries after insert on ledger.entry
    referencing new table as added for each statement execute function ledger.check_entries();

-- What lies beside an entry is written with it, never added later. For each entry one look by its number, however long the ledger is and
-- however many rows there are: joined to it whole, as the planner may want where it doesn't know how many there are, it would be read through.
create function ledger.same_transaction() returns trigger language plpgsql as $$
begin
    if exists (select 1 from (select distinct entry from added) a
                 left join lateral (select true as here from ledger.entry e
                                     where e.id = a.entry and e.xid = pg_current_xact_id() limit 1) w on true
                where w.here is null)
       and not ledger.under_order() then
        raise exception '%: only beside an entry of the same transaction', tg_table_name using errcode = 'restrict_violation';
    end if;
    return null;
end
$$;
create trigger same_transaction after insert on ledger.entry_row
    referencing new table as added for each statement execute function ledger.same_transaction();
create trigger same_transaction after insert on ledger.commitment
    referencing new table as added for each statement execute function ledger.same_transaction();
create trigger same_transaction after insert on ledger.dissemination
    referencing new table as added for each statement execute function ledger.same_transaction();

-- The clock is shifted only where the genesis says simulated, only forward, and only as its entry says.
create function ledger.check_shift() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from ledger.entry e
                    where e.id = new.entry and e.xid = pg_current_xact_id() and e.kind in (1, 4)
                      and convert_from(e.body, 'UTF8')::jsonb #>> '{d,shift}' = new.shift::text) then
        raise exception 'the clock shifts only as an entry of the same transaction says' using errcode = 'restrict_violation';
    end if;
    if not exists (select 1 from ledger.entry e
                    where e.id = 0 and convert_from(e.body, 'UTF8')::jsonb #>> '{d,simulated}' = '1') then
        raise exception 'only a simulated ledger may shift its clock' using errcode = 'restrict_violation';
    end if;
    if new.entry <> 0 and new.shift <= coalesce((select c.shift from ledger.clock c where c.n < new.n order by c.n desc limit 1), 0) then
        raise exception 'a simulated clock goes forward only' using errcode = 'restrict_violation';
    end if;
    return null;
end
$$;
create constraint trigger check_shift after insert on ledger.clock deferrable initially deferred
    for each row execute function ledger.check_shift();

-- ---------------------------------------------------------------- no change without its entry

create function ledger.refuse_unnamed(tbl text, "row" text, version bigint) returns void language plpgsql as $$
begin
    raise exception 'no entry of this transaction names % % version %', tbl, "row", version
        using errcode = 'integrity_constraint_violation';
end
$$;

create function ledger.names(tbl text, "row" text, version bigint) returns boolean language sql stable as $$
    select exists (
        select 1 from ledger.entry_row r join ledger.entry e on e.id = r.entry
         where r.tbl = $1 and r."row" = $2 and r.version = $3 and e.xid = pg_current_xact_id())
$$;

create function cases.case_has_entry() returns trigger language plpgsql as $$
begin
    if not ledger.names('case_file', new.id::text, new.version) and not ledger.under_order() then
        perform ledger.refuse_unnamed('case_file', new.id::text, new.version);
    end if;
    return null;
end
$$;
create constraint trigger has_entry after insert or update on cases.case_file deferrable initially deferred
    for each row execute function cases.case_has_entry();

create function cases.row_has_entry() returns trigger language plpgsql as $$
begin
    if not ledger.names('case_file', new.case_id::text, (select version from cases.case_file where id = new.case_id))
       and not ledger.under_order() then
        perform ledger.refuse_unnamed(tg_table_name, new.case_id::text, null);
    end if;
    return null;
end
$$;
create constraint trigger has_entry after insert on keys.case_key deferrable initially deferred
    for each row execute function cases.row_has_entry();
create constraint trigger has_entry after insert or update on cases.case_now deferrable initially deferred
    for each row execute function cases.row_has_entry();

-- A fact names its entry; that very entry, written in the same transaction, must name the case at its present version.
create function cases.fact_has_entry() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from ledger.entry_row r join ledger.entry e on e.id = r.entry
                     join cases.case_file f on f.id = new.case_id
                    where r.entry = new.entry and r.tbl = 'case_file' and r."row" = new.case_id::text
                      and r.version = f.version and e.xid = pg_current_xact_id())
       and not ledger.under_order() then
        perform ledger.refuse_unnamed(tg_table_name, new.case_id::text, new.entry);
    end if;
    return null;
end
$$;

do $$
declare
    one record;
begin
    for one in
        select c.relname as name from pg_class c
         where c.relnamespace = 'cases'::regnamespace and c.relkind = 'r' and c.relname not in ('case_file', 'case_now')
    loop
        execute format('create constraint trigger has_entry after insert on cases.%I deferrable initially deferred '
                       'for each row execute function cases.fact_has_entry()', one.name);
    end loop;
end
$$;

-- Which kinds of entries write a table that repeats fields of its entry (repeated.py); of the others any may.
create function governance.writes(kind integer, tbl text) returns boolean language sql immutable as $$
    select kind = any (case tbl
        when 'key_added' then '{2}' when 'key_revoked' then '{3}' when 'grant_given' then '{10}' when 'grant_removed' then '{11}'
        when 'client_bound' then '{12}' when 'client_unbound' then '{13}' when 'user_named' then '{14}' when 'user_removed' then '{15}'
        when 'duty_met' then '{16}' when 'acknowledged' then '{17}' when 'inquiry' then '{18}' when 'inquiry_answered' then '{19}'
        when 'version' then '{20}' when 'agreement' then '{20}' when 'vote' then '{21}' when 'reply' then '{22}'
        when 'end_noted' then '{23}' when 'use_report' then '{24}' when 'notice' then '{25}' when 'outcome' then '{26}'
        when 'withdrawn' then '{27}' when 'approval_given' then '{29}' when 'offenses' then '{30}' when 'owners_text' then '{31}'
        when 'owners_vote' then '{32}' when 'owners_withdrawn' then '{33}' when 'emergency_reviewed' then '{34}'
        when 'calendar' then '{35}' when 'session_record' then '{36}' when 'forms_printed' then '{37}' when 'hook' then '{68}'
        when 'hook_removed' then '{69}' when 'form_voided' then '{92}' when 'silence_noted' then '{93}' when 'court_order' then '{100}'
        when 'order_served' then '{101}' when 'preservation' then '{102}' when 'epoch_ended' then '{103}' when 'purge_asked' then '{104}'
        when 'purge_answered' then '{105}' when 'order_done' then '{106,107,108}' when 'order_withdrawn' then '{110}'
        else array[kind] end::integer[])
$$;

-- A row of governance is named by its own entry, of a kind that writes it: the table, what it is about (the argument's column), and that entry's number.
create function governance.has_entry() returns trigger language plpgsql as $$
declare
    about text := to_jsonb(new) ->> tg_argv[0];
begin
    if not exists (select 1 from ledger.entry_row r join ledger.entry e on e.id = r.entry
                    where r.entry = new.entry and r.tbl = tg_table_name and r."row" = about and e.xid = pg_current_xact_id()
                      and governance.writes(e.kind, tg_table_name)
                      and r.version = case when tg_nargs > 1 then (to_jsonb(new) ->> tg_argv[1])::bigint else new.entry end)
       and not (tg_table_name = 'ordered' and ledger.under_order()) then  -- it goes with its case, and comes back with it
        perform ledger.refuse_unnamed(tg_table_name, about, new.entry);
    end if;
    return null;
end
$$;

do $$
declare
    one text;
begin
    foreach one in array '{agreement,version,vote,withdrawn,user_named,user_removed,client_bound,client_unbound,duty_met,acknowledged,inquiry,inquiry_answered,outcome,reply,end_noted,use_report,notice,approval_given,emergency_reviewed,hook,hook_removed,purge_asked,purge_answered}'::text[]
    loop
        execute format('create constraint trigger has_entry after insert on governance.%I deferrable initially deferred '
                       'for each row execute function governance.has_entry(''agreement_id'')', one);
    end loop;
end
$$;
do $$
declare
    one text;
begin
    foreach one in array '{court_order,order_served,preservation,order_done,order_withdrawn,epoch_ended}'::text[]
    loop
        execute format('create constraint trigger has_entry after insert on governance.%I deferrable initially deferred '
                       'for each row execute function governance.has_entry(''entry'')', one);
    end loop;
end
$$;
create constraint trigger has_entry after insert on governance.ordered deferrable initially deferred
    for each row execute function governance.has_entry('case_id');
create function sealed.act_has_entry() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from ledger.entry e where e.id = new.entry and e.xid = new.xid and e.kind in (107, 108, 109)) then
        perform ledger.refuse_unnamed('act', new.entry::text, null);
    end if;
    return null;
end
$$;
create constraint trigger has_entry after insert on sealed.act deferrable initially deferred
    for each row execute function sealed.act_has_entry();
create constraint trigger has_entry after insert on governance.grant_given deferrable initially deferred
    for each row execute function governance.has_entry('grant_id');
create constraint trigger has_entry after insert on governance.grant_removed deferrable initially deferred
    for each row execute function governance.has_entry('grant_id');
create constraint trigger has_entry after insert on governance.key_added deferrable initially deferred
    for each row execute function governance.has_entry('use');
create constraint trigger has_entry after insert on governance.key_revoked deferrable initially deferred
    for each row execute function governance.has_entry('use');
create constraint trigger has_entry after insert on governance.offenses deferrable initially deferred
    for each row execute function governance.has_entry('offenses');
create constraint trigger has_entry after insert on governance.owners_text deferrable initially deferred
    for each row execute function governance.has_entry('about');
create constraint trigger has_entry after insert on governance.owners_vote deferrable initially deferred
    for each row execute function governance.has_entry('about');
create constraint trigger has_entry after insert on governance.owners_withdrawn deferrable initially deferred
    for each row execute function governance.has_entry('about');
create constraint trigger has_entry after insert on governance.forms_printed deferrable initially deferred
    for each row execute function governance.has_entry('site');
create constraint trigger has_entry after insert on governance.form_voided deferrable initially deferred
    for each row execute function governance.has_entry('site');
create constraint trigger has_entry after insert on governance.silence_noted deferrable initially deferred
    for each row execute function governance.has_entry('source');
create constraint trigger has_entry after insert on governance.calendar deferrable initially deferred
    for each row execute function governance.has_entry('calendar');
create constraint trigger has_entry after insert on governance.session_record deferrable initially deferred
    for each row execute function governance.has_entry('record');
create constraint trigger has_entry after insert or update on governance.stamp deferrable initially deferred
    for each row execute function governance.has_entry('authority', 'n');

create function keys.question_has_entry() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from ledger.entry e where e.id = new.entry and e.xid = pg_current_xact_id()) then
        perform ledger.refuse_unnamed(tg_table_name, new.entry::text, null);
    end if;
    return null;
end
$$;
create constraint trigger has_entry after insert on keys.question_key deferrable initially deferred
    for each row execute function keys.question_has_entry();

-- ---------------------------------------------------------------- the sealed tree

-- Leaves follow each other without a gap, in the order of their entries with none left out, and are the hashes of what is stored. Nothing of either table is
-- ever deleted, so that a foreign key would only look each entry up once more.
create function ledger.check_leaves() returns trigger language plpgsql as $$
declare
    before  record;
    put     record;
    next    record;
begin
    select min(index) as first, max(index) as last, count(*) as n, array_agg(entry order by index) as entries, string_agg(hash, '' order by index) as hashes
      into put from added;
    if put.n = 0 then
        return null;
    end if;
    if put.first is distinct from (select coalesce(max(index) + 1, 0) from ledger.leaf where index < put.first)
       or put.last - put.first + 1 <> put.n then
        raise exception 'a leaf''s index is the next one' using errcode = 'restrict_violation';
    end if;
    -- The next entries in their order are exactly these: what was passed over could never get its place. And none may be one before which
    -- another could still be committed. Both sides are read in their order and compared whole: joined, they would be planned by how
    -- many there were in the first batch of the session, and a long one after a short one would take seconds.
    select e.xid, e.id into before from ledger.leaf l join ledger.entry e on e.id = l.entry where l.index = put.first - 1;
    select array_agg(e.id order by e.xid, e.id) as entries, string_agg(sha256('\x00'::bytea || e.body), '' order by e.xid, e.id) as hashes,
           bool_and(e.xid < pg_snapshot_xmin(pg_current_snapshot())) as settled
      into next
      from (select e.xid, e.id, e.body from ledger.entry e where (e.xid, e.id) > (coalesce(before.xid, '0'), coalesce(before.id, -1))
             order by e.xid, e.id limit put.n) e;
    if next.entries is distinct from put.entries or not next.settled then
        raise exception 'leaves follow the order of their entries, each of them and none too early' using errcode = 'restrict_violation';
    end if;
    if next.hashes is distinct from put.hashes then
        raise exception 'a leaf is the hash of its stored entry' using errcode = 'restrict_violation';
    end if;
    return null;
end
$$;
create trigger check_leaves after insert on ledger.leaf
    referencing new table as added for each statement execute function ledger.check_leaves();
