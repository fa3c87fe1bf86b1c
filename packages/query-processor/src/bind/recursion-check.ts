/**
 * Where a recursive query may name itself (checkWellFormedRecursion): once, in the right side of its
 * UNION, outside of subqueries, nullable sides of joins, INTERSECT ALL and EXCEPT ALL.
 */
import { expressionLocation } from "../parse/expression-location.ts";
import { asTag, child, list, locationOf, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError } from "./errors.ts";

type Place = "allowed" | "nonRecursiveTerm" | "subquery" | "outerJoin" | "intersect" | "except";

const PLACES: Readonly<Record<Exclude<Place, "allowed">, string>> = {
  nonRecursiveTerm: "its non-recursive term",
  subquery: "a subquery",
  outerJoin: "an outer join",
  intersect: "INTERSECT",
  except: "EXCEPT",
};

class RecursionWalker {
  readonly #name: string;
  #references = 0;

  constructor(name: string) {
    this.#name = name;
  }

  walk(node: unknown, place: Place): void {
    if (Array.isArray(node)) {
      for (const each of node) this.walk(each, place);
      return;
    }
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) this.#field(key, value, place);
  }

  #field(key: string, value: unknown, place: Place): void {
    if (typeof value !== "object" || value === null) return;
    const fields = value as ParseNode;
    if (key === "RangeVar") this.#reference(fields, place);
    else if (key === "JoinExpr") this.#join(fields, place);
    else if (key === "SelectStmt") this.select(fields, place);
    else if (key === "SubLink") {
      this.walk(fields["subselect"], place === "allowed" ? "subquery" : place);
      this.walk(fields["testexpr"], place);
    } else this.walk(value, place);
  }

  #reference(relation: ParseNode, place: Place): void {
    if (relation["relname"] !== this.#name || relation["schemaname"] !== undefined) return;
    const location = locationOf(relation);
    if (place !== "allowed") this.#refuse(`must not appear within ${PLACES[place]}`, location);
    if (++this.#references > 1) this.#refuse("must not appear more than once", location);
  }

  #refuse(why: string, location: number): never {
    throw bindError("42P19", `recursive reference to query "${this.#name}" ${why}`, location);
  }

  #join(join: ParseNode, place: Place): void {
    const kind = string(join, "jointype");
    const nullable = place === "allowed" ? "outerJoin" : place;
    const nullsLeft = kind === "JOIN_RIGHT" || kind === "JOIN_FULL";
    const nullsRight = kind === "JOIN_LEFT" || kind === "JOIN_FULL";
    this.walk(join["larg"], nullsLeft ? nullable : place);
    this.walk(join["rarg"], nullsRight ? nullable : place);
    this.walk(join["quals"], place);
  }

  select(fields: ParseNode, place: Place): void {
    const withClause = child(fields, "withClause");
    // A WITH query of the same name hides the recursive one.
    if (withClause !== undefined && definesCte(withClause, this.#name)) return;
    const sides = this.#placeOfSides(fields, place);
    for (const side of ["larg", "rarg"] as const) {
      const inner = child(fields, side);
      if (inner !== undefined) this.select(inner, sides);
    }
    for (const [key, value] of Object.entries(fields)) {
      if (key !== "larg" && key !== "rarg") this.#field(key, value, place);
    }
  }

  #placeOfSides(fields: ParseNode, place: Place): Place {
    if (place !== "allowed" || fields["all"] !== true) return place;
    const operation = string(fields, "op");
    if (operation === "SETOP_INTERSECT") return "intersect";
    return operation === "SETOP_EXCEPT" ? "except" : place;
  }
}

function definesCte(withClause: ParseNode, name: string): boolean {
  return list(withClause, "ctes").some(
    (node) => string(asTag(node, "CommonTableExpr") ?? {}, "ctename") === name,
  );
}

function clauseLocation(node: ParseNode): number {
  const sorted = child(asTag(node, "SortBy") ?? {}, "node");
  return expressionLocation(sorted ?? node);
}

const REFUSED_CLAUSES = [
  ["sortClause", "ORDER BY"],
  ["limitOffset", "OFFSET"],
  ["limitCount", "LIMIT"],
  ["lockingClause", "FOR UPDATE/SHARE"],
] as const;

/** `query` is the statement of a WITH query that names itself. */
export function checkRecursion(name: string, query: ParseNode, location: number): void {
  const select = asTag(query, "SelectStmt") ?? {};
  if (string(select, "op") !== "SETOP_UNION") {
    throw bindError(
      "42P19",
      `recursive query "${name}" does not have the form non-recursive-term UNION [ALL] recursive-term`,
      location,
    );
  }
  const walker = new RecursionWalker(name);
  walker.select(child(select, "larg") ?? {}, "nonRecursiveTerm");
  walker.select(child(select, "rarg") ?? {}, "allowed");
  walker.walk(select["withClause"], "subquery");
  for (const [field, clauseName] of REFUSED_CLAUSES) {
    const clause = list(select, field)[0] ?? child(select, field);
    if (clause === undefined) continue;
    throw bindError(
      "0A000",
      `${clauseName} in a recursive query is not implemented`,
      field === "lockingClause" ? -1 : clauseLocation(clause),
    );
  }
}
