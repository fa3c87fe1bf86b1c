/**
 * From a tree of groups to a join problem: each condition gets the relations that it needs, plain
 * equalities go into equivalence classes, and conditions of one relation go to it
 * (deconstruct_jointree and distribute_qual_to_rels of PostgreSQL).
 */
import type { Call, Expr } from "@firstlight/sql";
import { equiKey, isEqualityCall } from "../equality.ts";
import { deepRtes } from "../outer-side-subplans.ts";
import type { KeyOf } from "../ordering.ts";
import { plainKey } from "../ordering.ts";
import type { Scope } from "../scope.ts";
import { needsSubplan } from "../subplans.ts";
import { unlabelled } from "../selectivity/variable.ts";
import { EquivalenceClasses, constantOf, equality } from "./equivalence-classes.ts";
import type { Group, OuterItem } from "./from-items.ts";
import type { Equality, JoinProblem, JoinQual, SpecialJoin } from "./join-problem.ts";
import type { Relids } from "./relids.ts";
import { bitsOf, contains, countOf, overlaps } from "./relids.ts";
import { delayed, specialJoin } from "./special-joins.ts";
import { rejectsNullsOf } from "./strictness.ts";

/** Relations that a semi-join or anti-join looks for, and what ties them to the rest. */
export interface SemiGroup {
  readonly type: "semi" | "anti";
  readonly right: Group;
  readonly condition: readonly Expr[];
}

interface Extent {
  readonly rels: Relids;
  readonly innerJoined: Relids;
}

/** Where a condition stands. */
interface Place {
  readonly extent: Relids;
  readonly domain: number;
  /** The outer join whose condition it is, with the relations whose rows it keeps. */
  readonly special?: SpecialJoin;
  readonly kept?: Relids;
  /** Its condition is that of a semi-join: what it says holds for all that comes out. */
  readonly isSemi?: boolean;
}

export class Distribution {
  readonly classes: EquivalenceClasses = new EquivalenceClasses();
  readonly #scope: Scope;
  /** By range table entry: its relation. */
  readonly #bits: ReadonlyMap<number, number>;
  readonly #special: SpecialJoin[] = [];
  readonly #quals: JoinQual[] = [];
  readonly #own = new Map<number, Expr[]>();
  readonly #equations: { qual: Call; special: SpecialJoin }[] = [];
  #domains = 0;

  constructor(scope: Scope, bits: ReadonlyMap<number, number>) {
    this.#scope = scope;
    this.#bits = bits;
  }

  /** Conditions of one relation alone. */
  restrictionsOf(bit: number): readonly Expr[] {
    return this.#own.get(bit) ?? [];
  }

  relsOf(rtes: Iterable<number>): Relids {
    let rels = 0;
    for (const rte of rtes) {
      const bit = this.#bits.get(rte);
      if (bit !== undefined) rels |= 1 << bit;
    }
    return rels;
  }

  #relsOfExpr(expr: Expr): Relids {
    return this.relsOf(deepRtes(this.#scope, expr));
  }

  distribute(group: Group, semis: readonly SemiGroup[], late: readonly Expr[]): JoinProblem {
    const domain = this.#domains++;
    let extent = this.#group(group, domain);
    for (const semi of semis) extent = this.#semi(extent, semi, domain);
    for (const qual of late) this.#late(qual, extent.rels);
    this.#equateOuterSides();
    for (const { expr, rels } of this.classes.restrictions()) this.#restrict(expr, rels);
    return { all: extent.rels, quals: this.#quals, special: this.#special };
  }

  #group(group: Group, domain: number): Extent {
    let rels = 0;
    let innerJoined = 0;
    for (const item of group.items) {
      const extent =
        item.kind === "outer"
          ? this.#outer(item, domain)
          : { rels: this.relsOf(item.rtes), innerJoined: 0 };
      rels |= extent.rels;
      innerJoined |= extent.innerJoined;
    }
    const hasLate = group.quals.some((qual) => this.#isLate(qual));
    if (group.items.length > 1 || hasLate) innerJoined = rels;
    for (const qual of group.quals) this.#place(qual, { extent: rels, domain });
    return { rels, innerJoined };
  }

  #outer(item: OuterItem, domain: number): Extent {
    if (item.type === "semi") {
      return this.#semi(this.#group(item.left, domain), { ...item, type: "semi" }, domain);
    }
    const isFull = item.type === "full";
    const left = this.#group(item.left, isFull ? this.#domains++ : domain);
    const inner = this.#domains++;
    const right = this.#group(item.right, inner);
    const innerJoined = left.innerJoined | right.innerJoined;
    const { condition } = item;
    const special = this.#makeSpecial(item.type, left.rels, right.rels, innerJoined, condition);
    const rels = left.rels | right.rels;
    const kept = isFull ? rels : left.rels;
    for (const qual of condition) {
      this.#place(qual, { extent: right.rels, domain: inner, special, kept });
    }
    this.#special.push(special);
    return { rels, innerJoined };
  }

  #makeSpecial(
    type: SpecialJoin["type"],
    left: Relids,
    right: Relids,
    innerJoined: Relids,
    condition: readonly Expr[],
  ): SpecialJoin {
    let about = 0;
    for (const qual of condition) {
      const rels = this.#relsOfExpr(qual);
      // Asked once its whole side is there: so nothing of that side may be joined any later.
      about |= this.#isLate(qual) && contains(right, rels) ? right : rels;
    }
    const plain = condition.filter((qual) => !needsSubplan(qual));
    const strict = this.relsOf(rejectsNullsOf(plain));
    const written = { type, left, right, innerJoined, condition: about, strict };
    return specialJoin(written, this.#special);
  }

  #semi(left: Extent, semi: SemiGroup, domain: number): Extent {
    const inner = semi.type === "semi" ? domain : this.#domains++;
    const right = this.#group(semi.right, inner);
    const innerJoined = left.innerJoined | right.innerJoined;
    const { type, condition } = semi;
    const special = this.#makeSpecial(type, left.rels, right.rels, innerJoined, condition);
    for (const qual of condition) {
      const place = { extent: right.rels, domain: inner, special, kept: left.rels };
      this.#place(qual, type === "semi" ? { ...place, isSemi: true } : place);
    }
    this.#special.push(special);
    return { rels: left.rels | right.rels, innerJoined: left.innerJoined };
  }

  #isLate(qual: Expr): boolean {
    return needsSubplan(qual) || this.#relsOfExpr(qual) === 0;
  }

  #place(qual: Expr, { special, kept, extent, domain, isSemi }: Place): void {
    const rels = this.#relsOfExpr(qual);
    if (special !== undefined && kept !== undefined) {
      const ties = isSemi === true ? needsSubplan(qual) : rels === 0;
      if (ties || (isSemi !== true && overlaps(rels, kept))) {
        this.#outerQual(qual, rels, special);
        return;
      }
    }
    if (this.#isLate(qual)) {
      this.#late(qual, extent);
      return;
    }
    const required = delayed(rels, this.#special);
    if (required === rels && this.#absorbed(qual, domain)) return;
    if (required === rels) this.#restrict(qual, rels);
    else this.#quals.push(this.#filter(qual, required));
  }

  #outerQual(qual: Expr, rels: Relids, special: SpecialJoin): void {
    const required = special.minLeft | special.minRight;
    const late = needsSubplan(qual);
    const tied = late || rels === 0 ? undefined : this.#equality(qual);
    this.#quals.push({ expr: qual, required, of: special, equality: tied, late });
    if (tied !== undefined && qual.kind === "call") this.#equations.push({ qual, special });
  }

  #late(qual: Expr, extent: Relids): void {
    if (countOf(extent) === 1) this.#restrict(qual, extent);
    else {
      const shape = { of: undefined, equality: undefined, late: true };
      this.#quals.push({ expr: qual, required: extent, ...shape });
    }
  }

  #filter(expr: Expr, required: Relids): JoinQual {
    return { expr, required, of: undefined, equality: this.#equality(expr), late: false };
  }

  /** A condition of one relation goes to it, another one waits for its relations. */
  #restrict(expr: Expr, rels: Relids): void {
    if (countOf(rels) > 1) {
      this.#quals.push(this.#filter(expr, rels));
      return;
    }
    const [bit = 0] = bitsOf(rels);
    const own = this.#own.get(bit);
    if (own === undefined) this.#own.set(bit, [expr]);
    else own.push(expr);
  }

  #absorbed(qual: Expr, domain: number): boolean {
    if (!isEqualityCall(qual) || qual.display !== "operator" || qual.args.length !== 2)
      return false;
    const [a, b] = qual.args;
    if (a === undefined || b === undefined) return false;
    const left = { expr: a, rels: this.#relsOfExpr(a) };
    const right = { expr: b, rels: this.#relsOfExpr(b) };
    if (countOf(left.rels) > 1 || countOf(right.rels) > 1) return false;
    // A side that an outer join may make NULL is not the same below that join as above it.
    if (delayed(left.rels, this.#special) !== left.rels) return false;
    if (delayed(right.rels, this.#special) !== right.rels) return false;
    // A constant of another type would be compared with members that have no such operator.
    return this.classes.add({ qual, left, right, domain });
  }

  #equality(qual: Expr): Equality | undefined {
    if (qual.kind !== "call" || qual.args.length !== 2) return undefined;
    const [a, b] = qual.args;
    if (a === undefined || b === undefined) return undefined;
    const leftRtes = deepRtes(this.#scope, a);
    const rightRtes = deepRtes(this.#scope, b);
    const key = equiKey(qual, leftRtes, rightRtes);
    if (key === undefined) return undefined;
    const [leftRels, rightRels] = [this.relsOf(leftRtes), this.relsOf(rightRtes)];
    if (overlaps(leftRels, rightRels)) return undefined;
    return { left: a, right: b, leftRels, rightRels };
  }

  /** What orders know expressions by: the class of what is equal to them. */
  get keyOf(): KeyOf {
    const keys = new Map<string, string | undefined>();
    for (const [at, each] of this.classes.all.entries()) {
      // Above an outer join its side is NULL as well.
      const isConstant = constantOf(each) !== undefined && each.domain === 0;
      for (const { expr, rels } of each.members) {
        if (rels !== 0) keys.set(plainKey(expr), isConstant ? undefined : `class ${at}`);
      }
    }
    return (expr) => {
      const key = plainKey(expr);
      return keys.has(key) ? keys.get(key) : key;
    };
  }

  /** Keys by which some relation may be merged with another one. */
  mergeKeys(quals: readonly JoinQual[]): ReadonlySet<string> {
    const { keyOf } = this;
    const found = new Set<string>();
    const add = (expr: Expr): void => {
      const key = keyOf(expr);
      if (key !== undefined) found.add(key);
    };
    for (const { members } of this.classes.all) {
      if (new Set(members.map((each) => each.rels)).size > 1) {
        for (const { expr } of members) add(expr);
      }
    }
    for (const { equality: tied } of quals) {
      if (tied === undefined) continue;
      add(tied.left);
      add(tied.right);
    }
    return found;
  }

  equalityOf(qual: Expr): Equality | undefined {
    return this.#equality(qual);
  }

  /** `a LEFT JOIN b ON a.x = b.y WHERE a.x = 1`: only rows of b with y = 1 can match. */
  #equateOuterSides(): void {
    for (const { qual, special } of this.#equations) {
      if (special.type === "full") continue;
      const [a, b] = qual.args;
      if (a === undefined || b === undefined) continue;
      const aRels = this.#relsOfExpr(a);
      const flipped = contains(special.writtenRight, aRels);
      const [kept, other] = flipped ? [b, a] : [a, b];
      const rels = this.#relsOfExpr(other);
      const found = this.classes.classOf(kept);
      const constant = found && constantOf(found);
      if (found === undefined || constant === undefined || countOf(rels) !== 1) continue;
      const inside = this.#special.filter(
        (each) => contains(special.writtenRight, each.writtenRight) && each !== special,
      );
      const plain = unlabelled(other);
      if (delayed(rels, inside) !== rels || plain.kind !== "var") continue;
      const derived = equality(found.family, other, constant.expr);
      if (derived.operator !== 0) this.#restrict(derived, rels);
    }
  }
}
