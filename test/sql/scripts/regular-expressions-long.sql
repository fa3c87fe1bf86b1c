-- Expressions whose parts share a long text: found, refused, replaced and counted as by PostgreSQL.
select repeat('a', 9000) ~ 'a*a*b', repeat('a', 9000) || 'b' ~ 'a*a*b$', repeat('a', 9000) ~ '^a*a*$';
select repeat(' ', 20000) || 'x' ~ '\s+$', repeat(' ', 20000) ~ '\s+$', repeat('ab', 9000) ~* 'A.*B.*C.*D';
select length(regexp_replace(repeat('ab', 20000) || 'x', '.*b', 'y')), length(regexp_replace(repeat('ab', 20000) || 'x', '.*?b', 'y'));
select length(regexp_replace(repeat('a', 9000) || ',b;c;', '[^,]+;', '<>')), length(regexp_replace(repeat('ab c', 9000), 'a*b', '', 'g'));
select regexp_count(repeat('a', 9000) || 'b' || repeat('a', 9000) || 'b', 'a*b'), regexp_count(repeat('aab', 3000), 'a+?b');
select regexp_instr(repeat('a', 9000) || 'x' || repeat('a', 9000) || 'b', 'a+b'), length(regexp_substr(repeat('a', 9000) || 'x' || repeat('a', 9000) || 'b', 'a+b'));
select length(substring(repeat('a', 9000) || 'b;' from 'a.*;')), length((regexp_match(repeat('x', 9000) || 'ab', 'x*ab'))[1]), regexp_match(repeat('x', 9000), 'x*ab');
select cardinality(regexp_split_to_array(repeat('word, ', 3000), '\s*,\s*')), cardinality(regexp_split_to_array(repeat(' ', 9000) || ',' || repeat(' ', 9000), '\s*,'));
select count(*), max(length(m[1])) from regexp_matches(repeat('aaab', 3000), '(a+)b', 'g') m;
select repeat('a', 9000) ~ '(?=a*b)', repeat('a', 9000) || 'b' ~ '\ma+b\M', repeat('aa ', 5000) ~ '\ma+b\M';
select regexp_like(repeat('a', 9000) || E'\nb', '^a*b$', 'n'), regexp_like(repeat('a', 9000) || E'\nb', '^b*$', 'n'), regexp_like(repeat('A', 9000), 'a*a*B', 'i');
select repeat('ä', 9000) ~ 'ä*ä*b', length(regexp_replace(repeat('😀', 9000) || 'b', '.*b', 'x')), repeat('ab', 9000) similar to '%a%b%c', repeat('ab', 9000) similar to '%a%b%b';
select regexp_match(repeat('ab', 3000) || 'c', '((a|b)*)*c') = array[repeat('ab', 3000), 'b'];
select repeat('ab', 3000) ~ '(?=(?:a|b)*?(?:a|ab)*?(?:(?:b)*?)*c)b';
-- Sets of matches that are found with groups: more than are found before the first row, none, some.
select count(*), count(m[2]), min(m[1]), max(m[2]) from regexp_matches(repeat('abcaab', 3000), '(a|ab)(c|bcd)?', 'g') m;
select count(*), min(t), max(t), sum(length(t)) from regexp_split_to_table(repeat('abab,x', 3000), '(a|ab)(b|,)') t;
select m from regexp_matches('abcdab', '(b|bc)(d)?', 'g') m union all select m from regexp_matches('abcdab', '(b|bc)(d)?') m union all select m from regexp_matches('abcdab', '(x|xy)', 'g') m;
select regexp_matches(string_agg(md5(g::text), '' order by g), '(.{3,})\1y?$', 'g'), regexp_split_to_table(string_agg(md5(g::text), '' order by g), '(..)\1') from generate_series(1, 4) g;
select regexp_instr(repeat('ab', 500) || 'cc', '(.)\1', 1, 1, 1, '', 1), regexp_substr(repeat('ab', 500) || 'ccdd', '(.)\1', 1, 2), substring(repeat('ab', 500) || 'cc' from '(b|bc)(c)\2');
select (select array_agg(m) from regexp_matches(t, '(a|ab)(c|bcd)(d*)', 'g') m) from (values ('abcd abc'), (null), ('xx')) v (t);
select regexp_replace(repeat('word ', 2000), '^(.*) (w.*|d.*)$', '<\2>'), regexp_count(repeat('abcaab', 100), '(a|ab)(c|bcd)?', 4), regexp_matches('a1a1', '(?:(a)|(1))(?=1|a)', 'g');
select repeat('a', 40) ~ (repeat('a?', 40) || repeat('a', 40)), repeat('a', 39) ~ (repeat('a?', 40) || repeat('a', 40)), substring(repeat('a', 70) from repeat('a?', 40) || repeat('a', 40));
select repeat('ab', 40) || 'x' ~ ('^' || repeat('(a|ab|b)', 60) || 'c'), repeat('ab', 40) || 'c' ~ ('^' || repeat('(a|ab|b)', 60) || 'c'), regexp_replace(repeat('ab', 30), repeat('(a|ab|b)?', 20), '<\1>'), regexp_match(repeat('a', 60), '^' || repeat('(a?)', 30) || repeat('a', 50));
