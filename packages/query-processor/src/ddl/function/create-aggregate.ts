/** CREATE [OR REPLACE] AGGREGATE (DefineAggregate, AggregateCreate). */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { DEFAULT_FORMAT, formatType, typeByOid, typeRow } from "@firstlight/sql";
import type {
  AggregateDetails,
  FunctionDescriptor,
  FunctionParameter,
} from "../../catalog/descriptors.ts";
import { isInput } from "../../catalog/descriptors.ts";
import { asTag, child, flag, int, items, list, names, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, creationSchema, nameOfParts, newOid, ownerOf } from "../ddl-context.ts";
import { type FoundStep, findStep } from "./aggregate-step.ts";
import { checkPolymorphic } from "./create-function.ts";
import { isPolymorphicType } from "./function-body.ts";
import { invalidDefinition } from "./function-errors.ts";
import { readParameters } from "./function-parameters.ts";
import { typeNamed, typeText } from "./function-types.ts";
import { replacing } from "./replace-function.ts";

type Options = ReadonlyMap<string, ParseNode>;

const OLD_NAMES: Readonly<Record<string, string>> = {
  sfunc1: "sfunc",
  stype1: "stype",
  initcond1: "initcond",
};
const KNOWN: ReadonlySet<string> = new Set([
  "sfunc",
  "finalfunc",
  "combinefunc",
  "serialfunc",
  "deserialfunc",
  "msfunc",
  "minvfunc",
  "mfinalfunc",
  "finalfunc_extra",
  "mfinalfunc_extra",
  "finalfunc_modify",
  "mfinalfunc_modify",
  "sortop",
  "basetype",
  "hypothetical",
  "stype",
  "sspace",
  "mstype",
  "msspace",
  "initcond",
  "minitcond",
  "parallel",
]);

function readOptions(context: DdlContext, nodes: readonly ParseNode[]): Options {
  const options = new Map<string, ParseNode>();
  for (const node of nodes) {
    const option = asTag(node, "DefElem") ?? {};
    const written = string(option, "defname");
    const name = OLD_NAMES[written] ?? written;
    if (KNOWN.has(name)) options.set(name, option);
    else {
      const text = `aggregate attribute "${written}" not recognized`;
      context.session.notice("WARNING", "42601", text);
    }
  }
  return options;
}

/** A name is written as a type name, a string or a list. */
function nameParts(option: ParseNode): readonly string[] {
  const arg = child(option, "arg") ?? {};
  const type = asTag(arg, "TypeName");
  if (type !== undefined) return names(type, "names");
  const text = asTag(arg, "String");
  if (text !== undefined) return [string(text, "sval")];
  return items(arg).map((each) => string(asTag(each, "String") ?? {}, "sval"));
}

function textOf(option: ParseNode | undefined): string | undefined {
  if (option === undefined) return undefined;
  const arg = child(option, "arg") ?? {};
  const text = asTag(arg, "String");
  if (text !== undefined) return string(text, "sval");
  const whole = asTag(arg, "Integer");
  if (whole !== undefined) return String(int(whole, "ival"));
  const decimal = asTag(arg, "Float");
  return decimal === undefined ? nameParts(option).join(".") : string(decimal, "fval");
}

function booleanOf(option: ParseNode | undefined): boolean {
  if (option === undefined) return false;
  const text = textOf(option)?.toLowerCase();
  return text === undefined || text === "" || text === "true" || text === "on" || text === "1";
}

function required(options: Options, name: string): ParseNode {
  const option = options.get(name);
  if (option === undefined) throw invalidDefinition(`aggregate ${name} must be specified`);
  return option;
}

function typeOf(context: DdlContext, option: ParseNode): number {
  const fields = asTag(child(option, "arg"), "TypeName") ?? {
    names: nameParts(option).map((sval) => ({ String: { sval } })),
  };
  const type = typeNamed(context, fields);
  if (type !== undefined) return type;
  throw new SqlError("42704", `type "${typeText(fields)}" does not exist`);
}

/** BASETYPE of the old syntax: "ANY" for none. */
function oldParameters(context: DdlContext, options: Options): readonly FunctionParameter[] {
  const option = options.get("basetype");
  if (option === undefined) throw invalidDefinition("aggregate input type must be specified");
  if (nameParts(option).join(".").toLowerCase() === "any") return [];
  return [{ name: "", mode: "i", type: typeOf(context, option) }];
}

function parametersOf(
  context: DdlContext,
  statement: ParseNode,
  options: Options,
): readonly FunctionParameter[] {
  if (flag(statement, "oldstyle")) return oldParameters(context, options);
  if (options.has("basetype")) {
    throw invalidDefinition("basetype is redundant with aggregate input type specification");
  }
  const [written, orderedAt] = list(statement, "args");
  const direct = asTag(orderedAt, "Integer");
  if (direct !== undefined && int(direct, "ival") >= 0) {
    throw featureNotSupported("CREATE AGGREGATE with ORDER BY");
  }
  return readParameters(context, items(written), false);
}

const MOVING = ["msfunc", "minvfunc", "mfinalfunc", "msspace", "minitcond"] as const;

function checkMoving(options: Options): void {
  if (options.has("mstype")) {
    for (const name of ["msfunc", "minvfunc"] as const) {
      if (!options.has(name)) {
        throw invalidDefinition(`aggregate ${name} must be specified when mstype is specified`);
      }
    }
    return;
  }
  for (const name of MOVING) {
    if (options.has(name)) {
      throw invalidDefinition(`aggregate ${name} must not be specified without mstype`);
    }
  }
}

function checkStateType(type: number): void {
  const isPseudo = typeRow(type)?.kind === "p";
  if (!isPseudo || isPolymorphicType(type)) return;
  throw invalidDefinition(`aggregate transition data type cannot be ${formatType(type)}`);
}

interface Steps {
  readonly transition: FoundStep;
  readonly final: FoundStep | undefined;
  readonly combine: FoundStep | undefined;
}

function checkTransition(
  { name, strict, returnType }: FoundStep,
  state: number,
  inputs: readonly number[],
  initial: string | undefined,
): void {
  if (returnType !== state) {
    throw new SqlError(
      "42804",
      `return type of transition function ${name} is not ${formatType(state)}`,
    );
  }
  if (!strict || initial !== undefined) return;
  if (inputs[0] === state) return;
  throw invalidDefinition(
    "must not omit initial value when transition function is strict and transition type is not compatible with input type",
  );
}

function stepsOf(
  context: DdlContext,
  options: Options,
  state: number,
  inputs: readonly number[],
): Steps {
  const transition = findStep(context, nameParts(required(options, "sfunc")), [state, ...inputs]);
  checkTransition(transition, state, inputs, textOf(options.get("initcond")));
  const finalOption = options.get("finalfunc");
  const extra = booleanOf(options.get("finalfunc_extra"));
  const final =
    finalOption === undefined
      ? undefined
      : findStep(context, nameParts(finalOption), extra ? [state, ...inputs] : [state]);
  if (final?.strict === true && extra) {
    throw invalidDefinition("final function with extra arguments must not be declared STRICT");
  }
  const combineOption = options.get("combinefunc");
  const combine =
    combineOption === undefined
      ? undefined
      : findStep(context, nameParts(combineOption), [state, state]);
  if (combine !== undefined && combine.returnType !== state) {
    throw new SqlError(
      "42804",
      `return type of combine function ${combine.name} is not ${formatType(state)}`,
    );
  }
  return { transition, final, combine };
}

/** The steps of a moving frame are looked up and checked; here every frame is aggregated anew. */
function checkMovingSteps(
  context: DdlContext,
  options: Options,
  inputs: readonly number[],
  plain: number,
): void {
  const stateOption = options.get("mstype");
  if (stateOption === undefined) return;
  const state = typeOf(context, stateOption);
  checkStateType(state);
  const forward = findStep(context, nameParts(required(options, "msfunc")), [state, ...inputs]);
  checkTransition(forward, state, inputs, textOf(options.get("minitcond")));
  const inverse = findStep(context, nameParts(required(options, "minvfunc")), [state, ...inputs]);
  if (inverse.returnType !== state) {
    const text = `return type of inverse transition function ${inverse.name} is not ${formatType(state)}`;
    throw new SqlError("42804", text);
  }
  if (inverse.strict !== forward.strict) {
    throw invalidDefinition(
      "strictness of aggregate's forward and inverse transition functions must match",
    );
  }
  const final = options.get("mfinalfunc");
  const extra = booleanOf(options.get("mfinalfunc_extra"));
  const result =
    final === undefined
      ? state
      : findStep(context, nameParts(final), extra ? [state, ...inputs] : [state]).returnType;
  if (result === plain) return;
  throw invalidDefinition(
    `moving-aggregate implementation returns type ${formatType(result)}, but plain implementation returns type ${formatType(plain)}`,
  );
}

function modifyOf(options: Options): AggregateDetails["finalModify"] {
  const text = textOf(options.get("finalfunc_modify"))?.toLowerCase() ?? "read_only";
  if (text === "read_only") return "r";
  if (text === "shareable") return "s";
  if (text === "read_write") return "w";
  throw new SqlError(
    "42601",
    'parameter "finalfunc_modify" must be READ_ONLY, SHAREABLE, or READ_WRITE',
  );
}

function detailsOf(
  options: Options,
  state: number,
  { transition, final, combine }: Steps,
): AggregateDetails {
  const initial = textOf(options.get("initcond"));
  if (initial !== undefined && !isPolymorphicType(state)) {
    typeByOid(state).input(initial, -1, { ...DEFAULT_FORMAT, now: 0n });
  }
  return {
    transition: transition.oid,
    final: final?.oid ?? 0,
    combine: combine?.oid ?? 0,
    finalExtra: booleanOf(options.get("finalfunc_extra")),
    finalModify: modifyOf(options),
    stateType: state,
    stateSpace: Number(textOf(options.get("sspace")) ?? 0),
    ...(initial === undefined ? {} : { initial }),
    sortOperator: 0,
  };
}

const PARALLEL: Readonly<Record<string, FunctionDescriptor["parallel"]>> = {
  safe: "s",
  restricted: "r",
  unsafe: "u",
};

function parallelOf(options: Options): FunctionDescriptor["parallel"] {
  const text = textOf(options.get("parallel"))?.toLowerCase() ?? "unsafe";
  const found = PARALLEL[text];
  if (found !== undefined) return found;
  throw new SqlError("42601", 'parameter "parallel" must be SAFE, RESTRICTED, or UNSAFE');
}

type Draft = Omit<FunctionDescriptor, "oid" | "owner">;

function describe(context: DdlContext, statement: ParseNode): Draft {
  const name = nameOfParts(names(statement, "defnames"));
  const schema = creationSchema(context, name);
  const options = readOptions(context, list(statement, "definition"));
  const stateOption = required(options, "stype");
  required(options, "sfunc");
  checkMoving(options);
  if (options.has("sortop")) throw featureNotSupported("CREATE AGGREGATE with SORTOP");
  const parameters = parametersOf(context, statement, options);
  const state = typeOf(context, stateOption);
  checkStateType(state);
  const inputs = parameters.filter(isInput).map(({ type }) => type);
  checkPolymorphic(parameters, state, "cannot determine transition data type");
  const steps = stepsOf(context, options, state, inputs);
  const returnType = steps.final?.returnType ?? state;
  checkPolymorphic(parameters, returnType);
  checkMovingSteps(context, options, inputs, returnType);
  const uses = [steps.transition, steps.final, steps.combine];
  return {
    kind: "function",
    name: name.name,
    schema: schema.oid,
    routine: "a",
    language: "internal",
    parameters,
    returnType,
    returnsSet: false,
    volatility: "immutable",
    strict: false,
    leakproof: false,
    securityDefiner: false,
    parallel: parallelOf(options),
    cost: 1,
    rows: 0,
    source: "aggregate_dummy",
    searchPath: context.searchPath,
    aggregate: detailsOf(options, state, steps),
    dependsOn: uses.flatMap((each) => (each === undefined ? [] : each.references)),
  };
}

export async function createAggregate(context: DdlContext, statement: ParseNode): Promise<void> {
  const draft = describe(context, statement);
  const before = replacing(context, draft, flag(statement, "replace"));
  const oid = before?.oid ?? (await newOid(context));
  const owner = before?.owner ?? ownerOf(context);
  applyChanges(context, [{ put: { ...draft, oid, owner } }]);
}
