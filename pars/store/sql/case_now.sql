-- One wide row for each case, rewritten by every act in the same transaction: what the views read. `board.now_row` says what
-- is in it, nothing here depends on the time of reading, and `pars fsck` makes it again from the facts.
-- Text compares by code point.

create table cases.case_now (
    case_id                  uuid primary key references cases.case_file,
    version                  integer not null,
    -- the catalogue: what an agreement may grant
    surname                  text collate "C",
    given                    text collate "C",
    full_name                text collate "C",
    birth_date               date,
    sex                      text collate "C",
    address                  text collate "C",
    birthplace               text collate "C",
    language                 text collate "C",
    adult                    boolean,
    arrest_date              date,
    arrest_at                timestamptz,
    arrest_agency            text collate "C",
    district                 text collate "C",
    incident_number          text collate "C",
    otn                      text collate "C",
    proposed_charges         text[],
    filed_charges            text[],
    lead_grade               text collate "C",
    charge_status            text collate "C",
    probable_cause           boolean,
    release_types            text[],
    amount_cents             bigint,
    next_hearing             timestamptz,
    next_court               text collate "C",
    custody_stated           text collate "C",
    access_limited           boolean,
    -- the board: for staff alone
    display_name             text collate "C",
    custody_began            timestamptz,
    custody_began_text       text collate "C",
    custody_began_precision  text collate "C",
    facility                 text collate "C",
    submitted                boolean,
    charges_undecided        bigint,
    charges_returned         bigint,
    complaint_signed         boolean,
    cosign_owed              boolean,
    interviewed              boolean,
    worksheet_in_doubt       boolean,
    arraigned                boolean,
    arraigned_at             timestamptz,
    discharged               boolean,
    ordered                  boolean,
    order_keeps              boolean,
    unheard                  bigint,
    released                 boolean,
    age_blocks               boolean,
    sent_to_juvenile         boolean,
    interpreter              text collate "C",
    holds                    bigint,
    detainers_undecided      bigint,
    doubts                   text[],
    arrest_time_edits        bigint,
    custody_ended            boolean,
    closed                   boolean,
    decided_by               text collate "C",
    signed_by                text collate "C",
    interview_due            boolean,
    complaint_due            timestamptz,
    -- what a case is looked up by; shown to nobody
    find_keys                text[] collate "C"
);
create index case_now_by_record on cases.case_now ((case_id::text collate "C"));
create index case_now_by_name on cases.case_now (surname, given);
create index case_now_by_given on cases.case_now (given);
create index case_now_by_full_name on cases.case_now (full_name);
create index case_now_by_birth_date on cases.case_now (birth_date);
create index case_now_by_arrest on cases.case_now (arrest_at);
create index case_now_by_otn on cases.case_now (otn);
create index case_now_by_incident on cases.case_now (incident_number);
create index case_now_by_key on cases.case_now using gin (find_keys);

-- Where documents and people find a case again: by the agency's own numbers, never by name and birth date.
create index arrested_by_record on cases.arrested (record_id, agency);
create index arrested_by_otn on cases.arrested (otn);
create index booked_by_record on cases.booked (record_id, agency);
create index docket_given_by_number on cases.docket_given (number);
create index case_called_by_session on cases.case_called (session);
create index case_passed_by_session on cases.case_passed (session);
create index document_received_by_key on cases.document_received (document_key);
