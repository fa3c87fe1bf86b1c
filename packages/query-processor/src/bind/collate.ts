/**
 * What depends on an ICU collation is given values of a type that compares so (collated-type.ts): by
 * an identity that no index and no storage node knows. What compares by = alone stays as it is where
 * the collation is deterministic: equal texts are the same bytes.
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import {
  type Aggregate,
  type Call,
  type CollationState,
  type Expr,
  type IcuCollation,
  type Routine,
  baseTypeOid,
  collatedType,
  collationOfCollated,
  childrenOf,
  collationState,
  definitionOf,
  inputCollation,
  isCollatable,
  isConflict,
  mapChildren,
  oids,
  operatorByOid,
  procOf,
  requireProc,
} from "@firstlight/sql";
import { columnCollation } from "./output-columns.ts";
import { regexpIsNeutral } from "./neutral-pattern.ts";

const MODEL = 6192;
/** PostgreSQL assigns no object such a number. */
const IDENTITY_OID = 15_998;

function icuOf(state: CollationState): IcuCollation | undefined {
  return isConflict(state) ? undefined : state.collation?.icu;
}

export function icuOfExpr(expr: Expr): IcuCollation | undefined {
  return isCollatable(expr.type) ? icuOf(collationState(expr, columnCollation)) : undefined;
}

const TEXTS: ReadonlySet<number> = new Set([oids.TEXT, oids.VARCHAR, oids.NAME, oids.BPCHAR]);

/** The value as one of the collated type. */
function collated(arg: Expr, icu: IcuCollation): Expr {
  if (collationOfCollated(arg.type) !== undefined) return arg;
  const base = baseTypeOid(arg.type);
  if (!TEXTS.has(base)) throw featureNotSupported("ordering arrays by an ICU collation");
  const type = collatedType(base === oids.BPCHAR ? oids.BPCHAR : oids.TEXT, icu);
  const routine: Routine = {
    ...requireProc(MODEL),
    oid: IDENTITY_OID,
    name: "collated",
    strict: true,
    returnType: type,
    argTypes: [arg.type],
    implementation: (_context, value: string) => value,
    shownAs: "argument",
    toJSON: () => IDENTITY_OID,
  };
  return {
    kind: "call",
    type,
    typmod: -1,
    position: arg.position,
    proc: IDENTITY_OID,
    args: [arg],
    display: "function",
    operator: 0,
    routine,
  };
}

/** Of the fields of a row, as far as they are known. */
function icuOfFields(expr: Expr): readonly IcuCollation[] {
  if (expr.kind === "row") return expr.fields.flatMap((field) => icuOfExpr(field) ?? []);
  const definition = definitionOf(baseTypeOid(expr.type));
  if (definition?.kind !== "composite") return [];
  return definition.attributes.flatMap(({ collation }) => collation?.icu ?? []);
}

/** For a key of ORDER BY: itself where its order is that of its bytes. */
export function collatedKey(expr: Expr): Expr {
  if (icuOfFields(expr).length > 0) {
    throw featureNotSupported("ordering rows by an ICU collation");
  }
  const icu = icuOfExpr(expr);
  return icu === undefined ? expr : collated(expr, icu);
}

/** What tells equal values by their bytes refuses a collation that has other ideas. */
export function refuseNondeterministic(expr: Expr, purpose: string): void {
  const all = [icuOfExpr(expr), ...icuOfFields(expr)];
  if (!all.some((icu) => icu?.deterministic === false)) return;
  throw featureNotSupported(`${purpose} by a nondeterministic collation`);
}

const COMPARISON =
  /^(?:text|bpchar|name|bttext|btbpchar|btname)_?(?:name|text)?(?<test>eq|ne|lt|le|gt|ge|cmp|larger|smaller)(?:name|text)?$/u;
const CASE_CHANGE = /^(?:lower|upper|initcap)$/u;
const LIKE = /^(?:text|bpchar|name)(?<insensitive>ic)?n?like$/u;
const REGEX = /^(?:(?:text|bpchar|name)(?:ic)?regex(?:eq|ne)|regexp_\w+|textregexsubstr\w*)$/u;
const SEARCH = /^(?:textpos|replace_text|split_part|text_starts_with|text_to_array\w*)$/u;
const HASH = /^hash(?:text|bpchar|name)(?:extended)?$/u;
const ARRAY_ORDER = /^(?:array_(?:lt|le|gt|ge|larger|smaller)|btarraycmp)$/u;
const ARRAY_EQUALITY =
  /^(?:array_(?:eq|ne|position|positions|remove|replace)|array\w*contain\w*|arrayoverlap)$/u;
const RECORD_COMPARISON = /^(?:record_(?:eq|ne|lt|le|gt|ge)|btrecordcmp)$/u;

function notFor(what: string): SqlError {
  return new SqlError("0A000", `nondeterministic collations are not supported for ${what}`);
}

/** Whether the function's answer depends on more than the bytes. */
function comparesBy(source: string, icu: IcuCollation): boolean {
  const test = COMPARISON.exec(source)?.groups?.["test"];
  if (test === undefined) return false;
  return !icu.deterministic || (test !== "eq" && test !== "ne");
}

function refuseCall(call: Call, source: string, icu: IcuCollation): void {
  if (REGEX.test(source)) {
    if (!icu.deterministic) throw notFor("regular expressions");
    if (!regexpIsNeutral(call, source)) {
      throw featureNotSupported("this regular expression with an ICU collation");
    }
  }
  if (ARRAY_ORDER.test(source)) throw featureNotSupported("ordering arrays by an ICU collation");
  if (icu.deterministic) return;
  const like = LIKE.exec(source);
  if (like !== null) throw notFor(like.groups?.["insensitive"] === "ic" ? "ILIKE" : "LIKE");
  if (SEARCH.test(source)) throw notFor("substring searches");
  if (HASH.test(source) || ARRAY_EQUALITY.test(source)) {
    throw featureNotSupported(`${source}() with a nondeterministic collation`);
  }
}

function refuseRecords({ args }: Call, source: string): void {
  if (!RECORD_COMPARISON.test(source)) return;
  for (const { deterministic } of args.flatMap(icuOfFields)) {
    if (deterministic && /_(?:eq|ne)$/u.test(source)) continue;
    throw featureNotSupported("comparing rows by an ICU collation");
  }
}

function collateCall(call: Call): Expr {
  if (call.routine !== undefined) return call;
  const { source } = procOf(call);
  refuseRecords(call, source);
  if (!call.args.some((arg) => isCollatable(arg.type))) return call;
  const icu = icuOf(inputCollation(call, columnCollation));
  if (icu === undefined) return call;
  refuseCall(call, source, icu);
  if (CASE_CHANGE.test(source) || LIKE.exec(source)?.groups?.["insensitive"] === "ic") {
    return { ...call, args: call.args.map((arg) => collated(arg, icu)) };
  }
  if (!comparesBy(source, icu)) return call;
  return { ...call, args: call.args.map((arg) => collated(arg, icu)), ...unknownOperator(call) };
}

/** An operator by its name only: neither an index nor a join may take it for the one that it was. */
function unknownOperator({ operator }: { readonly operator: number }): Partial<Call> {
  const name = operatorByOid(operator)?.name;
  return { operator: 0, ...(name === undefined ? {} : { operatorName: name }) };
}

type Of<K extends Expr["kind"]> = Extract<Expr, { kind: K }>;

function collatePair(expr: Of<"distinct" | "notDistinct" | "nullif">): Expr {
  const icu = icuOf(inputCollation(expr, columnCollation));
  if (icu === undefined || icu.deterministic) return expr;
  const [left, right] = expr.args;
  const args = [collated(left, icu), collated(right, icu)] as const;
  if (expr.kind === "nullif") throw featureNotSupported("NULLIF by a nondeterministic collation");
  return { ...expr, operator: 0, args };
}

/** The result is a plain text again. */
function collateExtreme(expr: Of<"greatest" | "least" | "coalesce">): Expr {
  const icu = expr.kind === "coalesce" ? undefined : icuOf(inputCollation(expr, columnCollation));
  if (icu === undefined || !isCollatable(expr.type)) return expr;
  const type = collatedType(expr.type === oids.BPCHAR ? oids.BPCHAR : oids.TEXT, icu);
  const arg = { ...expr, type, args: expr.args.map((each) => collated(each, icu)) };
  const { typmod, position } = expr;
  return { kind: "relabel", type: expr.type, typmod, position, arg, display: "implicitCast" };
}

function collateAnyAll(expr: Of<"scalarArrayOp">): Expr {
  const icu = icuOf(inputCollation(expr, columnCollation));
  if (icu === undefined) return expr;
  const { source } = requireProc(expr.proc);
  if (LIKE.test(source) && !icu.deterministic) throw notFor("LIKE");
  if (REGEX.test(source)) throw featureNotSupported("regular expressions with an ICU collation");
  if (!comparesBy(source, icu)) return expr;
  return { ...expr, operator: 0, scalar: collated(expr.scalar, icu) };
}

function collateRows(expr: Of<"rowCompare">): Expr {
  const isEquality = expr.operator === "=" || expr.operator === "<>";
  const left = [...expr.left];
  const right = [...expr.right];
  for (const [at, each] of left.entries()) {
    const other = right[at];
    if (other === undefined || !isCollatable(each.type)) continue;
    const pair: Expr = { ...expr, kind: "coalesce", type: each.type, args: [each, other], proc: 0 };
    const icu = icuOf(inputCollation(pair, columnCollation));
    if (icu === undefined || (isEquality && icu.deterministic)) continue;
    left[at] = collated(each, icu);
    right[at] = collated(other, icu);
  }
  return { ...expr, left, right };
}

function collateAggregate(expr: Of<"aggregate">): Expr {
  const orderBy = expr.orderBy.map((key) => ({ ...key, expr: collatedKey(key.expr) }));
  if (expr.distinct) for (const arg of expr.args) refuseNondeterministic(arg, "DISTINCT");
  return { ...expr, orderBy, args: extremeArgs(expr) };
}

function extremeArgs(expr: Aggregate | Of<"window">): readonly Expr[] {
  if (expr.routine !== undefined || !/^(?:min|max)$/u.test(procOf(expr).name)) return expr.args;
  return expr.args.map(collatedKey);
}

/** The values of a subquery come by themselves: its = is left to the planner. */
function checkSubLink(expr: Of<"subLink">): void {
  if (expr.test === undefined) return;
  const icuOfArg = (arg: Expr): IcuCollation | undefined =>
    arg.kind === "slot" ? columnCollation(expr.query, arg.index)?.icu : icuOfExpr(arg);
  const check = (node: Expr): void => {
    const isEqual = node.kind === "call" && /^\w+(?:eq|ne)$/u.test(procOf(node).source);
    for (const child of childrenOf(node)) {
      check(child);
      const icu = icuOfArg(child);
      if (icu === undefined || (icu.deterministic && isEqual)) continue;
      throw featureNotSupported("comparing with a subquery's texts by this ICU collation");
    }
  };
  check(expr.test);
}

type Collators = { readonly [K in Expr["kind"]]?: (expr: Of<K>) => Expr };

const COLLATORS: Collators = {
  call: collateCall,
  distinct: collatePair,
  notDistinct: collatePair,
  nullif: collatePair,
  greatest: collateExtreme,
  least: collateExtreme,
  scalarArrayOp: collateAnyAll,
  rowCompare: collateRows,
  aggregate: collateAggregate,
  window: (expr) => ({ ...expr, args: extremeArgs(expr) }),
};

function collateNode<K extends Expr["kind"]>(expr: Of<K>): Expr {
  const collate = COLLATORS[expr.kind] as ((expr: Of<K>) => Expr) | undefined;
  return collate === undefined ? expr : collate(expr);
}

/** Idempotent: what has been done below is not done again. */
export function collateExpr(expr: Expr): Expr {
  if (collationOfCollated(expr.type) !== undefined || expr.kind === "const") return expr;
  if (expr.kind === "subLink") {
    checkSubLink(expr);
    return expr;
  }
  return collateNode(mapChildren(expr, collateExpr));
}
