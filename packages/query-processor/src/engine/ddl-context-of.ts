/** What a schema change of this session works on. */
import type { EvaluationContext } from "@firstlight/sql";
import type { DdlContext, OnlineSchema } from "../ddl/ddl-context.ts";
import type { SequenceBlocks } from "../sequences/sequence-blocks.ts";
import type { SessionContext } from "./engine.ts";
import { EngineEvaluation } from "./engine-evaluation.ts";
import type { SchemaTransaction } from "./schema-transaction.ts";
import { effectivePath } from "./search-path.ts";
import { SequenceSession } from "./sequence-session.ts";

export interface DdlServices {
  readonly session: SessionContext;
  readonly sequences: SequenceBlocks;
  readonly online: OnlineSchema;
  readonly run: DdlContext["run"];
  readonly rows: DdlContext["rows"];
}

export function ddlContext(services: DdlServices, transaction: SchemaTransaction): DdlContext {
  const { session, sequences } = services;
  const searchPath = effectivePath(session, transaction.image);
  const own = new SequenceSession(sequences, session);
  const evaluation = (): EvaluationContext =>
    new EngineEvaluation(session.evaluation([]), {
      image: transaction.image,
      searchPath,
      sequences: own,
    });
  return { ...services, transaction, searchPath, evaluation };
}
