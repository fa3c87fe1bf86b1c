/** A bit of a row flips on the disk of the embedded database. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { connectTo } from "../support/databases.ts";
import { flipBits } from "../support/flip-bits.ts";
import {
  buildMissing,
  removeDirectory,
  startEmbedded,
  temporaryDirectory,
} from "../support/processes.ts";

const TEXT = "the one that will be damaged";

describe.skipIf(buildMissing() !== undefined)("a damaged row", () => {
  it("is told with XX001 to whoever reads it, and the others are there", async () => {
    const directory = temporaryDirectory("damaged");
    try {
      const first = await startEmbedded(directory);
      const before = await connectTo(first.ports[0] ?? 0);
      await before.query("create table t (id int primary key, note text)");
      await before.query("insert into t values (1, $1), (2, 'well')", [TEXT]);
      await before.end();
      await first.stop();
      expect(flipBits(join(directory, "storage", "data.mdb"), TEXT)).toBeGreaterThan(0);

      const second = await startEmbedded(directory);
      const client = await connectTo(second.ports[0] ?? 0);
      for (const where of ["id = 1", "true"]) {
        await expect(client.query(`select note from t where ${where}`)).rejects.toMatchObject({
          code: "XX001",
          message: "could not read stored data: a record is damaged",
          detail: expect.stringMatching(/storage \d+, index 0\) fails its checksum\.$/u) as string,
        });
      }
      const { rows } = await client.query("select note from t where id = 2");
      expect(rows).toEqual([{ note: "well" }]);
      await client.end();
      await second.stop();
    } finally {
      removeDirectory(directory);
    }
  });
});
