/** Login tokens: who is let in, and what those are told who are not. */
import { describe, expect, it } from "vitest";
import type { IamCredential } from "./credentials.ts";
import { isIamArn, parseCredentialsFile, parseIamSecret, principalOf } from "./credentials.ts";
import { parseLoginToken } from "./login-token.ts";
import { loginToken } from "./sign-token.ts";
import { secondsOf, signatureOf, timeText } from "./signature-v4.ts";
import type { TokenUse, TokenVerdict } from "./verify-token.ts";
import { UNKNOWN_CREDENTIAL, WRONG_SIGNATURE, verifyToken } from "./verify-token.ts";

const HOST = "firstlightaaaaaaaaaaaaaaaa.dsql.us-east-1.on.aws";
const NOW = Date.UTC(2026, 8, 15, 12, 0, 0) / 1000;

/** Made by @aws-sdk/dsql-signer 3.1142.0 at that time. */
const ADMIN_TOKEN =
  `${HOST}/?Action=DbConnectAdmin&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=` +
  "AKIAIOSFODNN7EXAMPLE%2F20260915%2Fus-east-1%2Fdsql%2Faws4_request&X-Amz-Date=20260915T120000Z" +
  "&X-Amz-Expires=900&X-Amz-Signature=" +
  "b61b20f5f6c0e21643b6db3c332a80606acb91a033fd3dc5f7806865a6afd83d&X-Amz-SignedHeaders=host";
const SESSION_TOKEN =
  `${HOST}/?Action=DbConnect&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=` +
  "ASIAIOSFODNN7EXAMPLE%2F20260915%2Fus-east-1%2Fdsql%2Faws4_request&X-Amz-Date=20260915T120000Z" +
  "&X-Amz-Expires=3600&X-Amz-Security-Token=a%2Fb%2Bc%3D%3D&X-Amz-Signature=" +
  "a95322d45561784dff21b1c6c456a38916b8017a09e7016e611cc4fab7bec96b&X-Amz-SignedHeaders=host";

const KNOWN: readonly IamCredential[] = [
  {
    accessKey: "AKIAIOSFODNN7EXAMPLE",
    secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    arn: "arn:aws:iam::111122223333:role/app",
  },
  { accessKey: "ASIAIOSFODNN7EXAMPLE", secret: "secret", sessionToken: "a/b+c==" },
];

interface Wanted extends Partial<TokenUse> {
  readonly region?: string;
  readonly now?: number;
  readonly known?: readonly IamCredential[];
}

function verdict(token: string, wanted: Wanted = {}): TokenVerdict {
  const { region = "us-east-1", known = KNOWN, now = NOW, ...use } = wanted;
  return verifyToken(
    token,
    { user: "admin", isOwnHost: (host) => host === HOST, ...use },
    { region, now: () => now, credentials: new Map(known.map((each) => [each.accessKey, each])) },
  );
}

function reason(token: string, wanted: Wanted = {}): string {
  const found = verdict(token, wanted);
  return found.granted ? "granted" : found.reason;
}

describe("a login token", () => {
  it("of the official signer is good for whom it was made, and says whose it is", () => {
    expect(verdict(ADMIN_TOKEN)).toEqual({
      granted: true,
      accessKey: "AKIAIOSFODNN7EXAMPLE",
      arn: "arn:aws:iam::111122223333:role/app",
    });
    expect(reason(SESSION_TOKEN, { user: "app" })).toBe("granted");
  });

  it("is made here as the official signer makes it", () => {
    const [credential] = KNOWN;
    if (credential === undefined) return;
    const request = { host: HOST, region: "us-east-1", credential, now: NOW };
    const made = loginToken({ ...request, user: "admin", expiresIn: 900 });
    expect(parseLoginToken(made)?.signature).toBe(parseLoginToken(ADMIN_TOKEN)?.signature);
  });

  it("is for admin or for another role, not for both", () => {
    expect(reason(SESSION_TOKEN)).toBe(
      "Wrong user to action mapping. user: admin, action: DbConnect",
    );
    expect(reason(ADMIN_TOKEN, { user: "app" })).toBe(
      "Wrong user to action mapping. user: app, action: DbConnectAdmin",
    );
  });

  it("holds for its time, with five minutes for clocks that are ahead", () => {
    expect(reason(ADMIN_TOKEN, { now: NOW + 899 })).toBe("granted");
    expect(reason(ADMIN_TOKEN, { now: NOW + 900 })).toBe(
      "Signature expired: 20260915T120000Z is now earlier than 20260915T120000Z (20260915T121500Z - 900 sec.)",
    );
    expect(reason(ADMIN_TOKEN, { now: NOW - 300 })).toBe("granted");
    expect(reason(ADMIN_TOKEN, { now: NOW - 301 })).toContain("Signature not yet current");
  });

  it("lasts a week at most", () => {
    const lasting = (expires: string): string =>
      reason(ADMIN_TOKEN.replace("X-Amz-Expires=900", `X-Amz-Expires=${expires}`), { known: [] });
    expect(lasting("604800")).toBe("granted");
    expect(lasting("604801")).toContain("must be less than a week");
    for (const wrong of ["", "-1", "1e3", "9999999999"]) {
      expect(lasting(wrong)).toBe("X-Amz-Expires should be a number");
    }
  });

  it("is for one host, one Region and one service", () => {
    expect(reason(ADMIN_TOKEN, { isOwnHost: () => false })).toContain(HOST);
    expect(reason(ADMIN_TOKEN, { region: "eu-west-1" })).toBe(
      "Credential should be scoped to a valid region, not 'us-east-1'.",
    );
    expect(reason(ADMIN_TOKEN.replace("%2Fdsql%2F", "%2Frds-db%2F"))).toContain("correct service");
    expect(reason(ADMIN_TOKEN.replace("%2F20260915%2F", "%2F20260914%2F"))).toContain(
      "Date in Credential scope does not match",
    );
  });

  it("is signed, by a secret that is known", () => {
    const [first] = KNOWN;
    const changed = ADMIN_TOKEN.replace("X-Amz-Expires=900", "X-Amz-Expires=901");
    expect(reason(changed)).toBe(WRONG_SIGNATURE);
    expect(reason(ADMIN_TOKEN.replace("Signature=b", "Signature=c"))).toBe(WRONG_SIGNATURE);
    expect(reason(ADMIN_TOKEN, { known: KNOWN.slice(1) })).toBe(UNKNOWN_CREDENTIAL);
    const session = { accessKey: "ASIAIOSFODNN7EXAMPLE", secret: "secret", sessionToken: "x" };
    expect(reason(SESSION_TOKEN, { user: "app", known: [session] })).toBe(UNKNOWN_CREDENTIAL);
    const other = { accessKey: first?.accessKey ?? "", secret: "another" };
    expect(reason(ADMIN_TOKEN, { known: [other] })).toBe(WRONG_SIGNATURE);
  });

  it("is believed where no secret is known", () => {
    expect(verdict(ADMIN_TOKEN.replace("Signature=b", "Signature=c"), { known: [] })).toEqual({
      granted: true,
      accessKey: "AKIAIOSFODNN7EXAMPLE",
      arn: undefined,
    });
  });

  it.each([
    ["", "an empty password"],
    ["secret", "a password"],
    [HOST, "a host alone"],
    [`${ADMIN_TOKEN}&Action=DbConnect`, "an action twice"],
    [ADMIN_TOKEN.replace("host", "host%3Bx-other").replace(/=host$/u, "=host%3Bx"), "more headers"],
    [ADMIN_TOKEN.replace("HMAC-SHA256", "ECDSA-P256-SHA256"), "another algorithm"],
    [ADMIN_TOKEN.replace("T120000Z", "T126000Z"), "no such time"],
    [ADMIN_TOKEN.replace("%2Faws4_request", ""), "an incomplete scope"],
    [ADMIN_TOKEN.replace("DbConnectAdmin", "%E0%A4%A"), "what cannot be decoded"],
    [`${ADMIN_TOKEN}&x=${"y".repeat(20_000)}`, "what is too long"],
  ])("is not: %.20s… (%s)", (text) => {
    expect(parseLoginToken(text)).toBeUndefined();
    expect(reason(text)).toBe("The password is not an authentication token.");
  });
});

describe("times of signatures", () => {
  it("are read back as they are written", () => {
    expect(timeText(NOW)).toBe("20260915T120000Z");
    expect(secondsOf("20260915T120000Z")).toBe(NOW);
    for (const wrong of ["20260230T000000Z", "20260915T240000Z", "2026-09-15T12:00:00Z"]) {
      expect(secondsOf(wrong)).toBeUndefined();
    }
  });
});

describe("a signed request", () => {
  it("is signed as AWS's own example says", () => {
    const scope = {
      accessKey: "AKIDEXAMPLE",
      date: "20150830",
      region: "us-east-1",
      service: "iam",
    };
    const signature = signatureOf(
      {
        method: "GET",
        path: "/",
        query: [
          ["Version", "2010-05-08"],
          ["Action", "ListUsers"],
        ],
        headers: [
          ["content-type", "application/x-www-form-urlencoded; charset=utf-8"],
          ["host", "iam.amazonaws.com"],
          ["x-amz-date", "20150830T123600Z"],
        ],
        payloadHash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        time: "20150830T123600Z",
        scope,
      },
      "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    );
    expect(signature).toBe("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
  });
});

describe("secrets", () => {
  it("are read from the command line", () => {
    expect(parseIamSecret("AKIA=a/b+c")).toEqual({ accessKey: "AKIA", secret: "a/b+c" });
    expect(parseIamSecret("AKIA=s,arn:aws:sts::111122223333:assumed-role/app/me")).toEqual({
      accessKey: "AKIA",
      secret: "s",
      arn: "arn:aws:iam::111122223333:role/app",
    });
    expect(() => parseIamSecret("AKIA")).toThrow("ACCESS_KEY=SECRET");
    expect(() => parseIamSecret("AKIA=s,arn:aws:s3:::bucket")).toThrow("is no ARN");
  });

  it("are read from a file of AWS's form", () => {
    const text = [
      "# comment",
      "[default]",
      "aws_access_key_id = AKIA",
      "aws_secret_access_key=s=1",
      "[incomplete]",
      "aws_access_key_id = AKIB",
      "[temporary]",
      "aws_access_key_id = ASIA",
      "aws_secret_access_key = t",
      "aws_session_token = u",
      "role_arn = arn:aws:iam::111122223333:user/team/me",
    ].join("\n");
    expect(parseCredentialsFile(text)).toEqual([
      { accessKey: "AKIA", secret: "s=1" },
      {
        accessKey: "ASIA",
        secret: "t",
        sessionToken: "u",
        arn: "arn:aws:iam::111122223333:user/team/me",
      },
    ]);
  });

  it("belong to IAM's roles and users", () => {
    expect(isIamArn("arn:aws:iam::111122223333:role/service-role/x")).toBe(true);
    expect(isIamArn("arn:aws-us-gov:iam::111122223333:user/x")).toBe(true);
    for (const wrong of ["x", "arn:aws:iam::1:role/x", "arn:aws:iam::111122223333:group/x"]) {
      expect(isIamArn(wrong)).toBe(false);
    }
    expect(principalOf("arn:aws:iam::111122223333:role/x")).toBe(
      "arn:aws:iam::111122223333:role/x",
    );
  });
});
