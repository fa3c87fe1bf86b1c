// Original file: ../../proto/firstlight/v1/adjudicator.proto


export interface RangesReply {
  'ranges'?: (Buffer | Uint8Array | string);
}

export interface RangesReply__Output {
  'ranges': (Buffer);
}
