/**
 * A session that listens, on a client machine: the production query processor's side of LISTEN. What
 * it hears is written down, and what a transaction that begins at that moment reads of the register
 * that the notification is about.
 */
import type { Key, NodeRuntime } from "@firstlight/common";
import { ServiceError, SqlError, keyFromLatin1 } from "@firstlight/common";
import { NotificationHub, ChannelListener, KvTransaction } from "../transactions.ts";
import type { ClusterView, NotificationBug } from "../transactions.ts";

const DATABASE = 5;
const CHANNEL = "registers";
const LIMITS = { writeBytesMax: 1 << 20, pageBytes: 1 << 16 };
const PATIENCE_MICROS = 3_000_000;

export interface HeardNotification {
  readonly payload: string;
  /** Of the register, read when it was heard; undefined while the read is under way, or if it failed. */
  seen: string | undefined;
}

/** One life of a listener. */
export interface ListenerRecord {
  readonly machine: string;
  /** Index in the notification log behind which it listens; undefined until it does. */
  position: number | undefined;
  readonly heard: HeardNotification[];
  /** It lived until everything was healed and at rest. */
  isComplete: boolean;
}

/** What a transaction that writes a register sends; unique, as the values are. */
export function notificationOf(
  key: Key,
  value: string,
): {
  readonly pid: number;
  readonly database: number;
  readonly channel: string;
  readonly payload: string;
} {
  const payload = `${Buffer.from(key, "latin1").toString("hex")}=${value}`;
  return { pid: 1, database: DATABASE, channel: CHANNEL, payload };
}

export function registerOf(payload: string): { readonly key: Key; readonly value: string } {
  const [key = "", value = ""] = payload.split("=");
  return { key: keyFromLatin1(Buffer.from(key, "hex").toString("latin1")), value };
}

/**
 * `overrun` is told when the log was trimmed before this session had heard everything, which ends the
 * session of a real client; what it has heard stays a beginning of what there was.
 */
export async function listen(
  { clock }: NodeRuntime,
  view: ClusterView,
  bugs: ReadonlySet<NotificationBug>,
  record: ListenerRecord,
  overrun: () => void,
): Promise<void> {
  const hub = new NotificationHub({ cluster: view, clock, patienceMicros: PATIENCE_MICROS, bugs });
  const arrived = (): void => {
    for (const { payload } of listener.take()) hear(view, record, payload);
  };
  const session = { database: DATABASE, arrived, overrun };
  const listener = new ChannelListener(session, hub);
  for (;;) {
    try {
      const position = await hub.position();
      record.position = position;
      listener.apply([{ kind: "listen", channel: CHANNEL }]);
      hub.add(listener, CHANNEL, position);
      return;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
    }
    await clock.sleep(100_000);
  }
}

function hear(view: ClusterView, record: ListenerRecord, payload: string): void {
  const heard: HeardNotification = { payload, seen: undefined };
  record.heard.push(heard);
  const { key } = registerOf(payload);
  const transaction = new KvTransaction(view, LIMITS, { readOnly: true });
  Promise.resolve()
    .then(() => transaction.read([key]))
    .then(
      ([value]) => {
        heard.seen = value === undefined ? undefined : Buffer.from(value).toString("latin1");
      },
      (error: unknown) => {
        if (!(error instanceof ServiceError) && !(error instanceof SqlError)) throw error;
      },
    );
}
