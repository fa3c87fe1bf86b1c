/** A database within the test's process that AWS's connector takes for the service. */
import { start } from "firstlight";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { awsPackages } from "./aws-packages.ts";
import { ADMIN, toLoopback } from "./local-cluster.ts";

const aws = await awsPackages();

describe('start({ access: "service" })', () => {
  it.skipIf(aws === undefined)("is a database for AWS's connector", async () => {
    if (aws === undefined) return;
    await using database = await start({ profile: "dsql", access: "service" });
    const client = new aws.connector.AuroraDSQLClient({
      host: database.endpoint ?? "",
      port: database.port,
      user: "admin",
      ssl: { ca: database.certificateAuthority ?? "" },
      stream: toLoopback,
      customCredentialsProvider: ADMIN,
    });
    client.on("error", () => {});
    await client.connect();
    const { rows } = await client.query("select current_user as name");
    expect(rows).toEqual([{ name: "admin" }]);
    await client.end();
  });

  it("lets nobody in without encryption", async () => {
    await using database = await start({ profile: "dsql", access: "service" });
    await expect(new pg.Client(database.url).connect()).rejects.toMatchObject({ code: "08006" });
  });

  it("is asked for: by default there is a URL for any driver", async () => {
    await using database = await start({ profile: "dsql" });
    const client = new pg.Client(database.url);
    client.on("error", () => {});
    await client.connect();
    expect(database.endpoint).toBeUndefined();
    await client.end();
  });
});
