// Original file: ../../proto/firstlight/v1/adjudicator.proto

export const Verdict = {
  VERDICT_UNSPECIFIED: 0,
  COMMITTED: 1,
  PREPARED: 2,
  CONFLICT: 3,
  TOO_OLD: 4,
  ABORTED: 5,
  MOVED: 6,
} as const;

export type Verdict =
  | 'VERDICT_UNSPECIFIED'
  | 0
  | 'COMMITTED'
  | 1
  | 'PREPARED'
  | 2
  | 'CONFLICT'
  | 3
  | 'TOO_OLD'
  | 4
  | 'ABORTED'
  | 5
  | 'MOVED'
  | 6

export type Verdict__Output = typeof Verdict[keyof typeof Verdict]
