/** COMMUTATOR and NEGATOR of operators, kept and shown (get_other_operator, OperatorUpd). */
import type { OperatorDescriptor, OperatorLink } from "../../catalog/descriptors.ts";
import { linkedOperator } from "../../catalog/linked-operator.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, creationSchema, imageOf, nameOfParts } from "../ddl-context.ts";
import { invalidDefinition } from "./function-errors.ts";

type Role = "commutator" | "negator";
type Draft = Omit<OperatorDescriptor, "oid">;

function operandsOf({ leftType, rightType }: Draft, role: Role): readonly [number, number] {
  return role === "commutator" ? [rightType, leftType] : [leftType, rightType];
}

/** What there is in the path, or else what will be made where the statement's operator is made. */
export function operatorLink(
  context: DdlContext,
  draft: Draft,
  role: Role,
  parts: readonly string[],
): OperatorLink {
  const image = imageOf(context);
  const { schema, name } = nameOfParts(parts);
  const path = schema === undefined ? ["pg_catalog", ...context.searchPath] : [schema];
  const operands = operandsOf(draft, role);
  const found = path
    .map((each) => ({ schema: image.schemaByName(each)?.oid ?? 0, name }))
    .find((each) => linkedOperator(image, each, operands) !== undefined);
  const link = found ?? { schema: creationSchema(context, { schema, name }).oid, name };
  const isOwn = link.schema === draft.schema && link.name === draft.name;
  if (isOwn && role === "negator") {
    throw invalidDefinition("operator cannot be its own negator or sort operator");
  }
  return link;
}

/** The other operator links back if it has no link yet. */
export function linkBack(context: DdlContext, operator: OperatorDescriptor): void {
  for (const role of ["commutator", "negator"] as const) {
    const link = operator[role];
    if (link === undefined) continue;
    const oid = linkedOperator(imageOf(context), link, operandsOf(operator, role));
    const other = oid === undefined ? undefined : imageOf(context).objects.get(oid);
    if (other?.kind !== "operator" || other[role] !== undefined) continue;
    const { schema, name } = operator;
    applyChanges(context, [{ put: { ...other, [role]: { schema, name } } }]);
  }
}

/** Others' links to an operator, once it is in another schema. */
export function followOperator(
  context: DdlContext,
  from: OperatorDescriptor,
  to: OperatorDescriptor,
): void {
  const names = (link: OperatorLink | undefined): boolean =>
    link?.schema === from.schema && link.name === from.name;
  const { schema, name } = to;
  for (const role of ["commutator", "negator"] as const) {
    const operands = operandsOf(from, role).join();
    for (const other of imageOf(context).objects.values()) {
      if (other.kind !== "operator" || !names(other[role])) continue;
      if (`${other.leftType},${other.rightType}` !== operands) continue;
      applyChanges(context, [{ put: { ...other, [role]: { schema, name } } }]);
    }
  }
}
