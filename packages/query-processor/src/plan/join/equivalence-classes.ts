/**
 * Expressions that equalities make equal (equivclass.c): a class with a constant restricts each of
 * its members; otherwise any member of one side of a join may be compared with any of the other, and
 * one comparison for each class is enough.
 */
import type { Call, Expr } from "@firstlight/sql";
import { btreeStrategies, familyOperator, operatorByOid, volatility } from "@firstlight/sql";
import { exprKey } from "../expression-map.ts";
import type { Relids } from "./relids.ts";
import { contains, overlaps } from "./relids.ts";

const EQUAL = 3;
const BOOL = 16;

export interface Member {
  readonly expr: Expr;
  /** 0 for a constant. */
  readonly rels: Relids;
}

export interface EquivalenceClass {
  readonly family: number;
  /** The group of relations, below the same outer joins, that it is about. */
  readonly domain: number;
  readonly members: Member[];
  /** As they were written. */
  readonly sources: Call[];
}

interface Equation {
  readonly qual: Call;
  readonly left: Member;
  readonly right: Member;
  readonly domain: number;
}

function bareType(expr: Expr): number {
  return expr.type;
}

function operatorOf(family: number, left: Expr, right: Expr): number {
  return familyOperator(family, bareType(left), bareType(right), EQUAL);
}

export class EquivalenceClasses {
  readonly #classes: EquivalenceClass[] = [];

  /** Takes the equality over if it can be derived again from a class. */
  add({ qual, left, right, domain }: Equation): boolean {
    const family = btreeStrategies(qual.operator).find((each) => each.strategy === EQUAL)?.family;
    if (family === undefined || volatility(qual) === "volatile") return false;
    if (left.rels === 0 && right.rels === 0) return false;
    if (exprKey(left.expr) === exprKey(right.expr)) return false;
    const a = this.#find(left, family, domain);
    const b = this.#find(right, family, domain);
    const merged: Member[] = a?.members ?? [left];
    const added = b === undefined ? [right] : b === a ? [] : b.members;
    if (!comparable(family, [...merged, ...added])) return false;
    if (a === undefined && b === undefined) {
      const sources = [qual];
      this.#classes.push({ family, domain, members: [left, right], sources });
    } else if (a !== undefined) {
      a.sources.push(qual, ...(b === undefined || b === a ? [] : b.sources));
      a.members.push(...added);
      if (b !== undefined && b !== a) this.#classes.splice(this.#classes.indexOf(b), 1);
    } else if (b !== undefined) {
      b.sources.push(qual);
      b.members.push(left);
    }
    return true;
  }

  #find(member: Member, family: number, domain: number): EquivalenceClass | undefined {
    const key = exprKey(member.expr);
    return this.#classes.find(
      (each) =>
        each.family === family &&
        each.domain === domain &&
        each.members.some((one) => exprKey(one.expr) === key),
    );
  }

  get all(): readonly EquivalenceClass[] {
    return this.#classes;
  }

  classOf(expr: Expr): EquivalenceClass | undefined {
    const key = exprKey(expr);
    return this.#classes.find((each) => each.members.some((one) => exprKey(one.expr) === key));
  }

  /** Comparisons of members with the class's constant, or with each other on one set of relations. */
  restrictions(): readonly { readonly expr: Expr; readonly rels: Relids }[] {
    return this.#classes.flatMap((each) => {
      const constant = constantOf(each);
      return constant === undefined ? ownComparisons(each) : constantComparisons(each, constant);
    });
  }

  /** The comparisons that join two sets of which only these relations' columns are there. */
  joining(a: Relids, b: Relids): readonly Call[] {
    const quals: Call[] = [];
    for (const each of this.#classes) {
      if (constantOf(each) !== undefined) continue;
      const left = each.members.find((one) => contains(a, one.rels));
      const right = each.members.find((one) => contains(b, one.rels));
      if (left !== undefined && right !== undefined) quals.push(comparison(each, left, right));
    }
    return quals;
  }

  /** Whether a comparison would tie the two sets together. */
  connects(a: Relids, b: Relids): boolean {
    return this.#classes.some(
      (each) =>
        each.members.some((one) => one.rels !== 0 && contains(a, one.rels)) &&
        each.members.some((one) => one.rels !== 0 && contains(b, one.rels)) &&
        constantOf(each) === undefined,
    );
  }
}

function comparable(family: number, members: readonly Member[]): boolean {
  return members.every((a) =>
    members.every((b) => a === b || operatorOf(family, a.expr, b.expr) !== 0),
  );
}

export function constantOf(each: EquivalenceClass): Member | undefined {
  return each.members.find((one) => one.rels === 0);
}

/** The comparison as it was written, if it was. */
function comparison(each: EquivalenceClass, left: Member, right: Member): Call {
  const keys = [exprKey(left.expr), exprKey(right.expr)];
  const source = each.sources.find((one) => {
    const own = one.args.map(exprKey);
    return own.every((key) => keys.includes(key)) && own[0] !== own[1];
  });
  return source ?? equality(each.family, left.expr, right.expr);
}

export function equality(family: number, left: Expr, right: Expr): Call {
  const operator = operatorOf(family, left, right);
  const proc = operatorByOid(operator)?.proc ?? 0;
  return {
    kind: "call",
    proc,
    operator,
    display: "operator",
    args: [left, right],
    type: BOOL,
    typmod: -1,
    position: -1,
  };
}

function constantComparisons(
  each: EquivalenceClass,
  constant: Member,
): { expr: Expr; rels: Relids }[] {
  return each.members
    .filter((one) => one !== constant)
    .map((one) => ({
      expr: one.rels === 0 ? comparison(each, constant, one) : comparison(each, one, constant),
      rels: one.rels,
    }));
}

/** Members over the same relations are compared where these are read. */
function ownComparisons(each: EquivalenceClass): { expr: Expr; rels: Relids }[] {
  const first = new Map<Relids, Member>();
  const found: { expr: Expr; rels: Relids }[] = [];
  for (const one of each.members) {
    const known = first.get(one.rels);
    if (known === undefined) first.set(one.rels, one);
    else found.push({ expr: comparison(each, known, one), rels: one.rels });
  }
  return found;
}

export function touches(each: EquivalenceClass, rels: Relids): boolean {
  return each.members.some((one) => overlaps(one.rels, rels));
}
