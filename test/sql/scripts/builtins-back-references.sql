-- Back references of regular expressions.
select regexp_matches('Programmer', '(\w)(.*?\1)', 'g');
select regexp_match('abcabcabc', '(abc)\1+'), regexp_match('aXbaXb', '(.+)\1'), regexp_match('mississippi', '(.)\1(.*)\1');
select regexp_match('xyxy', '(x)?(y)\2'), regexp_match('yy', '(x)?y\1');
select 'abcdef' ~ '^(.)\1|\1.', 'abadef' ~ '^((.)\2|..)\2', 'aab' ~ '^(a*)b?\1$';
select 'xxx' ~ '(.){0}(\1)', 'aaaa' ~ '^(a+)\1$', 'aaaaa' ~ '^(a+)\1$', 'abba' ~ '^(.)(.)\2\1$';
select regexp_replace('hello wood', '(.)\1', '<\1\1>', 'g'), regexp_replace('the the cat', '\m(\w+)\s+\1\M', '\1');
select regexp_match('aaa', '(a{1,2})\1'), regexp_match('abab', '((a)(b))\1'), regexp_match('aabb', '(a)\1(b)\2');
select regexp_matches('aa bb cd ee', '(\w)\1', 'g');
select regexp_split_to_array('a--b==c', '([-=])\1');
select 'foobar' ~ '(foo)(?=bar)\1', 'a1a1' ~* '^(A\d)\1$', 'Aa' ~* '(a)\1', 'Aa' ~ '(a)\1';
select regexp_match('abc', '(?:(a)|b)*\1'), regexp_match('aba', '(?:(a)|b)*\1');
select regexp_match('xayaz', '(a).*?\1'), regexp_match('xayaz', '(a).*\1');
select 'a' ~ '\1', 'a' ~ '(a)\2';
select regexp_match('((a))', '(\()+a\1');
select regexp_match('abcb', '(b|c)(.*)\1'), regexp_match('abcbb', '(b|c)(.*?)\1');
select repeat('a', 3000) ~ '^(a+)\1b', regexp_count('aabbccdd', '(.)\1');
-- Quantified ones: the group must be set even where none is asked for; its places are not asked.
select regexp_match('b aabab', '(.{0,1}?[ab])(bb)|\2*?'), regexp_match('xa', '(a)?x\1*'), regexp_match('aa', '(^a)\1');
select regexp_match('b', '(?:$)((?<=b)c)*?\1*'), regexp_match('abab', '(a?)b\1*'), regexp_match('aXa', '(a)x?\1{0,2}X\1+');
-- The text's end after what ended just before it.
select 'b' ~ '($)|\1', '' ~ '($)|\1', 'b' ~ '($)\1', 'b' ~ '(b$)|\1', regexp_match('baaaa', '($|(c))?\1??');
