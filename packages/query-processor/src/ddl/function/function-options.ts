/** Options of CREATE and ALTER FUNCTION as written: each at most once (compute_function_attributes). */
import { SqlError, invalidAttribute } from "./function-errors.ts";
import type { FunctionDescriptor } from "../../catalog/descriptors.ts";
import {
  asTag,
  child,
  flag,
  int,
  list,
  locationOf,
  string,
  stringValue,
} from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { imageOf, ownerOf } from "../ddl-context.ts";

export interface FunctionOptions {
  readonly language?: string;
  readonly as?: readonly string[];
  readonly window?: boolean;
  readonly volatility?: FunctionDescriptor["volatility"];
  readonly strict?: boolean;
  readonly securityDefiner?: boolean;
  readonly leakproof?: boolean;
  readonly parallel?: FunctionDescriptor["parallel"];
  readonly cost?: number;
  readonly rows?: number;
  readonly support?: string;
  /** VariableSetStmt nodes, in order. */
  readonly settings: readonly ParseNode[];
}

type Draft = { -readonly [K in keyof FunctionOptions]: FunctionOptions[K] };

function booleanOf(option: ParseNode): boolean {
  const value = asTag(child(option, "arg"), "Boolean");
  return value !== undefined && flag(value, "boolval");
}

function textOf(option: ParseNode): string {
  return stringValue(child(option, "arg")) ?? "";
}

function numberOf(option: ParseNode): number {
  const whole = asTag(child(option, "arg"), "Integer");
  if (whole !== undefined) return int(whole, "ival");
  const decimal = asTag(child(option, "arg"), "Float");
  return decimal === undefined ? 0 : Number(string(decimal, "fval"));
}

const PARALLEL: Readonly<Record<string, FunctionDescriptor["parallel"]>> = {
  safe: "s",
  restricted: "r",
  unsafe: "u",
};

function parallelOf(option: ParseNode): FunctionDescriptor["parallel"] {
  const found = PARALLEL[textOf(option)];
  if (found !== undefined) return found;
  throw new SqlError("42601", 'parameter "parallel" must be SAFE, RESTRICTED, or UNSAFE');
}

function positive(option: ParseNode, name: string): number {
  const value = numberOf(option);
  if (value > 0) return value;
  throw new SqlError("22023", `${name} must be positive`);
}

function asTexts(option: ParseNode): readonly string[] {
  const items = asTag(child(option, "arg"), "List");
  return items === undefined ? [] : list(items, "items").map((each) => stringValue(each) ?? "");
}

const READERS: Readonly<Record<string, (option: ParseNode, into: Draft) => void>> = {
  as: (option, into) => (into.as = asTexts(option)),
  language: (option, into) => (into.language = textOf(option)),
  window: (option, into) => (into.window = booleanOf(option)),
  volatility: (option, into) =>
    (into.volatility = textOf(option) as FunctionDescriptor["volatility"]),
  strict: (option, into) => (into.strict = booleanOf(option)),
  security: (option, into) => (into.securityDefiner = booleanOf(option)),
  leakproof: (option, into) => (into.leakproof = booleanOf(option)),
  parallel: (option, into) => (into.parallel = parallelOf(option)),
  cost: (option, into) => (into.cost = positive(option, "COST")),
  rows: (option, into) => (into.rows = positive(option, "ROWS")),
  support: (option, into) => (into.support = asTexts(option).join(".")),
};

const NOT_FOR_PROCEDURES: ReadonlySet<string> = new Set([
  "window",
  "volatility",
  "strict",
  "leakproof",
  "cost",
  "rows",
  "support",
  "parallel",
]);

export function readFunctionOptions(
  nodes: readonly ParseNode[],
  isProcedure: boolean,
): FunctionOptions {
  const draft: Draft = { settings: [] };
  const settings: ParseNode[] = [];
  const seen = new Set<string>();
  for (const node of nodes) {
    const option = asTag(node, "DefElem") ?? {};
    const name = string(option, "defname");
    const location = locationOf(option);
    if (isProcedure && NOT_FOR_PROCEDURES.has(name)) throw invalidAttribute(location);
    if (name === "set") {
      settings.push(asTag(child(option, "arg"), "VariableSetStmt") ?? {});
      continue;
    }
    if (seen.has(name)) {
      throw new SqlError("42601", "conflicting or redundant options", { position: location + 1 });
    }
    seen.add(name);
    READERS[name]?.(option, draft);
  }
  return { ...draft, settings };
}

/** What it does with its arguments is a promise that superusers make. */
export function refuseLeakproof(context: DdlContext, leakproof: boolean | undefined): void {
  const role = imageOf(context).objects.get(ownerOf(context));
  if (leakproof !== true || (role?.kind === "role" && role.superuser)) return;
  throw new SqlError("42501", "only superuser can define a leakproof function");
}
