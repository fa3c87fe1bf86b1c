/** Constraints as written, before names are chosen and expressions are bound. */
import type { Deferrable } from "../catalog/descriptors.ts";
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { ForeignKeyDraft } from "./foreign-key.ts";
import { draftForeignKey } from "./foreign-key.ts";
import {
  flag,
  list,
  locationOf,
  names,
  optionalString,
  requiredChild,
  string,
} from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";

export interface KeyDraft {
  readonly kind: "primary" | "unique";
  readonly name: string | undefined;
  readonly columns: readonly string[];
  readonly include: readonly string[];
  readonly nullsDistinct: boolean;
  readonly deferrable?: Deferrable | undefined;
  /** ADD CONSTRAINT ... USING INDEX. */
  readonly usingIndex: string | undefined;
  /** WITH (...) of its index. */
  readonly options: readonly ParseNode[];
  /** Byte offset in the statement. */
  readonly location: number;
}

export interface CheckDraft {
  readonly kind: "check";
  readonly name: string | undefined;
  readonly node: ParseNode;
  readonly notValid: boolean;
  readonly noInherit: boolean;
}

export type ConstraintDraft = KeyDraft | CheckDraft | ForeignKeyDraft;

/** `columns`: the column that a column constraint belongs to. */
export function draftTableConstraint(
  constraint: ParseNode,
  columns: readonly string[] = names(constraint, "keys"),
): ConstraintDraft {
  const type = string(constraint, "contype");
  const name = optionalString(constraint, "conname");
  if (type === "CONSTR_CHECK") {
    const node = requiredChild(constraint, "raw_expr");
    const notValid = flag(constraint, "skip_validation");
    return { kind: "check", name, node, notValid, noInherit: flag(constraint, "is_no_inherit") };
  }
  if (type === "CONSTR_PRIMARY" || type === "CONSTR_UNIQUE") {
    return {
      kind: type === "CONSTR_PRIMARY" ? "primary" : "unique",
      name,
      columns,
      include: names(constraint, "including"),
      nullsDistinct: !flag(constraint, "nulls_not_distinct"),
      deferrable: flag(constraint, "deferrable")
        ? { initiallyDeferred: flag(constraint, "initdeferred") }
        : undefined,
      usingIndex: optionalString(constraint, "indexname"),
      options: list(constraint, "options"),
      location: locationOf(constraint),
    };
  }
  if (type === "CONSTR_FOREIGN") return draftForeignKey(constraint, columns);
  if (type === "CONSTR_EXCLUSION") {
    throw new SqlError("0A000", "EXCLUDE constraints are not supported", {
      hint: "A UNIQUE constraint keeps equal values apart; SERIALIZABLE transactions can look for others that overlap.",
    });
  }
  throw featureNotSupported(`constraint ${type}`);
}

/** The properties of a CHECK constraint that are kept beside its condition. */
export function checkMarks({ notValid, noInherit }: CheckDraft): {
  readonly notValid?: true;
  readonly noInherit?: true;
} {
  return { ...(notValid ? { notValid: true } : {}), ...(noInherit ? { noInherit: true } : {}) };
}
