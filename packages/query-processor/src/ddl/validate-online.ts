/**
 * VALIDATE CONSTRAINT in many short transactions that write nothing: each page of rows is judged at
 * a snapshot of its own. Rows that are written since the constraint was added obey it, and so do
 * parents that go, so what a page has shown stays true. At the end one online step marks it valid.
 * That holds of one constraint, which its OID tells from a later one of the same name.
 */
import type { ScanPage, Span } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { Key } from "@firstlight/common";
import type {
  CheckDescriptor,
  ForeignKeyDescriptor,
  TableDescriptor,
} from "../catalog/descriptors.ts";
import { nextOnlineStep } from "../catalog/online-steps.ts";
import { isTransient } from "../online/transient-errors.ts";
import { checkJudge } from "./add-constraint.ts";
import { layoutOf } from "./backfill.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf } from "./ddl-context.ts";
import { childJudge } from "./foreign-key-validation.ts";

interface Judge {
  visit(row: Row, key: Key): void;
  finish(): Promise<void>;
}

type Constraint = ForeignKeyDescriptor | CheckDescriptor;

/** Of a table at one time. */
interface Subject {
  readonly oid: number;
  readonly constraint: Constraint;
}

function constraintOf(
  table: TableDescriptor,
  is: (each: Constraint) => boolean,
  name: string,
): Constraint {
  const found = table.foreignKeys?.find(is) ?? table.checks.find(is);
  if (found !== undefined) return found;
  const text = `constraint "${name}" of relation "${table.name}" does not exist`;
  throw new SqlError("42704", text);
}

/** Undefined: it is valid by now. 42704: it was dropped. */
function judgeOf(
  context: DdlContext,
  table: TableDescriptor,
  { oid, name }: Constraint,
): Judge | undefined {
  const constraint = constraintOf(table, (each) => each.oid === oid, name);
  if ("parent" in constraint) {
    return constraint.validated ? undefined : childJudge(context, table, constraint);
  }
  if (constraint.notValid !== true) return undefined;
  return { visit: checkJudge(context, table, constraint), finish: () => Promise.resolve() };
}

function tableOf(context: DdlContext, oid: number): TableDescriptor {
  const table = imageOf(context).objects.get(oid);
  if (table?.kind === "table") return table;
  throw new SqlError("42P01", "the table was dropped while its constraint was validated");
}

interface Place {
  readonly storageId: number;
  readonly rest: Span | undefined;
}

/** Judges one page from `place` on, or from the start if the rows have moved since. */
async function judgePage(
  context: DdlContext,
  { oid, constraint }: Subject,
  place: Place | undefined,
): Promise<Place> {
  const table = tableOf(context, oid);
  const { storageId } = table;
  const judge = judgeOf(context, table, constraint);
  if (judge === undefined) return { storageId, rest: undefined };
  const layout = layoutOf(context, table);
  const span = place?.storageId === storageId ? place.rest : layout.span;
  if (span === undefined) return { storageId, rest: undefined };
  const decode = layout.decoder(table.columns.map((_, position) => position));
  const page: ScanPage = await context.transaction.kv.scan({
    span,
    reverse: false,
    withKeys: true,
  });
  if (page.batch.kind !== "raw") throw new TypeError("stored values were asked for");
  page.batch.values.forEach((value, i) => {
    const key = page.keys?.[i];
    if (key !== undefined) judge.visit(decode(value), key);
  });
  await judge.finish();
  return { storageId, rest: page.rest };
}

export async function validateOnline(
  context: DdlContext,
  found: TableDescriptor,
  name: string,
): Promise<void> {
  const { interrupts } = context.session;
  const { oid } = found;
  const constraint = constraintOf(found, (each) => each.name === name, name);
  let place: Place | undefined;
  for (let refusals = 0; place === undefined || place.rest !== undefined;) {
    interrupts.check();
    const from: Place | undefined = place;
    try {
      place = await context.online.read((own) => judgePage(own, { oid, constraint }, from));
      refusals = 0;
    } catch (error) {
      if (!isTransient(error) || ++refusals > REFUSALS_MAX) throw error;
    }
    await interrupts.yield();
  }
  await context.online.change(async (own) => {
    const table = tableOf(own, oid);
    if (judgeOf(own, table, constraint) !== undefined) {
      applyChanges(own, [{ put: nextOnlineStep(table, validated(table, constraint.oid)) }]);
    }
    return Promise.resolve();
  });
}

const REFUSALS_MAX = 20;

function validated(table: TableDescriptor, oid: number): Partial<TableDescriptor> {
  const { foreignKeys } = table;
  if (foreignKeys?.some((key) => key.oid === oid) === true) {
    const marked = foreignKeys.map((key) => (key.oid === oid ? { ...key, validated: true } : key));
    return { foreignKeys: marked };
  }
  const checks = table.checks.map((check) => {
    if (check.oid !== oid) return check;
    const { notValid: _, ...valid } = check;
    return valid;
  });
  return { checks };
}
