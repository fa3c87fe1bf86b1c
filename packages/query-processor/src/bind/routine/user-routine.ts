/**
 * A function of a user as resolution sees it: its descriptor in the shape of a pg_proc row. One is
 * made per descriptor; descriptors are immutable.
 */
import type { ProcRow, Routine } from "@firstlight/sql";
import { baseElementTypeOid } from "@firstlight/sql";
import {
  type FunctionDescriptor,
  type FunctionParameter,
  isInput,
} from "../../catalog/descriptors.ts";

const LANGUAGE_INTERNAL = 12;
const LANGUAGE_SQL = 14;
const ANY = 2276;

function variadicElement(parameters: readonly FunctionParameter[]): number {
  const variadic = parameters.find(({ mode }) => mode === "v");
  if (variadic === undefined) return 0;
  return variadic.type === ANY ? ANY : elementOf(variadic.type);
}

/** anyarray stands for arrays of anyelement, and so on. */
const POLYMORPHIC_ELEMENTS: Readonly<Record<number, number>> = { 2277: 2283, 5078: 5077 };

function elementOf(type: number): number {
  return POLYMORPHIC_ELEMENTS[type] ?? baseElementTypeOid(type);
}

export class UserRoutine implements Routine {
  readonly descriptor: FunctionDescriptor;
  readonly oid: number;
  readonly name: string;
  readonly namespace: number;
  readonly language: number;
  readonly cost: number;
  readonly rows: number;
  readonly variadic: number;
  readonly kind: string;
  readonly strict: boolean;
  readonly returnsSet: boolean;
  readonly volatility: ProcRow["volatility"];
  readonly defaultCount: number;
  readonly returnType: number;
  readonly argTypes: readonly number[];
  readonly allArgTypes: readonly number[] | null;
  readonly argModes: readonly string[] | null;
  readonly argNames: readonly string[] | null;
  /** Raw parse trees as JSON. */
  readonly argDefaults: readonly string[];
  readonly source: string;
  readonly body: string | null = null;

  constructor(descriptor: FunctionDescriptor) {
    const { parameters } = descriptor;
    const inputs = parameters.filter(isInput);
    const onlyInputs = parameters.every(({ mode }) => mode === "i");
    this.descriptor = descriptor;
    this.oid = descriptor.oid;
    this.name = descriptor.name;
    this.namespace = descriptor.schema;
    this.language = descriptor.language === "sql" ? LANGUAGE_SQL : LANGUAGE_INTERNAL;
    this.cost = descriptor.cost;
    this.rows = descriptor.rows;
    this.variadic = variadicElement(parameters);
    this.kind = descriptor.routine;
    this.strict = descriptor.strict;
    this.returnsSet = descriptor.returnsSet;
    this.volatility = descriptor.volatility;
    this.argDefaults = inputs.flatMap((each) => each.default ?? []);
    this.defaultCount = this.argDefaults.length;
    this.returnType = descriptor.returnType;
    this.argTypes = inputs.map(({ type }) => type);
    this.allArgTypes = onlyInputs ? null : parameters.map(({ type }) => type);
    this.argModes = onlyInputs ? null : parameters.map(({ mode }) => mode);
    const named = parameters.some(({ name }) => name !== "");
    this.argNames = named ? parameters.map(({ name }) => name) : null;
    this.source = descriptor.source;
  }

  toJSON(): number {
    return this.oid;
  }
}

const known = new WeakMap<FunctionDescriptor, UserRoutine>();

export function userRoutine(descriptor: FunctionDescriptor): UserRoutine {
  let routine = known.get(descriptor);
  if (routine === undefined) {
    routine = new UserRoutine(descriptor);
    known.set(descriptor, routine);
  }
  return routine;
}
