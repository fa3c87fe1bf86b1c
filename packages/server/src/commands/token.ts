/** `firstlight token`: a password for a server that takes tokens of IAM, as AWS's tools make it. */
import { readFileSync } from "node:fs";
import type { IamCredential } from "@firstlight/query-processor";
import { loginToken, parseCredentialsFile, parseIamSecret } from "@firstlight/query-processor";
import type { TokenOptions } from "../command-line/options.ts";
import { UsageError } from "../command-line/options.ts";
import { endpointOf } from "../control-plane/cluster-name.ts";

/** Good for servers that know no secret. */
const ANY: IamCredential = { accessKey: "FIRSTLIGHT", secret: "none" };

function fromEnvironment(): IamCredential | undefined {
  const { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secret } = process.env;
  const { AWS_SESSION_TOKEN: sessionToken } = process.env;
  if (accessKey === undefined || secret === undefined) return undefined;
  return { accessKey, secret, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

function credentialOf({ access }: TokenOptions): IamCredential {
  const [secret] = access.secrets;
  try {
    if (secret !== undefined) return parseIamSecret(secret);
    if (access.credentialsPath === undefined) return fromEnvironment() ?? ANY;
    const [first] = parseCredentialsFile(readFileSync(access.credentialsPath, "utf8"));
    if (first !== undefined) return first;
    throw new Error(`${access.credentialsPath} has no access key and secret`);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

export function runTokenCommand(options: TokenOptions): void {
  const { access, user, host, expiresIn } = options;
  const token = loginToken({
    host: host ?? endpointOf(access.clusterId, access.region),
    user,
    region: access.region,
    credential: credentialOf(options),
    expiresIn,
    now: Math.floor(Date.now() / 1000),
  });
  process.stdout.write(`${token}\n`);
}
