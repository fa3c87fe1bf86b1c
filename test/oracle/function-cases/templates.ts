/** Calls of to_char and of what reads by templates. */
import type { CasesByFamily } from "./cases.ts";
import { cases } from "./cases.ts";

export const TEMPLATES: CasesByFamily = {
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
