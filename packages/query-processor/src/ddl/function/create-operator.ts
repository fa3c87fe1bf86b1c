/** CREATE OPERATOR over a function (DefineOperator, OperatorCreate). */
import { SqlError } from "@firstlight/common";
import { formatType, oids, operatorsByName, type ProcRow } from "@firstlight/sql";
import type { OperatorDescriptor } from "../../catalog/descriptors.ts";
import { asTag, child, flag, items, list, names, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import {
  applyChanges,
  creationSchema,
  imageOf,
  nameOfParts,
  newOid,
  ownerOf,
} from "../ddl-context.ts";
import { candidates } from "./find-function.ts";
import { invalidDefinition } from "./function-errors.ts";
import { linkBack, operatorLink } from "./operator-links.ts";
import { typeNamed, typeText } from "./function-types.ts";

type Options = ReadonlyMap<string, ParseNode>;

const KNOWN: ReadonlySet<string> = new Set([
  "leftarg",
  "rightarg",
  "function",
  "procedure",
  "commutator",
  "negator",
  "restrict",
  "join",
  "hashes",
  "merges",
  "sort1",
  "sort2",
  "ltcmp",
  "gtcmp",
]);

function readOptions(context: DdlContext, nodes: readonly ParseNode[]): Options {
  const options = new Map<string, ParseNode>();
  for (const node of nodes) {
    const option = asTag(node, "DefElem") ?? {};
    const name = string(option, "defname");
    if (KNOWN.has(name)) options.set(name === "procedure" ? "function" : name, option);
    else {
      const text = `operator attribute "${name}" not recognized`;
      context.session.notice("WARNING", "42601", text);
    }
  }
  return options;
}

/** 0: there is no such operand. */
function operandType(context: DdlContext, option: ParseNode | undefined): number {
  const fields = asTag(option && child(option, "arg"), "TypeName");
  if (fields === undefined) return 0;
  if (flag(fields, "setof"))
    throw invalidDefinition("SETOF type not allowed for operator argument");
  const type = typeNamed(context, fields);
  if (type !== undefined) return type;
  throw new SqlError("42704", `type "${typeText(fields)}" does not exist`);
}

function nameParts(option: ParseNode): readonly string[] {
  const arg = child(option, "arg") ?? {};
  const type = asTag(arg, "TypeName");
  if (type !== undefined) return names(type, "names");
  return items(arg).map((each) => string(asTag(each, "String") ?? {}, "sval"));
}

function functionOf(context: DdlContext, option: ParseNode, types: readonly number[]): ProcRow {
  const parts = nameParts(option);
  const found = candidates(context, parts).find((proc) => proc.argTypes.join() === types.join());
  if (found !== undefined) return found;
  const text = types.map((type) => formatType(type)).join(", ");
  throw new SqlError("42883", `function ${parts.join(".")}(${text}) does not exist`);
}

function isSet(options: Options, name: string): boolean {
  const option = options.get(name);
  if (option === undefined) return false;
  const value = asTag(child(option, "arg"), "String");
  return value === undefined || /^(?:true|on|yes|1)$/iu.test(string(value, "sval"));
}

/** What only operators of two operands, or those that yield booleans, may say. */
function checkOptions(options: Options, isBinary: boolean, result: number): void {
  const has = (name: string): boolean => options.has(name);
  if (!isBinary) {
    if (has("commutator")) throw invalidDefinition("only binary operators can have commutators");
    if (has("join")) throw invalidDefinition("only binary operators can have join selectivity");
    if (isSet(options, "merges")) throw invalidDefinition("only binary operators can merge join");
    if (isSet(options, "hashes")) throw invalidDefinition("only binary operators can hash");
  }
  if (result === oids.BOOL) return;
  if (has("negator")) throw invalidDefinition("only boolean operators can have negators");
  if (has("restrict")) {
    throw invalidDefinition("only boolean operators can have restriction selectivity");
  }
  if (has("join")) throw invalidDefinition("only boolean operators can have join selectivity");
  if (isSet(options, "merges")) throw invalidDefinition("only boolean operators can merge join");
  if (isSet(options, "hashes")) throw invalidDefinition("only boolean operators can hash");
}

function refuseTaken(context: DdlContext, draft: Omit<OperatorDescriptor, "oid">): void {
  const { name, schema, leftType, rightType } = draft;
  const own = imageOf(context)
    .operatorsNamed(name)
    .some(
      (each) =>
        each.schema === schema && each.leftType === leftType && each.rightType === rightType,
    );
  const builtIn = operatorsByName(name).some(
    (each) => each.namespace === schema && each.left === leftType && each.right === rightType,
  );
  if (own || builtIn) throw new SqlError("42723", `operator ${name} already exists`);
}

const ESTIMATED = {
  restrict: [oids.INTERNAL, oids.OID, oids.INTERNAL, oids.INT4],
  join: [oids.INTERNAL, oids.OID, oids.INTERNAL, oids.INT2, oids.INTERNAL],
} as const;

function estimatorsOf(
  context: DdlContext,
  options: Options,
): Pick<OperatorDescriptor, "restriction" | "join"> {
  const [restriction, join] = (["restrict", "join"] as const).map((name) => {
    const option = options.get(name);
    return option && functionOf(context, option, ESTIMATED[name]).oid;
  });
  return {
    ...(restriction === undefined ? {} : { restriction }),
    ...(join === undefined ? {} : { join }),
  };
}

function linksOf(
  context: DdlContext,
  options: Options,
  draft: Omit<OperatorDescriptor, "oid">,
): Pick<OperatorDescriptor, "commutator" | "negator"> {
  const links = (["commutator", "negator"] as const).flatMap((role) => {
    const option = options.get(role);
    if (option === undefined) return [];
    return [[role, operatorLink(context, draft, role, nameParts(option))] as const];
  });
  return Object.fromEntries(links);
}

export async function createOperator(context: DdlContext, statement: ParseNode): Promise<void> {
  const written = nameOfParts(names(statement, "defnames"));
  const schema = creationSchema(context, written);
  const options = readOptions(context, list(statement, "definition"));
  const leftType = operandType(context, options.get("leftarg"));
  const rightType = operandType(context, options.get("rightarg"));
  const code = options.get("function");
  if (code === undefined) throw invalidDefinition("operator function must be specified");
  if (leftType === 0 && rightType === 0) {
    throw invalidDefinition("operator argument types must be specified");
  }
  if (rightType === 0) {
    throw invalidDefinition(
      "operator right argument type must be specified",
      undefined,
      "Postfix operators are not supported.",
    );
  }
  const types = leftType === 0 ? [rightType] : [leftType, rightType];
  const proc = functionOf(context, code, types);
  checkOptions(options, leftType !== 0, proc.returnType);
  const draft: Omit<OperatorDescriptor, "oid"> = {
    kind: "operator",
    name: written.name,
    schema: schema.oid,
    owner: ownerOf(context),
    leftType,
    rightType,
    resultType: proc.returnType,
    proc: proc.oid,
    canMerge: isSet(options, "merges"),
    canHash: isSet(options, "hashes"),
  };
  refuseTaken(context, draft);
  const estimators = estimatorsOf(context, options);
  const links = linksOf(context, options, draft);
  const operator = { ...draft, ...links, ...estimators, oid: await newOid(context) };
  applyChanges(context, [{ put: operator }]);
  linkBack(context, operator);
}
