// Original file: ../../proto/firstlight/v1/exchange.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Envelope as _firstlight_v1_Envelope, Envelope__Output as _firstlight_v1_Envelope__Output } from '../../firstlight/v1/Envelope.ts';

export interface ExchangeServiceClient extends grpc.Client {
  Exchange(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_firstlight_v1_Envelope, _firstlight_v1_Envelope__Output>;
  Exchange(options?: grpc.CallOptions): grpc.ClientDuplexStream<_firstlight_v1_Envelope, _firstlight_v1_Envelope__Output>;
  exchange(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_firstlight_v1_Envelope, _firstlight_v1_Envelope__Output>;
  exchange(options?: grpc.CallOptions): grpc.ClientDuplexStream<_firstlight_v1_Envelope, _firstlight_v1_Envelope__Output>;
  
}

export interface ExchangeServiceHandlers extends grpc.UntypedServiceImplementation {
  Exchange: grpc.handleBidiStreamingCall<_firstlight_v1_Envelope__Output, _firstlight_v1_Envelope>;
  
}

export interface ExchangeServiceDefinition extends grpc.ServiceDefinition {
  Exchange: MethodDefinition<_firstlight_v1_Envelope, _firstlight_v1_Envelope, _firstlight_v1_Envelope__Output, _firstlight_v1_Envelope__Output>
}
