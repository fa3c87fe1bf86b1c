// Original file: ../../proto/firstlight/v1/journal.proto


export interface ReplicaStateRequest {
  'log'?: (string);
}

export interface ReplicaStateRequest__Output {
  'log': (string);
}
