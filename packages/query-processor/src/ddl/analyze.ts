/**
 * ANALYZE, and VACUUM, whose work storage does by itself: of it only the ANALYZE option and the
 * errors are left.
 */
import { BOOTSTRAP_SUPERUSER, FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import { SqlError } from "@firstlight/common";
import { bindError } from "../bind/errors.ts";
import type { Relation } from "../catalog/catalog.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { StatisticsDescriptor } from "../catalog/statistics-descriptor.ts";
import { asTag, child, list, locationOf, string, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { statisticsObjects } from "../catalog/virtual/statistics-text.ts";
import { analyzeTable } from "../statistics/analyze-table.ts";
import type { Analyzed } from "../statistics/analyze-table.ts";
import { POSTGRES_EPOCH } from "../statistics/postgres-epoch.ts";
import { ownDatabaseTarget, owns } from "../privileges/access-check.ts";
import { isOn } from "./option-value.ts";
import type { DdlContext } from "./ddl-context.ts";
import { submitAnalyze } from "./submit-job.ts";
import { isOtherRelation } from "./other-relation.ts";
import { imageOf, nameOfRangeVar, ownerOf, relationNamed, schemaNamed } from "./ddl-context.ts";

interface Work {
  readonly analyze: boolean;
  readonly isVacuum: boolean;
  readonly verbose: boolean;
}

const ANALYZE_OPTIONS = new Set(["verbose", "skip_locked", "buffer_usage_limit"]);
const VACUUM_OPTIONS = new Set([
  ...ANALYZE_OPTIONS,
  "analyze",
  "freeze",
  "full",
  "disable_page_skipping",
  "index_cleanup",
  "process_main",
  "process_toast",
  "truncate",
  "parallel",
  "skip_database_stats",
  "only_database_stats",
]);

export function isVacuum(statement: ParseNode): boolean {
  return statement["is_vacuumcmd"] === true;
}

function workOf(statement: ParseNode): Work {
  const vacuum = isVacuum(statement);
  const known = vacuum ? VACUUM_OPTIONS : ANALYZE_OPTIONS;
  let analyze = !vacuum;
  let verbose = false;
  for (const node of list(statement, "options")) {
    const option = asTag(node, "DefElem") ?? {};
    const name = string(option, "defname");
    if (!known.has(name)) {
      const command = vacuum ? "VACUUM" : "ANALYZE";
      throw bindError("42601", `unrecognized ${command} option "${name}"`, locationOf(option));
    }
    if (name === "analyze") analyze = isOn(option);
    if (name === "verbose") verbose = isOn(option);
  }
  return { analyze, isVacuum: vacuum, verbose };
}

interface Target {
  readonly relation: Relation;
  readonly columns: readonly string[];
}

function targets(context: DdlContext, statement: ParseNode, work: Work): Target[] {
  const named = list(statement, "rels").map((node) => asTag(node, "VacuumRelation") ?? {});
  if (named.length === 0) {
    return [...imageOf(context).relations()]
      .filter(({ kind, oid }) => kind === "table" && oid >= FIRST_USER_OID)
      .map((relation) => ({ relation, columns: [] }));
  }
  return named.flatMap((each) => {
    const columns = list(each, "va_cols").map((column) => stringValue(column) ?? "");
    if (columns.length > 0 && !work.analyze) {
      throw featureNotAnalyzed();
    }
    const name = nameOfRangeVar(child(each, "relation") ?? {});
    if (name.schema !== undefined) schemaNamed(context, name.schema);
    if (isOtherRelation(context, name)) {
      skip(context, name.name, work);
      return [];
    }
    return [{ relation: relationNamed(context, name), columns }];
  });
}

function skip(context: DdlContext, name: string, work: Work): void {
  const verb = work.isVacuum ? "vacuum" : "analyze";
  const text = `skipping "${name}" --- cannot ${verb} non-tables or special system tables`;
  context.session.notice("WARNING", "01000", text);
}

function featureNotAnalyzed(): SqlError {
  return new SqlError("0A000", "ANALYZE option must be specified when a column list is provided");
}

function columnNumbers(
  table: TableDescriptor,
  names: readonly string[],
): ReadonlySet<number> | undefined {
  if (names.length === 0) return undefined;
  const numbers = new Set<number>();
  for (const name of names) {
    const column = table.columns.find((each) => each.name === name && !each.dropped);
    if (column === undefined) {
      throw new SqlError("42703", `column "${name}" of relation "${table.name}" does not exist`);
    }
    if (numbers.has(column.number)) {
      throw new SqlError(
        "42701",
        `column "${name}" of relation "${table.name}" appears more than once`,
      );
    }
    numbers.add(column.number);
  }
  return numbers;
}

/** Objects of which not all columns are analyzed are left as they are. */
function warnOfObjects(
  context: DdlContext,
  table: TableDescriptor,
  columns: ReadonlySet<number> | undefined,
  objects: readonly StatisticsDescriptor[],
): void {
  const nameOf = (schema: number): string => imageOf(context).schemaByOid(schema)?.name ?? "";
  for (const object of objects) {
    if (object.columns.every((number) => columns?.has(number) !== false)) continue;
    const text = `statistics object "${nameOf(object.schema)}.${object.name}" could not be computed for relation "${nameOf(table.schema)}.${table.name}"`;
    context.session.notice("WARNING", "42P17", text);
  }
}

async function analyze(
  context: DdlContext,
  table: TableDescriptor,
  target: Target,
): Promise<Analyzed> {
  const { session, transaction } = context;
  const evaluation = session.evaluation([]);
  const setting = Number(evaluation.session?.getSetting("default_statistics_target") ?? 100);
  const sampling = {
    transaction: transaction.kv,
    random: () => evaluation.random(),
    pause: async (): Promise<void> => {
      session.interrupts.check();
      await session.interrupts.yield();
    },
  };
  const columns = columnNumbers(table, target.columns);
  const objects = statisticsObjects(imageOf(context), table);
  warnOfObjects(context, table, columns, objects);
  const analyzed = await analyzeTable(sampling, {
    table,
    columns,
    previous: imageOf(context).statisticsOf(table),
    objects,
    catalog: imageOf(context),
    target: setting,
    automatic: false,
    now: Number(evaluation.clockTime()) + POSTGRES_EPOCH,
  });
  // A table that is dropped meanwhile takes its statistics with it.
  transaction.kv.dependsOn(table.oid);
  transaction.putStatistics(analyzed.statistics);
  return analyzed;
}

function tell(context: DdlContext, table: TableDescriptor, { sample, statistics }: Analyzed): void {
  const { pages } = statistics.size;
  const { session } = context;
  session.notice(
    "INFO",
    "00000",
    `"${table.name}": scanned ${pages} of ${pages} pages, containing ${sample.totalRows} live rows ` +
      `and 0 dead rows; ${sample.rows.length} rows in sample, ${sample.totalRows} estimated total rows`,
  );
}

async function analyzeTarget(context: DdlContext, target: Target, work: Work): Promise<void> {
  const { relation } = target;
  if (relation.kind === "virtual" || relation.oid < FIRST_USER_OID) return;
  if (relation.kind !== "table") {
    skip(context, relation.name, work);
    return;
  }
  if (!work.analyze) return;
  if (work.verbose) {
    const schema = imageOf(context).schemaByOid(relation.schema)?.name ?? "";
    context.session.notice("INFO", "00000", `analyzing "${schema}.${relation.name}"`);
  }
  // In Aurora DSQL it is a job in the background.
  if (imageOf(context).profile.isDsql) {
    submitAnalyze(context, relation);
    return;
  }
  const analyzed = await analyze(context, relation, target);
  if (work.verbose) tell(context, relation, analyzed);
}

/** vacuum_is_permitted_for_relation: of the owner of the relation, or of the database. */
function isPermitted(context: DdlContext, { relation }: Target, { isVacuum }: Work): boolean {
  const image = imageOf(context);
  const role = ownerOf(context);
  const own = relation.kind === "virtual" ? BOOTSTRAP_SUPERUSER : relation.owner;
  if (owns(image, own, role) || owns(image, ownDatabaseTarget(image).owner, role)) return true;
  const verb = isVacuum ? "vacuum" : "analyze";
  const text = `permission denied to ${verb} "${relation.name}", skipping it`;
  context.session.notice("WARNING", "01000", text);
  return false;
}

export async function vacuumOrAnalyze(context: DdlContext, statement: ParseNode): Promise<void> {
  const work = workOf(statement);
  await context.transaction.verify();
  for (const target of targets(context, statement, work)) {
    if (!isPermitted(context, target, work)) continue;
    await analyzeTarget(context, target, work);
  }
}
