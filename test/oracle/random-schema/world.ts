/**
 * The schema as PostgreSQL has it at this moment, in the session that the random statements run in:
 * what the generator of the next statement chooses from. Names are as they are written in SQL.
 */
import type { WireClient } from "../../support/wire.ts";
import { errorFields, valuesOf } from "../../support/wire.ts";

export interface WorldColumn {
  readonly name: string;
  readonly type: string;
  /** The built-in type below domains; of others what kind they are: enum, composite, array. */
  readonly base: string;
  readonly labels: readonly string[] | null;
  readonly generated: string;
  readonly identity: string;
  readonly hasDefault: boolean;
}

export interface WorldConstraint {
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly string[];
  readonly validated: boolean;
}

export interface WorldRelation {
  readonly schema: string;
  readonly name: string;
  /** As it is found by the search path. */
  readonly ref: string;
  /** pg_class.relkind */
  readonly kind: string;
  readonly persistence: string;
  readonly columns: readonly WorldColumn[];
  readonly constraints: readonly WorldConstraint[];
  readonly indexes: readonly { readonly name: string; readonly unique: boolean }[];
}

export interface WorldType {
  readonly ref: string;
  readonly schema: string;
  readonly name: string;
  /** e(num), d(omain), c(omposite) */
  readonly kind: string;
  readonly labels: readonly string[] | null;
  readonly attributes: readonly string[] | null;
  readonly constraints: readonly string[] | null;
}

export interface WorldRoutine {
  readonly ref: string;
  readonly schema: string;
  readonly name: string;
  readonly arguments: readonly string[];
  readonly result: string | null;
  readonly kind: string;
}

export interface World {
  readonly user: string;
  readonly schemas: readonly string[];
  readonly relations: readonly WorldRelation[];
  readonly types: readonly WorldType[];
  readonly routines: readonly WorldRoutine[];
  readonly roles: readonly string[];
  readonly statistics: readonly string[];
}

const OURS = "(n.nspname ~ '^s[0-9]' or n.oid = pg_my_temp_schema())";

const SCHEMA_NAME =
  "case when n.oid = pg_my_temp_schema() then 'pg_temp' else quote_ident(n.nspname) end";

const BASE = `case when t.typtype = 'e' then 'enum' when t.typtype = 'c' then 'composite'
  when t.typcategory = 'A' then 'array'
  when t.typtype = 'd' then (select case when b.typtype = 'e' then 'enum' else format_type(b.oid, null) end
    from pg_type b where b.oid = t.typbasetype)
  else format_type(t.oid, null) end`;

const LABELS = (type: string): string =>
  `(select json_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = ${type})`;

const COLUMNS = `(select coalesce(json_agg(json_build_object('name', quote_ident(a.attname),
    'type', format_type(a.atttypid, a.atttypmod), 'base', ${BASE}, 'labels', ${LABELS("t.oid")},
    'generated', a.attgenerated, 'identity', a.attidentity, 'hasDefault', a.atthasdef)
    order by a.attnum), '[]')
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)`;

const CONSTRAINTS = `(select coalesce(json_agg(json_build_object('name', quote_ident(k.conname), 'kind', k.contype,
    'validated', k.convalidated, 'columns', array(select quote_ident(a.attname) from unnest(k.conkey) with ordinality u (n, i)
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.n order by u.i)) order by k.conname), '[]')
  from pg_constraint k where k.conrelid = c.oid)`;

const INDEXES = `(select coalesce(json_agg(json_build_object('name', quote_ident(i.relname), 'unique', x.indisunique)
    order by i.relname), '[]')
  from pg_index x join pg_class i on i.oid = x.indexrelid where x.indrelid = c.oid)`;

const RELATIONS = `select json_agg(json_build_object('schema', ${SCHEMA_NAME}, 'name', quote_ident(c.relname),
    'ref', c.oid::regclass::text, 'kind', c.relkind, 'persistence', c.relpersistence,
    'columns', ${COLUMNS}, 'constraints', ${CONSTRAINTS}, 'indexes', ${INDEXES}) order by n.nspname, c.relname)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where ${OURS} and c.relkind in ('r', 'v', 'm', 'S', 'i', 'c')`;

const TYPES = `select json_agg(json_build_object('ref', t.oid::regtype::text, 'schema', ${SCHEMA_NAME},
    'name', quote_ident(t.typname), 'kind', t.typtype, 'labels', ${LABELS("t.oid")},
    'attributes', (select json_agg(quote_ident(a.attname) order by a.attnum) from pg_attribute a
      where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped),
    'constraints', (select json_agg(quote_ident(k.conname) order by k.conname) from pg_constraint k where k.contypid = t.oid))
    order by n.nspname, t.typname)
  from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
  where ${OURS} and (t.typtype in ('e', 'd') or t.typtype = 'c' and c.relkind = 'c')`;

const ROUTINES = `select json_agg(json_build_object('ref', p.oid::regproc::text, 'schema', ${SCHEMA_NAME},
    'name', quote_ident(p.proname), 'kind', p.prokind, 'result', pg_get_function_result(p.oid),
    'arguments', array(select format_type(u.t, null) from unnest(p.proargtypes) with ordinality u (t, i) order by u.i))
    order by n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${OURS}`;

const WORLD = `select json_build_object('user', current_user,
  'schemas', (select json_agg(quote_ident(n.nspname) order by n.nspname) from pg_namespace n where ${OURS} and n.nspname !~ '^pg_'),
  'relations', (${RELATIONS}), 'types', (${TYPES}), 'routines', (${ROUTINES}),
  'roles', (select json_agg(rolname order by rolname) from pg_roles where rolname ~ '^r[0-9]'),
  'statistics', (select json_agg(quote_ident(n.nspname) || '.' || quote_ident(x.stxname) order by n.nspname, x.stxname)
    from pg_statistic_ext x join pg_namespace n on n.oid = x.stxnamespace where ${OURS}))`;

type Raw = { readonly [Key in keyof World]: World[Key] | null };

function withoutNulls(raw: Raw): World {
  return {
    user: raw.user ?? "",
    schemas: raw.schemas ?? [],
    relations: raw.relations ?? [],
    types: raw.types ?? [],
    routines: raw.routines ?? [],
    roles: raw.roles ?? [],
    statistics: raw.statistics ?? [],
  };
}

/** Not to be asked in a failed transaction. */
export async function readWorld(client: WireClient): Promise<World> {
  const answer = await client.query(WORLD);
  const row = answer.find(({ tag }) => tag === "D");
  const failure = answer.find(({ tag }) => tag === "E");
  if (failure !== undefined) throw new Error(errorFields(failure.body)["M"]);
  const text = row === undefined ? undefined : valuesOf(row.body)[0]?.toString("utf8");
  return withoutNulls(JSON.parse(text ?? "{}") as Raw);
}
