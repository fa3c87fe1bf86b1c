/** What consoles, dashboards and servers that make interfaces of schemas ask of the catalogs. */
import type { Introspection } from "./introspection.ts";

export const CONSOLES: readonly Introspection[] = [
  {
    tool: "DBeaver",
    asks: "the server",
    sql: `select version() is not null, current_setting('server_version_num')::int > 150000,
      pg_catalog.pg_is_in_recovery(), pg_catalog.current_schema()`,
  },
  {
    tool: "DBeaver",
    asks: "schemas",
    sql: `select n.nspname, n.nspacl, d.description from pg_catalog.pg_namespace n left outer
      join pg_catalog.pg_description d on d.objoid = n.oid and d.objsubid = 0 and
      d.classoid = 'pg_namespace'::regclass where n.nspname in ('public','app') order by
      nspname`,
  },
  {
    tool: "DBeaver",
    asks: "relations",
    sql: `select c.relname, c.relkind, d.description, pg_catalog.pg_get_expr(c.relpartbound,
      c.oid) as partition_expr, pg_catalog.pg_get_partkeydef(c.oid) as partition_key from
      pg_catalog.pg_class c left outer join pg_catalog.pg_description d on d.objoid =
      c.oid and d.objsubid = 0 and d.classoid = 'pg_class'::regclass where c.relnamespace
      = 'public'::regnamespace and c.relkind not in ('i','I','c') order by 1`,
  },
  {
    tool: "DBeaver",
    asks: "columns",
    sql: `select c.relname, a.attname, a.attnum, a.atttypid::regtype,
      pg_catalog.pg_get_expr(ad.adbin, ad.adrelid, true) as def_value, dsc.description,
      dep.objid is not null as owned from pg_catalog.pg_attribute a inner join
      pg_catalog.pg_class c on a.attrelid = c.oid left outer join pg_catalog.pg_attrdef ad
      on a.attrelid = ad.adrelid and a.attnum = ad.adnum left outer join
      pg_catalog.pg_description dsc on c.oid = dsc.objoid and a.attnum = dsc.objsubid left
      outer join pg_depend dep on dep.refobjid = a.attrelid and dep.deptype = 'i' and
      dep.refobjsubid = a.attnum and dep.classid = dep.refclassid where not a.attisdropped
      and a.attnum > 0 and c.relnamespace = 'public'::regnamespace and c.relkind in
      ('r','v','m') order by c.relname, a.attnum`,
  },
  {
    tool: "DBeaver",
    asks: "constraints",
    sql: `select c.conname, c.contype, c.condeferrable, c.condeferred, c.convalidated,
      t.relname, rt.relname as refnamespace, pg_catalog.pg_get_constraintdef(c.oid, true)
      as def, d.description from pg_catalog.pg_constraint c inner join pg_catalog.pg_class
      t on t.oid = c.conrelid left outer join pg_catalog.pg_class rt on rt.oid =
      c.confrelid left outer join pg_catalog.pg_description d on d.objoid = c.oid and
      d.objsubid = 0 and d.classoid = 'pg_constraint'::regclass where c.connamespace =
      'public'::regnamespace and c.contype <> 't' order by t.relname, c.conname`,
  },
  {
    tool: "DBeaver",
    asks: "indexes",
    sql: `select i.indexrelid::regclass, i.indisunique, i.indisprimary, i.indkey,
      i.indclass::text <> '' as cls, i.indoption, c.relam, am.amname,
      pg_catalog.pg_get_expr(i.indpred, i.indrelid) as pred_expr,
      pg_catalog.pg_get_expr(i.indexprs, i.indrelid, true) as expr, ts.spcname,
      pg_get_indexdef(i.indexrelid) from pg_catalog.pg_index i inner join
      pg_catalog.pg_class c on c.oid = i.indexrelid inner join pg_catalog.pg_class tc on
      tc.oid = i.indrelid left outer join pg_catalog.pg_am am on am.oid = c.relam left
      outer join pg_tablespace ts on ts.oid = c.reltablespace where tc.relnamespace =
      'public'::regnamespace order by c.relname`,
  },
  {
    tool: "pgAdmin",
    asks: "tables",
    sql: `select rel.relname as name, (select count(*) from pg_trigger where tgrelid = rel.oid
      and tgisinternal = false) as triggercount, (select count(*) from pg_trigger where
      tgrelid = rel.oid and tgisinternal = false and tgenabled = 'O') as
      has_enable_triggers, (case when rel.relkind = 'p' then true else false end) as
      is_partitioned, des.description, rel.reloptions, rel.relacl,
      array_to_string(rel.reloptions, ',') from pg_catalog.pg_class rel left outer join
      pg_catalog.pg_description des on (des.objoid = rel.oid and des.objsubid = 0 and
      des.classoid = 'pg_class'::regclass) where rel.relkind in ('r','s','t','p') and
      rel.relnamespace = 'public'::regnamespace and not rel.relispartition order by
      rel.relname`,
  },
  {
    tool: "pgAdmin",
    asks: "databases",
    sql: `select db.datname, db.datallowconn, pg_catalog.pg_encoding_to_char(db.encoding) as
      serverencoding, has_database_privilege(db.oid, 'CREATE') as cancreate,
      datistemplate, shared.description, (select array_agg(provider || '=' || label) from
      pg_shseclabel sl1 where sl1.objoid = db.oid) as seclabels from pg_database db left
      join pg_shdescription shared on shared.objoid = db.oid order by 1`,
  },
  {
    tool: "pgAdmin",
    asks: "the role",
    sql: `select roles.oid as id, roles.rolname as name, roles.rolsuper as is_superuser, case
      when roles.rolsuper then true else roles.rolcreaterole end as can_create_role,
      pg_catalog.array_to_string(array(select pg_catalog.quote_ident(r.rolname) from
      pg_auth_members m join pg_roles r on r.oid = m.roleid where m.member = roles.oid),
      ','), pg_has_role(roles.oid, 'pg_signal_backend', 'member') from pg_catalog.pg_roles
      as roles where rolname = current_user`,
  },
  {
    tool: "DataGrip",
    asks: "routines",
    sql: `select n.nspname, p.proname, pg_catalog.pg_get_function_arguments(p.oid),
      pg_catalog.pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid),
      l.lanname, p.provolatile, p.proparallel, p.prosecdef, p.proleakproof, p.proretset,
      p.prokind, p.proargmodes, p.proallargtypes::regtype[], pg_get_userbyid(p.proowner)
      from pg_catalog.pg_proc p join pg_namespace n on n.oid = p.pronamespace join
      pg_language l on l.oid = p.prolang where n.nspname in ('public','app') order by 1,
      2, 3`,
  },
  {
    tool: "PostgREST",
    asks: "domains",
    sql: `with recursive base_types as (with recursive recurse as (select oid, typbasetype,
      typnamespace as base_namespace, coalesce(nullif(typbasetype, 0), oid) as base_type
      from pg_type union select t.oid, b.typbasetype, b.typnamespace as base_namespace,
      coalesce(nullif(b.typbasetype, 0), b.oid) as base_type from recurse t join pg_type b
      on t.typbasetype = b.oid) select oid, base_namespace, base_type from recurse where
      typbasetype = 0) select t.typname, b.base_type::regtype from base_types b join
      pg_type t using (oid) join pg_namespace n on n.oid = t.typnamespace where n.nspname
      in ('public', 'app') and t.typtype = 'd' order by 1`,
  },
  {
    tool: "PostgREST",
    asks: "relationships",
    sql: `select ns1.nspname as table_schema, tab.relname as table_name, ns2.nspname as
      foreign_table_schema, other.relname as foreign_table_name, (traint.conrelid =
      traint.confrelid) as is_self, traint.conname as constraint_name,
      column_info.cols_and_fcols, (column_info.cols in (select array_agg(a) from
      unnest(column_info.cols) a)) as dummy from pg_constraint traint join lateral (select
      array_agg(row(cols.attname, refs.attname) order by ord) as cols_and_fcols,
      jsonb_agg(cols.attname order by ord) as cols_j, array_agg(cols.attnum order by ord)
      as cols from unnest(traint.conkey, traint.confkey) with ordinality as _(col, ref,
      ord) join pg_attribute cols on cols.attrelid = traint.conrelid and cols.attnum = col
      join pg_attribute refs on refs.attrelid = traint.confrelid and refs.attnum = ref) as
      column_info on true join pg_namespace ns1 on ns1.oid = traint.connamespace join
      pg_class tab on tab.oid = traint.conrelid join pg_class other on other.oid =
      traint.confrelid join pg_namespace ns2 on ns2.oid = other.relnamespace where
      traint.contype = 'f' and traint.conparentid = 0 order by
      traint.conrelid::regclass::text, traint.conname`,
  },
  {
    tool: "Hasura",
    asks: "tables",
    sql: `select coalesce(json_agg(t order by t.table_name), '[]') from (select n.nspname as
      table_schema, c.relname as table_name, (select
      json_agg(json_build_object('column_name', a.attname, 'data_type',
      format_type(a.atttypid, a.atttypmod), 'is_nullable', not a.attnotnull) order by
      a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not
      a.attisdropped) as columns, (select json_build_object('constraint_name', k.conname,
      'columns', (select json_agg(at.attname order by x.ord) from unnest(k.conkey) with
      ordinality x(num, ord) join pg_attribute at on at.attrelid = c.oid and at.attnum =
      x.num)) from pg_constraint k where k.conrelid = c.oid and k.contype = 'p') as
      primary_key from pg_class c join pg_namespace n on n.oid = c.relnamespace where
      c.relkind in ('r','v','m') and n.nspname = 'public') t`,
  },
  {
    tool: "postgres-meta",
    asks: "tables",
    sql: `select c.oid::int8 > 0 as id, nc.nspname as schema, c.relname as name,
      c.relrowsecurity as rls_enabled, c.relforcerowsecurity as rls_forced, case when
      c.relreplident = 'd' then 'DEFAULT' when c.relreplident = 'i' then 'INDEX' when
      c.relreplident = 'f' then 'FULL' else 'NOTHING' end as replica_identity,
      obj_description(c.oid) as comment, coalesce(pk.primary_keys, '[]') as primary_keys
      from pg_namespace nc join pg_class c on nc.oid = c.relnamespace left join (select
      table_id, jsonb_agg(_pk.*) as primary_keys from (select n.nspname as schema,
      c.relname as table_name, a.attname as name, c.oid :: int8 as table_id from pg_index
      i, pg_class c, pg_attribute a, pg_namespace n where i.indrelid = c.oid and
      c.relnamespace = n.oid and a.attrelid = c.oid and a.attnum = any (i.indkey) and
      i.indisprimary order by a.attnum) as _pk group by table_id) as pk on false where
      c.relkind in ('r', 'p') and not pg_is_other_temp_schema(nc.oid) and
      (pg_has_role(c.relowner, 'USAGE') or has_table_privilege(c.oid, 'SELECT, INSERT,
      UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') or has_any_column_privilege(c.oid,
      'SELECT, INSERT, UPDATE, REFERENCES')) and nc.nspname in ('public', 'app') order by
      2, 3`,
  },
  {
    tool: "DataGrip",
    asks: "ages of rows",
    sql: `select t.relname, a.attname, pg_catalog.age(t.xmin) is not null as changed,
      t.relfrozenxid is null as f from pg_class t join pg_attribute a on a.attrelid =
      t.oid and a.attnum = 1 where t.relnamespace = 'public'::regnamespace and t.relkind =
      'r' order by 1`,
  },
  {
    tool: "DataGrip",
    asks: "sequences",
    sql: `select s.seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement, seqmax,
      seqmin, seqcache, seqcycle, d.refobjid::regclass, d.refobjsubid from pg_sequence s
      left join pg_depend d on d.objid = s.seqrelid and d.deptype in ('a', 'i') and
      d.classid = 'pg_class'::regclass order by s.seqrelid::regclass::text`,
  },
  {
    tool: "postgres-meta",
    asks: "types",
    sql: `select t.typname, t.typtype, e.enumlabel, e.enumsortorder, format_type(t.oid, null)
      as alias, t.typcategory, coalesce(jsonb_agg(e.enumlabel) over (partition by t.oid),
      '[]') from pg_type t left join pg_enum e on e.enumtypid = t.oid where t.typnamespace
      in ('public'::regnamespace, 'app'::regnamespace) and t.typtype in ('e','d','c','r')
      and (t.typrelid = 0 or (select c.relkind = 'c' from pg_class c where c.oid =
      t.typrelid)) order by 1, 4`,
  },
  {
    tool: "Metabase",
    asks: "views",
    sql: `select table_schema, table_name, view_definition, check_option, is_updatable,
      is_insertable_into, is_trigger_updatable from information_schema.views where
      table_schema in ('public','app') order by 1, 2`,
  },
  {
    tool: "Metabase",
    asks: "privileges",
    sql: `select grantor, grantee, table_schema, table_name, privilege_type, is_grantable,
      with_hierarchy from information_schema.role_table_grants where table_schema in
      ('public','app') order by 1,2,3,4,5`,
  },
  {
    tool: "Metabase",
    asks: "routines",
    sql: `select specific_schema, routine_name, data_type, type_udt_name, routine_definition,
      external_language, is_deterministic, security_type from information_schema.routines
      where specific_schema in ('public','app') order by 1,2,3,5`,
  },
  {
    tool: "sqlc",
    asks: "views and what they read",
    sql: `select v.relname, pg_get_viewdef(v.oid, true), array(select distinct
      d.refobjid::regclass::text from pg_depend d join pg_rewrite r on r.oid = d.objid
      where r.ev_class = v.oid and d.refclassid = 'pg_class'::regclass and d.deptype = 'n'
      order by 1) from pg_class v where v.relkind in ('v','m') and v.relnamespace =
      'public'::regnamespace order by 1`,
  },
  {
    tool: "Metabase",
    asks: "table sizes",
    sql: `select relname, n_live_tup >= 0, pg_size_pretty(pg_total_relation_size(relid)) <> ''
      from pg_stat_user_tables where schemaname = 'public' order by 1`,
  },
  {
    tool: "pgAdmin",
    asks: "activity",
    sql: `select pid is not null, usename, datname, state, query is not null, wait_event_type
      is null, backend_type from pg_stat_activity where pid = pg_backend_pid()`,
  },
  {
    tool: "pgAdmin",
    asks: "the dashboard",
    sql: `select 'session_stats' as chart_name, row_to_json(t) is not null as chart_data from
      (select (select count(*) from pg_catalog.pg_stat_activity where datname =
      current_database()) as "Total", (select count(*) from pg_catalog.pg_stat_activity
      where state = 'active') as "Active", (select sum(xact_commit) + sum(xact_rollback)
      from pg_stat_database where datname = current_database()) as "Transactions", (select
      sum(tup_inserted) from pg_catalog.pg_stat_database) as "Inserts", (select
      sum(blks_read) from pg_stat_database) as "Reads") t`,
  },
  {
    tool: "Ecto",
    asks: "columns",
    sql: `select a.attname, information_schema._pg_char_max_length(a.atttypid, a.atttypmod),
      information_schema._pg_numeric_precision(a.atttypid, a.atttypmod),
      col_description(a.attrelid, a.attnum) from pg_attribute a where a.attrelid =
      'public.customer'::regclass and a.attnum > 0 order by a.attnum`,
  },
];
