-- Governance as insert-only rows, each written together with the entry that it repeats: a cache of the ledger's fold.
-- No row says "active": what is in force is computed from these rows, their entries' times and the time of asking.

create schema governance;

-- Agreement versions, charter, floor, catalogue, roles, reports, notices, offense tables: canonical texts, found by their sha256.
create table governance.text (
    sha256  text collate "C" primary key,
    body    bytea not null check (octet_length(body) <= 1048576),
    check (sha256 = encode(sha256(body), 'hex'))
);

create table governance.grant_given (
    entry     bigint primary key references ledger.entry deferrable initially deferred,
    grant_id  text collate "C" not null unique,
    person    text collate "C" not null,
    role      text collate "C" not null references governance.text,
    start     bigint not null,
    "end"     bigint check ("end" > start)
);
create index grant_by_person on governance.grant_given (person);

create table governance.grant_removed (
    entry     bigint primary key references ledger.entry deferrable initially deferred,
    grant_id  text collate "C" not null unique references governance.grant_given (grant_id)
);

create table governance.agreement (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null unique,
    agency        text collate "C" not null
);

-- Keys as acts added and revoked them, each act with its signatures in hex. The first ones stand in the genesis and its charter.
create table governance.key_added (
    entry     bigint primary key references ledger.entry deferrable initially deferred,
    use       text collate "C" not null,
    key       text collate "C" not null unique check (key ~ '^[0-9a-f]{64}$'),
    answers   bigint not null references ledger.entry,
    seats     text[] not null,
    signed    text collate "C" not null,
    handed    text collate "C"
);
create table governance.key_revoked (
    entry     bigint primary key references ledger.entry deferrable initially deferred,
    use       text collate "C" not null,
    key       text collate "C" not null,
    since     bigint not null,
    answers   bigint not null references ledger.entry,
    seats     text[] not null
);

create table governance.version (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    version       text collate "C" not null references governance.text
);
create index version_by_agreement on governance.version (agreement_id);

create table governance.vote (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    version       text collate "C" not null references governance.text,
    choice        text collate "C" not null check (choice in ('adopt', 'reject', 'suspend', 'revoke', 'reinstate', 'withdraw')),
    seat          text collate "C" not null,
    answers       bigint not null references ledger.entry,
    signature     bytea not null check (octet_length(signature) = 64),
    why           text collate "C" references governance.text
);
create index vote_by_agreement on governance.vote (agreement_id);

create table governance.withdrawn (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    version       text collate "C" not null references governance.text,
    unique (agreement_id, version)
);

create table governance.user_named (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    person        text collate "C" not null,
    "end"         bigint,
    holds         text[] not null
);
create index user_named_by_agreement on governance.user_named (agreement_id);
create index user_named_by_person on governance.user_named (person);

create table governance.user_removed (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    person        text collate "C" not null
);
create index user_removed_by_agreement on governance.user_removed (agreement_id);

create table governance.client_bound (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    client        text collate "C" not null,
    agency        text collate "C" not null,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id)
);
create index client_bound_by_agreement on governance.client_bound (agreement_id);

create table governance.client_unbound (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    client        text collate "C" not null,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id)
);
create index client_unbound_by_agreement on governance.client_unbound (agreement_id);

-- The systems that are bound to an agreement: whatever was done last about each decides.
create function governance.clients_of(agreement text) returns setof text language sql stable as $$
    select client from (select entry, client, true as bound from governance.client_bound where agreement_id = agreement
                        union all select entry, client, false from governance.client_unbound where agreement_id = agreement) acts
     group by client having (array_agg(bound order by entry desc))[1]
$$;

create table governance.reply (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    report        bigint not null references ledger.entry,
    reply         text collate "C" not null
);

-- A duty of a version that was met: which time of it, by the instant at which it falls due, and the sha256 of what shows it.
create table governance.duty_met (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    version       text collate "C" not null references governance.text,
    duty          text collate "C" not null,
    due           bigint not null,
    shown         text collate "C" not null,
    unique (agreement_id, version, duty, due)
);

create table governance.acknowledged (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    person        text collate "C" not null,
    version       text collate "C" not null references governance.text
);
create index acknowledged_by_agreement on governance.acknowledged (agreement_id);

-- What owners ask an agency, to be answered by an instant, and its one answer to each.
create table governance.inquiry (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    inquiry       text collate "C" not null references governance.text,
    due           bigint not null
);
create table governance.inquiry_answered (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    inquiry       bigint not null unique references governance.inquiry,
    answer        text collate "C" not null references governance.text
);

-- What came of an answer, as the agency says; of several about one answer the latest counts.
create table governance.outcome (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    answer        bigint not null references ledger.entry,
    outcome       text collate "C" not null
);

create table governance.end_noted (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    version       text collate "C" not null references governance.text,
    ended         bigint not null,
    unique (agreement_id, version, ended)
);

create table governance.use_report (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    start         bigint not null,
    "end"         bigint not null check ("end" > start),
    report        text collate "C" not null references governance.text
);

create table governance.notice (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    version       text collate "C" not null references governance.text,
    notice        text collate "C" not null references governance.text,
    channel       text collate "C",
    about         text collate "C",
    proof         text collate "C" check (about is distinct from 'nonrenewal' or proof is not null)
);

-- Requests for a second person's approval that somebody else approved, each once.
create table governance.approval_given (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    asked         bigint not null unique references ledger.entry
);

-- What the owners found about answers to emergency questions, each reviewed once.
create table governance.emergency_reviewed (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    answer        bigint not null unique references ledger.entry,
    finding       text collate "C" not null
);

-- Webhooks, each with its own end, and those that were removed. Question and address lie encrypted beside the entry.
create table governance.hook (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    "end"         bigint not null
);
create index hook_by_agreement on governance.hook (agreement_id);
create table governance.hook_removed (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    hook          bigint not null unique references governance.hook
);
-- A hook is open until it is removed, or its person is: a later naming of that person brings none back.
create view governance.hook_open as
    select h.entry, h.agreement_id, h."end" from governance.hook h join ledger.entry e on e.id = h.entry
    where not exists (select from governance.hook_removed r where r.hook = h.entry)
    and not exists (
        select from governance.user_removed r
        where r.agreement_id = h.agreement_id and r.person = e.person and r.entry > h.entry
    );

-- Offense tables, each from its entry on; the newest counts. Which law a charge falls under is a matter of the offense's day.
create table governance.offenses (
    entry     bigint primary key references ledger.entry deferrable initially deferred,
    offenses  text collate "C" not null references governance.text
);

-- The owners' texts about their own work, as they were proposed, and the votes on them.
create table governance.owners_text (
    entry  bigint primary key references ledger.entry deferrable initially deferred,
    about  text collate "C" not null,
    text   text collate "C" not null references governance.text
);
create table governance.owners_vote (
    entry      bigint primary key references ledger.entry deferrable initially deferred,
    about      text collate "C" not null,
    text       text collate "C" not null references governance.text,
    choice     text collate "C" not null check (choice in ('adopt', 'reject', 'withdraw')),
    seat       text collate "C" not null,
    answers    bigint not null references ledger.entry,
    signature  bytea not null check (octet_length(signature) = 64)
);
create table governance.owners_withdrawn (
    entry  bigint primary key references ledger.entry deferrable initially deferred,
    about  text collate "C" not null,
    text   text collate "C" not null references governance.text
);

-- Court calendars, each from its entry on; the newest counts.
create table governance.calendar (
    entry     bigint primary key references ledger.entry deferrable initially deferred,
    calendar  text collate "C" not null references governance.text
);

-- The signed records of sessions; of several for one session, each but the first names in `amends` the one that it replaces.
create table governance.session_record (
    entry    bigint primary key references ledger.entry deferrable initially deferred,
    session  bigint not null,
    record   text collate "C" not null references governance.text,
    amends   bigint unique references governance.session_record
);
create unique index session_closed_once on governance.session_record (session) where amends is null;

-- Paper forms for an outage: each print goes on from the site's last number; a form that will never be entered is made void, once.
create table governance.forms_printed (
    entry    bigint primary key references ledger.entry deferrable initially deferred,
    site     text collate "C" not null,
    form     text collate "C" not null,
    first    bigint not null check (first >= 1),
    "count"  bigint not null check ("count" >= 1),
    unique (site, first)
);

create table governance.form_voided (
    entry   bigint primary key references ledger.entry deferrable initially deferred,
    site    text collate "C" not null,
    number  bigint not null check (number >= 1),
    reason  text collate "C" not null,
    unique (site, number)
);

-- Silences of feeds and desks, each noted once. `since` is the last sign (µs since 1970, UTC).
create table governance.silence_noted (
    entry   bigint primary key references ledger.entry deferrable initially deferred,
    source  text collate "C" not null,
    since   bigint not null,
    hours   bigint not null,
    unique (source, since)
);

-- How often an authority has been narrowed. A chunk fetched under another stamp than the one under the locks isn't sent.
create table governance.stamp (
    authority  text collate "C" primary key,
    n          bigint not null check (n >= 1),
    entry      bigint not null references ledger.entry deferrable initially deferred
);

-- What a person was given under an agreement on a civil day: one row each, so that it never becomes one hot row.
create table governance.volume (
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    person        text collate "C" not null,
    day           date not null,
    used          integer not null check (used >= 0),
    primary key (agreement_id, person, day)
);

create index volume_by_day on governance.volume (agreement_id, day);

-- Count one more answer to a person on a day, or undo everything where that is one too many. Sent last, with the commit: whoever asks
-- much has one row a day, and nobody else waits for it longer than a commit takes.
create function governance.count_answer(agreement text, who text, on_day date, most integer) returns void language plpgsql as $$
declare
    counted integer;
begin
    insert into governance.volume as v (agreement_id, person, day, used) values (agreement, who, on_day, 1)
        on conflict (agreement_id, person, day) do update set used = v.used + 1 returning used into counted;
    if counted > most then
        raise exception 'one answer more than a day allows' using errcode = 'PV001';
    end if;
end
$$;

-- The stamps of authorities, in the order asked; 0 where one was never narrowed.
create function governance.stamps_of(authorities text[]) returns bigint[] language sql stable as $$
    select array(select coalesce((select s.n from governance.stamp s where s.authority = a.name), 0)
                   from unnest(authorities) with ordinality a (name, place) order by a.place)
$$;

-- How authorities, the first one an agreement's, stand under their locks: their stamps, the newest act on the first, the systems bound to it, and the newest act on witnesses.
create function governance.stands(authorities text[])
returns table (stamps bigint[], newest bigint, clients text[], voted bigint) language sql stable as $$
    select governance.stamps_of(authorities),
           (select max(r.version) from ledger.entry_row r where r.tbl = 'act' and r."row" = authorities[1]),
           array(select c from governance.clients_of(substr(authorities[1], length('agreement:') + 1)) c),
           ledger.voted_on_witnesses()
$$;

-- Whom a person was shown under an agreement on a civil day, while a version limits how many people that may be.
create table governance.person_shown (
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    day           date not null,
    person        text collate "C" not null,
    case_id       uuid not null references cases.case_file,
    primary key (agreement_id, day, person, case_id)
);

-- The name under which an agreement knows a case: random, made at the first disclosure, never the same for two agreements.
create table governance.handle (
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    case_id       uuid not null references cases.case_file,
    record        text collate "C" not null unique check (length(record) >= 22),
    primary key (agreement_id, case_id)
);

-- Court orders on records, by their entries, and what was recorded about them. Which record an order is about stands in `entry_row`,
-- and goes with the record.
create table governance.court_order (
    entry  bigint primary key references ledger.entry deferrable initially deferred,
    means  text collate "C" not null,
    final  bigint not null,
    lifts  bigint references governance.court_order,
    charges  bigint check (charges > 0)
);
-- Which charges of a case an order is about, by their numbers there; goes with the case.
create table governance.ordered (
    entry    bigint not null references governance.court_order,
    case_id  uuid not null references cases.case_file,
    n        integer not null check (n > 0),
    primary key (entry, n)
);
create table governance.order_served (
    entry        bigint primary key references ledger.entry deferrable initially deferred,
    court_order  bigint not null references governance.court_order,
    served_on    text collate "C" not null,
    unique (court_order, served_on)
);
create table governance.preservation (
    entry        bigint primary key references ledger.entry deferrable initially deferred,
    court_order  bigint not null references governance.court_order,
    reason       text collate "C" not null,
    stands       integer not null check (stands in (0, 1))
);
create table governance.order_done (
    entry        bigint primary key references ledger.entry deferrable initially deferred,
    court_order  bigint not null unique references governance.court_order
);
create table governance.order_withdrawn (
    entry        bigint primary key references ledger.entry deferrable initially deferred,
    court_order  bigint not null unique references governance.court_order,
    reason       text collate "C" not null
);
create table governance.purge_asked (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    court_order   bigint not null references governance.court_order,
    due           bigint not null,
    unique (agreement_id, court_order)
);
create table governance.purge_answered (
    entry         bigint primary key references ledger.entry deferrable initially deferred,
    agreement_id  text collate "C" not null references governance.agreement (agreement_id),
    purge         bigint not null unique references governance.purge_asked,
    outcome       text collate "C" not null,
    shown         text collate "C" not null
);

-- Epochs whose key was destroyed.
create table governance.epoch_ended (
    entry  bigint primary key references ledger.entry deferrable initially deferred,
    epoch  integer not null unique
);

-- ---------------------------------------------------------------- keys, wrapped by an epoch key that no dump holds

create schema keys;

-- More than one only where a key was lost and custody work went on with a new one.
create table keys.case_key (
    case_id  uuid not null references cases.case_file deferrable initially deferred,
    epoch    integer not null,
    wrapped  bytea not null,
    primary key (case_id, epoch)
);

create table keys.question_key (
    entry    bigint primary key references ledger.entry deferrable initially deferred,
    epoch    integer not null,
    wrapped  bytea not null
);

-- ---------------------------------------------------------------- replays of a write (Django's own tables lie beside it)

create table web.idempotency (
    client   text collate "C" not null,
    person   text collate "C" not null,
    key      text collate "C" not null,
    body     bytea not null,  -- an HMAC of the request's body
    entry    bigint not null references ledger.entry deferrable initially deferred,
    outcome  jsonb not null,  -- ids, version, or the refusal; never a disclosed body
    primary key (client, person, key)
);

-- When to look for a hook next (µs of the unshifted clock; null: never), how far its receiver was told, and how the last hint fared.
create table web.hook_turn (
    hook     bigint primary key references governance.hook deferrable initially deferred,
    due      bigint,
    told_to  bigint not null,
    told     jsonb not null default '{}',
    failed   integer not null default 0,
    first    bigint,
    outcome  text collate "C",
    tried    bigint
);
create index hook_turn_by_due on web.hook_turn (due);
