/** Values of settings are read, refused and shown as PostgreSQL does. */
import { describe, expect, it } from "vitest";
import { SqlError } from "../errors/sql-error.ts";
import { SETTING_TABLE } from "./setting-table.ts";
import { parseSetting, showSetting } from "./setting-value.ts";
import { canonicalTimeZone } from "./time-zone-name.ts";

function definition(name: string): (typeof SETTING_TABLE)[number] {
  const found = SETTING_TABLE.find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

function shown(name: string, value: string, current: string = ""): string {
  const known = definition(name);
  try {
    return showSetting(known, parseSetting(known, value, current));
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return `${error.sqlstate} ${error.message}`;
  }
}

describe("the table of settings", () => {
  it("has one row per name, and every default parses to itself", () => {
    const names = SETTING_TABLE.map(({ name }) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    for (const one of SETTING_TABLE) {
      expect(parseSetting(one, one.default, one.default), one.name).toBe(one.default);
    }
  });
});

describe("values of settings", () => {
  it("are read with units and shown in the largest that fits", () => {
    expect(shown("statement_timeout", "1.5s")).toBe("1500ms");
    expect(shown("statement_timeout", "90 s")).toBe("90s");
    expect(shown("statement_timeout", "3600000")).toBe("1h");
    expect(shown("statement_timeout", "0")).toBe("0");
    expect(shown("work_mem", "100000kB")).toBe("100000kB");
    expect(shown("work_mem", "1GB")).toBe("1GB");
    expect(shown("temp_buffers", "1MB")).toBe("1MB");
  });

  it("are refused in PostgreSQL's words", () => {
    expect(shown("statement_timeout", "-1")).toBe(
      '22023 -1 ms is outside the valid range for parameter "statement_timeout" (0 .. 2147483647)',
    );
    expect(shown("statement_timeout", "1 parsec")).toBe(
      '22023 invalid value for parameter "statement_timeout": "1 parsec"',
    );
    expect(shown("geqo", "maybe")).toBe('22023 parameter "geqo" requires a Boolean value');
    expect(shown("geqo", "o")).toBe('22023 parameter "geqo" requires a Boolean value');
    expect(shown("geqo", "of")).toBe("off");
    expect(shown("firstlight.server_version", "15.8")).toBe("15.8");
    expect(shown("firstlight.server_version", "17")).toMatch(/^22023/);
    expect(shown("client_encoding", "iso-8859-1")).toBe("LATIN1");
    expect(shown("client_encoding", "johab")).toBe("JOHAB");
    expect(shown("client_encoding", "shift_jis_2004")).toBe("SHIFT_JIS_2004");
    expect(shown("client_encoding", "mule_internal")).toMatch(/^0A000/);
    expect(shown("client_encoding", "latin")).toMatch(/^22023/);
  });

  it("keep the half of DateStyle that is not mentioned", () => {
    expect(shown("DateStyle", "ymd", "SQL, DMY")).toBe("SQL, YMD");
    expect(shown("DateStyle", "german", "ISO, MDY")).toBe("German, DMY");
    expect(shown("DateStyle", "postgresql, us", "ISO, YMD")).toBe("Postgres, MDY");
    expect(shown("DateStyle", "iso, sql", "ISO, YMD")).toMatch(/^22023/);
  });

  it("know time zones by name in any case, alias, hours and POSIX text", () => {
    expect(canonicalTimeZone("europe/berlin")).toBe("Europe/Berlin");
    expect(canonicalTimeZone("utc")).toBe("UTC");
    expect(canonicalTimeZone("US/Pacific")).toBe("US/Pacific");
    expect(canonicalTimeZone("-3.5")).toBe("<-03:30>+03:30");
    expect(canonicalTimeZone("<+02>-02")).toBe("<+02>-02");
    expect(canonicalTimeZone("nosuch/zone")).toBeUndefined();
    expect(canonicalTimeZone("168")).toBeUndefined();
  });
});
