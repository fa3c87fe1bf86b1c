-- Who may give a role its password.
create role pw_one login;
create role pw_two login;
set role pw_one;
alter role pw_two password 'x';
alter role pw_two password null;
alter role pw_two password 'x' connection limit 3;
alter role pw_two valid until 'infinity';
alter role pw_one password 'y';
reset role;
drop role pw_one, pw_two;
