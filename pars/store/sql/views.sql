-- What may be read from outside the store. Plain views, so that a search by name keeps its index; each has its own login.

create schema disclosable;
create schema duty;

-- Outside agencies (login guest). The floor's hardest line is in the view itself: only who is known to be an adult. The rest
-- of the floor, by recipient and date, is met with every question in the core. `entered_late` is for streams alone and no
-- answer shows it: the case came into the record 30 days or more after the arrest, so it is a history and nothing new.
create view disclosable."case" as
    select case_id::text collate "C" as record,
           version, surname, given, full_name, birth_date, sex, address, birthplace, language, adult, arrest_date, arrest_at,
           arrest_agency, district, incident_number, otn, proposed_charges, filed_charges, lead_grade, charge_status,
           probable_cause, release_types, amount_cents, next_hearing, next_court, custody_stated, access_limited,
           (select to_timestamp(e.at / 1e6)
              from ledger.entry_row r join ledger.entry e on e.id = r.entry
             where r.tbl = 'case_file' and r."row" = now.case_id::text and r.version = 1)
           >= custody_began + interval '30 days' as entered_late
      from cases.case_now now
     where adult;

create view disclosable.stamp as select authority, n from governance.stamp;

-- Staff (login duty): everybody in process, without the floor.
create view duty."case" as
    select case_id::text collate "C" as record, now.*
      from cases.case_now now;

create view duty.stamp as select authority, n from governance.stamp;
