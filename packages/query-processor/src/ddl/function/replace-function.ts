/** What CREATE OR REPLACE may change of a function that is there (ProcedureCreate). */
import { isInput, outputsOf } from "../../catalog/descriptors.ts";
import { SqlError } from "@firstlight/common";

import type { Catalog } from "../../catalog/catalog.ts";
import type { FunctionDescriptor } from "../../catalog/descriptors.ts";
import { signatureOf } from "../../catalog/function-signature.ts";
import { notOwner, owns } from "../../privileges/access-check.ts";
import type { DdlContext } from "../ddl-context.ts";
import { imageOf, ownerOf } from "../ddl-context.ts";
import { invalidDefinition } from "./function-errors.ts";

type Draft = Omit<FunctionDescriptor, "oid" | "owner">;

function sameInputs(a: Draft, b: Draft): boolean {
  const [left, right] = [a, b].map((each) => each.parameters.filter(isInput));
  if (left === undefined || right === undefined || left.length !== right.length) return false;
  return left.every(({ type }, at) => type === right[at]?.type);
}

/** The function of that name and those input types in the same schema. */
export function sameFunction(catalog: Catalog, draft: Draft): FunctionDescriptor | undefined {
  return catalog
    .functionsNamed(draft.name)
    .find((each) => each.schema === draft.schema && sameInputs(each, draft));
}

const KIND_WORDS = { f: "a function", p: "a procedure", a: "an aggregate function" } as const;

function dropHint(catalog: Catalog, before: FunctionDescriptor): string {
  const word = before.routine === "p" ? "PROCEDURE" : "FUNCTION";
  return `Use DROP ${word} ${signatureOf(catalog, before)} first.`;
}

function checkResult(catalog: Catalog, before: FunctionDescriptor, draft: Draft): void {
  const hint = dropHint(catalog, before);
  if (draft.returnType !== before.returnType || draft.returnsSet !== before.returnsSet) {
    const message =
      draft.routine === "p"
        ? "cannot change whether a procedure has output parameters"
        : "cannot change return type of existing function";
    throw invalidDefinition(message, hint);
  }
  const [old, now] = [before, draft].map((each) => outputsOf(each as FunctionDescriptor));
  const RECORD = 2249;
  if (before.returnType !== RECORD || old === undefined || now === undefined) return;
  const same =
    old.length === now.length &&
    old.every(({ type, name }, at) => type === now[at]?.type && name === now[at]?.name);
  if (same) return;
  throw invalidDefinition(
    "cannot change return type of existing function",
    hint,
    "Row type defined by OUT parameters is different.",
  );
}

/** A named parameter keeps its name: callers may use it. */
function checkNames(catalog: Catalog, before: FunctionDescriptor, draft: Draft): void {
  const [old, now] = [before, draft].map((each) => each.parameters.filter(isInput));
  for (const [at, { name }] of (old ?? []).entries()) {
    if (name === "" || now?.[at]?.name === name) continue;
    throw invalidDefinition(
      `cannot change name of input parameter "${name}"`,
      dropHint(catalog, before),
    );
  }
}

function checkDefaults(catalog: Catalog, before: FunctionDescriptor, draft: Draft): void {
  const count = (each: Draft): number =>
    each.parameters.filter((parameter) => parameter.default !== undefined).length;
  if (count(draft) >= count(before)) return;
  throw invalidDefinition(
    "cannot remove parameter defaults from existing function",
    dropHint(catalog, before),
  );
}

/** The function that the draft takes the place of, if there is one. */
export function replacing(
  context: DdlContext,
  draft: Draft,
  mayReplace: boolean,
): FunctionDescriptor | undefined {
  const catalog = imageOf(context);
  const before = sameFunction(catalog, draft);
  if (before === undefined) return undefined;
  if (!mayReplace) {
    throw new SqlError("42723", `function "${draft.name}" already exists with same argument types`);
  }
  if (!owns(catalog, before.owner, ownerOf(context))) throw notOwner("function", before.name);
  if (before.routine !== draft.routine) {
    throw new SqlError("42809", "cannot change routine kind", {
      detail: `"${before.name}" is ${KIND_WORDS[before.routine]}.`,
    });
  }
  checkResult(catalog, before, draft);
  checkNames(catalog, before, draft);
  checkDefaults(catalog, before, draft);
  return before;
}
