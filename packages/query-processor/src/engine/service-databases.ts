/**
 * Databases that a server makes for its own ends and not for a session: those of further clusters of
 * Aurora DSQL. Doing either again is harmless.
 */
import { BOOTSTRAP_SUPERUSER } from "../catalog/builtin-objects.ts";
import { databaseNamed, databasesIn } from "../catalog/databases.ts";
import { dropAll } from "../ddl/database/drop-database.ts";
import { withAccessChanges } from "../ddl/privileges/access-changes.ts";
import type { SessionTransaction } from "./session-transaction.ts";

/** Schema changes on nobody's behalf. */
export interface SchemaChanges {
  change(work: (transaction: SessionTransaction) => Promise<void>): Promise<void>;
}

export class ServiceDatabases {
  readonly #online: SchemaChanges;

  constructor(online: SchemaChanges) {
    this.#online = online;
  }

  /** Those that there are now. */
  async names(): Promise<readonly string[]> {
    let names: readonly string[] = [];
    await this.#online.change(async ({ schema }) => {
      await schema.verify();
      names = databasesIn(schema.image).map(({ name }) => name);
    });
    return names;
  }

  create(name: string): Promise<void> {
    return this.#online.change(async ({ schema }) => {
      if (databaseNamed(schema.image, name) !== undefined) return;
      const oid = await schema.allocateOid();
      const put = { kind: "database", oid, name, owner: BOOTSTRAP_SUPERUSER } as const;
      schema.apply(withAccessChanges(schema.image, [{ put }]));
    });
  }

  /** Nobody may be in it. */
  drop(name: string): Promise<void> {
    return this.#online.change(async ({ schema }) => {
      const database = databaseNamed(schema.image, name);
      if (database !== undefined) await dropAll(schema, database);
    });
  }
}
