/** DEFERRABLE and INITIALLY DEFERRED behind a column's constraint (transformConstraintAttrs). */
import { bindError } from "../bind/errors.ts";
import { locationOf, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { ConstraintDraft } from "./constraint-draft.ts";

export interface ConstraintAttributes {
  /** Undefined: it may have none. */
  readonly constraint: ConstraintDraft | undefined;
  readonly deferrable?: boolean;
  readonly initiallyDeferred?: boolean;
  readonly saysWhen?: boolean;
}

/** Undefined: the constraint may have no attributes. */
export function attributesOf(
  constraint: ConstraintDraft | undefined,
): ConstraintAttributes | undefined {
  return constraint === undefined || constraint.kind === "check" ? undefined : { constraint };
}

const NAMES: Readonly<Record<string, string>> = {
  CONSTR_ATTR_DEFERRABLE: "DEFERRABLE",
  CONSTR_ATTR_NOT_DEFERRABLE: "NOT DEFERRABLE",
  CONSTR_ATTR_DEFERRED: "INITIALLY DEFERRED",
  CONSTR_ATTR_IMMEDIATE: "INITIALLY IMMEDIATE",
};

export function withAttribute(
  before: ConstraintAttributes,
  node: ParseNode,
): Omit<ConstraintAttributes, "constraint"> {
  const kind = string(node, "contype");
  const refuse = (text: string): never => {
    throw bindError("42601", text, locationOf(node));
  };
  if (before.constraint === undefined) refuse(`misplaced ${NAMES[kind] ?? ""} clause`);
  const { deferrable, initiallyDeferred = false, saysWhen = false } = before;
  const isWhen = kind === "CONSTR_ATTR_DEFERRED" || kind === "CONSTR_ATTR_IMMEDIATE";
  if (isWhen && saysWhen) {
    refuse("multiple INITIALLY IMMEDIATE/DEFERRED clauses not allowed");
  }
  if (!isWhen && deferrable !== undefined && !(saysWhen && initiallyDeferred)) {
    refuse("multiple DEFERRABLE/NOT DEFERRABLE clauses not allowed");
  }
  const contradicts =
    (kind === "CONSTR_ATTR_DEFERRED" && deferrable === false) ||
    (kind === "CONSTR_ATTR_NOT_DEFERRABLE" && initiallyDeferred);
  if (contradicts) refuse("constraint declared INITIALLY DEFERRED must be DEFERRABLE");
  if (!isWhen) {
    return { deferrable: kind === "CONSTR_ATTR_DEFERRABLE", initiallyDeferred, saysWhen };
  }
  const deferred = kind === "CONSTR_ATTR_DEFERRED";
  const known = deferred ? { deferrable: true } : deferrable === undefined ? {} : { deferrable };
  return { ...known, initiallyDeferred: deferred, saysWhen: true };
}
