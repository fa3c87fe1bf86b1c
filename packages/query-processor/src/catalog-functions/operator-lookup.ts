/** Users' operators by name and by OID, for values of regoper and regoperator. */
import { SqlError } from "@firstlight/common";
import { formatType, operatorsByName, quoteIdentifier, typeOid } from "@firstlight/sql";
import { requiredNameAndList } from "./routine-lookup.ts";
import type { OperatorDescriptor } from "../catalog/descriptors.ts";
import type { NameScope } from "./object-names.ts";
import { lookUpPath } from "./object-names.ts";

interface NamedOperator {
  readonly oid: number;
  /** 0 for a prefix operator. */
  readonly left: number;
  readonly right: number;
}

/** Nothing in an operator's name is quoted; a schema before it may be. */
const QUALIFIED = /^\s*(?:("(?:[^"]|"")*"|[^."\s]+)\s*\.\s*)?([^\s".]+)\s*$/u;

function inSchema({ image }: NameScope, schema: string, name: string): readonly NamedOperator[] {
  const oid = image.schemaByName(schema)?.oid;
  const builtIn = operatorsByName(name).filter((each) => each.namespace === oid);
  const own = image
    .operatorsNamed(name)
    .filter((each) => each.schema === oid)
    .map(({ oid: number, leftType, rightType }) => ({
      oid: number,
      left: leftType,
      right: rightType,
    }));
  return [...builtIn, ...own];
}

const sameOperands = (a: NamedOperator, b: NamedOperator): boolean =>
  typeOid(a.left) === typeOid(b.left) && typeOid(a.right) === typeOid(b.right);

/** Of those with the same operands the first along the path. */
function operatorsNamed(scope: NameScope, text: string): readonly NamedOperator[] {
  const [, schema, name = ""] = QUALIFIED.exec(text) ?? [];
  if (schema !== undefined) {
    const bare = schema.startsWith('"') ? schema.slice(1, -1).replaceAll('""', '"') : schema;
    return inSchema(scope, bare, name);
  }
  const all = lookUpPath(scope).flatMap((each) => inSchema(scope, each, name));
  return all.filter((each, at) => all.findIndex((other) => sameOperands(other, each)) === at);
}

/** The only operator of that name. */
export function operatorOid(scope: NameScope, text: string): number | undefined {
  const found = operatorsNamed(scope, text);
  if (found.length > 1) throw new SqlError("42725", `more than one operator named ${text}`);
  return found[0]?.oid;
}

/** name(left, right): types as the caller reads them, NONE for no operand. */
export function operatorWithOperands(
  scope: NameScope,
  text: string,
  typeOf: (name: string) => number | undefined,
): number | undefined {
  const [name, list] = requiredNameAndList(text);
  const types = list.split(",").map((each) => {
    const operand = each.trim();
    return /^none$/iu.test(operand) ? 0 : typeOf(operand);
  });
  const [left, right] = types;
  if (types.length !== 2) return undefined;
  return operatorsNamed(scope, name).find(
    (each) => typeOid(each.left) === left && typeOid(each.right) === right,
  )?.oid;
}

function qualified({ image }: NameScope, { schema, name }: OperatorDescriptor): string {
  return `${quoteIdentifier(image.schemaByOid(schema)?.name ?? "")}.${name}`;
}

/** name, or schema.name where another operator would be found or more than one. */
export function operatorName(scope: NameScope, operator: OperatorDescriptor): string {
  const visible = operatorsNamed(scope, operator.name);
  const isOnly = visible.length === 1 && visible[0]?.oid === operator.oid;
  return isOnly ? operator.name : qualified(scope, operator);
}

export function operatorSignature(scope: NameScope, operator: OperatorDescriptor): string {
  const { oid, name, leftType, rightType } = operator;
  const isVisible = operatorsNamed(scope, name).some((each) => each.oid === oid);
  const operand = (type: number): string => (type === 0 ? "NONE" : formatType(type));
  const shown = isVisible ? name : qualified(scope, operator);
  return `${shown}(${operand(leftType)},${operand(rightType)})`;
}
