/**
 * Durations of the watch that adjudicators keep over each other, in microseconds. With the lease
 * (AdjudicatorSettings.leaseMicros) they decide how long a range is without an adjudicator: the
 * successor acknowledges nothing before its predecessor's lease has passed, which it has by the time
 * that anybody is suspected.
 */
export interface TakeoverSettings {
  /** How often peers tell each other what they serve. */
  readonly watchMicros: number;
  /** A log that nobody claims to serve, and that does not grow, for this long is taken over. */
  readonly suspectMicros: number;
  /** The same where the process does not even accept connections. */
  readonly refusedMicros: number;
  /** How much longer each next one in order of preference waits. */
  readonly stepMicros: number;
  /** What has not been heard of since this process began is given this long. */
  readonly bootMicros: number;
  /** A log whose appends have waited for this long is not claimed any more. */
  readonly stallMicros: number;
  /** After a failed attempt. */
  readonly retryMicros: number;
  /** After the log was taken away; doubles each time, up to the second one. */
  readonly yieldMicrosMin: number;
  readonly yieldMicrosMax: number;
  /** After so long the process that is meant to serve a log takes it back. Infinity: never. */
  readonly handBackMicros: number;
}

export const TAKEOVER_DEFAULTS: TakeoverSettings = {
  watchMicros: 100_000,
  suspectMicros: 800_000,
  refusedMicros: 500_000,
  stepMicros: 250_000,
  bootMicros: 5_000_000,
  stallMicros: 2_000_000,
  retryMicros: 200_000,
  yieldMicrosMin: 1_000_000,
  yieldMicrosMax: 30_000_000,
  handBackMicros: 15_000_000,
};
