/** How a certificate is made known to each kind of system. */
import { describe, expect, it } from "vitest";
import { installCommands } from "./cert.ts";

describe("installing the authority's certificate", () => {
  const programs = (platform: string, ...there: string[]): readonly string[] | undefined =>
    installCommands(platform, (name) => there.includes(name), "/data/tls/ca.crt")?.map((words) =>
      words.join(" "),
    );

  it("is done by the system's own program", () => {
    expect(programs("linux", "update-ca-certificates", "trust")).toEqual([
      "install -m 644 /data/tls/ca.crt /usr/local/share/ca-certificates/firstlight.crt",
      "update-ca-certificates",
    ]);
    expect(programs("linux", "trust")).toEqual(["trust anchor /data/tls/ca.crt"]);
    expect(programs("darwin")?.[0]).toMatch(/^security add-trusted-cert .* \/data\/tls\/ca\.crt$/u);
    expect(programs("win32")).toEqual(["certutil -addstore -f Root /data/tls/ca.crt"]);
  });

  it("is not guessed", () => {
    expect(programs("linux")).toBeUndefined();
  });
});
