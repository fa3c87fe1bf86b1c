/** Calls over numbers. */
import type { CasesByFamily } from "./cases.ts";
import { cases } from "./cases.ts";

export const NUMBERS: CasesByFamily = {
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
};
