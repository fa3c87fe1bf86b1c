/**
 * Asks for a transaction's admission with its first statement that may write: about the tables that
 * the statement relies on, or about everything when it changes the schema. Asked once a transaction;
 * what a session does for itself, in temporary tables, needs none.
 */
import type { Clock, Log, Metrics, Span } from "@firstlight/common";
import {
  KEY_MAX,
  KEY_MIN,
  indexPrefix,
  isPromise,
  keyFromLatin1,
  prefixSpan,
} from "@firstlight/common";
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import type { SessionContext } from "../engine/engine.ts";
import type { ClusterView } from "../transaction/cluster-view.ts";
import { Admission } from "./admission.ts";

const EVERYTHING: readonly Span[] = [{ start: KEY_MIN, end: KEY_MAX }];
/** Of a data key: what all of a table's have in common. */
const TABLE_PREFIX_LENGTH = 5;

export interface StatementAdmissionParts {
  readonly cluster: Pick<ClusterView, "load">;
  readonly clock: Clock;
  readonly log?: Log | undefined;
  readonly metrics?: Metrics | undefined;
}

type Image = Pick<CatalogImage, "objects">;

/** What is asked of a session, its transaction and its statement. */
export type AdmittedSession = Pick<SessionContext, "settings">;

export interface AdmittedTransaction {
  /** It has been let in. */
  isAdmitted: boolean;
  readonly schema: {
    readonly kv: { readonly dependencies: Iterable<number> };
    readonly image: Image;
  };
}

export type AdmittedStatement =
  | { readonly kind: "utility"; readonly readsOnly: boolean }
  | {
      readonly kind: "plan";
      readonly readsOnly: boolean;
      /** The same of plans that differ in literals alone. */
      readonly executable: object;
      readonly dependencies: readonly number[];
      readonly image: Image;
    };

export class StatementAdmission {
  readonly #admission: Admission | undefined;
  readonly #spans = new WeakMap<object, readonly Span[]>();

  constructor({ cluster: { load }, clock, log, metrics }: StatementAdmissionParts) {
    if (load !== undefined) this.#admission = new Admission({ clock, load, log, metrics });
  }

  /** BEFORE a statement runs. Undefined: at once; throws 53000. */
  admit(
    session: AdmittedSession,
    transaction: AdmittedTransaction,
    statement: AdmittedStatement,
  ): Promise<void> | undefined {
    if (statement.readsOnly || transaction.isAdmitted) return undefined;
    if (statement.kind === "utility") return this.#ask(session, transaction, EVERYTHING);
    const { executable, dependencies, image } = statement;
    let spans = this.#spans.get(executable);
    if (spans === undefined) {
      spans = tableSpans(dependencies, image);
      this.#spans.set(executable, spans);
    }
    return this.#ask(session, transaction, spans);
  }

  /** About the tables that the transaction has relied on so far. */
  admitRelied(
    session: AdmittedSession,
    transaction: AdmittedTransaction,
  ): Promise<void> | undefined {
    if (transaction.isAdmitted) return undefined;
    const { kv, image } = transaction.schema;
    return this.#ask(session, transaction, tableSpans(kv.dependencies, image));
  }

  #ask(
    session: AdmittedSession,
    transaction: AdmittedTransaction,
    spans: readonly Span[],
  ): Promise<void> | undefined {
    const bounds = session.settings?.derived.admission;
    if (this.#admission === undefined || bounds === undefined || spans.length === 0) {
      return undefined;
    }
    const waiting = this.#admission.admit(spans, bounds);
    if (!isPromise(waiting)) {
      transaction.isAdmitted = true;
      return undefined;
    }
    return waiting.then(() => {
      transaction.isAdmitted = true;
    });
  }
}

function tableSpans(oids: Iterable<number>, image: Image): readonly Span[] {
  return [...oids].flatMap((oid) => {
    const object = image.objects.get(oid);
    if (object?.kind !== "table" || isTemporaryOid(oid)) return [];
    const prefix = indexPrefix(object.storageId, 0).slice(0, TABLE_PREFIX_LENGTH);
    return [prefixSpan(keyFromLatin1(prefix))];
  });
}
