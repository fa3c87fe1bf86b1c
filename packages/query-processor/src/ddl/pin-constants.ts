/**
 * Literals that mean something else elsewhere are read once, when the expression is written. Names
 * in constants of the reg* types ('s'::regclass) become OIDs, so that the object may be renamed and no
 * other one of the same name is taken for it; dates and times ('now', '1/2/2003') become what they
 * meant in the session that wrote them.
 */
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
  oids.REGROLE,
]);

const READ_BY_SETTINGS = /^(date|time|timestamp|timestamptz|timetz|interval)$|range$/u;

function isReadBySettings(type: number): boolean {
  const element = elementTypeOid(type);
  return READ_BY_SETTINGS.test(typeRow(element === 0 ? type : element)?.name ?? "");
}

/** What stands for the literal, undefined where it may stay. */
function pinnedText({ type, value }: Const): string | undefined {
  if (REGISTERED.has(type)) {
    return typeof value === "number" && value >= FIRST_USER_OID ? String(value) : undefined;
  }
  if (value === null || !isReadBySettings(type)) return undefined;
  return typeByOid(type).output(value, DEFAULT_FORMAT);
}

/** Such constants by their place in the statement. */
export class PinnedConstants {
  readonly #texts = new Map<number, string>();

  collect(expr: Expr): void {
    const text = expr.kind === "const" ? pinnedText(expr) : undefined;
    if (text !== undefined) this.#texts.set(expr.position, text);
  }

  /** A copy of the tree with what its literals mean. */
  applyTo<T>(node: T): T {
    return this.#texts.size === 0 ? node : (this.#copy(node, -1) as T);
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
    if (key === "TypeCast") {
      const { arg, ...rest } = fields;
      const place = typeof fields["location"] === "number" ? fields["location"] : -1;
      return { ...rest, arg: this.#copy(arg, place) };
    }
    return this.#copy(value, -1);
  }

  #constant(fields: ParseNode, cast: number): ParseNode {
    const { location = 0, sval } = fields;
    const text = this.#texts.get(Number(location)) ?? this.#texts.get(cast);
    if (text === undefined || sval === undefined) return fields;
    return { ...fields, sval: { sval: text } };
  }
}

/** The tree with what its bound form found out. */
export function pinConstants(node: ParseNode, bound: Expr): ParseNode {
  const pinned = new PinnedConstants();
  visitExpr(bound, (expr) => pinned.collect(expr));
  return pinned.applyTo(node);
}
