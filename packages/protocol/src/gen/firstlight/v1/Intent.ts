// Original file: ../../proto/firstlight/v1/adjudicator.proto

export const Intent = {
  INTENT_UNSPECIFIED: 0,
  X: 1,
  U: 2,
  K: 3,
  R: 4,
  D: 5,
} as const;

export type Intent =
  | 'INTENT_UNSPECIFIED'
  | 0
  | 'X'
  | 1
  | 'U'
  | 2
  | 'K'
  | 3
  | 'R'
  | 4
  | 'D'
  | 5

export type Intent__Output = typeof Intent[keyof typeof Intent]
