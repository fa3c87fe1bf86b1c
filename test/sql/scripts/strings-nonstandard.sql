-- standard_conforming_strings = off: a backslash in an ordinary string is an escape.
show standard_conforming_strings;
set standard_conforming_strings = off;
show standard_conforming_strings;
select 'a\\bcd' as f1, 'a\\b\'cd' as f2, 'a\\b\'''cd' as f3, 'abcd\\' as f4, 'ab\\\'cd' as f5, '\\\\' as f6;
select 'tab\there', 'line\nfeed', '\101\x42\u0043', 'plain', '';
select E'a\\b', 'a\\b', 'x' || 'y\\z' as z, "relname" from pg_class limit 0;
select $$a\b$$, $x$it's \n$x$, B'101', X'1F' /* it's \' a comment /* nested ' */ */;
select 'a\\b', -- it's a comment \'
  'c\\d';
select U&'d\0061t\+000061';
select U&"d" from (select 1 as "d") s;
select 'a\\b', nothing;
select 'a\'b' nothing here;
set escape_string_warning = off;
select 'a\\b\n', 'q\'r';
set backslash_quote = off;
select 'q\'r';
select 'q''r', 'a\\b';
set backslash_quote = on;
select 'q\'r';
reset standard_conforming_strings;
reset escape_string_warning;
reset backslash_quote;
select 'a\b';
-- How numbered transactions ended.
begin;
select txid_status(txid_current());
rollback;
select txid_status(1), txid_status(2), pg_xact_status('1'), txid_status(3), txid_status(null);
select txid_status(9000000000000000000);
set standard_conforming_strings = off;
set backslash_quote = off;
select 'it\'s';
select 'a\nb', 'it\'s';
select 'a\nb it\'s';
