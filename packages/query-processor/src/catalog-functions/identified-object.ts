/** An object as pg_identify_object shows it. */
import type { ObjectAddress } from "../catalog/dependencies/object-address.ts";
import type { NameScope } from "./object-names.ts";

export interface IdentifiedObject {
  readonly type: string;
  readonly schema?: string | undefined;
  /** Where no other object of its kind and schema has it. */
  readonly name?: string | undefined;
  readonly identity: string;
  readonly names: readonly string[];
  readonly args: readonly string[];
}

export interface ObjectKind {
  /** Of what is not there. */
  readonly type: string;
  /** Undefined where there is no such object. */
  read(scope: NameScope, address: ObjectAddress): IdentifiedObject | undefined;
  /** In the words of messages, of what there is. */
  describe?(scope: NameScope, address: ObjectAddress): string | undefined;
}
