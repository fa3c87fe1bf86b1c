/** CALL: the procedure's call as a query, whose row are the output parameters. */
import {
  type Call,
  type Expr,
  formatType,
  type ProcRow,
  resolveFunction,
  type ResolvedFunction,
} from "@firstlight/sql";
import { SqlError } from "@firstlight/common";
import { locationOf, names, requiredChild } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { addVisible } from "./entries.ts";
import { bindError } from "./errors.ts";
import { boundArguments } from "./expression/arguments.ts";
import { functionCall } from "./expression/routine-call.ts";
import type { BoundSelect, OutputColumn } from "./query-tree.ts";
import { BARE_QUERY } from "./bare-query.ts";
import { withoutDatabase } from "../catalog/far-name.ts";
import type { Scope } from "./scope.ts";

export interface BoundCall {
  readonly query: BoundSelect;
  /** Whether the client gets the row. */
  readonly returnsRow: boolean;
}

type Resolved = Exclude<ResolvedFunction, { readonly kind: "expr" }>;

/** The words of resolution are about functions. */
function forProcedure(error: unknown): unknown {
  if (!(error instanceof SqlError) || !/^42(883|725)$/u.test(error.sqlstate)) return error;
  const hint = error.fields.hint
    ?.replace("No function matches", "No procedure matches")
    .replace("candidate function", "candidate procedure");
  return new SqlError(error.sqlstate, error.message.replace(/^function /u, "procedure "), {
    ...error.fields,
    hint,
  });
}

function resolved(scope: Scope, fields: ParseNode): Resolved {
  const outer = scope.kind;
  scope.kind = "callArgument";
  const { args, argNames } = boundArguments(scope, fields);
  scope.kind = outer;
  const position = locationOf(fields);
  const parts = withoutDatabase(scope.context.catalog, names(fields, "funcname"), position + 1);
  const variadic = fields["func_variadic"] === true;
  const syntax = { names: parts, args, argNames, variadic, withOut: true, position };
  let found: ResolvedFunction;
  try {
    found = resolveFunction(scope.context.resolve, syntax);
  } catch (error) {
    throw forProcedure(error);
  }
  if (found.kind !== "expr" && found.proc.kind === "p") return found;
  const types = args.map(({ type }) => formatType(type)).join(", ");
  throw bindError("42809", `${parts.join(".")}(${types}) is not a procedure`, position, {
    hint: "To call a function, use SELECT.",
  });
}

/** OUT parameters have arguments for their place only. */
function inputs(proc: ProcRow, args: readonly Expr[]): readonly Expr[] {
  const modes = proc.argModes;
  return modes === null ? args : args.filter((_, at) => "ibv".includes(modes[at] ?? "i"));
}

function callOf(scope: Scope, found: Resolved, position: number): Call {
  const { proc, type } = found;
  return functionCall(scope, { proc, type, args: inputs(proc, found.args) }, position);
}

function rowOf(scope: Scope, call: Call, columns: readonly OutputColumn[]): BoundSelect {
  const entry = {
    kind: "function",
    alias: "call",
    columns,
    lateral: false,
    functions: [{ call, columns, record: true }],
    ordinality: false,
  } as const;
  const item = addVisible(scope, entry, { explicitAlias: true, relation: 0, unnamedJoin: false });
  const targets = item.columns.map(({ name, expr }) => ({ name, expr, junk: false }));
  const { rangeTable } = scope;
  return { ...BARE_QUERY, rangeTable, from: [{ kind: "rte", rte: item.rte }], targets };
}

export function bindCall(scope: Scope, statement: ParseNode): BoundCall {
  const fields = requiredChild(statement, "funccall");
  const found = resolved(scope, fields);
  const call = callOf(scope, found, locationOf(fields));
  const columns = call.routine?.columns;
  if (columns !== undefined) return { query: rowOf(scope, call, columns), returnsRow: true };
  const targets = [{ name: found.proc.name, expr: call, junk: false }];
  const query = { ...BARE_QUERY, rangeTable: scope.rangeTable, from: [], targets };
  return { query, returnsRow: false };
}
