-- json and jsonb.
select '{"b": 1, "a": [1, 2,  {"c": null}], "b": 2}'::json, '{"b": 1, "a": [1, 2,  {"c": null}], "b": 2}'::jsonb, ' [ ] '::jsonb, '"x"'::jsonb, 'null'::jsonb, '1.50'::jsonb, '1e5'::jsonb, 'true'::jsonb;
select '{bad}'::json;
select '{"a": 1,}'::jsonb;
select ''::jsonb;
select '{"a": "\u0000"}'::jsonb;
select '{"a": 1e1000000}'::jsonb;
select '{"a": {"b": [10, 20]}}'::jsonb -> 'a' -> 'b' -> 1, '{"a": 1}'::jsonb ->> 'a', '[1,2,3]'::jsonb -> -1, '{"a": null}'::jsonb -> 'a', '{"a": null}'::jsonb ->> 'a', '{"a": 1}'::jsonb -> 'x', '{"a": {"b": [10, 20]}}'::jsonb #> '{a,b,0}', '{"a": {"b": [10, 20]}}'::jsonb #>> '{a,b}', '{"a": [1]}'::json -> 'a' ->> 0;
select ('{"a": {"b": 5}}'::jsonb)['a']['b'], ('[1,2]'::jsonb)[1], ('{"a": 1}'::jsonb)['x'];
select '{"a": 1, "b": 2}'::jsonb @> '{"a": 1}', '{"a": 1}'::jsonb <@ '{"a": 1, "b": 2}', '{"a": 1}'::jsonb ? 'a', '{"a": 1}'::jsonb ?| array['x', 'a'], '{"a": 1}'::jsonb ?& array['x', 'a'], '[1, 2]'::jsonb @> '1', '["a"]'::jsonb ? 'a';
select '{"a": 1}'::jsonb || '{"b": 2, "a": 3}', '[1]'::jsonb || '2', '{"a": 1, "b": 2}'::jsonb - 'a', '[1, 2, 3]'::jsonb - 1, '{"a": 1, "b": 2}'::jsonb - array['a', 'b'], '{"a": {"b": 1, "c": 2}}'::jsonb #- '{a,b}';
select jsonb_set('{"a": {"b": 1}}', '{a,b}', '2'), jsonb_set('{"a": 1}', '{x}', '9'), jsonb_set('{"a": 1}', '{x}', '9', false), jsonb_insert('[1, 3]', '{1}', '2'), jsonb_strip_nulls('{"a": null, "b": 1}'), jsonb_pretty('{"a": [1, {"b": 2}]}');
select to_json('x"y'::text), to_jsonb(1.50), to_jsonb(array[1, null]), to_jsonb(row(1, 'a')), json_build_object('a', 1, 'b', array['x']), jsonb_build_array(1, 'x', null, true, '2024-01-01'::date), json_object('{a,1,b,2}'), jsonb_object(array['a', 'b'], array['1', null]), row_to_json(row(1, 'x')), array_to_json(array[[1, 2], [3, 4]]), to_json(1.5::float8), to_jsonb('infinity'::timestamp);
select json_build_object('a');
select json_build_object(null, 1);
select jsonb_typeof('[]'), jsonb_typeof('1'), json_typeof('"x"'), jsonb_typeof('null'), jsonb_array_length('[1, 2, 3]'), json_array_length('[]');
select jsonb_array_length('{}');
select * from jsonb_array_elements('[1, "x", null, {"a": 2}]') with ordinality;
select * from jsonb_array_elements_text('[1, "x", null]');
select * from jsonb_each('{"a": 1, "b": {"c": 2}}') order by key;
select * from json_each_text('{"a": 1, "b": null}') order by key;
select jsonb_object_keys('{"b": 1, "a": 2}') order by 1;
-- refused: not supported
select * from jsonb_to_record('{"a": 1, "b": "x"}') as r(a int, b text, c bool);
-- refused: not supported
select * from jsonb_to_recordset('[{"a": 1}, {"a": 2, "b": "y"}]') as r(a int, b text) order by a;
select '{"a": 1}'::jsonb = '{"a": 1.0}', '{"a": 1, "b": 2}'::jsonb = '{"b": 2, "a": 1}', '1'::jsonb < '2'::jsonb, '"a"'::jsonb < '1'::jsonb, '[]'::jsonb < '{}'::jsonb, 'null'::jsonb < 'true'::jsonb;
select '{"a": 1}'::json = '{"a": 1}'::json;
select j from (values ('[1]'::jsonb), ('{}'), ('null'), ('"z"'), ('3'), ('true'), (null)) t(j) order by j;
-- refused: not supported
select jsonb_path_query('{"a": [1, 2, 3]}', '$.a[*] ? (@ > 1)');
-- refused: not supported
select jsonb_path_exists('{"a": 1}', '$.a'), '{"a": 1}'::jsonb @? '$.a', '{"a": 1}'::jsonb @@ '$.a == 1';
select ('5'::jsonb)::int, ('1.7'::jsonb)::numeric, ('true'::jsonb)::bool, ('"x"'::jsonb)::text, ('"x"'::jsonb) #>> '{}';
select ('"x"'::jsonb)::int;
select '"5"'::jsonb::int;
select '{"a":1}'::jsonb::json, '{"a" :  1}'::json::jsonb, '{"a" :  1}'::json::text, '[1, 2]'::jsonb::text;
select json_agg(x), json_object_agg(x, x * 2), jsonb_object_agg(x::text, null) from generate_series(1, 3) x;
create table docs (id int primary key, j jsonb not null, t json);
insert into docs values (1, '{"n": 5, "tags": ["a", "b"]}', '{"x" : 1}'), (2, '{"n": 7}', null) returning *;
select id, j ->> 'n' as n from docs where (j ->> 'n')::int > 5;
select id from docs where j @> '{"tags": ["a"]}';
update docs set j = j || '{"new": true}' where id = 2 returning j;
update docs set j = jsonb_set(j, '{n}', to_jsonb((j ->> 'n')::int + 1)) returning id, j -> 'n';
select distinct jsonb_typeof(j -> 'tags') from docs order by 1;
select j -> 'tags' ->> 0, count(*) from docs group by 1 order by 1 nulls last;
select t -> 'x' from docs order by id;
