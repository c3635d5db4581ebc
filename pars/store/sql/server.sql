-- What PostgreSQL lets every login do and no login of PARS needs: locks and transactions' numbers that could hold up acts and the sealer,
-- large objects that nobody looks after, messages in the log of writes. Only who owns the server can take it from everybody, in each database. The owner
-- of the tables may hand on what a login needs (grants.sql). PARS runs this on its own server; for another, `pars doctor` says it.
-- Whose right it becomes: the setting pars.owner, else the owner of the database.

do $$
declare
    owner  name := coalesce(nullif(current_setting('pars.owner', true), ''),
                            (select pg_get_userbyid(datdba) from pg_database where datname = current_database()));
    one    regprocedure;
begin
    for one in
        select p.oid from pg_proc p
         where p.pronamespace = 'pg_catalog'::regnamespace
           and (p.proname ~ '^pg_(try_)?advisory_'
                or p.proname in ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lo_open', 'lowrite', 'lo_truncate', 'lo_truncate64',
                                 'pg_logical_emit_message', 'pg_current_xact_id', 'txid_current'))
    loop
        execute format('grant execute on function %s to %I with grant option', one, owner);
        execute format('revoke execute on function %s from public', one);
    end loop;
end
$$;
