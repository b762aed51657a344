-- The council's gazetteer of addresses in the shape of BS 7666 (addresses/gazetteer.py), as `portal addresses load` read
-- it. A load fills a table like this one beside it and puts that in its place; each constraint is a fault that it names.
create table gazetteer (
  uprn                 bigint   not null constraint uprn_digits check (uprn between 0 and 999999999999),
  sao_text             text,
  sao_start_number     smallint constraint sao_start_number_digits check (sao_start_number between 0 and 9999),
  sao_start_suffix     text,
  sao_end_number       smallint constraint sao_end_number_digits check (sao_end_number between 0 and 9999),
  sao_end_suffix       text,
  pao_text             text,
  pao_start_number     smallint constraint pao_start_number_digits check (pao_start_number between 0 and 9999),
  pao_start_suffix     text,
  pao_end_number       smallint constraint pao_end_number_digits check (pao_end_number between 0 and 9999),
  pao_end_suffix       text,
  street_description   text     not null constraint street_description_empty check (btrim(street_description) <> ''),
  locality             text,
  town_name            text     not null constraint town_name_empty check (btrim(town_name) <> ''),
  postcode_locator     text     not null,
  local_custodian_code smallint not null
    constraint local_custodian_code_digits check (local_custodian_code between 0 and 9999),
  constraint pao_empty check (pao_text is not null or pao_start_number is not null),
  primary key (uprn)
);
create index gazetteer_postcode on gazetteer (postcode_locator);
