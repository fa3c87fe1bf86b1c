// Original file: ../../proto/firstlight/v1/exchange.proto


export interface Done {
}

export interface Done__Output {
}
