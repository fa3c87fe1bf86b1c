/** Time zones by name, offset and abbreviation. */
import { describe, expect, it } from "vitest";
import {
  julianDay,
  POSTGRES_EPOCH_JULIAN,
  dateOfJulian,
  isoWeek,
  timestampFromParts,
} from "./calendar.ts";
import { findTimeZone, fromLocal, toLocal, zoneAbbreviationAt, zoneOffsetAt } from "./time-zone.ts";
import type { TimeZone } from "./time-zone.ts";

function zone(name: string): TimeZone {
  const found = findTimeZone(name);
  if (found === undefined) throw new Error(`no zone ${name}`);
  return found;
}

function local(year: number, month: number, day: number, hour: number): bigint {
  const date = julianDay(year, month, day) - POSTGRES_EPOCH_JULIAN;
  return timestampFromParts(date, hour * 3_600_000_000);
}

describe("time zones", () => {
  it("are found in any case and keep tzdata's spelling", () => {
    expect(zone("america/argentina/buenos_aires").name).toBe("America/Argentina/Buenos_Aires");
    expect(zone("us/pacific").name).toBe("US/Pacific");
    expect(zone("utc").name).toBe("UTC");
  });

  it("are refused when only Intl knows them, or nobody", () => {
    for (const name of ["PST", "IST", "Mars/Olympus", "", "+05:xx"]) {
      expect(findTimeZone(name)).toBeUndefined();
    }
  });

  it("read POSIX offsets as counted west", () => {
    expect(zone("<-05>+05").fixedOffset).toBe(-18000);
    expect(zone("UTC+3").fixedOffset).toBe(-10800);
    expect(zone("XYZ-5:30").fixedOffset).toBe(19800);
  });

  it("take the offset before a skipped hour and after a repeated one", () => {
    const newYork = zone("America/New_York");
    expect(fromLocal(newYork, local(2024, 3, 10, 2))).toBe(local(2024, 3, 10, 7));
    expect(fromLocal(newYork, local(2024, 11, 3, 1))).toBe(local(2024, 11, 3, 6));
  });

  it("change at the second of a transition", () => {
    const paris = zone("Europe/Paris");
    const change = local(2024, 3, 31, 1);
    expect(zoneOffsetAt(paris, change - 1n)).toBe(3600);
    expect(zoneOffsetAt(paris, change)).toBe(7200);
  });

  it("convert there and back wherever the local time is unique", () => {
    for (const name of ["Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"]) {
      for (let month = 1; month <= 12; month++) {
        const utc = local(2023, month, 15, 12);
        expect(fromLocal(zone(name), toLocal(zone(name), utc))).toBe(utc);
      }
    }
  });

  it("have the abbreviations of tzdata", () => {
    const january = local(2024, 1, 1, 12);
    const july = local(2024, 7, 1, 12);
    const names = (name: string): string[] =>
      [january, july].map((at) => zoneAbbreviationAt(zone(name), at));
    expect(names("Europe/Berlin")).toEqual(["CET", "CEST"]);
    expect(names("America/New_York")).toEqual(["EST", "EDT"]);
    expect(names("Europe/London")).toEqual(["GMT", "BST"]);
    expect(names("Asia/Dubai")).toEqual(["+04", "+04"]);
  });
});

describe("the calendar", () => {
  it("counts days both ways over four millennia and BC", () => {
    for (let julian = 0; julian < 3_000_000; julian += 97) {
      const { year, month, day } = dateOfJulian(julian);
      expect(julianDay(year, month, day)).toBe(julian);
    }
  });

  it("numbers ISO weeks by the year of their Thursday", () => {
    expect(isoWeek(2021, 1, 3)).toEqual({ year: 2020, week: 53 });
    expect(isoWeek(2018, 12, 31)).toEqual({ year: 2019, week: 1 });
    expect(isoWeek(2024, 7, 4)).toEqual({ year: 2024, week: 27 });
  });
});
