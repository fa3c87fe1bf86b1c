-- what dumps and frameworks send as a matter of course
create extension if not exists plpgsql;
create extension if not exists "plpgsql" with schema pg_catalog;
create extension plpgsql;
comment on extension plpgsql is 'PL/pgSQL procedural language';
alter extension plpgsql update;
alter extension plpgsql update to '2.0';
alter extension plpgsql set schema public;
alter extension nosuch set schema public;
alter extension nosuch update;
create extension pgcrypto schema public schema public;
create extension pgcrypto schema nosuch;
create extension pgcrypto version '9.9';
-- differs: it has no control files to name; what there is is listed
create extension nosuch;
-- refused: PostgreSQL has it
create extension if not exists hstore;

create schema extension_place;
create extension "uuid-ossp" with schema extension_place;
create extension if not exists "uuid-ossp";
create extension "uuid-ossp";
select e.extname, e.extversion, e.extrelocatable, n.nspname
  from pg_extension e join pg_namespace n on n.oid = e.extnamespace where extname = 'uuid-ossp';
select name, default_version, installed_version, comment from pg_available_extensions where name in ('uuid-ossp', 'pgcrypto') order by name;
select obj_description(oid, 'pg_extension') from pg_extension where extname = 'uuid-ossp';
select p.proname, pg_get_function_arguments(p.oid), p.provolatile, p.proisstrict, p.proparallel
  from pg_depend d join pg_proc p on p.oid = d.objid
  where d.deptype = 'e' and d.refobjid = (select oid from pg_extension where extname = 'uuid-ossp') order by 1;
select extension_place.uuid_nil(), extension_place.uuid_ns_dns(), extension_place.uuid_ns_url(), extension_place.uuid_ns_oid(), extension_place.uuid_ns_x500();
select extension_place.uuid_generate_v3(extension_place.uuid_ns_dns(), 'www.example.com');
select extension_place.uuid_generate_v5(extension_place.uuid_ns_url(), 'https://example.com/ä');
select extension_place.uuid_generate_v5(null, 'x');
select substr(extension_place.uuid_generate_v4()::text, 15, 1), substr(extension_place.uuid_generate_v1()::text, 15, 1), substr(extension_place.uuid_generate_v1mc()::text, 15, 1);
select substr(extension_place.uuid_generate_v1()::text, 15, 4) = substr(extension_place.uuid_generate_v1()::text, 15, 4);
select count(distinct extension_place.uuid_generate_v1()) from generate_series(1, 1000);
create table with_uuid (id uuid primary key default extension_place.uuid_generate_v4(), n int);
insert into with_uuid (n) values (1), (2);
select count(distinct id) from with_uuid;
drop function extension_place.uuid_nil();
drop extension "uuid-ossp";
drop schema extension_place;
alter extension "uuid-ossp" set schema public;
select n.nspname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where proname = 'uuid_generate_v4';
drop extension "uuid-ossp" cascade;
select count(*) from pg_proc where proname like 'uuid_generate%';
drop extension "uuid-ossp";
drop extension if exists "uuid-ossp";
drop table with_uuid;
drop schema extension_place;

create extension pgcrypto;
select digest('abc', 'md5'), digest('abc', 'sha1'), digest('abc'::bytea, 'SHA256');
select digest('', 'sha512');
select digest('ä', 'sha224');
select digest('abc', 'foo');
select digest('abc', 'SHA-256');
select encode(hmac('data', 'key', 'sha256'), 'hex'), hmac('data'::bytea, 'key'::bytea, 'md5');
select hmac('data', 'key', 'none');
select length(gen_random_bytes(16)), length(gen_random_bytes(1024));
select gen_random_bytes(0);
select gen_random_bytes(1025);
select encrypt('data', 'key', 'aes'), encrypt('data', 'key', 'aes-ecb');
select encrypt('0123456789abcdef', '0123456789abcdef01234567', 'aes-cbc/pad:none');
select encrypt('data', 'key', 'aes/pad:none');
select convert_from(decrypt(encrypt('some text', 'a key', 'aes'), 'a key', 'aes'), 'utf8');
select encrypt_iv('data', 'key', '0123456789abcdef', 'aes');
select convert_from(decrypt_iv(encrypt_iv('data', 'key', 'iv', 'aes'), 'key', 'iv', 'aes'), 'utf8');
-- refused: password hashes
select crypt('secret', gen_salt('bf'));
-- refused: PGP
select pgp_sym_encrypt('text', 'password');
select p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), p.provolatile, p.proisstrict, p.proparallel
  from pg_depend d join pg_proc p on p.oid = d.objid
  where d.deptype = 'e' and d.refobjid = (select oid from pg_extension where extname = 'pgcrypto')
    and p.proname <> 'pgp_armor_headers' order by 1, 2;
create role extension_user;
set role extension_user;
create extension "uuid-ossp";
drop extension pgcrypto;
alter extension pgcrypto update;
reset role;
drop role extension_user;
drop extension pgcrypto;
