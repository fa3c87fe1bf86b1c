/**
 * A user's function at the place where it is called: with the actual types of its arguments and its
 * result. Its body is bound when somebody first needs it, in the catalog and with the search path
 * and formats of the statement that calls it.
 */
import { outputsOf } from "../../catalog/descriptors.ts";
import type { CollationName, Implementation } from "@firstlight/sql";
import {
  enforceGenericTypeConsistency,
  findImplementation,
  oids,
  registerBuiltins,
} from "@firstlight/sql";
import type { OutputColumn } from "../query-tree.ts";
import { compositeColumns } from "../composite-columns.ts";
import type { Scope } from "../scope.ts";
import { bindRoutineBody, type RoutineBody } from "./routine-body.ts";
import { pureImplementation } from "./pure-routine.ts";
import { UserRoutine } from "./user-routine.ts";

export interface CallSite {
  readonly argTypes: readonly number[];
  /** Of one row for a set. */
  readonly resultType: number;
  /** The column definition list of a function that returns "record". */
  readonly columns?: readonly OutputColumn[];
  /** What the arguments have in common, where it is one of ICU. */
  readonly collation?: CollationName | undefined;
}

export class CalledRoutine extends UserRoutine {
  readonly site: CallSite;
  /** A scope of the calling statement's context, to bind in. */
  readonly #scope: () => Scope;
  #body: RoutineBody | undefined;
  #implementation: Implementation | undefined;
  #implemented: "unknown" | "working" | "known" = "unknown";

  constructor(routine: UserRoutine, site: CallSite, scope: () => Scope) {
    super(routine.descriptor);
    this.site = site;
    this.#scope = scope;
  }

  get schemaName(): string | undefined {
    return this.#scope().context.catalog.schemaByOid(this.namespace)?.name;
  }

  /** Throws when the body is not right for these types. */
  get bound(): RoutineBody {
    this.#body ??= bindRoutineBody(this, this.#scope());
    return this.#body;
  }

  /** The body of a function in language SQL. */
  get boundIfNeeded(): RoutineBody | undefined {
    return this.descriptor.language === "sql" ? this.bound : undefined;
  }

  /** Types of the output parameters, in order. */
  get outputTypes(): readonly number[] {
    const declared = this.argTypes;
    const { argTypes } = this.site;
    return outputsOf(this.descriptor).map(
      ({ type }) => enforceGenericTypeConsistency(argTypes, declared, type).resultType,
    );
  }

  /** The same call with a column definition list. */
  defining(columns: readonly OutputColumn[]): CalledRoutine {
    return new CalledRoutine(this, { ...this.site, columns }, this.#scope);
  }

  get columns(): readonly OutputColumn[] | undefined {
    const { resultType } = this.site;
    if (this.site.columns !== undefined) return this.site.columns;
    if (resultType !== oids.RECORD) {
      return compositeColumns(resultType);
    }
    const outputs = outputsOf(this.descriptor);
    if (outputs.length === 0) return undefined;
    const types = this.outputTypes;
    return outputs.map(({ name, type }, at) => ({
      name: name === "" ? `column${at + 1}` : name,
      type: types[at] ?? type,
      typmod: -1,
    }));
  }

  /** A function that calls itself is not pure: it is undefined while it is being found out. */
  get implementation(): Implementation | undefined {
    if (this.#implemented === "unknown") {
      this.#implemented = "working";
      this.#implementation = this.#implement();
      this.#implemented = "known";
    }
    return this.#implementation;
  }

  #implement(): Implementation | undefined {
    const { language, returnsSet } = this.descriptor;
    if (returnsSet) return undefined;
    if (language === "sql") return pureImplementation(this);
    registerBuiltins();
    return findImplementation(this.source, this.site);
  }
}
