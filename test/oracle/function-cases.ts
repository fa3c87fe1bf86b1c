/**
 * Calls whose answers are compared with the oracle's, by family. See function-calls.ts for how they
 * are written.
 */
const cases = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

export const FUNCTION_CASES: Readonly<Record<string, readonly string[]>> = {
  integers: cases(`
    int4pl | int4:2147483647 | int4:1
    int4mi | int4:-2147483648 | int4:1
    int4mul | int4:65536 | int4:65536
    int4mul | int4:0 | int4:-5
    int4div | int4:-7 | int4:2
    int4div | int4:-2147483648 | int4:-1
    int4div | int4:1 | int4:0
    int4mod | int4:-7 | int4:2
    int4mod | int4:-4 | int4:2
    int4mod | int4:-2147483648 | int4:-1
    int2pl | int2:32767 | int2:1
    int2div | int2:-32768 | int2:-1
    int24pl | int2:3 | int4:4
    int82mul | int8:9223372036854775807 | int2:2
    int8div | int8:-9223372036854775808 | int8:-1
    int8mod | int8:-7 | int8:0
    int48eq | int4:5 | int8:5
    int48lt | int4:5 | int8:9223372036854775807
    int4shl | int4:1 | int4:33
    int4shr | int4:-8 | int4:1
    int2shl | int2:1 | int4:15
    int8shl | int8:1 | int4:65
    int8shr | int8:-9 | int4:1
    gcd | int4:-12 | int4:18
    gcd | int4:-2147483648 | int4:0
    lcm | int4:4 | int4:6
    lcm | int8:9223372036854775807 | int8:2
    abs | int4:-2147483648
    abs | int2:-5
    int4um | int4:-2147483648
    int2 | int4:40000
    int4 | int8:2147483648
    int4 | float8:2.5
    int4 | float8:3.5
    int4 | float8:-0.4
    int4 | float8:NaN
    int8 | float8:9.3e18
    int8 | float4:1e10
    float4 | int8:9007199791611905
    oid | int8:4294967296
    factorial | int8:20
    factorial | int8:-1
    btint2cmp | int2:3 | int2:5
    to_hex | int4:-1
    to_hex | int8:255
    width_bucket | float8:5.3 | float8:0 | float8:10 | int4:5
    width_bucket | numeric:5.3 | numeric:0 | numeric:10 | int4:5
    width_bucket | float8:5 | float8:10 | float8:0 | int4:4
    width_bucket | float8:5 | float8:5 | float8:5 | int4:4
  `),
  floats: cases(`
    float8div | float8:1 | float8:0
    float8mul | float8:1e200 | float8:1e200
    float8mul | float8:1e-200 | float8:1e-200
    float4mul | float4:1e30 | float4:1e30
    float4pl | float4:0.1 | float4:0.2
    float48pl | float4:0.1 | float8:0.2
    float8lt | float8:NaN | float8:1
    float8eq | float8:NaN | float8:NaN
    float8gt | float8:NaN | float8:Infinity
    round | float8:2.5
    round | float8:-0.5
    ceil | float8:-0.5
    trunc | float8:-1.7
    sqrt | float8:-1
    ln | float8:0
    log | float8:1000
    exp | float8:1000
    exp | float8:-1000
    power | float8:0 | float8:-1
    power | float8:-8 | float8:0.5
    power | float8:2 | float8:10
    power | float8:-1 | float8:Infinity
    power | float8:1 | float8:NaN
    power | float8:1e300 | float8:2
    sind | float8:30
    cosd | float8:60
    tand | float8:45
    cotd | float8:45
    asind | float8:0.5
    acosd | float8:0.5
    atand | float8:1
    atan2d | float8:1 | float8:-1
    sind | float8:-210
    cosd | float8:450
    asin | float8:2
    acosh | float8:0.5
    degrees | float8:3.141592653589793
    radians | float8:180
    sign | float8:-3
    sin | float8:Infinity
    pi
    float4 | float8:1e300
    float4 | float8:1e-60
    float8 | float4:0.1
  `),
  numerics: cases(`
    numeric_add | numeric:1.10 | numeric:2.2
    numeric_mul | numeric:1.10 | numeric:2.20
    numeric_div | numeric:1 | numeric:3
    numeric_div | numeric:1 | numeric:0
    mod | numeric:-7.5 | numeric:2
    div | numeric:-7.5 | numeric:2
    round | numeric:2.5
    round | numeric:-2.45 | int4:1
    round | numeric:12345 | int4:-2
    trunc | numeric:-2.45 | int4:1
    trunc | numeric:2.9
    ceil | numeric:-2.5
    floor | numeric:-2.5
    sqrt | numeric:2
    exp | numeric:1.5
    ln | numeric:2
    log | numeric:100
    log | numeric:2 | numeric:64
    power | numeric:2 | numeric:0.5
    power | numeric:2 | numeric:10
    power | numeric:0 | numeric:-1
    gcd | numeric:12.5 | numeric:7.5
    lcm | numeric:12.5 | numeric:7.5
    sign | numeric:-2.5
    scale | numeric:1.230
    min_scale | numeric:1.230
    trim_scale | numeric:1.230
    numeric_cmp | numeric:NaN | numeric:1
    int4 | numeric:2.5
    int4 | numeric:1e10
    int8 | numeric:NaN
    int2 | numeric:32767.5
    numeric | float8:0.1
    numeric | float4:0.1
    float8 | numeric:0.1
    numeric | int8:12
    abs | numeric:-1.50
    factorial | int8:30
  `),
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
  datetime: cases(`
    date_part | text:epoch | timestamptz:2001-02-16 20:38:40.12
    date_part | text:julian | timestamp:2001-02-16 20:38:40.12
    date_part | text:century | date:2000-12-16
    date_part | text:century | date:0001-12-16 BC
    date_part | text:dow | timestamp:infinity
    date_part | text:year | timestamp:-infinity
    date_part | text:isoyear | date:2006-01-01
    date_part | text:week | date:2006-01-01
    date_part | text:quarter | date:2006-07-01
    date_part | text:doy | date:2004-12-31
    date_part | text:hour | date:2004-12-31
    date_part | text:milliseconds | time:17:12:28.5
    date_part | text:second | time:17:12:28.123456
    date_part | text:timezone_hour | timestamptz:2020-07-01 00:00:00
    date_part | text:timezone | timetz:17:12:28.5-05:30
    date_part | text:epoch | timetz:17:12:28.5-05:30
    date_part | text:epoch | interval:1 year 2 mons 3 days 04:05:06.7
    date_part | text:minute | interval:-04:05:06.7
    date_part | text:second | interval:-04:05:06.7
    date_part | text:dow | interval:1 day
    date_part | text:foo | interval:1 day
    date_part | text:MILLENNIUM | interval:1 day
    date_part | text:decade | date:1999-01-01
    date_part | text:decade | date:0012-01-01 BC
    date_part | text:timezone | timestamp:2020-07-01
    extract | text:epoch | timestamptz:2001-02-16 20:38:40.12
    extract | text:epoch | interval:1 year 2 mons 3 days 04:05:06.7
    extract | text:epoch | date:1999-12-31
    extract | text:julian | timestamp:2001-02-16 20:38:40.12
    extract | text:julian | date:2001-02-16
    extract | text:second | timestamp:2001-02-16 20:38:40.12
    extract | text:microseconds | timestamp:2001-02-16 20:38:40.12
    extract | text:milliseconds | interval:1.5 seconds
    extract | text:day | date:infinity
    extract | text:epoch | date:-infinity
    extract | text:epoch | time:01:02:03.5
    extract | text:minute | date:2001-01-01
    extract | text:timezone_minute | timestamptz:1900-07-01 00:00:00
    extract | text:millennium | date:0001-01-01 BC
    extract | text:isodow | date:2023-01-01
    extract | text:usec | time:01:02:03.5
    extract | text:nope | date:2001-01-01
    date_trunc | text:hour | timestamp:2001-02-16 20:38:40
    date_trunc | text:week | timestamp:2021-01-01 20:38:40
    date_trunc | text:quarter | timestamp:2021-08-17 20:38:40
    date_trunc | text:century | timestamp:2001-02-16 20:38:40
    date_trunc | text:millennium | timestamp:0500-02-16 20:38:40 BC
    date_trunc | text:decade | timestamp:0015-02-16 BC
    date_trunc | text:day | timestamptz:2001-02-16 20:38:40+00
    date_trunc | text:day | timestamptz:2001-02-16 20:38:40+00 | text:Australia/Sydney
    date_trunc | text:hour | timestamptz:2021-11-07 01:30:00-05
    date_trunc | text:month | timestamptz:2021-11-15 01:30:00-05
    date_trunc | text:milliseconds | timestamp:1999-12-31 23:59:59.123987
    date_trunc | text:day | interval:3 days 02:47:33
    date_trunc | text:quarter | interval:1 year 5 mons
    date_trunc | text:week | interval:1 year 5 mons
    date_trunc | text:foo | timestamp:2001-02-16
    date_trunc | text:dow | timestamp:2001-02-16
    date_trunc | text:day | timestamp:infinity
    date_bin | interval:15 minutes | timestamp:2020-02-11 15:44:17 | timestamp:2001-01-01
    date_bin | interval:15 minutes | timestamp:1999-02-11 15:44:17 | timestamp:2001-01-01 00:02:30
    date_bin | interval:1 month | timestamp:2020-02-11 | timestamp:2001-01-01
    date_bin | interval:0 | timestamp:2020-02-11 | timestamp:2001-01-01
    age | timestamp:2001-04-10 | timestamp:1957-06-13
    age | timestamp:1957-06-13 | timestamp:2001-04-10
    age | timestamp:2004-03-31 12:00:00 | timestamp:2004-02-29 13:00:00
    age | timestamptz:2021-03-14 12:00:00-04 | timestamptz:2021-03-13 12:00:00-05
    age | timestamp:infinity | timestamp:2001-04-10
    timestamp_pl_interval | timestamp:2020-01-31 10:00:00 | interval:1 mon
    timestamp_pl_interval | timestamp:2020-01-31 10:00:00 | interval:1 mon -1 day 02:00:00
    timestamp_mi_interval | timestamp:2020-03-31 | interval:1 mon
    timestamp_pl_interval | timestamp:294276-12-31 | interval:1 mon
    timestamp_pl_interval | timestamp:4713-01-01 BC | interval:-1 year
    timestamptz_pl_interval | timestamptz:2021-03-13 12:00:00-05 | interval:1 day
    timestamptz_pl_interval | timestamptz:2021-03-13 12:00:00-05 | interval:24 hours
    timestamptz_pl_interval | timestamptz:2021-02-28 02:30:00-05 | interval:14 days
    date_add | timestamptz:2021-10-31 00:00:00+02 | interval:1 day | text:Europe/Warsaw
    timestamp_mi | timestamp:2020-03-01 | timestamp:2020-02-01 12:00:00
    timestamp_mi | timestamp:infinity | timestamp:2020-02-01
    date_mi | date:2020-03-01 | date:2020-02-01
    date_mi | date:infinity | date:2020-02-01
    date_pli | date:2020-02-28 | int4:2
    date_pli | date:5874897-12-31 | int4:1
    date_mii | date:2020-02-28 | int4:60
    date_pl_interval | date:2020-01-31 | interval:1 mon 01:00:00
    datetime_pl | date:2020-01-31 | time:01:00:00
    time_pl_interval | time:23:00:00 | interval:2 hours
    time_mi_interval | time:01:00:00 | interval:1 day 2 hours
    time_mi_time | time:01:00:00 | time:02:30:00
    timetz_pl_interval | timetz:23:00:00+02 | interval:2 hours
    interval_pl | interval:1 mon 2 days | interval:-3 days 04:00:00
    interval_mul | interval:1 mon 15 days 12:00:00 | float8:1.5
    interval_mul | interval:-1 mon 15 days | float8:0.333
    interval_mul | interval:1 mon | float8:1e12
    interval_div | interval:1 mon 15 days 12:00:00 | float8:7
    interval_div | interval:1 mon | float8:0
    justify_hours | interval:50 hours
    justify_days | interval:35 days
    justify_interval | interval:1 mon -1 hour
    justify_interval | interval:-1 mon 60 days -25 hours
    interval_um | interval:1 mon -2 days
    make_date | int4:2013 | int4:2 | int4:30
    make_date | int4:-44 | int4:3 | int4:15
    make_date | int4:0 | int4:3 | int4:15
    make_time | int4:8 | int4:15 | float8:23.5
    make_time | int4:24 | int4:0 | float8:2.1
    make_time | int4:24 | int4:0 | float8:0
    make_timestamp | int4:2013 | int4:7 | int4:15 | int4:8 | int4:15 | float8:23.5
    make_timestamptz | int4:2013 | int4:7 | int4:15 | int4:8 | int4:15 | float8:23.5
    make_timestamptz | int4:2013 | int4:7 | int4:15 | int4:8 | int4:15 | float8:23.5 | text:Europe/London
    make_timestamptz | int4:2013 | int4:7 | int4:15 | int4:8 | int4:15 | float8:23.5 | text:Foo/Bar
    make_interval | int4:1 | int4:2 | int4:3 | int4:4 | int4:5 | int4:6 | float8:7.25
    to_timestamp | float8:1284352323.5
    to_timestamp | float8:NaN
    to_timestamp | float8:-Infinity
    timezone | text:America/Denver | timestamp:2001-02-16 20:38:40
    timezone | text:America/Denver | timestamptz:2001-02-16 20:38:40-05
    timezone | text:EST | timestamptz:2001-02-16 20:38:40-05
    timezone | text:nowhere | timestamptz:2001-02-16 20:38:40-05
    timezone | interval:-03:30 | timestamptz:2001-02-16 20:38:40-05
    timezone | interval:1 day | timestamptz:2001-02-16 20:38:40-05
    timezone | interval:-03:30 | timetz:20:38:40-05
    timezone | text:UTC | timetz:20:38:40-05
    date | timestamptz:2001-02-16 03:38:40+00
    date | timestamp:infinity
    timestamp | date:2001-02-16
    timestamp | date:5874897-12-31
    timestamptz | date:2001-07-16
    timestamptz | date:2001-07-16 | time:10:00:00
    timestamptz | timestamp:2021-03-14 02:30:00
    timestamptz | timestamp:2021-11-07 01:30:00
    time | timestamptz:2001-02-16 03:38:40+00
    time | interval:-01:00:00
    interval | time:01:02:03
    timetz | timestamptz:2001-07-16 03:38:40+00
    date_eq_timestamp | date:2001-07-16 | timestamp:2001-07-16
    date_lt_timestamptz | date:2001-07-16 | timestamptz:2001-07-16 01:00:00-04
    timestamp_eq_timestamptz | timestamp:2001-07-16 | timestamptz:2001-07-16 04:00:00+00
    interval_cmp | interval:1 mon | interval:30 days
    timetz_lt | timetz:10:00:00+02 | timetz:10:00:00+01
    overlaps | timestamp:2001-02-16 | timestamp:2001-12-21 | timestamp:2001-10-30 | timestamp:2002-10-30
    overlaps | timestamp:2001-02-16 | interval:100 days | timestamp:2001-10-30 | timestamp:2002-10-30
    overlaps | timestamp:2001-10-30 | timestamp:2001-10-30 | timestamp:2001-10-30 | timestamp:2001-10-31
    overlaps | time:10:00 | time:11:00 | time:11:00 | time:12:00
    overlaps | timestamp:2001-02-16 | timestamp:\\N | timestamp:2001-10-30 | timestamp:2002-10-30
    isfinite | date:infinity
    isfinite | timestamp:2001-01-01
    generate_series | timestamp:2008-03-01 | timestamp:2008-03-04 12:00 | interval:10 hours
    generate_series | timestamptz:2021-03-13 | timestamptz:2021-03-16 | interval:1 day
    generate_series | timestamp:2008-03-01 | timestamp:2008-03-04 | interval:0
    generate_series | int4:1 | int4:5 | int4:2
    generate_series | int4:5 | int4:1 | int4:-2
    generate_series | int4:5 | int4:1 | int4:0
    generate_series | int8:9223372036854775806 | int8:9223372036854775807
    generate_series | int4:2147483646 | int4:2147483647
    generate_series | numeric:1.0 | numeric:2 | numeric:0.3
    generate_series | numeric:NaN | numeric:2
  `),
  arrays: cases(`
    array_append | int4[]:{1,2} | int4:3
    array_append | int4[]:\\N | int4:3
    array_prepend | int4:3 | int4[]:[0:1]={1,2}
    array_append | int4[]:{{1,2},{3,4}} | int4:3
    array_cat | int4[]:{1,2} | int4[]:{3}
    array_cat | int4[]:{{1,2}} | int4[]:{3,4}
    array_cat | int4[]:{3,4} | int4[]:{{1,2}}
    array_cat | int4[]:{{1,2}} | int4[]:{3}
    array_cat | int4[]:{{1,2}} | int4[]:{{3}}
    array_cat | int4[]:{{{1,2}}} | int4[]:{3}
    array_cat | int4[]:{} | int4[]:{3}
    array_dims | int4[]:[2:3][1:2]={{1,2},{3,4}}
    array_ndims | int4[]:{}
    array_length | int4[]:{1,2,3} | int4:1
    array_length | int4[]:{1,2,3} | int4:2
    array_lower | int4[]:[2:3]={1,2} | int4:1
    array_upper | int4[]:[2:3]={1,2} | int4:1
    cardinality | int4[]:{{1,2},{3,4}}
    array_position | text[]:{sun,mon,tue} | text:mon
    array_position | text[]:{sun,mon,tue,mon} | text:mon | int4:3
    array_position | text[]:{sun,NULL} | text:\\N
    array_positions | text[]:{A,A,B,A} | text:A
    array_remove | int4[]:{1,2,3,2} | int4:2
    array_remove | int4[]:{{1,2}} | int4:2
    array_replace | int4[]:{1,2,5,4} | int4:5 | int4:3
    array_fill | int4:7 | int4[]:{2,3}
    array_fill | int4:7 | int4[]:{3} | int4[]:{2}
    array_fill | int4:7 | int4[]:{-3}
    trim_array | int4[]:{1,2,3,4} | int4:2
    trim_array | int4[]:{1,2,3,4} | int4:5
    unnest | int4[]:{{1,2},{3,NULL}}
    generate_subscripts | int4[]:[3:5]={1,2,3} | int4:1
    generate_subscripts | int4[]:{1,2,3} | int4:1 | bool:t
    array_eq | int4[]:{1,2} | int4[]:{1,2}
    array_lt | int4[]:{1,2} | int4[]:{1,2,3}
    array_gt | int4[]:{1,NULL} | int4[]:{1,2}
    btarraycmp | text[]:{a} | text[]:{b}
    arraycontains | int4[]:{1,4,3} | int4[]:{3,1,3}
    arraycontained | int4[]:{2,2,7} | int4[]:{1,7,4,2,6}
    arrayoverlap | int4[]:{1,4,3} | int4[]:{2,1}
    arrayoverlap | int4[]:{1,NULL} | int4[]:{NULL}
    array_larger | int4[]:{1,2} | int4[]:{1,3}
  `),
  json: cases(`
    json_object_field | json:{"a": {"b":  1}, "a": [2, 3]} | text:a
    json_object_field_text | json:{"a": "x\\ty"} | text:a
    json_object_field_text | json:{"a": null} | text:a
    json_array_element | json:[1, {"x": 2 }, "s"] | int4:1
    json_array_element_text | json:[1, {"x": 2 }, "s"] | int4:-1
    json_typeof | json: -1.5e3
    json_array_length | json:[1,[2]]
    json_array_length | json:{}
    json_array_length | json:1
    json_strip_nulls | json:{"a": null, "b": [null, {"c": null}]}
    json_array_elements | json:[1, {"a" : 2}]
    json_array_elements | json:{}
    json_array_elements_text | json:["a", null, 1]
    json_object_keys | json:{"b":1,"a":2}
    json_object_keys | json:[]
    json_each | json:[]
    json_each | json:{"b":1,"a":"x y"}
    json_each_text | json:{"b":1,"a":"x y", "c": null}
    jsonb_object_field | jsonb:{"a": {"b":  1}} | text:a
    jsonb_object_field | jsonb:[1] | text:a
    jsonb_object_field_text | jsonb:{"a": "x"} | text:a
    jsonb_array_element | jsonb:[1,2,3] | int4:-3
    jsonb_array_element | jsonb:[1,2,3] | int4:-4
    jsonb_array_element_text | jsonb:[1,"2",3] | int4:1
    jsonb_contains | jsonb:{"a":1, "b":{"c":[1,2,3]}} | jsonb:{"b":{"c":[3]}}
    jsonb_contains | jsonb:["foo","bar"] | jsonb:"bar"
    jsonb_contains | jsonb:"bar" | jsonb:["bar"]
    jsonb_contains | jsonb:[1,[2,3]] | jsonb:[[3]]
    jsonb_contains | jsonb:[1,[2,3]] | jsonb:[3]
    jsonb_contains | jsonb:[] | jsonb:{}
    jsonb_contained | jsonb:{"a":1} | jsonb:{"a":1.0,"b":2}
    jsonb_exists | jsonb:{"a":1} | text:a
    jsonb_exists | jsonb:["a"] | text:a
    jsonb_exists | jsonb:"a" | text:a
    jsonb_exists_any | jsonb:{"a":1} | text[]:{b,a}
    jsonb_exists_all | jsonb:{"a":1} | text[]:{b,a}
    jsonb_concat | jsonb:{"a":1,"b":2} | jsonb:{"b":3}
    jsonb_concat | jsonb:[1] | jsonb:{"b":3}
    jsonb_concat | jsonb:1 | jsonb:2
    jsonb_concat | jsonb:{"a":1} | jsonb:2
    jsonb_concat | jsonb:{} | jsonb:[]
    jsonb_delete | jsonb:{"a":1,"b":2} | text:a
    jsonb_delete | jsonb:["a","b"] | text:a
    jsonb_delete | jsonb:"a" | text:a
    jsonb_delete | jsonb:["a","b"] | int4:-1
    jsonb_delete | jsonb:{"a":1} | int4:1
    jsonb_delete_path | jsonb:{"a":[1,2,{"b":3}]} | text[]:{a,2,b}
    jsonb_delete_path | jsonb:{"a":[1,2]} | text[]:{a,-1}
    jsonb_delete_path | jsonb:{"a":[1,2]} | text[]:{a,x}
    jsonb_set | jsonb:{"a":[1,2]} | text[]:{a,0} | jsonb:"new" | bool:t
    jsonb_set | jsonb:{"a":[1,2]} | text[]:{a,9} | jsonb:"new" | bool:t
    jsonb_set | jsonb:{"a":[1,2]} | text[]:{a,-9} | jsonb:"new" | bool:t
    jsonb_set | jsonb:{"a":[1,2]} | text[]:{b} | jsonb:"new" | bool:f
    jsonb_set | jsonb:{"a":[1,2]} | text[]:{b,c} | jsonb:"new" | bool:t
    jsonb_set | jsonb:{"a":[1,2]} | text[]:{a,x} | jsonb:"new" | bool:t
    jsonb_set | jsonb:1 | text[]:{a} | jsonb:"new" | bool:t
    jsonb_set | jsonb:[] | text[]:{5} | jsonb:"new" | bool:t
    jsonb_set_lax | jsonb:{"a":1} | text[]:{a} | jsonb:\\N | bool:t | text:delete_key
    jsonb_set_lax | jsonb:{"a":1} | text[]:{a} | jsonb:\\N | bool:t | text:raise_exception
    jsonb_insert | jsonb:{"a":[0,1,2]} | text[]:{a,1} | jsonb:"new" | bool:f
    jsonb_insert | jsonb:{"a":[0,1,2]} | text[]:{a,1} | jsonb:"new" | bool:t
    jsonb_insert | jsonb:{"a":[0,1,2]} | text[]:{a,-1} | jsonb:"new" | bool:t
    jsonb_insert | jsonb:{"a":[0,1,2]} | text[]:{a} | jsonb:"new" | bool:t
    jsonb_insert | jsonb:{"a":[0,1,2]} | text[]:{b} | jsonb:"new" | bool:t
    jsonb_pretty | jsonb:{"a":[],"b":{},"c":[1,{"x":null}]}
    jsonb_strip_nulls | jsonb:{"a":null,"b":[null,{"c":null}]}
    jsonb_typeof | jsonb:null
    jsonb_array_length | jsonb:[1,2]
    jsonb_array_length | jsonb:1
    jsonb_array_elements | jsonb:[1,{"a":2}]
    jsonb_array_elements_text | jsonb:["a",null]
    jsonb_array_elements | jsonb:1
    jsonb_each | jsonb:{"b":1,"a":"x y"}
    jsonb_each_text | jsonb:{"b":1,"a":null}
    jsonb_object_keys | jsonb:{"bb":1,"a":2}
    jsonb_cmp | jsonb:{"a":1} | jsonb:[1]
    jsonb_lt | jsonb:"a" | jsonb:1
    bool | jsonb:true
    int4 | jsonb:1.5
    int4 | jsonb:"x"
    numeric | jsonb:1.50
    bool | jsonb:[]
    to_json | timestamptz:2020-01-01 10:00:00+02
    to_json | timestamptz:1880-01-01 10:00:00+00
    to_json | date:infinity
    to_json | timestamp:0044-03-15 10:00:00 BC
    to_json | interval:1 day
    to_json | float8:NaN
    to_json | float8:1e20
    to_json | text:a"b
    to_json | int4[]:{{1,NULL},{3,4}}
    to_json | jsonb:{"a":1}
    to_jsonb | timestamptz:2020-01-01 10:00:00+02
    to_jsonb | numeric:NaN
    to_jsonb | text[]:{a,NULL}
    to_jsonb | json:{"b":1,"a":[1,  2]}
    array_to_json | int4[]:{{1,2},{3,4}} | bool:t
    json_build_object | text:a | int4:1 | text:b | int4[]:{1,2}
    json_build_object | text:a
    json_build_object | int4:\\N | int4:1
    json_build_object | date:2020-01-01 | timestamp:2020-01-01
    jsonb_build_object | text:a | int4:1 | bool:t | json:{"x": 1}
    jsonb_build_object | int4[]:{1} | int4:1
    jsonb_build_object | int4:\\N | int4:1
    json_build_array | text:a | int4:\\N | float8:1.5
    jsonb_build_array | text:a | int4:\\N | float8:1.5
    json_object | text[]:{a,1,b,NULL}
    json_object | text[]:{a,1,b}
    json_object | text[]:{{a,1},{b,2}}
    json_object | text[]:{a,b} | text[]:{1,2}
    json_object | text[]:{a,b} | text[]:{1}
    jsonb_object | text[]:{b,1,a,2}
    jsonb_object | text[]:{NULL,1}
  `),
  templates: cases(`
    to_char | numeric:125.8 | text:999D9
    to_char | numeric:-125.8 | text:999D99S
    to_char | numeric:-0.1 | text:99.99
    to_char | numeric:-0.1 | text:FM9.99
    to_char | numeric:0.1 | text:0.9
    to_char | numeric:12 | text:9990999.9
    to_char | numeric:12 | text:FM9990999.9
    to_char | numeric:485 | text:999
    to_char | numeric:-485 | text:999
    to_char | numeric:485 | text:9 9 9
    to_char | numeric:1485 | text:9,999
    to_char | numeric:1485 | text:9G999
    to_char | numeric:148.5 | text:999.999
    to_char | numeric:148.5 | text:FM999.999
    to_char | numeric:148.5 | text:FM999.990
    to_char | numeric:3148.5 | text:9G999D999
    to_char | numeric:-485 | text:999S
    to_char | numeric:-485 | text:999MI
    to_char | numeric:485 | text:999MI
    to_char | numeric:485 | text:FM999MI
    to_char | numeric:485 | text:PL999
    to_char | numeric:485 | text:SG999
    to_char | numeric:-485 | text:SG999
    to_char | numeric:-485 | text:9SG99
    to_char | numeric:-485 | text:999PR
    to_char | numeric:485 | text:999PR
    to_char | numeric:485 | text:FM999PR
    to_char | numeric:485 | text:L999
    to_char | numeric:485 | text:RN
    to_char | numeric:485 | text:FMRN
    to_char | numeric:5.2 | text:FMRN
    to_char | numeric:4000 | text:RN
    to_char | numeric:482 | text:999th
    to_char | numeric:485 | text:"Good number:"999
    to_char | numeric:485.8 | text:"Pre:"999" Post:" .999
    to_char | numeric:12 | text:99V999
    to_char | numeric:12.4 | text:99V999
    to_char | numeric:12.45 | text:99V9
    to_char | numeric:0.0004859 | text:9.99EEEE
    to_char | numeric:-12345 | text:9.99EEEE
    to_char | numeric:99999 | text:9.9EEEE
    to_char | numeric:0 | text:9.9EEEE
    to_char | numeric:123456 | text:999
    to_char | numeric:NaN | text:999
    to_char | numeric:0 | text:FM9.9
    to_char | numeric:0 | text:FM0.0
    to_char | numeric:0 | text:9.9
    to_char | numeric:-5 | text:S99
    to_char | numeric:5 | text:99S
    to_char | numeric:1 | text:9.9.9
    to_char | numeric:1 | text:S9S
    to_char | numeric:1234567.891 | text:FM999,999,999.00
    to_char | int4:125 | text:999
    to_char | int4:-125 | text:0000
    to_char | int4:125 | text:FM000000
    to_char | int4:125 | text:999.99
    to_char | int8:9223372036854775807 | text:9.99EEEE
    to_char | float8:125.8 | text:999D9
    to_char | float8:0.125 | text:0.99
    to_char | float8:3.14159265358979 | text:9.999999999999999999
    to_char | float4:3.1415926 | text:9.9999999999
    to_char | float8:NaN | text:999.9
    to_char | float8:123456 | text:9.99EEEE
    to_char | timestamp:2001-02-03 04:05:06.789012 | text:YYYY-MM-DD HH24:MI:SS.MS US FF3
    to_char | timestamp:2001-02-03 14:05:06.789012 | text:Day DAY day Dy DY dy|Month MONTH month Mon MON mon|
    to_char | timestamp:2001-02-03 14:05:06.789012 | text:FMDay, FMDD  HH12:MI:SS AM a.m. pm
    to_char | timestamp:2001-02-03 14:05:06.789012 | text:DDD D ID IDDD WW IW W Q CC J RM rm SSSS
    to_char | timestamp:2001-02-03 14:05:06.789012 | text:Y,YYY YYY YY Y IYYY IYY IY I
    to_char | timestamp:2001-02-03 14:05:06.789012 | text:DDth Dth FMDDTH HH24 "literal YYYY" \\"
    to_char | timestamp:2001-02-03 14:05:06.789012 | text:TZ tz TZH TZM OF
    to_char | timestamptz:2001-02-03 14:05:06-05 | text:TZ tz TZH:TZM OF
    to_char | timestamptz:2001-07-03 14:05:06+05:30 | text:HH24:MI TZ TZH:TZM OF
    to_char | timestamp:0044-03-15 BC | text:YYYY-MM-DD BC B.C. ad CC
    to_char | timestamp:2000-01-01 00:00:00 | text:HH HH12 HH24 AM
    to_char | timestamp:infinity | text:YYYY
    to_char | timestamp:2000-01-01 | text:
    to_char | timestamp:2001-12-31 | text:TMMonth TMDay FMMM FMDD FMHH24
    to_char | interval:15h 2m 12s | text:HH24:MI:SS
    to_char | interval:1 year 2 mons 3 days 25:02:12.5 | text:YYYY-MM-DD HH24:MI:SS.US
    to_char | interval:-1 year -02:12 | text:YYYY HH24:MI
    to_char | interval:1 day | text:Day
    to_char | interval:14 mons | text:RM Q CC DDD
  `),
  "reading dates": cases(`
    to_date | text:2020-02-29 | text:YYYY-MM-DD
    to_date | text:2021-02-29 | text:YYYY-MM-DD
    to_date | text:05 Dec 2000 | text:DD Mon YYYY
    to_date | text:05Dec2000 | text:DDMonYYYY
    to_date | text:20200229 | text:YYYYMMDD
    to_date | text:2020 | text:YYYY
    to_date | text:12 | text:DD
    to_date | text:95-03-01 | text:YY-MM-DD
    to_date | text:20-03-01 | text:YY-MM-DD
    to_date | text:2011-120 | text:YYYY-DDD
    to_date | text:2451187 | text:J
    to_date | text:44-03-15 BC | text:YYYY-MM-DD BC
    to_date | text:2000-13-01 | text:YYYY-MM-DD
    to_date | text:abc | text:YYYY-MM-DD
    to_date | text:Foo 2000 | text:Mon YYYY
    to_date | text:2020/03/04 | text:YYYY-MM-DD
    to_date | text:2020  03  04 | text:YYYY-MM-DD
    to_date | text:March 3, 2020 | text:Month DD, YYYY
    to_date | text:3rd March 2020 | text:DDth Month YYYY
    to_date | text:1 2 | text:DD DD
    to_timestamp | text:2011-12-18 23:38:15 | text:YYYY-MM-DD HH24:MI:SS
    to_timestamp | text:2011-12-18 11:38 PM | text:YYYY-MM-DD HH12:MI PM
    to_timestamp | text:2011-12-18 12:38 am | text:YYYY-MM-DD HH12:MI AM
    to_timestamp | text:2011-12-18 23:38 PM | text:YYYY-MM-DD HH12:MI PM
    to_timestamp | text:2011-12-18 23:38:15.5 | text:YYYY-MM-DD HH24:MI:SS.MS
    to_timestamp | text:2011-12-18 23:38:15.000123 | text:YYYY-MM-DD HH24:MI:SS.US
    to_timestamp | text:20111218T233815 | text:YYYYMMDD"T"HH24MISS
    to_timestamp | text:2011-12-18 25:00 | text:YYYY-MM-DD HH24:MI
    to_timestamp | text:2011-12-18 3600 | text:YYYY-MM-DD SSSS
  `),
  "reading numbers": cases(`
    to_number | text:12,454.8- | text:99G999D9S
    to_number | text:-34,338,492 | text:99G999G999
    to_number | text:-34,338,492.654,878 | text:99G999G999D999G999
    to_number | text:0.00001-  | text:9.999999S
    to_number | text:5.01- | text:FM9.999999S
    to_number | text:5.01- | text:FM9.999999MI
    to_number | text: 5 4 4 4 4 8 . 7 8 | text:9 9 9 9 9 9 . 9 9
    to_number | text:.01 | text:FM9.99
    to_number | text:123456 | text:999G999
    to_number | text:$1234.56 | text:L9999D99
    to_number | text:42nd | text:99th
    to_number | text:123 | text:99V9
    to_number | text: | text:999
    to_number | text:485 | text:999
    to_number | text:-485 | text:S999
    to_number | text:<485> | text:999PR
    to_number | text:485 | text:999.99
    to_number | text:485.127 | text:999.99
    to_number | text:1234 | text:999
    to_number | text:123 | text:99V99
  `),
};
