/**
 * ALTER SEQUENCE. What a sequence counts is stored under its storage id, so a change of how it counts
 * gives it a new one, with the value that comes next: a transaction that rolls back leaves the old
 * one as it is.
 */
import { SqlError } from "@firstlight/common";
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import type { SequenceDescriptor } from "../catalog/descriptors.ts";
import { flag, list, requiredChild } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import {
  applyChanges,
  findRelation,
  imageOf,
  nameOfRangeVar,
  newOid,
  relationNamed,
} from "./ddl-context.ts";
import { requireKind } from "./object-lookup.ts";
import { refuseIndexAs } from "./rename.ts";
import { declaredType, newIncarnation } from "./sequence.ts";
import { readOptions, refuseOutside } from "./sequence-options.ts";
import { ownerOfSequence } from "./sequence-owner.ts";

/** The value that comes next. */
async function upcoming(context: DdlContext, sequence: SequenceDescriptor): Promise<bigint> {
  if (isTemporaryOid(sequence.oid)) return BigInt(sequence.restart ?? sequence.start);
  for (;;) {
    const value = context.sequences.take(sequence);
    if (value !== undefined) {
      context.sequences.giveBack(sequence, [value]);
      return value;
    }
    try {
      await context.sequences.refill(sequence);
    } catch (error) {
      if (!(error instanceof SqlError) || error.sqlstate !== "2200H") throw error;
      return beyondEnd(context, sequence);
    }
  }
}

/** What would come next, had the sequence not reached its end. */
async function beyondEnd(context: DdlContext, sequence: SequenceDescriptor): Promise<bigint> {
  const { value, called } = await context.sequences.position(sequence);
  return called ? value + BigInt(sequence.increment) : value;
}

interface Place {
  readonly next: bigint;
  /** PostgreSQL's last_value, which has to be within the bounds; what comes next need not. */
  readonly last: bigint;
}

function further(a: bigint, b: bigint, step: bigint): bigint {
  return (step > 0n ? b > a : b < a) ? b : a;
}

/** The same place in the count by the new increment. */
async function continued(
  context: DdlContext,
  old: SequenceDescriptor,
  increment: bigint,
): Promise<Place> {
  const here = await upcoming(context, old);
  const step = BigInt(old.increment);
  const handed = isTemporaryOid(old.oid) ? [] : await context.sequences.recall(old);
  const next = handed.reduce((furthest, last) => further(furthest, last + step, step), here);
  const isWithin = next >= BigInt(old.min) && next <= BigInt(old.max);
  // Out of bounds it comes behind a last value.
  if (isWithin && next === BigInt(old.restart ?? old.start)) return { next, last: next };
  const last = next - step;
  return { next: last + increment, last };
}

function isIdentity(context: DdlContext, sequence: SequenceDescriptor): boolean {
  const { ownedBy } = sequence;
  const table = ownedBy && imageOf(context).objects.get(ownedBy.table);
  if (table?.kind !== "table") return false;
  return table.columns.some(
    (column) => column.identity !== undefined && column.sequence === sequence.oid,
  );
}

function ownerAfter(
  context: DdlContext,
  sequence: SequenceDescriptor,
  path: readonly string[] | undefined,
): Pick<SequenceDescriptor, "ownedBy"> {
  if (path === undefined) {
    return sequence.ownedBy === undefined ? {} : { ownedBy: sequence.ownedBy };
  }
  if (isIdentity(context, sequence)) {
    throw new SqlError("0A000", "cannot change ownership of identity sequence", {
      detail: `Sequence "${sequence.name}" is linked to table "${tableName(context, sequence)}".`,
    });
  }
  const ownedBy = ownerOfSequence(context, path, sequence);
  return ownedBy === undefined ? {} : { ownedBy };
}

function tableName(context: DdlContext, { ownedBy }: SequenceDescriptor): string {
  return (ownedBy && imageOf(context).relationByOid(ownedBy.table)?.name) ?? "";
}

/** The sequence by these options; counting goes on where it is unless RESTART says otherwise. */
export async function alterSequenceOptions(
  context: DdlContext,
  sequence: SequenceDescriptor,
  nodes: readonly ParseNode[],
  forIdentity: boolean,
): Promise<void> {
  const dataType = declaredType(context, nodes);
  const options = readOptions(nodes, { dataType, forIdentity, old: sequence });
  const { increment, min, max, restart } = options;
  const owner = ownerAfter(context, sequence, options.ownedBy);
  const { next, last } =
    restart === undefined
      ? await continued(context, sequence, increment)
      : { next: restart, last: restart };
  refuseOutside("RESTART", last, { min, max });
  const { ownedBy: _, restart: __, ...rest } = sequence;
  await context.transaction.allocatingFor(isTemporaryOid(sequence.oid), async () => {
    const put: SequenceDescriptor = {
      ...rest,
      ...owner,
      storageId: await newOid(context),
      incarnation: newIncarnation(context),
      dataType: options.dataType,
      start: String(options.start),
      increment: String(increment),
      min: String(min),
      max: String(max),
      cache: String(options.cache),
      cycle: options.cycle,
      restart: String(next),
    };
    applyChanges(context, [{ put }]);
  });
}

export async function alterSequence(context: DdlContext, statement: ParseNode): Promise<void> {
  const name = nameOfRangeVar(requiredChild(statement, "sequence"));
  refuseIndexAs(context, name, "OBJECT_SEQUENCE");
  if (flag(statement, "missing_ok") && findRelation(context, name) === undefined) {
    const text = `relation "${name.name}" does not exist, skipping`;
    context.session.notice("NOTICE", "00000", text);
    return;
  }
  const sequence = relationNamed(context, name);
  requireKind(sequence, "sequence");
  if (sequence.kind !== "sequence") throw new Error("a sequence by its kind");
  await alterSequenceOptions(context, sequence, list(statement, "options"), false);
}

/** TRUNCATE ... RESTART IDENTITY: sequences that columns of the table own begin anew. */
export async function restartOwned(context: DdlContext, table: number): Promise<void> {
  for (const object of imageOf(context).objects.values()) {
    if (object.kind !== "sequence" || object.ownedBy?.table !== table) continue;
    const { restart: _, ...fresh } = object;
    await context.transaction.allocatingFor(isTemporaryOid(object.oid), async () => {
      const storageId = await newOid(context);
      const incarnation = newIncarnation(context);
      applyChanges(context, [{ put: { ...fresh, storageId, incarnation } }]);
    });
  }
}
