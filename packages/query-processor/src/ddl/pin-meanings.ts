/**
 * What means something else elsewhere is looked up once, when the expression is written. A call has
 * the OID of the user's function beside its name, so that this one may be renamed or moved. Names in constants of the reg* types ('s'::regclass) become OIDs, so that the object may be renamed and no
 * other one of the same name is taken for it; dates and times ('now', '1/2/2003') become what they
 * meant in the session that wrote them.
 */
import { SqlError } from "@firstlight/common";
import type { Expr } from "@firstlight/sql";
import {
  DEFAULT_FORMAT,
  elementTypeOid,
  oids,
  typeByOid,
  typeRow,
  visitExpr,
} from "@firstlight/sql";
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";

type Const = Extract<Expr, { kind: "const" }>;

const REGISTERED: ReadonlySet<number> = new Set([
  oids.REGCLASS,
  oids.REGTYPE,
  oids.REGPROC,
  oids.REGPROCEDURE,
  oids.REGNAMESPACE,
  oids.REGOPER,
  oids.REGOPERATOR,
  oids.REGCOLLATION,
]);

const READ_BY_SETTINGS = /^(date|time|timestamp|timestamptz|timetz|interval)$|range$/u;

function isReadBySettings(type: number): boolean {
  const element = elementTypeOid(type);
  return READ_BY_SETTINGS.test(typeRow(element === 0 ? type : element)?.name ?? "");
}

/** What stands for the literal, undefined where it may stay. */
function pinnedText({ type, value }: Const): string | undefined {
  if (REGISTERED.has(type)) {
    return typeof value === "number" ? String(value) : undefined;
  }
  if (value === null || !isReadBySettings(type)) return undefined;
  return typeByOid(type).output(value, DEFAULT_FORMAT);
}

function calledRoutine(expr: Expr): number {
  const isCall = expr.kind === "call" ? expr.display === "function" : "proc" in expr;
  return isCall && "proc" in expr && expr.proc >= FIRST_USER_OID ? expr.proc : 0;
}

/** Roles are of all databases: nothing in one of them may depend on a name. */
function roleConstant(): SqlError {
  return new SqlError("0A000", "constant of the type regrole cannot be used here");
}

/** Such constants and calls by their places in the statement. */
export class PinnedMeanings {
  readonly #texts = new Map<number, string>();
  readonly #routines = new Map<number, number>();

  collect(expr: Expr): void {
    if (expr.kind === "const" && expr.type === oids.REGROLE && expr.value !== null) {
      throw roleConstant();
    }
    const routine = calledRoutine(expr);
    if (routine !== 0 && expr.position >= 0) this.#routines.set(expr.position, routine);
    const text = expr.kind === "const" ? pinnedText(expr) : undefined;
    if (text !== undefined) this.#texts.set(expr.position, text);
  }

  /** A copy of the tree with what its literals mean. */
  applyTo<T>(node: T): T {
    const isEmpty = this.#texts.size === 0 && this.#routines.size === 0;
    return isEmpty ? node : (this.#copy(node, -1) as T);
  }

  /** `cast`: the place of the cast that the node is the operand of, -1 for others. */
  #copy(node: unknown, cast: number): unknown {
    if (Array.isArray(node)) return node.map((each) => this.#copy(each, -1));
    if (typeof node !== "object" || node === null) return node;
    const copy: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(node)) copy[key] = this.#field(key, value, cast);
    return copy;
  }

  #field(key: string, value: unknown, cast: number): unknown {
    const fields = value as ParseNode;
    if (key === "A_Const") return this.#constant(fields, cast);
    if (key === "FuncCall") return this.#call(fields);
    if (key === "TypeCast") {
      const { arg, ...rest } = fields;
      const place = typeof fields["location"] === "number" ? fields["location"] : -1;
      return { ...rest, arg: this.#copy(arg, place) };
    }
    return this.#copy(value, -1);
  }

  #call(fields: ParseNode): unknown {
    const copy = this.#copy(fields, -1);
    const routineOid = this.#routines.get(Number(fields["location"] ?? 0));
    return routineOid === undefined ? copy : { ...(copy as ParseNode), routineOid };
  }

  #constant(fields: ParseNode, cast: number): ParseNode {
    const { location = 0, sval } = fields;
    const text = this.#texts.get(Number(location)) ?? this.#texts.get(cast);
    if (text === undefined || sval === undefined) return fields;
    return { ...fields, sval: { sval: text } };
  }
}

/** The tree with what its bound form found out. */
export function pinMeanings(node: ParseNode, bound: Expr): ParseNode {
  const pinned = new PinnedMeanings();
  visitExpr(bound, (expr) => pinned.collect(expr));
  return pinned.applyTo(node);
}
