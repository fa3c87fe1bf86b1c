/** A user's aggregate where it is called: its functions for the actual types of the arguments. */
import { featureNotSupported } from "@firstlight/common";
import {
  type AggregateFunction,
  type AggregateRoutine,
  type AggregateStep,
  DEFAULT_FORMAT,
  enforceGenericTypeConsistency,
  formatType,
  implementationOf,
  requireProc,
  typeByOid,
  userAggregate,
} from "@firstlight/sql";
import type { AggregateDetails, FunctionDescriptor } from "../../catalog/descriptors.ts";
import type { Scope } from "../scope.ts";
import { CalledRoutine } from "./called-routine.ts";
import { UserRoutine, userRoutine } from "./user-routine.ts";

const INPUT_SETTINGS = { ...DEFAULT_FORMAT, now: 0n };

export class CalledAggregate extends UserRoutine implements AggregateRoutine {
  readonly #details: AggregateDetails;
  readonly #argTypes: readonly number[];
  readonly #scope: () => Scope;

  constructor(
    descriptor: FunctionDescriptor,
    details: AggregateDetails,
    argTypes: readonly number[],
    scope: () => Scope,
  ) {
    super(descriptor);
    this.#details = details;
    this.#argTypes = argTypes;
    this.#scope = scope;
  }

  get schemaName(): string | undefined {
    return this.#scope().context.catalog.schemaByOid(this.namespace)?.name;
  }

  /** Its functions run for each row: they have to be computable from their arguments. */
  compile(resultType: number): AggregateFunction {
    const { transition, final, finalExtra, stateType, initial } = this.#details;
    const args = this.#argTypes;
    const state = enforceGenericTypeConsistency(args, this.argTypes, stateType).resultType;
    const finalTypes = finalExtra ? [state, ...args] : [state];
    return userAggregate({
      transition: this.#step(transition, [state, ...args], state),
      final: final === 0 ? undefined : this.#step(final, finalTypes, resultType),
      finalExtra: finalExtra ? args.length : 0,
      initial: initial === undefined ? null : typeByOid(state).input(initial, -1, INPUT_SETTINGS),
      argCount: args.length,
    }) as AggregateFunction;
  }

  #step(oid: number, argTypes: readonly number[], resultType: number): AggregateStep {
    const own = this.#scope().context.catalog.objects.get(oid);
    if (own?.kind !== "function") {
      return {
        call: implementationOf(oid, { argTypes, resultType }),
        strict: requireProc(oid).strict,
      };
    }
    const routine = new CalledRoutine(userRoutine(own), { argTypes, resultType }, this.#scope);
    const call = routine.implementation;
    if (call !== undefined) return { call, strict: routine.strict };
    const signature = `${own.name}(${argTypes.map((type) => formatType(type)).join(", ")})`;
    throw featureNotSupported(`an aggregate of ${signature}, which reads or writes data,`);
  }
}

/** For calls of users' aggregates. */
export function aggregateRoutine(
  proc: unknown,
  argTypes: readonly number[],
  scope: () => Scope,
): { readonly routine?: AggregateRoutine } {
  if (!(proc instanceof UserRoutine)) return {};
  const { descriptor } = proc;
  const { aggregate } = descriptor;
  scope().context.dependencies.add(descriptor.oid);
  if (aggregate === undefined) return {};
  return { routine: new CalledAggregate(descriptor, aggregate, argTypes, scope) };
}
