/** Which statements ask for admission, and about what. */
import { describe, expect, it } from "vitest";
import type { Span } from "@firstlight/common";
import { KEY_MAX, KEY_MIN, ManualClock, indexPrefix, spanContains } from "@firstlight/common";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import { FIRST_TEMPORARY_OID } from "../catalog/builtin-objects.ts";
import type { LoadedPart } from "./loaded-part.ts";
import type { AdmittedStatement } from "./statement-admission.ts";
import { StatementAdmission } from "./statement-admission.ts";

const SECOND = 1_000_000;
const TABLE = 20_000;
const VIEW = 20_001;
const OBJECTS = new Map([
  [TABLE, { kind: "table", storageId: 300 }],
  [VIEW, { kind: "view" }],
  [FIRST_TEMPORARY_OID, { kind: "table", storageId: 7 }],
]) as unknown as CatalogImage["objects"];
const image = { objects: OBJECTS };

function asked(seconds: number) {
  const clock = new ManualClock();
  const about: (readonly Span[])[] = [];
  const part: LoadedPart = {
    kind: "storage",
    name: "s1",
    load: { micros: seconds * SECOND, at: clock.monotonicMicros() },
  };
  const partsOf = (spans: readonly Span[]): LoadedPart[] => {
    about.push(spans);
    return [part];
  };
  const admission = new StatementAdmission({ cluster: { load: { partsOf } }, clock });
  const settings = { derived: { admission: { storage: 10 * SECOND, journal: Infinity } } };
  const kv = { dependencies: new Set<number>() };
  const transaction = { isAdmitted: false, schema: { kv, image } };
  return { clock, about, admission, session: { settings }, transaction, kv };
}

function plan(readsOnly: boolean, ...dependencies: number[]): AdmittedStatement {
  return { kind: "plan", readsOnly, executable: {}, dependencies, image };
}

const REFUSED = "no new transaction may write";

describe("admission of statements", () => {
  it("is not asked for by those that only read", () => {
    const { admission, session, transaction, about } = asked(20);
    expect(admission.admit(session, transaction, plan(true, TABLE))).toBeUndefined();
    expect(about).toEqual([]);
  });

  it("is about all that the tables of the statement have stored", () => {
    const { admission, session, transaction, about } = asked(0);
    void admission.admit(session, transaction, plan(false, TABLE, VIEW));
    const [spans = []] = about;
    expect(spans).toHaveLength(1);
    const holds = (storageId: number, index: number): boolean =>
      spans.some((span) => spanContains(span, indexPrefix(storageId, index)));
    expect([holds(300, 0), holds(300, 5), holds(301, 0)]).toEqual([true, true, false]);
  });

  it("is about everything for changes of the schema", () => {
    const { admission, session, transaction, about } = asked(0);
    void admission.admit(session, transaction, { kind: "utility", readsOnly: false });
    expect(about).toEqual([[{ start: KEY_MIN, end: KEY_MAX }]]);
  });

  it("is not needed for temporary tables, which give none for others", () => {
    const { admission, session, transaction } = asked(20);
    const temporary = plan(false, FIRST_TEMPORARY_OID);
    expect(admission.admit(session, transaction, temporary)).toBeUndefined();
    expect(() => admission.admit(session, transaction, plan(false, TABLE))).toThrow(REFUSED);
  });

  it("is asked for once in a transaction: who has begun to write may go on", () => {
    const { admission, session, transaction, about } = asked(0);
    void admission.admit(session, transaction, plan(false, TABLE));
    void admission.admit(session, transaction, plan(false, TABLE));
    expect(about).toHaveLength(1);
    expect(transaction.isAdmitted).toBe(true);
  });

  it("comes later for those who have to wait", async () => {
    const { admission, session, transaction, clock } = asked(6);
    const waiting = admission.admit(session, transaction, plan(false, TABLE));
    expect(transaction.isAdmitted).toBe(false);
    await clock.advance(SECOND);
    await waiting;
    expect(transaction.isAdmitted).toBe(true);
  });

  it("is asked for by COPY about what it relies on, and not by the system itself", () => {
    const { admission, session, transaction, kv } = asked(20);
    kv.dependencies.add(TABLE);
    expect(() => admission.admitRelied(session, transaction)).toThrow(REFUSED);
    expect(admission.admitRelied({}, transaction)).toBeUndefined();
  });
});
