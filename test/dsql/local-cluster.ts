/** A server with the dsql profile as users start it, and sockets that find it by a cluster's name. */
import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Running } from "../support/processes.ts";
import { removeDirectory, startServer, temporaryDirectory } from "../support/processes.ts";
import type { Credentials } from "./aws-packages.ts";

export const IDENTIFIER = "firstlightaaaaaaaaaaaaaaaa";
export const ENDPOINT = `${IDENTIFIER}.dsql.us-east-1.on.aws`;
export const REGION = "us-east-1";
export const APP_ARN = "arn:aws:iam::111122223333:role/app";

export const ADMIN: Credentials = { accessKeyId: "AKIAADMIN", secretAccessKey: "of/the+admin" };
export const APP: Credentials = {
  accessKeyId: "ASIAAPP",
  secretAccessKey: "of/the+app",
  sessionToken: "a+session/token==",
};

/** In the form of ~/.aws/credentials. */
export const CREDENTIALS_FILE: string = [
  "[admin]",
  `aws_access_key_id = ${ADMIN.accessKeyId}`,
  `aws_secret_access_key = ${ADMIN.secretAccessKey}`,
  "[app]",
  `aws_access_key_id = ${APP.accessKeyId}`,
  `aws_secret_access_key = ${APP.secretAccessKey}`,
  `aws_session_token = ${APP.sessionToken ?? ""}`,
  `role_arn = ${APP_ARN}`,
  "",
].join("\n");

/** What a line in the file of hosts does: the name stays, the address is this machine's. */
class LoopbackSocket extends Socket {
  override connect(...args: unknown[]): this {
    const [port] = args;
    if (typeof port !== "number") throw new TypeError("a port is asked for");
    return super.connect(port, "127.0.0.1");
  }
}

export function toLoopback(): Socket {
  return new LoopbackSocket();
}

export interface LocalCluster {
  readonly running: Running;
  readonly port: number;
  readonly directory: string;
  /** Of the authority, PEM. */
  readonly ca: string;
  /** Of the control plane; empty without one. */
  readonly controlPlane: string;
  destroy(): Promise<void>;
}

export async function startLocalCluster(
  options: readonly string[] = [],
  directory: string = temporaryDirectory("dsql"),
): Promise<LocalCluster> {
  const running = await startServer(directory, ["--profile", "dsql", ...options]);
  return {
    running,
    port: running.ports[0] ?? 0,
    directory,
    ca: readFileSync(join(directory, "tls/ca.crt"), "utf8"),
    controlPlane: /^control plane: (\S+)$/mu.exec(running.output())?.[1] ?? "",
    destroy: async () => {
      await running.stop();
      removeDirectory(directory);
    },
  };
}
