/** CREATE [OR REPLACE] FUNCTION and PROCEDURE (CreateFunction, ProcedureCreate). */
import { isInput } from "../../catalog/descriptors.ts";
import { SqlError, featureNotSupported } from "@firstlight/common";
import { formatType } from "@firstlight/sql";
import type { FunctionDescriptor, FunctionParameter } from "../../catalog/descriptors.ts";

import { CLASS, type StoredReference } from "../../catalog/dependencies/object-address.ts";
import { defaultReferences } from "./function-parameters.ts";
import { child, flag, list, names } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, creationSchema, nameOfParts, newOid, ownerOf } from "../ddl-context.ts";
import { checkBody, isPolymorphicType, writtenBody } from "./function-body.ts";
import { invalidDefinition } from "./function-errors.ts";
import { refuseLanguage } from "./function-language.ts";
import { type FunctionOptions, readFunctionOptions, refuseLeakproof } from "./function-options.ts";
import { outputType, readParameters } from "./function-parameters.ts";
import { changedSettings } from "../setting-changes.ts";
import { typeNamed, typeText } from "./function-types.ts";
import { replacing } from "./replace-function.ts";

const VOID = 2278;
const COST_SQL = 100;
const COST_INTERNAL = 1;
const ROWS_SET = 1000;

function languageOf(statement: ParseNode, options: FunctionOptions): "sql" | "internal" {
  const written = options.language ?? (child(statement, "sql_body") === undefined ? "" : "sql");
  if (written === "") throw invalidDefinition("no language specified");
  const language = written.toLowerCase();
  if (language === "sql" || language === "internal") return language;
  return refuseLanguage(language);
}

interface Returned {
  readonly returns: number;
  readonly returnsSet: boolean;
}

function returnedType(
  context: DdlContext,
  statement: ParseNode,
  parameters: readonly FunctionParameter[],
): Returned {
  const isProcedure = flag(statement, "is_procedure");
  const required = outputType(parameters, isProcedure);
  if (isProcedure) return { returns: required ?? VOID, returnsSet: false };
  const typeName = child(statement, "returnType");
  if (typeName === undefined) {
    if (required === undefined) throw invalidDefinition("function result type must be specified");
    return { returns: required, returnsSet: false };
  }
  const returns = typeNamed(context, typeName);
  if (returns === undefined) {
    throw new SqlError("42704", `type "${typeText(typeName)}" does not exist`);
  }
  if (required !== undefined && required !== returns) {
    throw invalidDefinition(
      `function result type must be ${formatType(required)} because of OUT parameters`,
    );
  }
  return { returns, returnsSet: flag(typeName, "setof") };
}

/** check_valid_polymorphic_signature and check_valid_internal_signature. */
const FAMILIES: readonly {
  readonly results: readonly number[];
  readonly inputs: readonly number[];
  readonly text: string;
}[] = [
  {
    results: [2283, 2277, 2776, 3500],
    inputs: [2283, 2277, 2776, 3500, 3831, 4537],
    text: "anyelement, anyarray, anynonarray, anyenum, anyrange, or anymultirange",
  },
  { results: [3831, 4537], inputs: [3831, 4537], text: "anyrange or anymultirange" },
  {
    results: [5077, 5078, 5079],
    inputs: [5077, 5078, 5079, 5080, 4538],
    text: "anycompatible, anycompatiblearray, anycompatiblenonarray, anycompatiblerange, or anycompatiblemultirange",
  },
  {
    results: [5080, 4538],
    inputs: [5080, 4538],
    text: "anycompatiblerange or anycompatiblemultirange",
  },
];

export function checkPolymorphic(
  parameters: readonly FunctionParameter[],
  returns: number,
  message = "cannot determine result data type",
): void {
  const inputs = parameters.filter(isInput).map(({ type }) => type);
  const outputs = parameters.filter((each) => !isInput(each) || each.mode === "b");
  for (const type of [returns, ...outputs.map((each) => each.type)]) {
    if (!isPolymorphicType(type)) continue;
    const family = FAMILIES.find(({ results }) => results.includes(type));
    if (family === undefined || family.inputs.some((each) => inputs.includes(each))) continue;
    throw invalidDefinition(
      message,
      undefined,
      `A result of type ${formatType(type)} requires at least one input of type ${family.text}.`,
    );
  }
}

function costs(
  options: FunctionOptions,
  language: FunctionDescriptor["language"],
  returnsSet: boolean,
): Pick<FunctionDescriptor, "cost" | "rows"> {
  if (options.rows !== undefined && !returnsSet) {
    throw new SqlError("22023", "ROWS is not applicable when function does not return a set");
  }
  return {
    cost: options.cost ?? (language === "internal" ? COST_INTERNAL : COST_SQL),
    rows: options.rows ?? (returnsSet ? ROWS_SET : 0),
  };
}

function refuseUnsupported(options: FunctionOptions): void {
  if (options.window === true) throw featureNotSupported("CREATE FUNCTION ... WINDOW");
  if (options.support !== undefined) throw featureNotSupported("CREATE FUNCTION ... SUPPORT");
}

function describe(
  context: DdlContext,
  statement: ParseNode,
): Omit<FunctionDescriptor, "oid" | "owner"> {
  const isProcedure = flag(statement, "is_procedure");
  const name = nameOfParts(names(statement, "funcname"));
  const schema = creationSchema(context, name);
  const options = readFunctionOptions(list(statement, "options"), isProcedure);
  const language = languageOf(statement, options);
  refuseUnsupported(options);
  const parameters = readParameters(context, list(statement, "parameters"), isProcedure);
  const { returns, returnsSet } = returnedType(context, statement, parameters);
  const written = writtenBody(statement, options, language);
  if (written.body !== undefined && parameters.some(({ type }) => isPolymorphicType(type))) {
    throw invalidDefinition(
      "SQL function with unquoted function body cannot have polymorphic arguments",
    );
  }
  refuseLeakproof(context, options.leakproof);
  const config = changedSettings(context, undefined, options.settings);
  const cost = costs(options, language, returnsSet);
  checkPolymorphic(parameters, returns);
  return {
    kind: "function",
    name: name.name,
    schema: schema.oid,
    routine: isProcedure ? "p" : "f",
    language,
    parameters,
    returnType: returns,
    returnsSet,
    volatility: options.volatility ?? "volatile",
    strict: options.strict ?? false,
    leakproof: options.leakproof ?? false,
    securityDefiner: options.securityDefiner ?? false,
    parallel: options.parallel ?? "u",
    ...cost,
    ...(config === undefined ? {} : { config }),
    ...written,
    searchPath: context.searchPath,
  };
}

export async function createFunction(
  context: DdlContext,
  statement: ParseNode,
  source: string,
): Promise<void> {
  const draft = describe(context, statement);
  const before = replacing(context, draft, flag(statement, "replace"));
  const oid = before?.oid ?? (await newOid(context));
  const descriptor: FunctionDescriptor = {
    ...draft,
    oid,
    owner: before?.owner ?? ownerOf(context),
  };
  // BEFORE the body is checked: it may call itself.
  applyChanges(context, [{ put: descriptor }]);
  const checked = checkBody(context, descriptor, source);
  const references = [...defaultReferences(context, descriptor), ...checked.references];
  const own = ([classId, referred]: StoredReference): boolean =>
    classId === CLASS.function && referred === oid;
  const dependsOn = references.filter((each) => !own(each));
  const { body } = checked;
  if (dependsOn.length === 0 && body === descriptor.body) return;
  applyChanges(context, [
    { put: { ...descriptor, ...(body === undefined ? {} : { body }), dependsOn } },
  ]);
}
