// Original file: ../../proto/firstlight/v1/storage.proto


export interface KeySpan {
  'start'?: (Buffer | Uint8Array | string);
  'end'?: (Buffer | Uint8Array | string);
}

export interface KeySpan__Output {
  'start': (Buffer);
  'end': (Buffer);
}
