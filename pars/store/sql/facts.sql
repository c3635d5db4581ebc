-- Cases: one table for each kind of fact, insert-only; the case's version; and one wide row of current values for reading.
-- The columns of a fact's table are the fields of its dataclass in pars/core/cases/facts/, in the same order.
-- A stated time is kept as its text, TEXT[ZONE]; a date never becomes 00:00.

create schema cases;

create table cases.case_file (
    id       uuid primary key,
    version  integer not null check (version >= 1)
);

create table cases.identity_claimed (
    case_id     uuid not null references cases.case_file,
    n           integer not null check (n > 0),
    entry       bigint not null references ledger.entry deferrable initially deferred,
    corrects    integer,
    why         text,
    document    integer,
    surname     text,
    given       text,
    middle      text,
    suffix      text,
    "full"      text,
    birth_date  text,
    sex         text,
    address     text,
    birthplace  text,
    language    text,
    primary key (case_id, n)
);

create table cases.alias_stated (
    case_id     uuid not null references cases.case_file,
    n           integer not null check (n > 0),
    entry       bigint not null references ledger.entry deferrable initially deferred,
    corrects    integer,
    why         text,
    document    integer,
    surname     text,
    given       text,
    "full"      text,
    birth_date  text,
    primary key (case_id, n)
);

create table cases.arrested (
    case_id          uuid not null references cases.case_file,
    n                integer not null check (n > 0),
    entry            bigint not null references ledger.entry deferrable initially deferred,
    corrects         integer,
    why              text,
    document         integer,
    time             text,
    agency           text not null,
    agency_id        text,
    record_id        text,
    otn              text,
    incident_number  text,
    district         text,
    place            text,
    warrant          boolean,
    primary key (case_id, n)
);

create table cases.booked (
    case_id    uuid not null references cases.case_file,
    n          integer not null check (n > 0),
    entry      bigint not null references ledger.entry deferrable initially deferred,
    corrects   integer,
    why        text,
    document   integer,
    time       text,
    agency     text not null,
    record_id  text,
    facility   text,
    primary key (case_id, n)
);

create table cases.charge_proposed (
    case_id             uuid not null references cases.case_file,
    n                   integer not null check (n > 0),
    entry               bigint not null references ledger.entry deferrable initially deferred,
    corrects            integer,
    why                 text,
    document            integer,
    arrest              integer not null,
    statute             text not null,
    description         text not null,
    grade               text,
    counts              integer not null,
    offense_date        text,
    inchoate            text,
    object_statute      text,
    object_description  text,
    grade_basis         text,
    grade_note          text,
    primary key (case_id, n)
);

create table cases.narrative_written (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    arrest    integer not null,
    text      text not null,
    primary key (case_id, n)
);

create table cases.submitted (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    primary key (case_id, n)
);

create table cases.charge_decided (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    proposed  integer,
    decision  text not null,
    reason    text,
    filed     integer,
    reported  boolean not null,
    note      text,
    primary key (case_id, n)
);

create table cases.charge_filed (
    case_id             uuid not null references cases.case_file,
    n                   integer not null check (n > 0),
    entry               bigint not null references ledger.entry deferrable initially deferred,
    corrects            integer,
    why                 text,
    document            integer,
    arrest              integer not null,
    statute             text not null,
    description         text not null,
    grade               text,
    counts              integer not null,
    offense_date        text,
    reported            boolean not null,
    inchoate            text,
    object_statute      text,
    object_description  text,
    grade_basis         text,
    grade_note          text,
    primary key (case_id, n)
);

create table cases.complaint_signed (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    text_sha256  text not null,
    signer       text not null,
    reported     boolean not null,
    primary key (case_id, n)
);

create table cases.complaint_cosigned (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    complaint    integer not null,
    text_sha256  text not null,
    signer       text not null,
    primary key (case_id, n)
);

create table cases.interview_begun (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    channel   text not null,
    room      text,
    told      boolean not null,
    primary key (case_id, n)
);

create table cases.interview_postponed (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    reason    text not null,
    until   text,
    primary key (case_id, n)
);

create table cases.interview_answered (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    question  text not null,
    answer    text,
    primary key (case_id, n)
);

create table cases.interview_noted (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    text      text not null,
    primary key (case_id, n)
);

create table cases.reference_named (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    name      text not null,
    relation  text not null,
    phone     text,
    primary key (case_id, n)
);

create table cases.answer_verified (
    case_id    uuid not null references cases.case_file,
    n          integer not null check (n > 0),
    entry      bigint not null references ledger.entry deferrable initially deferred,
    corrects   integer,
    why        text,
    document   integer,
    answered   integer not null,
    channel    text not null,
    result     text not null,
    reference  integer,
    time       text,
    says       text,
    primary key (case_id, n)
);

create table cases.interviewed (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    outcome      text not null,
    reason       text,
    interpreter  text,
    primary key (case_id, n)
);

create table cases.worksheet_signed (
    case_id           uuid not null references cases.case_file,
    n                 integer not null check (n > 0),
    entry             bigint not null references ledger.entry deferrable initially deferred,
    corrects          integer,
    why               text,
    document          integer,
    interview         integer not null,
    guideline         text not null,
    edition           text not null,
    status            text not null,
    citation          text not null,
    guideline_sha256  text not null,
    points            integer not null,
    low               integer not null,
    high              integer not null,
    recommended       text not null,
    recommendation    text not null,
    conditions        text[] not null,
    conditions_note   text,
    reason            text,
    text_sha256       text not null,
    signer            text not null,
    primary key (case_id, n)
);

create table cases.worksheet_factor (
    case_id    uuid not null references cases.case_file,
    n          integer not null check (n > 0),
    entry      bigint not null references ledger.entry deferrable initially deferred,
    corrects   integer,
    why        text,
    document   integer,
    worksheet  integer not null,
    factor     text not null,
    label      text not null,
    question   text not null,
    answer     text,
    points     integer not null,
    low        integer not null,
    high       integer not null,
    state      text not null,
    source     integer,
    verified   integer,
    primary key (case_id, n)
);

create table cases.arraigned (
    case_id                uuid not null references cases.case_file,
    n                      integer not null check (n > 0),
    entry                  bigint not null references ledger.entry deferrable initially deferred,
    corrects               integer,
    why                    text,
    document               integer,
    time                   text not null,
    probable_cause         boolean,
    rights_read            boolean not null,
    complaint_given        boolean not null,
    counsel_advised        boolean not null,
    hearing_right_advised  boolean not null,
    bail_advised           boolean not null,
    interpreter            text,
    reason                 text,
    primary key (case_id, n)
);

create table cases.release_ordered (
    case_id          uuid not null references cases.case_file,
    n                integer not null check (n > 0),
    entry            bigint not null references ledger.entry deferrable initially deferred,
    corrects         integer,
    why              text,
    document         integer,
    types            text[] not null,
    hearing          integer not null,
    next_hearing     text not null,
    amount_cents     bigint,
    deposit_percent  integer,
    conditions       text[] not null,
    reasons          text,
    next_court       text,
    surety           text,
    conditions_note  text,
    late_cause       text,
    text_sha256      text not null,
    signer           text not null,
    primary key (case_id, n)
);

create table cases.bail_posted (
    case_id       uuid not null references cases.case_file,
    n             integer not null check (n > 0),
    entry         bigint not null references ledger.entry deferrable initially deferred,
    corrects      integer,
    why           text,
    document      integer,
    "order"       integer not null,
    amount_cents  bigint not null,
    primary key (case_id, n)
);

create table cases.hold_lodged (
    case_id    uuid not null references cases.case_file,
    n          integer not null check (n > 0),
    entry      bigint not null references ledger.entry deferrable initially deferred,
    corrects   integer,
    why        text,
    document   integer,
    kind       text not null,
    authority  text not null,
    lodged     text not null,
    reference  text,
    lapses     text,
    primary key (case_id, n)
);

create table cases.hold_lifted (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    hold      integer not null,
    reason    text not null,
    primary key (case_id, n)
);

create table cases.detainer_received (
    case_id         uuid not null references cases.case_file,
    n               integer not null check (n > 0),
    entry           bigint not null references ledger.entry deferrable initially deferred,
    corrects        integer,
    why             text,
    document        integer,
    form            text not null,
    paper           text not null,
    issuing_office  text not null,
    signer          text,
    court           text,
    confirmed_by    text,
    conviction      text,
    received        text,
    received_by     text,
    primary key (case_id, n)
);

create table cases.detainer_decided (
    case_id    uuid not null references cases.case_file,
    n          integer not null check (n > 0),
    entry      bigint not null references ledger.entry deferrable initially deferred,
    corrects   integer,
    why        text,
    document   integer,
    detainer   integer not null,
    hold       text not null,
    notice     text not null,
    hand_over  text not null,
    access     text not null,
    rule       text not null,
    reason     text not null,
    lapses     text,
    primary key (case_id, n)
);

create table cases.custody_stated (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    status    text not null,
    words     text not null,
    time      text,
    facility  text,
    primary key (case_id, n)
);

create table cases.release_acknowledged (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    basis     text not null,
    released  boolean not null,
    "order"   integer,
    reason    text,
    time      text,
    primary key (case_id, n)
);

create table cases.doubted (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    code      text not null,
    paths     text[] not null,
    primary key (case_id, n)
);

create table cases.document_received (
    case_id        uuid not null references cases.case_file,
    n              integer not null check (n > 0),
    entry          bigint not null references ledger.entry deferrable initially deferred,
    corrects       integer,
    why            text,
    document       integer,
    feed           text not null,
    owner          text not null,
    family         text not null,
    document_key   text not null,
    sha256         text not null,
    document_time  text,
    primary key (case_id, n)
);

create table cases.doubt_resolved (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    doubt     integer not null,
    reason    text not null,
    adult     boolean,
    resolver  text not null,
    primary key (case_id, n)
);

create table cases.representation_claimed (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    counsel   text not null,
    office    text not null,
    basis     text not null,
    primary key (case_id, n)
);

create table cases.conflict_checked (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    found     boolean not null,
    said      text,
    primary key (case_id, n)
);

create table cases.representation_ended (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    claim     integer not null,
    reason    text not null,
    primary key (case_id, n)
);

create table cases.counsel_present (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    counsel   text not null,
    how       text not null,
    present   boolean not null,
    primary key (case_id, n)
);

create table cases.prosecution_reported (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    status       text not null,
    agency       text,
    case_number  text,
    words        text,
    time         text,
    primary key (case_id, n)
);

create table cases.person_linked (
    case_id       uuid not null references cases.case_file,
    n             integer not null check (n > 0),
    entry         bigint not null references ledger.entry deferrable initially deferred,
    corrects      integer,
    why           text,
    document      integer,
    other_case    text not null,
    basis         text not null,
    linked        boolean not null,
    confirmed_by  text,
    linker        text not null,
    primary key (case_id, n)
);

create table cases.identity_verified (
    case_id     uuid not null references cases.case_file,
    n           integer not null check (n > 0),
    entry       bigint not null references ledger.entry deferrable initially deferred,
    corrects    integer,
    why         text,
    document    integer,
    source      text not null,
    stated      text not null,
    outcome     text not null,
    reference   text not null,
    verifier    text not null,
    confidence  text,
    sid         text,
    pid         text,
    ucn         text,
    surname     text,
    given       text,
    "full"      text,
    birth_date  text,
    primary key (case_id, n)
);

create table cases.property_recorded (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    state        text not null,
    reference    text not null,
    note         text,
    primary key (case_id, n)
);

create table cases.medical_handed_over (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    handed_to    text not null,
    reference    text,
    urgent       boolean not null,
    primary key (case_id, n)
);

create table cases.interpreter_stated (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    state        text not null,
    language     text,
    note         text,
    primary key (case_id, n)
);

create table cases.competency_raised (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    state        text not null,
    note         text not null,
    primary key (case_id, n)
);

create table cases.consular_noted (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    state        text not null,
    nationality  text not null,
    consulate    text,
    reference    text,
    primary key (case_id, n)
);

create table cases.image_referenced (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    kind         text not null,
    system       text not null,
    reference    text not null,
    primary key (case_id, n)
);

create table cases.directly_charged (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    basis        text not null,
    reason       text not null,
    primary key (case_id, n)
);

create table cases.sent_to_juvenile (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    court        text not null,
    reference    text not null,
    decided      text not null,
    docket       text,
    primary key (case_id, n)
);

create table cases.police_released (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    time      text not null,
    reason    text not null,
    primary key (case_id, n)
);

create table cases.paper_entered (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    form      text collate "C" not null unique,
    primary key (case_id, n)
);

create table cases.complaint_filed (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    time      text not null,
    court     text,
    primary key (case_id, n)
);

create table cases.case_called (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    session      text not null,
    interpreter  boolean,
    video        boolean,
    reason       text,
    primary key (case_id, n)
);

create table cases.case_passed (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    session   text not null,
    reason    text not null,
    called    boolean not null,
    note      text,
    primary key (case_id, n)
);

create table cases.position_stated (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    side      text not null,
    says      text not null,
    primary key (case_id, n)
);

create table cases.docket_given (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    number    text collate "C" not null,
    arrests   integer[] not null,
    drawn     boolean not null,
    primary key (case_id, n)
);

create table cases.result_sent (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer,
    why       text,
    document  integer,
    "to"      text not null,
    hearing   integer not null,
    "order"   integer,
    receipt   text not null,
    primary key (case_id, n)
);

create table cases.order_served (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    "order"      integer not null,
    "on"         text not null,
    time         text not null,
    language     text not null,
    server       text not null,
    text_sha256  text not null,
    known_by     text,
    interpreter  text,
    primary key (case_id, n)
);
-- What was handed over at a desk at the end of a shift, with a note, and what was taken: no facts of the case, whose version stays.
create table cases.handed_over (
    case_id  uuid not null references cases.case_file,
    desk     text collate "C" not null,
    note     text not null check (length(note) <= 500),
    entry    bigint primary key references ledger.entry deferrable initially deferred
);
create index handed_over_by_case on cases.handed_over (case_id, desk, entry desc);

create table cases.handover_taken (
    case_id  uuid not null references cases.case_file,
    handed   bigint not null unique references cases.handed_over,
    entry    bigint primary key references ledger.entry deferrable initially deferred
);

-- Who was told that a version of the case they got was wrong, or said that they know: no fact of the case, whose version stays.
-- `about` is the first fact that put it right; `recipient` an agency or a paper, as the ledger calls them.
create table cases.recipient_told (
    case_id       uuid not null references cases.case_file,
    about         integer not null,
    recipient     text collate "C" not null,
    how           text not null,
    acknowledged  boolean not null,
    entry         bigint primary key references ledger.entry deferrable initially deferred
);
create index recipient_told_by_case on cases.recipient_told (case_id);

-- Limits that passed unmet, each noted once: no fact of the case, whose version stays. `about` is the fact that it runs from,
-- `due` the instant (µs since 1970, UTC).
create table cases.limit_passed (
    case_id  uuid not null references cases.case_file,
    code     text not null,
    about    integer not null,
    due      bigint not null,
    entry    bigint not null references ledger.entry deferrable initially deferred,
    primary key (case_id, code, about, due)
);

-- Who took a case of the charging queue, until when (µs since 1970, UTC; null: given back): the last row of a case counts. No fact
-- of the case, whose version stays.
create table cases.charging_claim (
    n        bigint primary key generated always as identity,
    case_id  uuid not null references cases.case_file,
    person   text collate "C" not null,
    until    bigint,
    entry    bigint not null references ledger.entry deferrable initially deferred
);
create index charging_claim_by_case on cases.charging_claim (case_id, n desc);

create table cases.access_limited (
    case_id      uuid not null references cases.case_file,
    n            integer not null check (n > 0),
    entry        bigint not null references ledger.entry deferrable initially deferred,
    corrects     integer,
    why          text,
    document     integer,
    court_order  bigint not null,
    limited      boolean not null,
    primary key (case_id, n)
);

-- What stays of a fact that a court ordered out of its case: its place.
create table cases.struck (
    case_id   uuid not null references cases.case_file,
    n         integer not null check (n > 0),
    entry     bigint not null references ledger.entry deferrable initially deferred,
    corrects  integer check (corrects is null),
    why       text check (why is null),
    document  integer check (document is null),
    primary key (case_id, n)
);
