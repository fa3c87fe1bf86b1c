/**
 * The packages of AWS that applications use with Aurora DSQL, as far as tests call them. They are
 * loaded by name, so that the tests say what is missing where they are not installed.
 */
import type pg from "pg";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface SignerOptions {
  readonly hostname: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly expiresIn?: number;
}

interface Signer {
  getDbConnectAuthToken(): Promise<string>;
  getDbConnectAdminAuthToken(): Promise<string>;
}

export interface ConnectorConfig extends pg.PoolConfig {
  readonly region?: string;
  readonly customCredentialsProvider: Credentials;
  readonly retry?: { readonly maxRetries?: number; readonly baseDelayMs?: number };
}

interface Transactions {
  transaction<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T>;
}

type ConnectorClient = pg.Client & Transactions;
type ConnectorPool = pg.Pool & Transactions;

interface SdkClient {
  send(command: object): Promise<Readonly<Record<string, unknown>>>;
  destroy(): void;
}

type Command = new (input: object) => object;
type Waiter = (
  settings: { client: SdkClient; maxWaitTime: number; minDelay: number },
  input: object,
) => Promise<{ readonly state: string }>;

export interface AwsPackages {
  readonly signer: { DsqlSigner: new (options: SignerOptions) => Signer };
  readonly connector: {
    AuroraDSQLClient: new (config: ConnectorConfig | string) => ConnectorClient;
    AuroraDSQLPool: new (config: ConnectorConfig) => ConnectorPool;
  };
  readonly sdk: {
    DSQLClient: new (options: {
      readonly region: string;
      readonly endpoint: string;
      readonly credentials: Credentials;
      readonly maxAttempts: number;
    }) => SdkClient;
    waitUntilClusterActive: Waiter;
    waitUntilClusterNotExists: Waiter;
  } & Readonly<Record<`${string}Command`, Command>>;
}

const NAMES = {
  signer: "@aws-sdk/dsql-signer",
  connector: "@aws/aurora-dsql-node-postgres-connector",
  sdk: "@aws-sdk/client-dsql",
} as const;

async function loaded(name: string): Promise<unknown> {
  try {
    return await import(name);
  } catch {
    console.warn(`skipped: ${name} is not installed: run npm ci`);
    return undefined;
  }
}

/** Undefined when one of them is not installed. */
export async function awsPackages(): Promise<AwsPackages | undefined> {
  const [signer, connector, sdk] = await Promise.all(Object.values(NAMES).map(loaded));
  if (signer === undefined || connector === undefined || sdk === undefined) return undefined;
  return { signer, connector, sdk } as AwsPackages;
}
