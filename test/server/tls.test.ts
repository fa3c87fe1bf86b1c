/** TLS: who may connect how, that the certificate proves the server, and what is refused. */
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, rmSync, statSync } from "node:fs";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { promisify } from "node:util";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programMissing } from "../support/command.ts";
import { connectTo } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import type { Running } from "../support/processes.ts";
import {
  buildMissing,
  removeDirectory,
  startCluster,
  startServer,
  temporaryDirectory,
} from "../support/processes.ts";
import type { WireMessage } from "../support/wire.ts";
import {
  GSSENC_REQUEST,
  SSL_REQUEST,
  WireClient,
  errorFields,
  int32,
  messages,
  startupPacket,
} from "../support/wire.ts";

const missing = buildMissing();
const noPsql = programMissing("psql");
const POSTGRES = { user: "postgres", database: "postgres" };

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.once("error", reject);
  });
}

function answer(socket: Socket, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    socket.once("data", (data: Buffer) => resolve(data.toString("latin1")));
    socket.once("close", () => resolve(""));
    socket.write(bytes);
  });
}

/** Undefined when the handshake fails. */
function handshake(options: ConnectionOptions): Promise<TLSSocket | undefined> {
  return new Promise((resolve) => {
    const socket = connectTls(options, () => resolve(socket));
    socket.on("error", () => resolve(undefined));
    socket.on("close", () => resolve(undefined));
  });
}

function fields(received: readonly WireMessage[]): Readonly<Record<string, string>> {
  const failure = received.find(({ tag }) => tag === "E");
  return failure === undefined ? {} : errorFields(failure.body);
}

describe.skipIf(missing !== undefined)("TLS", () => {
  let directory: string;
  let running: Running;
  let port: number;
  let ca: string;

  beforeAll(async () => {
    directory = temporaryDirectory("tls");
    running = await startServer(directory, ["--tls", "on"]);
    port = running.ports[0] ?? 0;
    ca = readFileSync(join(directory, "tls/ca.crt"), "utf8");
    const client = await connectTo(port);
    await client.query("create role guarded login password 'sesame'");
    await client.end();
  });
  afterAll(async () => {
    await running?.stop();
    removeDirectory(directory);
  });

  const psql = async (settings: string, ...commands: string[]): Promise<string> => {
    const words = [
      "-XAt",
      "-d",
      `port=${String(port)} dbname=postgres sslrootcert=${directory}/tls/ca.crt ${settings}`,
      ...commands.flatMap((command) => ["-c", command]),
    ];
    const environment = { ...process.env, PGPASSWORD: "sesame", PGGSSENCMODE: "disable" };
    const run = promisify(execFile)("psql", words, { env: environment });
    return run.then(({ stdout }) => stdout.trim()).catch((error: Error) => error.message);
  };

  const secured = async (options: ConnectionOptions = {}): Promise<TLSSocket | undefined> => {
    const socket = await open(port);
    expect(await answer(socket, SSL_REQUEST)).toBe("S");
    return handshake({ socket, ca, servername: "localhost", ...options });
  };

  it("makes a certificate of its own whose keys nobody else can read", () => {
    const certificate = new X509Certificate(readFileSync(join(directory, "tls/server.crt")));
    expect(certificate.checkIssued(new X509Certificate(ca))).toBe(true);
    expect(certificate.verify(new X509Certificate(ca).publicKey)).toBe(true);
    for (const host of ["127.0.0.1", "::1"]) expect(certificate.checkIP(host)).toBe(host);
    expect(certificate.checkHost("localhost")).toBe("localhost");
    for (const name of ["ca.key", "server.key"]) {
      expect(statSync(join(directory, "tls", name)).mode & 0o777).toBe(0o600);
    }
  });

  it.skipIf(noPsql !== undefined).each(["localhost", "127.0.0.1"])(
    "psql with sslmode=verify-full trusts it as %s",
    async (host) => {
      const shown = await psql(`host=${host} user=postgres sslmode=verify-full`, "\\conninfo");
      expect(shown).toContain("SSL connection (protocol: TLSv1.3");
    },
  );

  it.skipIf(noPsql !== undefined)("psql finds a wrong host name out", async () => {
    const settings = "hostaddr=127.0.0.1 host=elsewhere user=postgres sslmode=verify-full";
    expect(await psql(settings, "select 1")).toContain("does not match host name");
  });

  it.skipIf(noPsql !== undefined)("binds SCRAM to the connection on demand", async () => {
    const user = "host=localhost user=guarded";
    const bound = `${user} sslmode=require channel_binding=require`;
    expect(await psql(bound, "select current_user")).toBe("guarded");
    const disabled = `${user} sslmode=require channel_binding=disable`;
    expect(await psql(disabled, "select current_user")).toBe("guarded");
    const plain = `${user} sslmode=disable channel_binding=require`;
    expect(await psql(plain, "select 1")).toContain("channel binding required");
  });

  it("serves node-postgres, with and without a password", async () => {
    for (const login of [{}, { user: "guarded", password: "sesame", enableChannelBinding: true }]) {
      const client = await connectTo(port, { ssl: { ca }, host: "localhost", ...login });
      const { rows } = await client.query(
        "select ssl, version from pg_stat_ssl where pid = pg_backend_pid()",
      );
      expect(rows).toEqual([{ ssl: true, version: "TLSv1.3" }]);
      await client.end();
    }
  });

  it("serves postgres.js", async () => {
    const sql = postgres({ ...POSTGRES, host: "localhost", port, ssl: { ca }, max: 1 });
    expect([...(await sql`select 1 as one`)]).toEqual([{ one: 1 }]);
    await sql.end();
  });

  it("still takes connections without TLS", async () => {
    const client = await connectTo(port);
    const { rows } = await client.query("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
    expect(rows).toEqual([{ ssl: false }]);
    await client.end();
  });

  it("refuses GSSAPI encryption, then takes TLS", async () => {
    const socket = await open(port);
    expect(await answer(socket, GSSENC_REQUEST)).toBe("N");
    expect(await answer(socket, SSL_REQUEST)).toBe("S");
    const client = WireClient.over(
      (await handshake({ socket, ca, servername: "localhost" })) ?? socket,
    );
    client.send(startupPacket(POSTGRES));
    expect((await client.until("Z")).at(-1)?.tag).toBe("Z");
    client.close();
  });

  it("takes a connection that begins with TLS and names the protocol", async () => {
    const options = { host: "127.0.0.1", port, ca, servername: "localhost" };
    const direct = await handshake({ ...options, ALPNProtocols: ["postgresql"] });
    expect(direct?.alpnProtocol).toBe("postgresql");
    if (direct === undefined) return;
    const client = WireClient.over(direct);
    client.send(startupPacket(POSTGRES));
    expect((await client.until("Z")).at(-1)?.tag).toBe("Z");
    client.close();
  });

  it("refuses direct TLS that means another protocol, or does not say which", async () => {
    const options = { host: "127.0.0.1", port, ca, servername: "localhost" };
    expect(await handshake({ ...options, ALPNProtocols: ["http/1.1"] })).toBeUndefined();
    const unnamed = await handshake(options);
    if (unnamed === undefined) return;
    expect(await answer(unnamed, startupPacket(POSTGRES))).toBe("");
  });

  it("refuses what was sent before the handshake", async () => {
    const client = WireClient.over(await open(port));
    client.send(Buffer.concat([SSL_REQUEST, startupPacket(POSTGRES)]));
    expect(fields(await client.until("Z"))).toMatchObject({
      S: "FATAL",
      C: "08P01",
      M: "received unencrypted data after SSL request",
    });
  });

  it("refuses a second request for encryption inside of the first", async () => {
    const client = WireClient.over((await secured()) ?? (await open(port)));
    client.send(SSL_REQUEST);
    expect(fields(await client.until("Z"))).toMatchObject({ C: "0A000" });
  });

  it("closes a connection whose handshake is no handshake, and goes on", async () => {
    const socket = await open(port);
    expect(await answer(socket, SSL_REQUEST)).toBe("S");
    await new Promise<void>((resolve) => {
      socket.once("close", () => resolve());
      socket.on("error", () => {});
      socket.resume();
      socket.write("this is not TLS at all, whatever you may have expected");
    });
    expect(await secured({ maxVersion: "TLSv1.1", minVersion: "TLSv1" })).toBeUndefined();
    expect(await secured()).toBeDefined();
  });

  it("forgets clients that vanish during the handshake", async () => {
    for (let n = 0; n < 50; n++) {
      const socket = await open(port);
      expect(await answer(socket, SSL_REQUEST)).toBe("S");
      socket.destroy();
    }
    const socket = await secured();
    expect(socket?.getProtocol()).toBe("TLSv1.3");
    socket?.destroy();
  });

  it("cancels a statement over TLS", async () => {
    const socket = await secured();
    if (socket === undefined) throw new Error("no TLS");
    const client = WireClient.over(socket);
    client.send(startupPacket(POSTGRES));
    const key = (await client.until("Z")).find(({ tag }) => tag === "K")?.body;
    client.send(messages.query("select pg_sleep(30)"));
    const canceller = await secured();
    const request = Buffer.concat([int32(16, 80_877_102), key ?? Buffer.alloc(0)]);
    canceller?.end(request);
    expect(fields(await client.until("Z"))).toMatchObject({ C: "57014" });
    client.close();
  });

  it("moves large results and large statements both ways", async () => {
    const client = await connectTo(port, { ssl: { ca }, host: "localhost" });
    const text = "x".repeat(5_000_000);
    expect((await client.query("select $1::text as text", [text])).rows).toEqual([{ text }]);
    const { rows } = await client.query("select i from generate_series(1, 200000) i");
    expect(rows.length).toBe(200_000);
    expect(rows.at(-1)).toEqual({ i: 200_000 });
    await client.end();
  });

  it("shows a new certificate after SIGHUP, without a restart", async () => {
    const before = (await secured())?.getPeerCertificate().fingerprint256;
    for (const name of ["server.crt", "server.key"]) rmSync(join(directory, "tls", name));
    running.signal("SIGHUP");
    await eventually("another certificate", async () => {
      const socket = await secured();
      const shown = socket?.getPeerCertificate().fingerprint256;
      socket?.destroy();
      return shown !== before;
    });
    expect(readFileSync(join(directory, "tls/ca.crt"), "utf8")).toBe(ca);
  });
});

describe.skipIf(missing !== undefined)("TLS by options", () => {
  const directories: string[] = [];
  const servers: Running[] = [];

  const start = async (...options: string[]): Promise<{ port: number; directory: string }> => {
    const directory = temporaryDirectory("tls-options");
    directories.push(directory);
    const running = await startServer(directory, options);
    servers.push(running);
    return { port: running.ports[0] ?? 0, directory };
  };

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    directories.forEach(removeDirectory);
  });

  it("is off on loopback unless asked for", async () => {
    const { port, directory } = await start();
    expect(await answer(await open(port), SSL_REQUEST)).toBe("N");
    expect(existsSync(join(directory, "tls"))).toBe(false);
  });

  it("is on beyond loopback unless refused", async () => {
    const { port } = await start("--host", "0.0.0.0", "--allow-unauthenticated");
    expect(await answer(await open(port), SSL_REQUEST)).toBe("S");
    const off = await start("--host", "0.0.0.0", "--allow-unauthenticated", "--tls", "off");
    expect(await answer(await open(off.port), SSL_REQUEST)).toBe("N");
  });

  it("can be required, and uses a certificate that it is given", async () => {
    const source = await start("--tls", "on");
    const given = temporaryDirectory("tls-given");
    directories.push(given);
    for (const name of ["server.crt", "server.key", "ca.crt"]) {
      copyFileSync(join(source.directory, "tls", name), join(given, name));
    }
    const files = ["--tls-cert", join(given, "server.crt"), "--tls-key", join(given, "server.key")];
    const { port, directory } = await start("--tls", "require", ...files);
    expect(existsSync(join(directory, "tls"))).toBe(false);
    await expect(connectTo(port)).rejects.toMatchObject({
      code: "28000",
      message:
        'no pg_hba.conf entry for host "127.0.0.1", user "postgres", database "postgres", no encryption',
    });
    const ca = readFileSync(join(given, "ca.crt"), "utf8");
    const client = await connectTo(port, { ssl: { ca }, host: "localhost" });
    expect((await client.query("show ssl")).rows).toEqual([{ ssl: "on" }]);
    await client.end();
  });

  it("says in one line what is wrong with a certificate", async () => {
    const directory = temporaryDirectory("tls-wrong");
    directories.push(directory);
    const files = ["--tls-cert", "/nowhere/a.crt", "--tls-key", "/nowhere/a.key"];
    await expect(startServer(directory, files)).rejects.toThrow(
      "the TLS certificate cannot be used",
    );
  });

  it("is the same at every query processor of a cluster", async () => {
    const directory = temporaryDirectory("tls-cluster");
    directories.push(directory);
    const cluster = await startCluster(directory, ["--tls", "require"]);
    servers.push(cluster);
    const ca = readFileSync(join(directory, "tls/ca.crt"), "utf8");
    for (const port of cluster.ports) {
      const client = await connectTo(port, { ssl: { ca }, host: "localhost" });
      expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
      await client.end();
      await expect(connectTo(port)).rejects.toMatchObject({ code: "28000" });
    }
  });
});
