// Original file: ../../proto/firstlight/v1/storage.proto


export interface StatusRequest {
}

export interface StatusRequest__Output {
}
