// Original file: ../../proto/firstlight/v1/exchange.proto

import type { Serving as _firstlight_v1_Serving, Serving__Output as _firstlight_v1_Serving__Output } from '../../firstlight/v1/Serving.ts';
import type { JournalSeat as _firstlight_v1_JournalSeat, JournalSeat__Output as _firstlight_v1_JournalSeat__Output } from '../../firstlight/v1/JournalSeat.ts';
import type { LogLoad as _firstlight_v1_LogLoad, LogLoad__Output as _firstlight_v1_LogLoad__Output } from '../../firstlight/v1/LogLoad.ts';

export interface DirectoryExchange {
  'known'?: (_firstlight_v1_Serving)[];
  'member'?: (string);
  'serves'?: (string)[];
  'ranges'?: (Buffer | Uint8Array | string);
  'seats'?: (_firstlight_v1_JournalSeat)[];
  'loads'?: (_firstlight_v1_LogLoad)[];
}

export interface DirectoryExchange__Output {
  'known': (_firstlight_v1_Serving__Output)[];
  'member': (string);
  'serves': (string)[];
  'ranges': (Buffer);
  'seats': (_firstlight_v1_JournalSeat__Output)[];
  'loads': (_firstlight_v1_LogLoad__Output)[];
}
