/**
 * Names in constants of the reg* types ('s'::regclass) are looked up once, when the expression is
 * written: its stored tree has the OID instead, so that the object may be renamed and no other one
 * of the same name is taken for it.
 */
import type { Expr } from "@firstlight/sql";
import { oids, visitExpr } from "@firstlight/sql";
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";

const PINNED: ReadonlySet<number> = new Set([
  oids.REGCLASS,
  oids.REGTYPE,
  oids.REGPROC,
  oids.REGPROCEDURE,
  oids.REGNAMESPACE,
  oids.REGROLE,
]);

/** OIDs of such constants by their place in the statement. */
export class PinnedConstants {
  readonly #oids = new Map<number, number>();

  collect(expr: Expr): void {
    if (expr.kind !== "const" || !PINNED.has(expr.type)) return;
    const { value, position } = expr;
    if (typeof value === "number" && value >= FIRST_USER_OID) this.#oids.set(position, value);
  }

  /** A copy of the tree with OIDs for names. */
  applyTo<T>(node: T): T {
    return this.#oids.size === 0 ? node : (this.#copy(node, -1) as T);
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
    const oid = this.#oids.get(Number(location)) ?? this.#oids.get(cast);
    if (oid === undefined || sval === undefined) return fields;
    return { ...fields, sval: { sval: String(oid) } };
  }
}

/** The tree with what its bound form found out. */
export function pinConstants(node: ParseNode, bound: Expr): ParseNode {
  const pinned = new PinnedConstants();
  visitExpr(bound, (expr) => pinned.collect(expr));
  return pinned.applyTo(node);
}
