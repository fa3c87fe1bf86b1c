// Original file: ../../proto/firstlight/v1/exchange.proto


export interface ShardMessage {
  'body'?: (string);
}

export interface ShardMessage__Output {
  'body': (string);
}
