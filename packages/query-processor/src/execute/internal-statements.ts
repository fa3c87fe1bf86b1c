/** Statements that a statement needs run on its behalf, in its transaction: referential actions. */
import type { Datum } from "@firstlight/sql";
import type { DeferredCheck } from "../transaction/deferred-constraints.ts";
import type { Executable, ExecutionContext } from "./executable.ts";
import type { ReferenceQueue } from "./references/reference-queue.ts";

export interface InternalStatements {
  /** Names in the text are qualified; cached by catalog image. */
  prepare(text: string, paramTypes: readonly number[]): Executable;
  /** The context of such a statement: what it changes is settled with the outer one. */
  nestedFor(parameters: readonly Datum[], references: ReferenceQueue): ExecutionContext;
  /** Whether SET CONSTRAINTS has put a deferrable constraint off or not; undefined: as declared. */
  isDeferred(constraint: number): boolean | undefined;
  defer(check: DeferredCheck): void;
}
