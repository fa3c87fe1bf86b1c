/**
 * The secrets that a server knows, to check signatures against: from the command line, or from a
 * file in the form of AWS's shared credentials. Where none is known signatures are not checked.
 */

export interface IamCredential {
  readonly accessKey: string;
  readonly secret: string;
  /** Of temporary credentials: requests have to bring it along. */
  readonly sessionToken?: string;
  /** Whose credentials they are: arn:aws:iam::…:role/… or user/…. */
  readonly arn?: string;
}

export type IamCredentials = ReadonlyMap<string, IamCredential>;

const IAM_ARN = /^arn:aws[a-z-]*:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]{1,512}$/u;
const ASSUMED_ROLE = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/u;

export function isIamArn(text: string): boolean {
  return IAM_ARN.test(text);
}

/** The role behind a session of it; other ARNs as they are. */
export function principalOf(arn: string): string {
  return arn.replace(ASSUMED_ROLE, "arn:$1:iam::$2:role/$3");
}

/** AKID=SECRET, or AKID=SECRET,ARN. Throws an Error with one clear line. */
export function parseIamSecret(text: string): IamCredential {
  const [, accessKey = "", secret = "", arn] = /^([^=\s]+)=([^,\s]+)(?:,(.*))?$/u.exec(text) ?? [];
  if (accessKey === "" || secret === "") {
    throw new Error("an IAM secret is written ACCESS_KEY=SECRET or ACCESS_KEY=SECRET,ARN");
  }
  return withArn({ accessKey, secret }, arn);
}

function withArn(credential: IamCredential, arn: string | undefined): IamCredential {
  if (arn === undefined || arn === "") return credential;
  const principal = principalOf(arn);
  if (!isIamArn(principal)) throw new Error(`"${arn}" is no ARN of an IAM role or user`);
  return { ...credential, arn: principal };
}

function sectionsOf(text: string): Map<string, string>[] {
  const sections: Map<string, string>[] = [];
  for (const line of text.split(/\r?\n/u).map((each) => each.trim())) {
    if (/^\[.*\]$/u.test(line)) sections.push(new Map());
    const equals = line.indexOf("=");
    if (equals < 0 || /^[#;]/u.test(line)) continue;
    sections.at(-1)?.set(line.slice(0, equals).trim().toLowerCase(), line.slice(equals + 1).trim());
  }
  return sections;
}

/**
 * Sections with aws_access_key_id and aws_secret_access_key, and if they have them
 * aws_session_token and role_arn (whose credentials they are). Throws an Error with one clear line.
 */
export function parseCredentialsFile(text: string): readonly IamCredential[] {
  return sectionsOf(text).flatMap((section) => {
    const accessKey = section.get("aws_access_key_id");
    const secret = section.get("aws_secret_access_key");
    if (accessKey === undefined || secret === undefined) return [];
    const sessionToken = section.get("aws_session_token");
    const session = sessionToken === undefined ? {} : { sessionToken };
    return [withArn({ accessKey, secret, ...session }, section.get("role_arn"))];
  });
}
