-- What is wrong with integers is found digit by digit, too many of them first.
select '99999999999x'::int;
select '2147483648x'::int, 1;
select '2147483650x'::int;
select '99999999999 x'::int2;
select '327680x'::int2;
select '32769x'::int2;
select '99999999999999999999x'::int8;
select '9223372036854775809x'::int8;
select '0xfffffffffffffffffffz'::int8;
select '0x80000010z'::int4;
select '0x8000000fz'::int4;
select '0b1111111111111111111111111111111111z'::int4;
select '0o777777777777777z'::int4;
select '9999999999.5'::int;
select '-9_999_999_999_'::int;
select 'x99999999999'::int;

-- Unicode escapes in strings and names.
select U&'\00zz';
select U&'\+12';
select U&'\12';
select U&'wrong: \+0061';
select U&"\zz";
select U&'\dc00';
select U&'\d800\0041';
select U&'\+110000';
select U&'x' UESCAPE '+';
select U&'!00' UESCAPE '!';
select E'\u00', E'x';
select E'\ud800';
select E'\U00110000';
select E'\U0000';

-- The configuration of text search has to be there.
set default_text_search_config = nosuch;
set default_text_search_config = 'pg_catalog.english';
show default_text_search_config;
set default_text_search_config = german;
show default_text_search_config;
set default_text_search_config = '"simple"';
show default_text_search_config;
set default_text_search_config = 'Pg_Catalog . "French"';
set default_text_search_config = 'public.english';
set default_text_search_config = 'x.y.z';
set default_text_search_config = 'w.x.y.z';
set default_text_search_config = '';
set default_text_search_config = 'a b';
select set_config('default_text_search_config', 'pg_catalog.nosuch', false);
reset default_text_search_config;

-- What follows a literal and no parameter.
select 1 where 'a' = 'b' [1];
select 1 where 2 = 1 . x;
values (1, 'ok'4);
select 1 where 1 in (1, 'ok'2);
-- Digits beyond every range are not computed: leading zeros are none of them.
select ('-' || repeat('9', 2000000))::int8 > 0;
select (repeat('9', 200) || 'z')::int4, 1;
select ('0x' || repeat('0', 200) || '1F')::int4, ('0b' || repeat('0', 100) || '101')::int2, (repeat('0', 100) || '17')::oid, (repeat('0', 100) || '17')::int8;
select (repeat('9', 200))::oid;
select ('0o' || repeat('7', 200))::int8;
select ('0x' || repeat('f', 200))::xid8, 1;
