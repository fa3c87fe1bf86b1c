/**
 * Binds single expressions without columns, enough to compare resolution and evaluation with the
 * oracle apart from the query processor.
 */
import {
  assignExpr,
  castExpr,
  coerceToBoolean,
  commonTypeOf,
  coerceToCommonType,
  compileExpr,
  type Datum,
  deserializeExpr,
  readLiteral,
  replaceExpr,
  serializeExpr,
  DEFAULT_FORMAT,
  type EvaluationContext,
  type Expr,
  arrayTypeOid,
  elementTypeOid,
  formatType,
  makeDistinct,
  makeFunctionCall,
  makeOperatorCall,
  makeRowComparison,
  makeScalarArrayOp,
  requireCompareProc,
  selectCommonType,
  typeByName,
  typeByOid,
  type ResolveContext,
} from "@firstlight/sql";
import { SqlError } from "@firstlight/common";
import { loadModule, parseSync } from "libpg-query";

type Node = Readonly<Record<string, unknown>>;

export const evaluation: EvaluationContext = {
  params: [],
  execParams: [],
  format: DEFAULT_FORMAT,
  transactionTime: 800_000_000_000_000n,
  statementTime: 800_000_000_000_000n,
  clockTime: () => 800_000_000_000_000n,
  random: () => 0.5,
  randomBytes: (length) => new Uint8Array(length),
  session: undefined,
};
const context: ResolveContext = { evaluation };

export function loadParser(): Promise<void> {
  return loadModule();
}

function nodes(value: unknown): readonly Node[] {
  return (value ?? []) as readonly Node[];
}

function text(node: Node | undefined): string {
  return ((node?.["String"] as Node | undefined)?.["sval"] as string | undefined) ?? "";
}

function at(node: Node): number {
  return (node["location"] as number | undefined) ?? 0;
}

function constant(value: Expr & { kind: "const" }): Expr {
  return value;
}

function bindConstant(node: Node): Expr {
  const base = { kind: "const", typmod: -1, position: at(node) } as const;
  const ival = node["ival"] as Node | undefined;
  if (ival !== undefined)
    return constant({ ...base, type: 23, value: (ival["ival"] as number | undefined) ?? 0 });
  const fval = (node["fval"] as Node | undefined)?.["fval"] as string | undefined;
  if (fval !== undefined) return bindNumber(fval, base);
  const bool = node["boolval"] as Node | undefined;
  if (bool !== undefined) return constant({ ...base, type: 16, value: bool["boolval"] === true });
  const bsval = (node["bsval"] as Node | undefined)?.["bsval"] as string | undefined;
  if (bsval !== undefined) {
    const value = readLiteral(evaluation, 1560, bsval, -1, base.position);
    return constant({ ...base, type: 1560, value });
  }
  const sval = (node["sval"] as Node | undefined)?.["sval"] as string | undefined;
  return constant({ ...base, type: 705, value: node["isnull"] === true ? null : (sval ?? "") });
}

function bindNumber(
  literal: string,
  base: { kind: "const"; typmod: number; position: number },
): Expr {
  const settings = { ...DEFAULT_FORMAT, now: 0n };
  const isInt8 = /^-?\d+$/.test(literal) && BigInt.asIntN(64, BigInt(literal)) === BigInt(literal);
  const isInt4 = isInt8 && Number(literal) === (Number(literal) | 0);
  const type = isInt4 ? 23 : isInt8 ? 20 : 1700;
  return { ...base, type, value: typeByOid(type).input(literal, -1, settings) };
}

function typmodOf(name: string, args: readonly number[]): number {
  const [first, second = 0] = args;
  if (first === undefined) return name === "bpchar" ? 5 : -1;
  if (name === "interval") {
    return args.length === 1 ? (first << 16) | 0xffff : (first << 16) | second;
  }
  if (name === "numeric") return ((first << 16) | (second & 0x7ff)) + 4;
  if (name === "varchar" || name === "bpchar") return first + 4;
  return first;
}

function bindTypeName(typeName: Node): { type: number; typmod: number } {
  const names = nodes(typeName["names"]).map(text);
  const name = names.at(-1) ?? "";
  const row = typeByName(name);
  if (row === undefined) throw new SqlError("42704", `type "${name}" does not exist`);
  const args = nodes(typeName["typmods"]).map((each) => {
    const bound = bindConstant(each["A_Const"] as Node);
    return bound.kind === "const" ? (bound.value as number) : -1;
  });
  const type = typeName["arrayBounds"] === undefined ? row.oid : arrayTypeOid(row.oid);
  const bareBpchar = name === "bpchar" && names.length === 1 && args.length === 0;
  return { type, typmod: bareBpchar ? -1 : typmodOf(name, args) };
}

function bindCommon(list: readonly Expr[], construct: string): readonly Expr[] {
  const type = selectCommonType(list, construct);
  return list.map((each) => coerceToCommonType(context, each, type, construct));
}

function bindArray(node: Node, wanted = 0, typmod = -1): Expr {
  const items = nodes(node["elements"]);
  const multidims = items.length > 0 && items.every((item) => item["A_ArrayExpr"] !== undefined);
  const elements = items.map((item) =>
    multidims ? bindArray(item["A_ArrayExpr"] as Node, wanted, typmod) : bind(item),
  );
  if (elements.length === 0 && wanted === 0) {
    throw new SqlError("42P18", "cannot determine type of empty array", { position: at(node) + 1 });
  }
  const elementWanted = wanted === 0 ? 0 : elementTypeOid(wanted);
  const coerced =
    elementWanted === 0
      ? bindCommon(elements, "ARRAY")
      : elements.map((each) =>
          multidims ? each : castExpr(context, each, elementWanted, typmod, -1),
        );
  const inner = coerced[0]?.type ?? elementWanted;
  const nested = elementTypeOid(inner) !== 0;
  const elementType = nested ? elementTypeOid(inner) : inner;
  return {
    kind: "array",
    type: arrayTypeOid(elementType),
    typmod,
    position: at(node),
    elementType,
    elements: coerced,
    multidims: nested,
  };
}

function bindCast(node: Node): Expr {
  const { type, typmod } = bindTypeName(node["typeName"] as Node);
  const arg = node["arg"] as Node;
  const array = arg["A_ArrayExpr"] as Node | undefined;
  const inner =
    array !== undefined && elementTypeOid(type) !== 0 ? bindArray(array, type, typmod) : bind(arg);
  return castExpr(context, inner, type, typmod, at(node));
}

function and(kind: "and" | "or" | "not", args: readonly Expr[]): Expr {
  return { kind, type: 16, typmod: -1, position: -1, args };
}

function bindIn(name: string, left: Expr, items: readonly Expr[], position: number): Expr {
  const type =
    items.length > 1 ? commonTypeOf([left, ...items].map((each) => each.type)) : undefined;
  if (type === undefined || arrayTypeOid(type) === 0) {
    const tests = items.map((item) => makeOperatorCall(context, name, left, item, position));
    const [only] = tests;
    return tests.length === 1 && only !== undefined
      ? only
      : and(name === "=" ? "or" : "and", tests);
  }
  const elements = items.map((item) => coerceToCommonType(context, item, type, "IN"));
  const array: Expr = {
    kind: "array",
    type: arrayTypeOid(type),
    typmod: -1,
    position: -1,
    elementType: type,
    elements,
    multidims: false,
  };
  return makeScalarArrayOp(context, name, name === "=", left, array, position);
}

const PLAIN_KINDS: ReadonlySet<string> = new Set(["AEXPR_LIKE", "AEXPR_ILIKE", "AEXPR_SIMILAR"]);

function bindOperator(node: Node): Expr {
  const position = at(node);
  const name = text(nodes(node["name"]).at(-1));
  const kind = node["kind"];
  const leftNode = node["lexpr"] as Node | undefined;
  const rightNode = node["rexpr"] as Node;
  const items = (rightNode["List"] as Node | undefined)?.["items"];
  if (leftNode?.["RowExpr"] !== undefined && rightNode["RowExpr"] !== undefined) {
    const fields = (row: unknown): readonly Expr[] => nodes((row as Node)["args"]).map(bind);
    return makeRowComparison(
      context,
      name,
      fields(leftNode["RowExpr"]),
      fields(rightNode["RowExpr"]),
      position,
    );
  }
  const left = leftNode === undefined ? undefined : bind(leftNode);
  if (left === undefined || kind === "AEXPR_OP" || PLAIN_KINDS.has(String(kind))) {
    return makeOperatorCall(context, name, left, bind(rightNode), position);
  }
  if (kind === "AEXPR_IN") return bindIn(name, left, nodes(items).map(bind), position);
  if (kind === "AEXPR_BETWEEN") {
    const [low, high] = nodes(items).map(bind);
    if (low === undefined || high === undefined) throw new Error("BETWEEN has two bounds");
    return and("and", [
      makeOperatorCall(context, ">=", left, low, position),
      makeOperatorCall(context, "<=", left, high, position),
    ]);
  }
  const right = bind(rightNode);
  if (kind === "AEXPR_OP_ANY" || kind === "AEXPR_OP_ALL") {
    return makeScalarArrayOp(context, name, kind === "AEXPR_OP_ANY", left, right, position);
  }
  if (kind === "AEXPR_DISTINCT") return makeDistinct(context, "distinct", left, right, position);
  if (kind === "AEXPR_NOT_DISTINCT")
    return makeDistinct(context, "notDistinct", left, right, position);
  if (kind === "AEXPR_NULLIF") return makeDistinct(context, "nullif", left, right, position);
  throw new Error(`no expression of kind ${String(kind)}`);
}

function bindCall(node: Node): Expr {
  const args: Expr[] = [];
  const argNames: string[] = [];
  const argNamePositions: number[] = [];
  for (const each of nodes(node["args"])) {
    const named = each["NamedArgExpr"] as Node | undefined;
    if (named !== undefined) {
      argNames.push(String(named["name"]));
      argNamePositions.push(at(named));
    }
    args.push(bind(named === undefined ? each : (named["arg"] as Node)));
  }
  return makeFunctionCall(context, {
    names: nodes(node["funcname"]).map(text),
    args,
    argNames,
    argNamePositions,
    variadic: node["func_variadic"] === true,
    position: at(node),
  });
}

function bindCase(node: Node): Expr {
  const whens = nodes(node["args"]).map((each) => each["CaseWhen"] as Node);
  const arg = node["arg"] === undefined ? undefined : bind(node["arg"] as Node);
  const subject: Expr | undefined = arg?.type === 705 ? castExpr(context, arg, 25, -1, -1) : arg;
  const test: Expr | undefined =
    subject === undefined
      ? undefined
      : { kind: "caseTest", type: subject.type, typmod: subject.typmod, position: -1 };
  const conditions = whens.map((when) => {
    const condition = bind(when["expr"] as Node);
    return coerceToBoolean(
      context,
      test === undefined ? condition : makeOperatorCall(context, "=", test, condition, at(when)),
      "CASE/WHEN",
    );
  });
  const otherwise = node["defresult"] as Node | undefined;
  const results = whens.map((when) => bind(when["result"] as Node));
  const last: Expr =
    otherwise === undefined
      ? { kind: "const", type: 705, typmod: -1, position: -1, value: null }
      : bind(otherwise);
  // PostgreSQL lets ELSE speak first.
  const [coercedLast, ...coerced] = bindCommon([last, ...results], "CASE");
  if (coercedLast === undefined) throw new Error("CASE has a result");
  const common = {
    kind: "case",
    type: coercedLast.type,
    typmod: -1,
    position: at(node),
    whens: conditions.map((condition, index) => ({
      condition,
      result: coerced[index] ?? coercedLast,
    })),
    otherwise: coercedLast,
  } as const;
  return subject === undefined ? common : { ...common, arg: subject };
}

function bindMinMax(node: Node): Expr {
  const args = bindCommon(
    nodes(node["args"]).map(bind),
    node["op"] === "IS_LEAST" ? "LEAST" : "GREATEST",
  );
  const type = args[0]?.type ?? 25;
  return {
    kind: node["op"] === "IS_LEAST" ? "least" : "greatest",
    type,
    typmod: -1,
    position: at(node),
    args,
    proc: requireCompareProc(type, at(node)),
  };
}

function bindIndirection(node: Node): Expr {
  const container = bind(node["arg"] as Node);
  const indices = nodes(node["indirection"]).map((each) => each["A_Indices"] as Node);
  const isSlice = indices.some((each) => each["is_slice"] === true);
  const bound = (each: unknown): Expr | undefined => {
    if (each === undefined) return undefined;
    const subscript = bind(each as Node);
    const type = container.type === 3802 && subscript.type === 705 ? 25 : 23;
    return assignExpr(context, subscript, type, -1, "subscript");
  };
  const common = {
    kind: "subscript",
    typmod: -1,
    position: -1,
    container,
    upper: indices.map((each) => bound(each["uidx"])),
  } as const;
  if (container.type === 3802) return { ...common, type: 3802 };
  if (!isSlice) return { ...common, type: elementTypeOid(container.type) };
  return { ...common, type: container.type, lower: indices.map((each) => bound(each["lidx"])) };
}

const BOOLEAN_TESTS: Readonly<Record<string, Extract<Expr, { kind: "booleanTest" }>["test"]>> = {
  IS_TRUE: "isTrue",
  IS_NOT_TRUE: "isNotTrue",
  IS_FALSE: "isFalse",
  IS_NOT_FALSE: "isNotFalse",
  IS_UNKNOWN: "isUnknown",
  IS_NOT_UNKNOWN: "isNotUnknown",
};

function bindBoolean(node: Node): Expr {
  const kind = node["boolop"] === "AND_EXPR" ? "and" : node["boolop"] === "OR_EXPR" ? "or" : "not";
  const args = nodes(node["args"]).map((each) =>
    coerceToBoolean(context, bind(each), kind.toUpperCase()),
  );
  return and(kind, args);
}

const BINDERS: Readonly<Record<string, (node: Node) => Expr>> = {
  A_Const: bindConstant,
  TypeCast: bindCast,
  A_Expr: bindOperator,
  FuncCall: bindCall,
  A_ArrayExpr: (node) => bindArray(node),
  CaseExpr: bindCase,
  MinMaxExpr: bindMinMax,
  BoolExpr: bindBoolean,
  A_Indirection: bindIndirection,
  CoalesceExpr: (node) => {
    const args = bindCommon(nodes(node["args"]).map(bind), "COALESCE");
    return {
      kind: "coalesce",
      type: args[0]?.type ?? 25,
      typmod: -1,
      position: at(node),
      args,
      proc: 0,
    };
  },
  NullTest: (node) => ({
    kind: node["nulltesttype"] === "IS_NULL" ? "isNull" : "isNotNull",
    type: 16,
    typmod: -1,
    position: at(node),
    arg: bind(node["arg"] as Node),
  }),
  BooleanTest: (node) => ({
    kind: "booleanTest",
    type: 16,
    typmod: -1,
    position: at(node),
    test: BOOLEAN_TESTS[String(node["booltesttype"])] ?? "isTrue",
    arg: coerceToBoolean(context, bind(node["arg"] as Node), "IS TRUE"),
  }),
};

function bind(node: Node): Expr {
  const [tag = ""] = Object.keys(node);
  const binder = BINDERS[tag];
  if (binder === undefined) throw new Error(`no binder for ${tag}`);
  return binder(node[tag] as Node);
}

/** Parses and binds `select <sql>`. */
export function bindExpression(sql: string): Expr {
  const parsed = parseSync(`select ${sql}`) as unknown as Node;
  const statement = nodes(parsed["stmts"])[0]?.["stmt"] as Node;
  const target = nodes((statement["SelectStmt"] as Node)["targetList"])[0]?.["ResTarget"] as Node;
  const expr = bind(target["val"] as Node);
  return expr.type === 705 ? castExpr(context, expr, 25, -1, -1) : expr;
}

export type Answer =
  | { readonly type: string; readonly value: string | null }
  | { readonly sqlstate: string; readonly message: string; readonly position?: number | undefined };

/** The same expression with its constants as columns, so that nothing is folded. */
function withColumns(expr: Expr): { readonly expr: Expr; readonly row: readonly Datum[] } {
  const row: Datum[] = [];
  const replaced = replaceExpr(expr, (node) => {
    if (node.kind !== "const") return undefined;
    const { type, typmod, position, value } = node;
    row.push(value);
    return { kind: "slot", type, typmod, position, index: row.length - 1 };
  });
  return { expr: replaced, row };
}

function evaluate(expr: Expr, row: readonly Datum[]): Answer {
  try {
    const value = compileExpr(expr)(row, evaluation);
    const output = value === null ? null : typeByOid(expr.type).output(value, DEFAULT_FORMAT);
    return { type: formatType(expr.type), value: output };
  } catch (error) {
    return answerOfError(error);
  }
}

function answerOfError(error: unknown): Answer {
  if (!(error instanceof SqlError)) throw error;
  const { position } = error.fields;
  const offset = position === undefined ? undefined : position - "select ".length;
  return { sqlstate: error.sqlstate, message: error.message, position: offset };
}

/**
 * What Firstlight says to `select <sql>`, in PostgreSQL's terms; positions count from the
 * expression. Throws if folding or a journey as text changes the answer.
 */
export function answerOf(sql: string): Answer {
  let expr: Expr;
  try {
    expr = bindExpression(sql);
  } catch (error) {
    return answerOfError(error);
  }
  const answer = evaluate(expr, []);
  const columns = withColumns(deserializeExpr(serializeExpr(expr)));
  const unfolded = evaluate(columns.expr, columns.row);
  if (JSON.stringify(answer) !== JSON.stringify(unfolded)) {
    throw new Error(`folded ${JSON.stringify(answer)}, unfolded ${JSON.stringify(unfolded)}`);
  }
  return answer;
}
