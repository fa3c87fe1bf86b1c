/** Calls over texts, patterns among them. */
import type { CasesByFamily } from "./cases.ts";
import { cases } from "./cases.ts";

export const TEXTS: CasesByFamily = {
  text: cases(`
    length | text:añb😀
    octet_length | text:añb😀
    bit_length | text:abc
    char_length | bpchar:abc  
    lower | text:ÀBC
    upper | text:àbc
    initcap | text:hello wORLD foo_bar 1st
    substring | text:hello | int4:2 | int4:3
    substring | text:hello | int4:-1 | int4:4
    substring | text:hello | int4:2 | int4:-1
    substring | text:hello | int4:2147483647 | int4:2147483647
    substr | text:a😀b | int4:2
    left | text:abcde | int4:-2
    right | text:abcde | int4:-2
    right | text:abcde | int4:2
    lpad | text:hi | int4:5 | text:xy
    lpad | text:hello | int4:2 | text:xy
    lpad | text:hi | int4:5 | text:
    rpad | text:hi | int4:5
    lpad | text:hi | int4:-5
    btrim | text:xxabcxx | text:x
    btrim | text:  a 
    ltrim | text:zzzytest | text:xyz
    rtrim | text:testxxzx | text:xyz
    replace | text:abcabc | text:b | text:XX
    translate | text:12345 | text:143 | text:ax
    split_part | text:a~@~b~@~c | text:~@~ | int4:2
    split_part | text:a,b,c | text:, | int4:-1
    split_part | text:a,b,c | text:, | int4:-4
    split_part | text:a,b,c | text:, | int4:0
    split_part | text:a,b | text: | int4:1
    strpos | text:high | text:ig
    strpos | text:high | text:
    position | text:high | text:zz
    overlay | text:Txxxxas | text:hom | int4:2 | int4:4
    overlay | text:Txxxxas | text:hom | int4:2
    overlay | text:abc | text:x | int4:0
    repeat | text:ab | int4:3
    repeat | text:ab | int4:-1
    reverse | text:ab😀
    ascii | text:é
    ascii | text:
    chr | int4:8364
    chr | int4:0
    chr | int4:-1
    chr | int4:1114112
    chr | int4:55296
    starts_with | text:alphabet | text:alph
    quote_ident | text:Foo bar
    quote_ident | text:select
    quote_ident | text:foo
    quote_literal | text:O'Re\\illy
    quote_nullable | text:\\N
    quote_literal | int4:42
    md5 | text:abc
    sha256 | bytea:abc
    encode | bytea:\\x0001ff | text:base64
    encode | bytea:\\x00015cff | text:escape
    encode | bytea:\\x0001ff | text:hex
    encode | bytea:\\x00 | text:foo
    decode | text:AAH/ | text:base64
    decode | text:AA= | text:base64
    decode | text:A | text:base64
    decode | text:A*AA | text:base64
    decode | text:=AAA | text:base64
    decode | text:0g | text:hex
    decode | text:012 | text:hex
    decode | text:\\\\001a | text:escape
    string_to_array | text:a,b,,c | text:, | text:
    string_to_array | text:abc | text:\\N
    string_to_array | text: | text:,
    string_to_array | text:abc | text:
    array_to_string | int4[]:{1,2,NULL,3} | text:,
    array_to_string | int4[]:{1,2,NULL,3} | text:, | text:*
    string_to_table | text:a b c | text: 
    concat | text:a | int4:1 | bool:t | text:\\N
    concat_ws | text:, | text:a | int4:\\N | float8:1.5
    format | text:%s|%10s|%-10s|%I|%L|%% | text:x | text:y | text:z | text:Foo | text:it's
    format | text:%2$s %1$s | text:a | text:b
    format | text:%*s | int4:5 | text:x
    format | text:%s
    format | text:%d | text:x
    format | text:%0$s | text:x
    format | text:% | text:x
    format | text:%1$*2$s. | text:a | int4:-4
    format | text:%I | text:\\N
    format | text:%s %L | text:\\N | text:\\N
    unistr | text:d\\0061t\\+000061
    unistr | text:\\d83d\\de00
    unistr | text:\\zzzz
    parse_ident | text:"SomeSchema".someTable | bool:t
    parse_ident | text:foo.boo[] | bool:t
    parse_ident | text:a..b | bool:t
    parse_ident | text:.b | bool:t
    parse_ident | text:a. | bool:t
    normalize | text:é | text:NFD
    normalize | text:x | text:foo
    is_normalized | text:é | text:NFC
    name | text:abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz
    bpchareq | bpchar:a  | bpchar:a
    bpcharlt | bpchar:a  | bpchar:ab
    text_lt | text:Z | text:a
    text_lt | text: | text:a
    textcat | text:a | text:b
    textanycat | text:a | int4:1
    anytextcat | bool:t | text:b
    unistr | text:\\d83d
    pg_size_pretty | int8:10240
    pg_size_pretty | int8:10239
    pg_size_pretty | int8:20479
    pg_size_pretty | int8:1234567890123
    pg_size_pretty | int8:-1234567
    varchar | varchar:abcdef | int4:7 | bool:t
    varchar | varchar:abcdef | int4:7 | bool:f
    bpchar | bpchar:abc | int4:9 | bool:f
    bpchar | bpchar:abc   | int4:7 | bool:f
  `),
  like: cases(`
    like | text:abc | text:a%c
    like | text:abc | text:_b_
    like | text:a😀c | text:a_c
    like | text:abc | text:ABC
    like | text:a%c | text:a\\%c
    like | text:abc | text:abc\\
    like | text:abd | text:abc\\
    like | text:xabcx | text:%abc\\
    notlike | text:abc | text:%d%
    texticlike | text:aBc | text:AbC%
    texticlike | text:ÄB | text:äb
    like | bytea:abc | bytea:a%
    like_escape | text:a#%b\\c | text:#
    like_escape | text:a%b | text:xx
    like_escape | text:a\\b | text:
    similar_to_escape | text:a%(b|c)_[x-z]+
    similar_to_escape | text:a#"%#"b | text:#
    similar_to_escape | text:a#"%#"b#"c | text:#
    substring | text:foobar | text:%#"o_b#"% | text:#
  `),
  regex: cases(`
    textregexeq | text:abc | text:^a.c$
    textregexeq | text:abc | text:B
    texticregexeq | text:abc | text:B
    textregexeq | text:abc | text:(
    textregexeq | text:abc | text:a)
    textregexeq | text:abc | text:[a
    textregexeq | text:abc | text:*a
    textregexeq | text:abc | text:a**
    textregexeq | text:abc | text:a{2,1}
    textregexeq | text:abc | text:[[:foo:]]
    textregexeq | text:abc | text:[b-a]
    textregexeq | text:abc | text:\\1
    textregexeq | text:abc | text:(?i)B
    textregexeq | text:a.c | text:***=.
    textregexeq | text:foo bar | text:\\mbar\\M
    textregexeq | text:é | text:\\w
    textregexeq | text:a1_ | text:^\\w+$
    textregexeq | text:]x | text:^[]x]+$
    regexp_match | text:foobarbequebaz | text:(bar)(beque)
    regexp_match | text:foobarbequebaz | text:bar.*que
    regexp_match | text:abcd | text:ab|abcd
    regexp_match | text:ab | text:a?(ab)?
    regexp_match | text:xaaay | text:a*?
    regexp_match | text:XY1234Z | text:Y*([0-9]{1,3})
    regexp_match | text:XY1234Z | text:Y*?([0-9]{1,3})
    regexp_match | text:abc01234xyz | text:(.*)(\\d+)(.*)
    regexp_match | text:abc01234xyz | text:(.*?)(\\d+)(.*)
    regexp_match | text:abc01234xyz | text:(?:(.*?)(\\d+)(.*)){1,1}
    regexp_match | text:abb | text:(a)(b)?(c)?
    regexp_match | text:ab | text:((a)|b)*
    regexp_match | text:aba | text:(a|b|ab)(c|ba)?
    regexp_match | text:abc | text:x
    regexp_match | text:abc | text:b | text:g
    regexp_match | text:aXbxc | text:x.* | text:i
    regexp_matches | text:foobarbequebazilbarfbonk | text:(b[^b]+)(b[^b]+) | text:g
    regexp_matches | text:abc | text:.? | text:g
    regexp_replace | text:foobarbaz | text:b.. | text:X
    regexp_replace | text:foobarbaz | text:b.. | text:X | text:g
    regexp_replace | text:foobarbaz | text:b(..) | text:X\\1Y | text:g
    regexp_replace | text:foobarbaz | text:b(..) | text:[\\&]\\\\ | text:g
    regexp_replace | text:A PostgreSQL function | text:a|e|i|o|u | text:X | int4:1 | int4:0 | text:i
    regexp_replace | text:A PostgreSQL function | text:a|e|i|o|u | text:X | int4:1 | int4:3 | text:i
    regexp_replace | text:abc | text: | text:- | text:g
    regexp_replace | text:abc | text:b* | text:- | text:g
    regexp_replace | text:abc | text:b | text:- | text:z
    regexp_replace | text:abc | text:b | text:- | text:1
    regexp_replace | text:  many   spaces | text:\\s+ | text: | text:g
    regexp_replace | text:a1b22c | text:[0-9]+ | text:# | text:g
    regexp_split_to_array | text:the quick  brown | text:\\s+
    regexp_split_to_array | text:abc | text:\\s*
    regexp_split_to_table | text:a,b;c | text:[,;]
    regexp_split_to_array | text:abc | text:b | text:g
    regexp_count | text:ABCABCAXYaxy | text:A.
    regexp_count | text:ABCABCAXYaxy | text:A. | int4:1 | text:i
    regexp_count | text:abc | text:b | int4:0
    regexp_instr | text:ABCDEFGHI | text:C(.)(..) 
    regexp_instr | text:ABCABCAXYaxy | text:a. | int4:1 | int4:4 | int4:0 | text:i
    regexp_instr | text:ABCDEFGHI | text:D.F | int4:1 | int4:1 | int4:1 | text:i | int4:0
    regexp_like | text:Steven | text:^Ste(v|ph)en$
    regexp_like | text:abc | text:B | text:i
    regexp_substr | text:ABCDEF | text:y(.)
    regexp_substr | text:ABCDEF | text:C. | int4:2
    regexp_substr | text:abcabcaxy | text:a. | int4:1 | int4:3
    regexp_substr | text:1234567890 | text:(123)(4(56)(78)) | int4:1 | int4:1 | text:i | int4:4
    substring | text:foobar | text:o(.)b
    substring | text:foobar | text:o.b
    regexp_replace | text:line1 line2 | text:^(.*)\\s(.*)$ | text:\\2 \\1
    regexp_match | text:2024-01-15 | text:^(\\d{4})-(\\d{2})-(\\d{2})$
    regexp_match | text:user@example.com | text:^([^@]+)@(.+)\\.([a-z]+)$
    regexp_match | text:aaa | text:(a+)(a+)
    regexp_match | text: | text:([ab]?)*b*
    regexp_match | text: | text:a?(a?(a*)+?)?[ab]?
    regexp_match | text:c | text:(ab)?c
    regexp_match | text:a | text:(a?)*
    regexp_match | text:a | text:([ab]*){1,2}|a*
    regexp_match | text:b | text:(a?|(?:a+?a{1,2})(?:a)+?(a?))*(c?|[ab]){1,2}
    regexp_match | text:aaa | text:(a+?)(a+)
    regexp_match | text:abcabc | text:(abc)\\1
    regexp_match | text:foo.bar | text:(?<=foo)\\.(?=bar)
  `),
};
