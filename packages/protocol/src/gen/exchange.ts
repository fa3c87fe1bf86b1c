import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Check as _firstlight_v1_Check, Check__Output as _firstlight_v1_Check__Output } from './firstlight/v1/Check.ts';
import type { ClockReading as _firstlight_v1_ClockReading, ClockReading__Output as _firstlight_v1_ClockReading__Output } from './firstlight/v1/ClockReading.ts';
import type { CommitRequest as _firstlight_v1_CommitRequest, CommitRequest__Output as _firstlight_v1_CommitRequest__Output } from './firstlight/v1/CommitRequest.ts';
import type { Conflict as _firstlight_v1_Conflict, Conflict__Output as _firstlight_v1_Conflict__Output } from './firstlight/v1/Conflict.ts';
import type { ConflictReport as _firstlight_v1_ConflictReport, ConflictReport__Output as _firstlight_v1_ConflictReport__Output } from './firstlight/v1/ConflictReport.ts';
import type { Decision as _firstlight_v1_Decision, Decision__Output as _firstlight_v1_Decision__Output } from './firstlight/v1/Decision.ts';
import type { DirectoryExchange as _firstlight_v1_DirectoryExchange, DirectoryExchange__Output as _firstlight_v1_DirectoryExchange__Output } from './firstlight/v1/DirectoryExchange.ts';
import type { Done as _firstlight_v1_Done, Done__Output as _firstlight_v1_Done__Output } from './firstlight/v1/Done.ts';
import type { Envelope as _firstlight_v1_Envelope, Envelope__Output as _firstlight_v1_Envelope__Output } from './firstlight/v1/Envelope.ts';
import type { ExchangeServiceClient as _firstlight_v1_ExchangeServiceClient, ExchangeServiceDefinition as _firstlight_v1_ExchangeServiceDefinition } from './firstlight/v1/ExchangeService.ts';
import type { Failure as _firstlight_v1_Failure, Failure__Output as _firstlight_v1_Failure__Output } from './firstlight/v1/Failure.ts';
import type { Frame as _firstlight_v1_Frame, Frame__Output as _firstlight_v1_Frame__Output } from './firstlight/v1/Frame.ts';
import type { Heartbeat as _firstlight_v1_Heartbeat, Heartbeat__Output as _firstlight_v1_Heartbeat__Output } from './firstlight/v1/Heartbeat.ts';
import type { HeartbeatRequest as _firstlight_v1_HeartbeatRequest, HeartbeatRequest__Output as _firstlight_v1_HeartbeatRequest__Output } from './firstlight/v1/HeartbeatRequest.ts';
import type { HotKey as _firstlight_v1_HotKey, HotKey__Output as _firstlight_v1_HotKey__Output } from './firstlight/v1/HotKey.ts';
import type { JoinedLog as _firstlight_v1_JoinedLog, JoinedLog__Output as _firstlight_v1_JoinedLog__Output } from './firstlight/v1/JoinedLog.ts';
import type { JournalSeat as _firstlight_v1_JournalSeat, JournalSeat__Output as _firstlight_v1_JournalSeat__Output } from './firstlight/v1/JournalSeat.ts';
import type { KeySpan as _firstlight_v1_KeySpan, KeySpan__Output as _firstlight_v1_KeySpan__Output } from './firstlight/v1/KeySpan.ts';
import type { LogEntry as _firstlight_v1_LogEntry, LogEntry__Output as _firstlight_v1_LogEntry__Output } from './firstlight/v1/LogEntry.ts';
import type { LogLoad as _firstlight_v1_LogLoad, LogLoad__Output as _firstlight_v1_LogLoad__Output } from './firstlight/v1/LogLoad.ts';
import type { LostConflict as _firstlight_v1_LostConflict, LostConflict__Output as _firstlight_v1_LostConflict__Output } from './firstlight/v1/LostConflict.ts';
import type { OutcomeReply as _firstlight_v1_OutcomeReply, OutcomeReply__Output as _firstlight_v1_OutcomeReply__Output } from './firstlight/v1/OutcomeReply.ts';
import type { OutcomeRequest as _firstlight_v1_OutcomeRequest, OutcomeRequest__Output as _firstlight_v1_OutcomeRequest__Output } from './firstlight/v1/OutcomeRequest.ts';
import type { PointRead as _firstlight_v1_PointRead, PointRead__Output as _firstlight_v1_PointRead__Output } from './firstlight/v1/PointRead.ts';
import type { PointReadReply as _firstlight_v1_PointReadReply, PointReadReply__Output as _firstlight_v1_PointReadReply__Output } from './firstlight/v1/PointReadReply.ts';
import type { PrepareRequest as _firstlight_v1_PrepareRequest, PrepareRequest__Output as _firstlight_v1_PrepareRequest__Output } from './firstlight/v1/PrepareRequest.ts';
import type { RangesReply as _firstlight_v1_RangesReply, RangesReply__Output as _firstlight_v1_RangesReply__Output } from './firstlight/v1/RangesReply.ts';
import type { RangesRequest as _firstlight_v1_RangesRequest, RangesRequest__Output as _firstlight_v1_RangesRequest__Output } from './firstlight/v1/RangesRequest.ts';
import type { RegistrarMessage as _firstlight_v1_RegistrarMessage, RegistrarMessage__Output as _firstlight_v1_RegistrarMessage__Output } from './firstlight/v1/RegistrarMessage.ts';
import type { ReplicaAppend as _firstlight_v1_ReplicaAppend, ReplicaAppend__Output as _firstlight_v1_ReplicaAppend__Output } from './firstlight/v1/ReplicaAppend.ts';
import type { ReplicaAppendReply as _firstlight_v1_ReplicaAppendReply, ReplicaAppendReply__Output as _firstlight_v1_ReplicaAppendReply__Output } from './firstlight/v1/ReplicaAppendReply.ts';
import type { ReplicaJoin as _firstlight_v1_ReplicaJoin, ReplicaJoin__Output as _firstlight_v1_ReplicaJoin__Output } from './firstlight/v1/ReplicaJoin.ts';
import type { ReplicaJoinReply as _firstlight_v1_ReplicaJoinReply, ReplicaJoinReply__Output as _firstlight_v1_ReplicaJoinReply__Output } from './firstlight/v1/ReplicaJoinReply.ts';
import type { ReplicaPromise as _firstlight_v1_ReplicaPromise, ReplicaPromise__Output as _firstlight_v1_ReplicaPromise__Output } from './firstlight/v1/ReplicaPromise.ts';
import type { ReplicaPromiseReply as _firstlight_v1_ReplicaPromiseReply, ReplicaPromiseReply__Output as _firstlight_v1_ReplicaPromiseReply__Output } from './firstlight/v1/ReplicaPromiseReply.ts';
import type { ReplicaRead as _firstlight_v1_ReplicaRead, ReplicaRead__Output as _firstlight_v1_ReplicaRead__Output } from './firstlight/v1/ReplicaRead.ts';
import type { ReplicaReadReply as _firstlight_v1_ReplicaReadReply, ReplicaReadReply__Output as _firstlight_v1_ReplicaReadReply__Output } from './firstlight/v1/ReplicaReadReply.ts';
import type { ReplicaState as _firstlight_v1_ReplicaState, ReplicaState__Output as _firstlight_v1_ReplicaState__Output } from './firstlight/v1/ReplicaState.ts';
import type { ReplicaStateRequest as _firstlight_v1_ReplicaStateRequest, ReplicaStateRequest__Output as _firstlight_v1_ReplicaStateRequest__Output } from './firstlight/v1/ReplicaStateRequest.ts';
import type { ReplicaTail as _firstlight_v1_ReplicaTail, ReplicaTail__Output as _firstlight_v1_ReplicaTail__Output } from './firstlight/v1/ReplicaTail.ts';
import type { ReplicaTrim as _firstlight_v1_ReplicaTrim, ReplicaTrim__Output as _firstlight_v1_ReplicaTrim__Output } from './firstlight/v1/ReplicaTrim.ts';
import type { ScanPage as _firstlight_v1_ScanPage, ScanPage__Output as _firstlight_v1_ScanPage__Output } from './firstlight/v1/ScanPage.ts';
import type { ScanRequest as _firstlight_v1_ScanRequest, ScanRequest__Output as _firstlight_v1_ScanRequest__Output } from './firstlight/v1/ScanRequest.ts';
import type { Serving as _firstlight_v1_Serving, Serving__Output as _firstlight_v1_Serving__Output } from './firstlight/v1/Serving.ts';
import type { ShardMessage as _firstlight_v1_ShardMessage, ShardMessage__Output as _firstlight_v1_ShardMessage__Output } from './firstlight/v1/ShardMessage.ts';
import type { StatusRequest as _firstlight_v1_StatusRequest, StatusRequest__Output as _firstlight_v1_StatusRequest__Output } from './firstlight/v1/StatusRequest.ts';
import type { StorageStatus as _firstlight_v1_StorageStatus, StorageStatus__Output as _firstlight_v1_StorageStatus__Output } from './firstlight/v1/StorageStatus.ts';
import type { TailEntries as _firstlight_v1_TailEntries, TailEntries__Output as _firstlight_v1_TailEntries__Output } from './firstlight/v1/TailEntries.ts';
import type { VerdictReply as _firstlight_v1_VerdictReply, VerdictReply__Output as _firstlight_v1_VerdictReply__Output } from './firstlight/v1/VerdictReply.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  firstlight: {
    v1: {
      Check: MessageTypeDefinition<_firstlight_v1_Check, _firstlight_v1_Check__Output>
      ClockReading: MessageTypeDefinition<_firstlight_v1_ClockReading, _firstlight_v1_ClockReading__Output>
      CommitRequest: MessageTypeDefinition<_firstlight_v1_CommitRequest, _firstlight_v1_CommitRequest__Output>
      Conflict: MessageTypeDefinition<_firstlight_v1_Conflict, _firstlight_v1_Conflict__Output>
      ConflictReport: MessageTypeDefinition<_firstlight_v1_ConflictReport, _firstlight_v1_ConflictReport__Output>
      Decision: MessageTypeDefinition<_firstlight_v1_Decision, _firstlight_v1_Decision__Output>
      DirectoryExchange: MessageTypeDefinition<_firstlight_v1_DirectoryExchange, _firstlight_v1_DirectoryExchange__Output>
      Done: MessageTypeDefinition<_firstlight_v1_Done, _firstlight_v1_Done__Output>
      Envelope: MessageTypeDefinition<_firstlight_v1_Envelope, _firstlight_v1_Envelope__Output>
      ExchangeService: SubtypeConstructor<typeof grpc.Client, _firstlight_v1_ExchangeServiceClient> & { service: _firstlight_v1_ExchangeServiceDefinition }
      Failure: MessageTypeDefinition<_firstlight_v1_Failure, _firstlight_v1_Failure__Output>
      Frame: MessageTypeDefinition<_firstlight_v1_Frame, _firstlight_v1_Frame__Output>
      Heartbeat: MessageTypeDefinition<_firstlight_v1_Heartbeat, _firstlight_v1_Heartbeat__Output>
      HeartbeatRequest: MessageTypeDefinition<_firstlight_v1_HeartbeatRequest, _firstlight_v1_HeartbeatRequest__Output>
      HotKey: MessageTypeDefinition<_firstlight_v1_HotKey, _firstlight_v1_HotKey__Output>
      Intent: EnumTypeDefinition
      JoinedLog: MessageTypeDefinition<_firstlight_v1_JoinedLog, _firstlight_v1_JoinedLog__Output>
      JournalSeat: MessageTypeDefinition<_firstlight_v1_JournalSeat, _firstlight_v1_JournalSeat__Output>
      KeySpan: MessageTypeDefinition<_firstlight_v1_KeySpan, _firstlight_v1_KeySpan__Output>
      LogEntry: MessageTypeDefinition<_firstlight_v1_LogEntry, _firstlight_v1_LogEntry__Output>
      LogLoad: MessageTypeDefinition<_firstlight_v1_LogLoad, _firstlight_v1_LogLoad__Output>
      LostConflict: MessageTypeDefinition<_firstlight_v1_LostConflict, _firstlight_v1_LostConflict__Output>
      OutcomeReply: MessageTypeDefinition<_firstlight_v1_OutcomeReply, _firstlight_v1_OutcomeReply__Output>
      OutcomeRequest: MessageTypeDefinition<_firstlight_v1_OutcomeRequest, _firstlight_v1_OutcomeRequest__Output>
      PointRead: MessageTypeDefinition<_firstlight_v1_PointRead, _firstlight_v1_PointRead__Output>
      PointReadReply: MessageTypeDefinition<_firstlight_v1_PointReadReply, _firstlight_v1_PointReadReply__Output>
      PrepareRequest: MessageTypeDefinition<_firstlight_v1_PrepareRequest, _firstlight_v1_PrepareRequest__Output>
      RangesReply: MessageTypeDefinition<_firstlight_v1_RangesReply, _firstlight_v1_RangesReply__Output>
      RangesRequest: MessageTypeDefinition<_firstlight_v1_RangesRequest, _firstlight_v1_RangesRequest__Output>
      RegistrarMessage: MessageTypeDefinition<_firstlight_v1_RegistrarMessage, _firstlight_v1_RegistrarMessage__Output>
      ReplicaAppend: MessageTypeDefinition<_firstlight_v1_ReplicaAppend, _firstlight_v1_ReplicaAppend__Output>
      ReplicaAppendReply: MessageTypeDefinition<_firstlight_v1_ReplicaAppendReply, _firstlight_v1_ReplicaAppendReply__Output>
      ReplicaJoin: MessageTypeDefinition<_firstlight_v1_ReplicaJoin, _firstlight_v1_ReplicaJoin__Output>
      ReplicaJoinReply: MessageTypeDefinition<_firstlight_v1_ReplicaJoinReply, _firstlight_v1_ReplicaJoinReply__Output>
      ReplicaPromise: MessageTypeDefinition<_firstlight_v1_ReplicaPromise, _firstlight_v1_ReplicaPromise__Output>
      ReplicaPromiseReply: MessageTypeDefinition<_firstlight_v1_ReplicaPromiseReply, _firstlight_v1_ReplicaPromiseReply__Output>
      ReplicaRead: MessageTypeDefinition<_firstlight_v1_ReplicaRead, _firstlight_v1_ReplicaRead__Output>
      ReplicaReadReply: MessageTypeDefinition<_firstlight_v1_ReplicaReadReply, _firstlight_v1_ReplicaReadReply__Output>
      ReplicaState: MessageTypeDefinition<_firstlight_v1_ReplicaState, _firstlight_v1_ReplicaState__Output>
      ReplicaStateRequest: MessageTypeDefinition<_firstlight_v1_ReplicaStateRequest, _firstlight_v1_ReplicaStateRequest__Output>
      ReplicaTail: MessageTypeDefinition<_firstlight_v1_ReplicaTail, _firstlight_v1_ReplicaTail__Output>
      ReplicaTrim: MessageTypeDefinition<_firstlight_v1_ReplicaTrim, _firstlight_v1_ReplicaTrim__Output>
      ScanPage: MessageTypeDefinition<_firstlight_v1_ScanPage, _firstlight_v1_ScanPage__Output>
      ScanRequest: MessageTypeDefinition<_firstlight_v1_ScanRequest, _firstlight_v1_ScanRequest__Output>
      Serving: MessageTypeDefinition<_firstlight_v1_Serving, _firstlight_v1_Serving__Output>
      ShardMessage: MessageTypeDefinition<_firstlight_v1_ShardMessage, _firstlight_v1_ShardMessage__Output>
      StatusRequest: MessageTypeDefinition<_firstlight_v1_StatusRequest, _firstlight_v1_StatusRequest__Output>
      StorageStatus: MessageTypeDefinition<_firstlight_v1_StorageStatus, _firstlight_v1_StorageStatus__Output>
      TailEntries: MessageTypeDefinition<_firstlight_v1_TailEntries, _firstlight_v1_TailEntries__Output>
      Verdict: EnumTypeDefinition
      VerdictReply: MessageTypeDefinition<_firstlight_v1_VerdictReply, _firstlight_v1_VerdictReply__Output>
    }
  }
}

