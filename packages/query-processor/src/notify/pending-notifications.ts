/**
 * What LISTEN, UNLISTEN and NOTIFY of one transaction will do when it commits, as PostgreSQL's
 * async.c keeps it: nothing before, and nothing at all of what a savepoint takes back.
 */
import { SqlError } from "@firstlight/common";
import type { Notification } from "@firstlight/common";

export type ListenAction =
  | { readonly kind: "listen" | "unlisten"; readonly channel: string }
  | { readonly kind: "unlistenAll" };

export interface NotificationMark {
  readonly actions: number;
  readonly notifications: number;
}

/** NAMEDATALEN, and PostgreSQL's NOTIFY_PAYLOAD_MAX_LENGTH. */
const CHANNEL_BYTES = 64;
const PAYLOAD_BYTES = 8000;
/** I11: what one transaction may notify of. */
const BYTES_MAX = 64 << 20;

function check({ channel, payload }: Notification): void {
  if (channel === "") throw new SqlError("22023", "channel name cannot be empty");
  if (Buffer.byteLength(channel) >= CHANNEL_BYTES) {
    throw new SqlError("22023", "channel name too long");
  }
  if (Buffer.byteLength(payload) >= PAYLOAD_BYTES) {
    throw new SqlError("22023", "payload string too long");
  }
}

export class PendingNotifications {
  readonly #actions: ListenAction[] = [];
  readonly #notifications: Notification[] = [];
  /** Channel and payload of each: repeated ones are folded. */
  readonly #known = new Set<string>();
  #bytes = 0;

  get actions(): readonly ListenAction[] {
    return this.#actions;
  }

  get notifications(): readonly Notification[] {
    return this.#notifications;
  }

  act(action: ListenAction): void {
    this.#actions.push(action);
  }

  notify(notification: Notification): void {
    check(notification);
    const identity = identityOf(notification);
    if (this.#known.has(identity)) return;
    if (this.#bytes + identity.length > BYTES_MAX) {
      throw new SqlError("54000", "too many notifications in one transaction");
    }
    this.#bytes += identity.length;
    this.#known.add(identity);
    this.#notifications.push(notification);
  }

  mark(): NotificationMark {
    return { actions: this.#actions.length, notifications: this.#notifications.length };
  }

  rollbackTo({ actions, notifications }: NotificationMark): void {
    this.#actions.length = actions;
    for (const undone of this.#notifications.splice(notifications)) {
      const identity = identityOf(undone);
      this.#known.delete(identity);
      this.#bytes -= identity.length;
    }
  }
}

export const NOTHING_PENDING: NotificationMark = { actions: 0, notifications: 0 };

function identityOf({ channel, payload }: Notification): string {
  return `${channel}\0${payload}`;
}
