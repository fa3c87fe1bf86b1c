// Original file: ../../proto/firstlight/v1/adjudicator.proto

import type { LostConflict as _firstlight_v1_LostConflict, LostConflict__Output as _firstlight_v1_LostConflict__Output } from '../../firstlight/v1/LostConflict.ts';
import type { HotKey as _firstlight_v1_HotKey, HotKey__Output as _firstlight_v1_HotKey__Output } from '../../firstlight/v1/HotKey.ts';

export interface ConflictReport {
  'log'?: (string);
  'recent'?: (_firstlight_v1_LostConflict)[];
  'hottest'?: (_firstlight_v1_HotKey)[];
}

export interface ConflictReport__Output {
  'log': (string);
  'recent': (_firstlight_v1_LostConflict__Output)[];
  'hottest': (_firstlight_v1_HotKey__Output)[];
}
