/** Options about who may connect and what clusters are called, as the command line has them. */
import {
  DEFAULT_IDENTIFIER,
  DEFAULT_REGION,
  IDENTIFIER,
  REGION,
} from "./control-plane/cluster-name.ts";

export const AUTH_MODES = ["trust", "password", "token"] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

export interface AccessOptions {
  /** Undefined: tokens with the dsql profile, else passwords of roles that have one. */
  readonly auth: AuthMode | undefined;
  readonly region: string;
  /** Of the cluster that is there from the start. */
  readonly clusterId: string;
  /** ACCESS_KEY=SECRET[,ARN], each. */
  readonly secrets: readonly string[];
  readonly credentialsPath: string | undefined;
  /** Of the control plane; undefined: there is none. */
  readonly controlPort: number | undefined;
}

export const ACCESS_HELP: string = `      --auth MODE         trust: whoever asks; password: who proves to know it; token: who has
                          one of IAM (token with --profile dsql; else passwords of roles
                          that have one)
      --cluster-id ID, --region REGION
                          what the cluster is called: ID.dsql.REGION.on.aws
                          (${DEFAULT_IDENTIFIER}, ${DEFAULT_REGION})
      --iam-credentials FILE
                          check signatures against the secrets in this file, which has the
                          form of ~/.aws/credentials
      --iam-secret KEY=SECRET[,ARN]
                          the same for one secret, which other users of the machine see
      --control-port N    serve the control plane's API on this port of loopback`;

type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

function text(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function portOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const port = Number(given);
  if (/^\d+$/u.test(given) && port <= 65_535) return port;
  throw new RangeError(`--control-port must be a port number from 0 to 65535, not "${given}"`);
}

function authOf(given: string | undefined): AuthMode | undefined {
  const mode = AUTH_MODES.find((each) => each === given);
  if (given === undefined || mode !== undefined) return mode;
  throw new RangeError(`--auth must be one of ${AUTH_MODES.join(", ")}, not "${given}"`);
}

/** Throws RangeError with one clear line. */
export function accessOptions(values: Values): AccessOptions {
  const region = text(values, "region") ?? DEFAULT_REGION;
  const clusterId = text(values, "cluster-id") ?? DEFAULT_IDENTIFIER;
  if (!REGION.test(region)) throw new RangeError(`--region must be as us-east-1, not "${region}"`);
  if (!IDENTIFIER.test(clusterId)) {
    throw new RangeError(`--cluster-id must be 26 of a to z and 2 to 7, not "${clusterId}"`);
  }
  const secrets = values["iam-secret"];
  return {
    auth: authOf(text(values, "auth")),
    region,
    clusterId,
    secrets: Array.isArray(secrets) ? (secrets as readonly string[]) : [],
    credentialsPath: text(values, "iam-credentials"),
    controlPort: portOf(text(values, "control-port")),
  };
}

/** For parseArgs. */
type OptionTable = Readonly<
  Record<string, { readonly type: "string"; readonly multiple?: boolean }>
>;

const STRING = { type: "string" } as const;

export const CLUSTER_ACCESS: OptionTable = {
  auth: STRING,
  "cluster-id": STRING,
  region: STRING,
  "iam-credentials": STRING,
};

export const ACCESS: OptionTable = {
  ...CLUSTER_ACCESS,
  "control-port": STRING,
  "iam-secret": { type: "string", multiple: true },
};
