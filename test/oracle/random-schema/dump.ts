/**
 * What a sequence of schema changes has left behind, in the words of the catalogs, without OIDs: the
 * same queries on both servers, each a section whose rows are compared.
 */
const WITHIN = "n.nspname ~ '^s[0-9]'";

const RELATION = "from pg_class c join pg_namespace n on n.oid = c.relnamespace";

/**
 * relhasindex is a hint, columns of indexes keep names that those of their tables once had, storage and storage parameters have no meaning here and are not kept, and
 * what sequences have given out depends on when values are computed.
 */
const SECTIONS: Readonly<Record<string, string>> = {
  schemas: `select nspname, pg_get_userbyid(nspowner), nspacl, obj_description(n.oid, 'pg_namespace')
    from pg_namespace n where ${WITHIN}`,
  relations: `select n.nspname, relname, relkind, case when relkind <> 'S' then relpersistence end, pg_get_userbyid(relowner), relacl, reloptions,
      relnatts, relchecks, relreplident, relispopulated, reloftype::regtype, relhasrules,
      obj_description(c.oid, 'pg_class')
    ${RELATION} where ${WITHIN} and relkind <> 't'`,
  columns: `select c.oid::regclass, attnum,
      case when relkind <> 'i' then attname end, format_type(atttypid, atttypmod), attnotnull, atthasdef,
      case when not attisdropped then attidentity end, attgenerated, attisdropped, attcollation::regcollation, attacl, attstattarget, attoptions,
      attlen, attbyval, attalign, col_description(c.oid, attnum)
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where ${WITHIN} and relkind <> 't' and attnum > 0`,
  defaults: `select c.oid::regclass, adnum, pg_get_expr(adbin, adrelid), pg_get_expr(adbin, adrelid, true)
    from pg_attrdef d join pg_class c on c.oid = d.adrelid join pg_namespace n on n.oid = c.relnamespace where ${WITHIN}`,
  constraints: `select n.nspname, conrelid::regclass, contypid::regtype, conname, contype, condeferrable, condeferred,
      convalidated, conindid::regclass, confrelid::regclass, confupdtype, confdeltype, confmatchtype, conislocal,
      coninhcount, connoinherit, conkey, confkey, confdelsetcols, pg_get_constraintdef(k.oid),
      pg_get_constraintdef(k.oid, true), obj_description(k.oid, 'pg_constraint')
    from pg_constraint k join pg_namespace n on n.oid = k.connamespace where ${WITHIN}`,
  indexes: `select c.oid::regclass, indrelid::regclass, indnatts, indnkeyatts, indisunique, indnullsnotdistinct, indisprimary,
      indimmediate, indisclustered, indisvalid, indisreplident, indkey, indoption, indcollation::regcollation[],
      (select array_agg(o.opcname order by u.i) from unnest(indclass::oid[]) with ordinality u (x, i) join pg_opclass o on o.oid = u.x),
      pg_get_expr(indexprs, indrelid), pg_get_expr(indpred, indrelid), pg_get_indexdef(c.oid), pg_get_indexdef(c.oid, 1, true)
    from pg_index x join pg_class c on c.oid = x.indexrelid join pg_namespace n on n.oid = c.relnamespace where ${WITHIN}`,
  views: `select c.oid::regclass, pg_get_viewdef(c.oid), pg_get_viewdef(c.oid, true), pg_relation_is_updatable(c.oid, true)
    ${RELATION} where ${WITHIN} and relkind in ('v', 'm')`,
  sequences: `select c.oid::regclass, seqtypid::regtype, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle
    from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace where ${WITHIN}`,
  types: `select n.nspname, typname, typtype, typcategory, pg_get_userbyid(typowner), typnotnull, format_type(typbasetype, typtypmod),
      typndims, typdefault, typacl, typcollation::regcollation, typlen, typbyval, typalign, typstorage, typrelid::regclass,
      typelem::regtype, typarray::regtype, obj_description(t.oid, 'pg_type'),
      (select array_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = t.oid)
    from pg_type t join pg_namespace n on n.oid = t.typnamespace where ${WITHIN}`,
  routines: `select p.oid::regprocedure, pg_get_functiondef(p.oid), pg_get_userbyid(proowner), proacl, prokind, provolatile,
      proisstrict, prosecdef, proleakproof, proparallel, procost, prorows, proretset, prorettype::regtype, proconfig,
      pronargs, pronargdefaults, proallargtypes::regtype[], proargmodes, proargnames, prosrc,
      pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), obj_description(p.oid, 'pg_proc')
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${WITHIN}`,
  statistics: `select n.nspname, stxname, pg_get_statisticsobjdef(x.oid), pg_get_userbyid(stxowner), stxstattarget, stxkind, stxkeys
    from pg_statistic_ext x join pg_namespace n on n.oid = x.stxnamespace where ${WITHIN}`,
  roles: `select rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolbypassrls, rolconnlimit,
      rolvaliduntil, rolconfig, shobj_description(oid, 'pg_authid') from pg_roles where rolname ~ '^r[0-9]'`,
  members: `select roleid::regrole, member::regrole, grantor::regrole, admin_option, inherit_option, set_option
    from pg_auth_members where roleid > 16383 or member > 16383`,
  defaultPrivileges: `select defaclrole::regrole, n.nspname, defaclobjtype, defaclacl
    from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace`,
  comments: `select pg_describe_object(classoid, objoid, objsubid), description from pg_description where objoid > 16383`,
  dependencies: `select pg_describe_object(classid, objid, objsubid), deptype, pg_describe_object(refclassid, refobjid, refobjsubid)
    from pg_depend where objid > 16383 and classid <> 'pg_trigger'::regclass
      and not exists (select from pg_class where relkind = 't' and oid = objid)
      and not exists (select from pg_class c, pg_index where c.relkind = 't' and c.oid = indrelid and indexrelid = objid)`,
};

/** Each with the column by which the rows of the sequence's schemas are found. */
const VIEWS: readonly (readonly [view: string, schema: string])[] = [
  ["attributes", "udt_schema"],
  ["check_constraints", "constraint_schema"],
  ["column_column_usage", "table_schema"],
  ["column_domain_usage", "table_schema"],
  ["column_udt_usage", "table_schema"],
  ["columns", "table_schema"],
  ["constraint_column_usage", "constraint_schema"],
  ["constraint_table_usage", "constraint_schema"],
  ["domain_constraints", "domain_schema"],
  ["domain_udt_usage", "domain_schema"],
  ["domains", "domain_schema"],
  ["key_column_usage", "constraint_schema"],
  ["parameters", "specific_schema"],
  ["referential_constraints", "constraint_schema"],
  ["routine_column_usage", "specific_schema"],
  ["routine_privileges", "specific_schema"],
  ["routine_routine_usage", "specific_schema"],
  ["routine_sequence_usage", "specific_schema"],
  ["routine_table_usage", "specific_schema"],
  ["routines", "specific_schema"],
  ["schemata", "schema_name"],
  ["sequences", "sequence_schema"],
  ["table_constraints", "constraint_schema"],
  ["table_privileges", "table_schema"],
  ["tables", "table_schema"],
  ["udt_privileges", "udt_schema"],
  ["usage_privileges", "object_schema"],
  ["user_defined_types", "user_defined_type_schema"],
  ["view_column_usage", "view_schema"],
  ["view_routine_usage", "table_schema"],
  ["view_table_usage", "view_schema"],
  ["views", "table_schema"],
];

function informationQuery(view: string, schema: string): string {
  return `select v::text from information_schema.${view} v where ${schema} ~ '^s[0-9]'`;
}

export interface DumpSection {
  readonly name: string;
  readonly query: string;
}

export const CATALOG_SECTIONS: readonly DumpSection[] = Object.entries(SECTIONS).map(
  ([name, query]) => ({ name, query }),
);

export const INFORMATION_SECTIONS: readonly DumpSection[] = VIEWS.map(([view, schema]) => ({
  name: `information_schema.${view}`,
  query: informationQuery(view, schema),
}));

/** Names of everything that has rows. */
export const TABLE_NAMES = `select c.oid::regclass::text ${RELATION} where (${WITHIN} or n.oid = pg_my_temp_schema())
  and relkind in ('r', 'm') order by 1`;

/** Numbers of objects and of sessions differ. */
export function withoutNumbers(line: string): string {
  return line
    .replaceAll(/\b\d+_\d+_(\d+)_not_null/gu, "N_N_$1_not_null")
    .replaceAll(/\b(pg_(?:toast_)?temp)_\d+/gu, "$1")
    .replaceAll(/(?<=[\w"]_)\d{5,}\b/gu, "N");
}
