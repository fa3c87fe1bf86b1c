/** Calls over arrays and JSON. */
import type { CasesByFamily } from "./cases.ts";
import { cases } from "./cases.ts";

export const DOCUMENTS: CasesByFamily = {
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
};
