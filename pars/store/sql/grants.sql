-- Who may do what, said anew after every migration: first everything is taken away, then exactly this is given.
-- {app}, {guest}, {duty}, {seal} and {sealed} are this database's logins; PUBLIC may do nothing.

revoke all on database {database} from public, {app}, {guest}, {duty}, {seal}, {sealed};
grant connect on database {database} to {app}, {guest}, {duty}, {seal}, {sealed};

revoke all on schema public, cases, governance, ledger, keys, sealed, web, disclosable, duty from public, {app}, {guest}, {duty}, {seal}, {sealed};
revoke all on all tables in schema public, cases, governance, ledger, keys, sealed, web, disclosable, duty from public, {app}, {guest}, {duty}, {seal}, {sealed};
revoke all on all sequences in schema cases, governance, ledger, keys, sealed, web from public, {app}, {guest}, {duty}, {seal}, {sealed};
revoke all on all functions in schema cases, governance, ledger, keys, sealed, web, disclosable, duty from public, {app}, {guest}, {duty}, {seal}, {sealed};

-- The guest, for outside agencies: two plain views of its own schema, nothing else.
grant usage on schema disclosable to {guest};
grant select on all tables in schema disclosable to {guest};

-- Staff on duty: the same without the floor.
grant usage on schema duty to {duty};
grant select on all tables in schema duty to {duty};

-- What actions change, and nothing that lets them unmake it.
grant usage on schema cases, governance, ledger, keys, web to {app};
grant select, insert on all tables in schema cases, governance, keys to {app};
grant update (version) on cases.case_file to {app};
grant update on cases.case_now to {app};
grant update (n, entry) on governance.stamp to {app};
grant update (used) on governance.volume to {app};
grant select on all tables in schema ledger to {app};
grant insert on ledger.clock, ledger.entry, ledger.entry_row, ledger.commitment, ledger.dissemination, ledger.shown_to, ledger.epoch to {app};
grant update (version, entry) on ledger.shown_to to {app};
grant usage on all sequences in schema ledger, web to {app};
grant execute on all functions in schema cases, governance, ledger, keys to {app};
grant select, insert, update, delete on all tables in schema web to {app};
revoke insert, update, delete on web.django_migrations from {app};

-- What anybody who takes a document in may ask: whether it is of a record that was put away. And an agency's notices.
grant usage on schema sealed to {app};
grant insert on sealed.purge_notice to {app};
grant execute on function sealed.buried(bytea[]), sealed.stones(), sealed.notices(text[]), sealed.forget_notice(bigint) to {app};

-- Who carries orders out: acts as any act does, and deletes what an order takes away (guards.sql: in no other transaction). Keys it wraps anew.
grant usage on schema cases, governance, ledger, keys, sealed, web to {sealed};
grant select, insert on all tables in schema cases, governance, keys, sealed to {sealed};
grant select on all tables in schema ledger to {sealed};
grant insert on ledger.entry, ledger.entry_row, ledger.shown_to to {sealed};
grant delete on all tables in schema cases to {sealed};
grant delete on governance.handle, governance.ordered, governance.person_shown, ledger.entry_row, ledger.shown_to, ledger.dissemination, keys.case_key, keys.question_key to {sealed};
grant delete on sealed.record, sealed.tombstone, sealed.purge_notice to {sealed};
grant update (ciphertext) on ledger.dissemination to {sealed};
grant update (epoch, wrapped) on keys.case_key, keys.question_key to {sealed};
grant update (version) on cases.case_file to {sealed};
grant update on cases.case_now to {sealed};
grant update (n, entry) on governance.stamp to {sealed};
grant select, insert, delete on web.idempotency to {sealed};
grant usage on all sequences in schema ledger to {sealed};
-- It sweeps up afterwards: dead rows, and statistics that were made of them. Before PostgreSQL 17 only a table's owner can, and the server does it in its own time.
do $$
begin
    if current_setting('server_version_num')::integer >= 170000 then
        execute 'grant maintain on all tables in schema cases, governance, keys, ledger to {sealed}';
        execute 'grant maintain on web.idempotency to {sealed}';
    end if;
end
$$;
grant execute on all functions in schema cases, governance, ledger, keys, sealed to {sealed};

-- The sealer: reads entries, adds leaves, tiles and checkpoints, and what witnesses say of them.
grant usage on schema ledger to {seal};
grant select on ledger.entry, ledger.leaf, ledger.tile, ledger.checkpoint, ledger.epoch, ledger.clock, ledger.cosignature, ledger.heard to {seal};
grant insert on ledger.leaf, ledger.tile, ledger.checkpoint, ledger.cosignature, ledger.heard to {seal};
grant execute on function ledger.refuse_change(), ledger.check_leaves(), ledger.seal_lag(), ledger.pars_now(), ledger.real_now(), ledger.shift() to {seal};

-- The locks that acts and the sealer take. Where everybody may take any (server.sql says where), these say nothing new.
grant execute on function pg_advisory_xact_lock(bigint), pg_advisory_xact_lock_shared(bigint) to {app}, {sealed};
grant execute on function pg_try_advisory_lock(bigint) to {seal};
-- And the number of the transaction that an entry bears. What holds one open holds up the sealer.
grant execute on function pg_current_xact_id() to {app}, {sealed};

-- Which text of rights this database was last given: `schema.behind` compares it.
comment on schema web is {rights};
