-- What may be read from outside the store. Plain views, so that a search by name keeps its index; each has its own login.

create schema disclosable;
create schema duty;

-- Outside agencies (login guest). The floor's hardest line is in the view itself: only who is known to be an adult. The rest
-- of the floor, by recipient and date, is met with every question in the core.
create view disclosable."case" as
    select case_id::text collate "C" as record,
           version, surname, given, full_name, birth_date, sex, address, birthplace, language, adult, arrest_date, arrest_at,
           arrest_agency, district, incident_number, otn, proposed_charges, filed_charges, lead_grade, charge_status,
           probable_cause, release_types, amount_cents, next_hearing, next_court, custody_stated
      from cases.case_now
     where adult;

create view disclosable.stamp as select authority, n from governance.stamp;

-- Staff (login duty): everybody in process, without the floor.
create view duty."case" as
    select case_id::text collate "C" as record, now.*
      from cases.case_now now;

create view duty.stamp as select authority, n from governance.stamp;
