// Original file: ../../proto/firstlight/v1/storage.proto

import type { KeySpan as _firstlight_v1_KeySpan, KeySpan__Output as _firstlight_v1_KeySpan__Output } from '../../firstlight/v1/KeySpan.ts';

export interface ScanPage {
  'keys'?: (Buffer | Uint8Array | string)[];
  'raw'?: (boolean);
  'rows'?: (Buffer | Uint8Array | string)[];
  'rest'?: (_firstlight_v1_KeySpan | null);
  'scanned'?: (number);
}

export interface ScanPage__Output {
  'keys': (Buffer)[];
  'raw': (boolean);
  'rows': (Buffer)[];
  'rest': (_firstlight_v1_KeySpan__Output | null);
  'scanned': (number);
}
