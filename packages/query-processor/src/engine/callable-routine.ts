/** A function as whoever calls it by its OID needs to know it. */
import type { ProcRow } from "@firstlight/sql";
import { procByOid } from "@firstlight/sql";
import { userRoutine } from "../bind/routine/user-routine.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";

export interface CallableRoutine {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly returnsSet: boolean;
  readonly argTypes: readonly number[];
}

export function callableRoutine(image: CatalogImage, oid: number): CallableRoutine | undefined {
  const own = image.objects.get(oid);
  const proc: ProcRow | undefined = own?.kind === "function" ? userRoutine(own) : procByOid(oid);
  const schema = proc && image.schemaByOid(proc.namespace)?.name;
  if (proc === undefined || schema === undefined) return undefined;
  const { name, kind, returnsSet, argTypes } = proc;
  return { schema, name, kind, returnsSet, argTypes };
}
