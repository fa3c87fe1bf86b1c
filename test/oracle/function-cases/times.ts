/** Calls over dates, times and intervals. */
import type { CasesByFamily } from "./cases.ts";
import { cases } from "./cases.ts";

export const TIMES: CasesByFamily = {
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
};
