/** Parameters of CREATE FUNCTION and what they make of the result (interpret_function_parameter_list). */
import { SqlError } from "@firstlight/common";
import { coerce, type Expr, elementTypeOid, formatType, oids } from "@firstlight/sql";
import { makeSchemaContext, topScope } from "../../bind/context.ts";
import { BINDERS } from "../../bind/binders.ts";
import type { Pins } from "../../bind/pins.ts";
import { storedNode } from "../../bind/stored-node.ts";
import type { StoredReference } from "../../catalog/dependencies/object-address.ts";
import { expressionReferences } from "../../catalog/dependencies/references.ts";
import type { FunctionDescriptor, FunctionParameter } from "../../catalog/descriptors.ts";
import { asTag, child, flag, requiredChild, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { pinned } from "../stored-expression.ts";
import type { DdlContext } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";
import { invalidDefinition } from "./function-errors.ts";
import { typeNamed, typeText } from "./function-types.ts";

const MODES: Readonly<Record<string, FunctionParameter["mode"]>> = {
  FUNC_PARAM_IN: "i",
  FUNC_PARAM_DEFAULT: "i",
  FUNC_PARAM_OUT: "o",
  FUNC_PARAM_INOUT: "b",
  FUNC_PARAM_VARIADIC: "v",
  FUNC_PARAM_TABLE: "t",
};

const ARRAY_LIKE: ReadonlySet<number> = new Set([2276, 2277, 5078]);
const ARGUMENTS_MAX = 100;

function isInput(mode: FunctionParameter["mode"]): boolean {
  return mode === "i" || mode === "b" || mode === "v";
}

function parameterType(context: DdlContext, fields: ParseNode, isProcedure: boolean): number {
  const typeName = requiredChild(fields, "argType");
  const type = typeNamed(context, typeName);
  if (type === undefined) throw new SqlError("42704", `type ${typeText(typeName)} does not exist`);
  if (flag(typeName, "setof")) {
    const what = isProcedure ? "procedures" : "functions";
    throw invalidDefinition(`${what} cannot accept set arguments`);
  }
  return type;
}

function boundDefault(context: DdlContext, node: ParseNode, pins: Pins = new Map()): Expr {
  const evaluation = context.evaluation();
  const own = makeSchemaContext(BINDERS, imageOf(context), context.searchPath, evaluation);
  return topScope({ ...own, pins }).expr(node, "functionDefault");
}

export function defaultReferences(
  context: DdlContext,
  { parameters }: FunctionDescriptor,
): readonly StoredReference[] {
  return parameters.flatMap((each) => {
    if (each.default === undefined) return [];
    return expressionReferences(
      boundDefault(context, storedNode(each.default)),
      imageOf(context).casts,
    );
  });
}

function defaultTree(context: DdlContext, node: ParseNode, type: number): string {
  const resolve = { evaluation: context.evaluation() };
  const pins: Pins = new Map();
  const bound = boundDefault(context, node, pins);
  const isPolymorphic = formatType(type).startsWith("any");
  if (!isPolymorphic && coerce(resolve, bound, type, -1, "assignment") === undefined) {
    throw new SqlError(
      "42804",
      `argument of DEFAULT must be type ${formatType(type)}, not type ${formatType(bound.type)}`,
      bound.position < 0 ? {} : { position: bound.position + 1 },
    );
  }
  return JSON.stringify(pinned(context, node, bound, pins));
}

class ParameterReader {
  readonly #context: DdlContext;
  readonly #isProcedure: boolean;
  readonly parameters: FunctionParameter[] = [];
  #hasDefault = false;
  #variadic = false;

  constructor(context: DdlContext, isProcedure: boolean) {
    this.#context = context;
    this.#isProcedure = isProcedure;
  }

  read(fields: ParseNode): void {
    const mode = MODES[string(fields, "mode")] ?? "i";
    const type = parameterType(this.#context, fields, this.#isProcedure);
    const name = string(fields, "name");
    this.#checkVariadic(mode, type);
    this.#checkName(name, mode);
    const tree = this.#default(child(fields, "defexpr"), mode, type);
    this.parameters.push({ name, mode, type, ...(tree === undefined ? {} : { default: tree }) });
  }

  #checkVariadic(mode: FunctionParameter["mode"], type: number): void {
    if (this.#variadic && isInput(mode)) {
      throw invalidDefinition("VARIADIC parameter must be the last input parameter");
    }
    if (this.#variadic && this.#isProcedure) {
      throw invalidDefinition("VARIADIC parameter must be the last parameter");
    }
    if (mode !== "v") return;
    this.#variadic = true;
    if (ARRAY_LIKE.has(type) || elementTypeOid(type) !== 0) return;
    throw invalidDefinition("VARIADIC parameter must be an array");
  }

  /** Input and output parameters may share a name where they are told apart. */
  #checkName(name: string, mode: FunctionParameter["mode"]): void {
    if (name === "") return;
    const clash = this.parameters.some((other) => {
      if (other.name !== name) return false;
      const pure = (each: FunctionParameter["mode"]): boolean => each === "i" || each === "v";
      const output = (each: FunctionParameter["mode"]): boolean => each === "o" || each === "t";
      return !((pure(mode) && output(other.mode)) || (output(mode) && pure(other.mode)));
    });
    if (clash) throw invalidDefinition(`parameter name "${name}" used more than once`);
  }

  #default(
    node: ParseNode | undefined,
    mode: FunctionParameter["mode"],
    type: number,
  ): string | undefined {
    if (node !== undefined) {
      if (!isInput(mode)) throw invalidDefinition("only input parameters can have default values");
      this.#hasDefault = true;
      return defaultTree(this.#context, node, type);
    }
    if (isInput(mode) && this.#hasDefault) {
      throw invalidDefinition(
        "input parameters after one with a default value must also have defaults",
      );
    }
    if (this.#isProcedure && mode === "o" && this.#hasDefault) {
      throw invalidDefinition(
        "procedure OUT parameters cannot appear after one with a default value",
      );
    }
    return undefined;
  }
}

export function readParameters(
  context: DdlContext,
  nodes: readonly ParseNode[],
  isProcedure: boolean,
): readonly FunctionParameter[] {
  const reader = new ParameterReader(context, isProcedure);
  for (const node of nodes) reader.read(asTag(node, "FunctionParameter") ?? {});
  const { parameters } = reader;
  if (parameters.filter(({ mode }) => isInput(mode)).length > ARGUMENTS_MAX) {
    const what = isProcedure ? "procedures" : "functions";
    throw new SqlError("54023", `${what} cannot have more than ${ARGUMENTS_MAX} arguments`);
  }
  return parameters;
}

/** What OUT parameters make the result be; undefined without them. */
export function outputType(
  parameters: readonly FunctionParameter[],
  isProcedure: boolean,
): number | undefined {
  const outputs = parameters.filter(({ mode }) => mode === "o" || mode === "b" || mode === "t");
  const [only] = outputs;
  if (only === undefined) return undefined;
  return outputs.length > 1 || isProcedure ? oids.RECORD : only.type;
}
