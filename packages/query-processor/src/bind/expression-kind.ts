/**
 * Where an expression stands (PostgreSQL's ParseExprKind), and what aggregates, window functions and
 * set-returning functions are told when they are not allowed there.
 */
export type ExpressionKind =
  | "none"
  | "other"
  | "joinOn"
  | "joinUsing"
  | "fromSubselect"
  | "fromFunction"
  | "where"
  | "having"
  | "filter"
  | "windowPartition"
  | "windowOrder"
  | "windowRange"
  | "windowRows"
  | "windowGroups"
  | "select"
  | "insertTarget"
  | "updateSource"
  | "updateTarget"
  | "groupBy"
  | "orderBy"
  | "distinctOn"
  | "limit"
  | "offset"
  | "returning"
  | "values"
  | "valuesSingle"
  | "check"
  | "default"
  | "functionDefault"
  | "callArgument"
  | "executeArgument"
  | "generated"
  | "indexExpression"
  | "indexPredicate"
  | "inferenceExpression"
  | "inferencePredicate"
  | "statisticsExpression"
  | "alterTransform"
  | "mergeWhen"
  | "copyWhere"
  | "cycleMark";

interface KindRules {
  /** The clause's name in "... are not allowed in NAME". */
  readonly name: string;
  /** The same where window functions and sets are refused. */
  readonly part: string;
  readonly aggregates: boolean;
  readonly windows: boolean;
  readonly sets: boolean;
}

function rules(name: string, allowed = "", part = name): KindRules {
  return {
    name,
    part,
    aggregates: allowed.includes("a"),
    windows: allowed.includes("w"),
    sets: allowed.includes("s"),
  };
}

const RULES: Readonly<Record<ExpressionKind, KindRules>> = {
  none: rules("this context", "aws"),
  other: rules("this context", "aws"),
  joinOn: rules("JOIN conditions"),
  joinUsing: rules("JOIN conditions"),
  fromSubselect: rules("FROM clause of their own query level"),
  fromFunction: rules("functions in FROM", "s"),
  where: rules("WHERE"),
  having: rules("HAVING", "a"),
  filter: rules("FILTER"),
  windowPartition: rules("window definitions", "as"),
  windowOrder: rules("window definitions", "as"),
  windowRange: rules("window RANGE", "", "window definitions"),
  windowRows: rules("window ROWS", "", "window definitions"),
  windowGroups: rules("window GROUPS", "", "window definitions"),
  select: rules("SELECT", "aws"),
  insertTarget: rules("INSERT"),
  updateSource: rules("UPDATE"),
  updateTarget: rules("UPDATE"),
  groupBy: rules("GROUP BY", "s"),
  orderBy: rules("ORDER BY", "aws"),
  distinctOn: rules("DISTINCT ON", "aws"),
  limit: rules("LIMIT"),
  offset: rules("OFFSET"),
  returning: rules("RETURNING"),
  values: rules("VALUES"),
  valuesSingle: rules("VALUES", "s"),
  check: rules("check constraints"),
  default: rules("DEFAULT expressions"),
  functionDefault: rules("DEFAULT expressions"),
  callArgument: rules("CALL arguments"),
  executeArgument: rules("EXECUTE parameters"),
  generated: rules("column generation expressions"),
  indexExpression: rules("index expressions"),
  indexPredicate: rules("index predicates"),
  inferenceExpression: rules("index expressions"),
  inferencePredicate: rules("index predicates"),
  statisticsExpression: rules("statistics expressions"),
  alterTransform: rules("transform expressions"),
  cycleMark: rules("CYCLE", "aws"),
  mergeWhen: rules("MERGE WHEN conditions"),
  copyWhere: rules("COPY FROM WHERE conditions"),
};

export function rulesOf(kind: ExpressionKind): KindRules {
  return RULES[kind];
}

/** The clause as ParseExprKindName spells it, for coercion errors. */
export function clauseName(kind: ExpressionKind): string {
  return kind === "joinOn" ? "JOIN/ON" : RULES[kind].name;
}
