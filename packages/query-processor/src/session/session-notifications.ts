/** Notifications on their way to one client: its listener, made when first asked for. */
import type { ChannelListener } from "../notify/channel-listener.ts";
import { notificationResponse } from "../wire/messages.ts";
import { tooManyNotifications } from "./session-errors.ts";
import type { Session } from "./session.ts";
import { settled } from "./task.ts";
import type { Task } from "./task.ts";
import type { SqlError } from "@firstlight/common";

export class SessionNotifications {
  readonly #session: Session;
  readonly #end: (error: SqlError) => void;
  #listener: ChannelListener | undefined;

  /** `end` ends the session, which hears too slowly. */
  constructor(session: Session, end: (error: SqlError) => void) {
    this.#session = session;
    this.#end = end;
  }

  /** Undefined before anybody asked for it. */
  get listener(): ChannelListener | undefined {
    return this.#listener;
  }

  listen(): ChannelListener {
    const { engine, databaseOid } = this.#session;
    this.#listener ??= engine.listener({
      database: databaseOid,
      arrived: () => {
        this.#arrived();
      },
      overrun: () => {
        this.#end(tooManyNotifications());
      },
    });
    return this.#listener;
  }

  /** Between transactions, BEFORE ReadyForQuery: what the session itself notified of is among it. */
  *deliver(listener: ChannelListener): Task<void> {
    const { block, output } = this.#session;
    if (block.state !== "idle") return;
    const settling = listener.settle();
    if (settling !== undefined) yield* settled(settling);
    for (const each of listener.take()) notificationResponse(output, each);
  }

  /** An idle session is told at once, one that works when it is done. */
  #arrived(): void {
    const { block, connection, output } = this.#session;
    if (block.state !== "idle" || !connection.waitsForInput) return;
    if (connection.blocked) {
      void connection.drained().then(() => {
        if (this.#listener?.hasQueued === true) this.#arrived();
      });
      return;
    }
    for (const each of this.#listener?.take() ?? []) notificationResponse(output, each);
    output.release();
    connection.flush();
  }
}
