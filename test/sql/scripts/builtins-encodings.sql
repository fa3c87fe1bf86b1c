-- convert_from, convert_to and convert between single-byte encodings and UTF-8.
select e, i, convert_from(set_byte('\x00', 0, i), e) from unnest(array['LATIN1','LATIN2','LATIN9','ISO_8859_5','KOI8R','WIN866']) e, generate_series(1,255) i order by 1, 2;
select e, i, convert_from(set_byte('\x00', 0, i), e) from unnest(array['WIN1252', 'WIN1250','WIN1251']) e, generate_series(160,255) i order by 1, 2;
select convert_from('\x81', 'WIN1252');
select convert_from('\x80', 'WIN1252'), convert_to('€', 'WIN1252'), convert_to('ä', 'latin1'), convert('\xe4', 'LATIN1', 'UTF8'), length('\xe4e4'::bytea, 'latin1');
select convert_to('€', 'LATIN1');
select convert_to('😀', 'LATIN9');
select convert_from('\x00', 'LATIN1');
select convert_from('a', 'nope');
select convert_to('a', 'nope');
select convert_from('\x98', 'WIN1251');
select convert_from('\x83', 'WIN1250');
select length('a'::bytea, 'nope');
select convert_from('\xe4', 'utf8');
select convert_to('Ж', 'KOI8R'), convert_to('Ж', 'WIN866'), convert_to('Ж','ISO_8859_5'), convert('\xf6', 'koi8', 'win');
