// Original file: ../../proto/firstlight/v1/storage.proto


export interface PointReadReply {
  'values'?: (Buffer | Uint8Array | string)[];
  'missing'?: (number)[];
}

export interface PointReadReply__Output {
  'values': (Buffer)[];
  'missing': (number)[];
}
