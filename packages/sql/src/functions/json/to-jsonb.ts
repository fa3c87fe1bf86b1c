/**
 * Values of any type as jsonb: datum_to_jsonb.
 */
import { baseElementTypeOid, baseTypeOid } from "../../catalog/type-catalog.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { NUMERIC } from "../../types/oids.ts";
import type {
  ArrayValue,
  Datum,
  Jsonb,
  JsonbNode,
  Numeric,
  RecordValue,
} from "../../values/datum.ts";
import { parseJsonb } from "../../values/jsonb.ts";
import { makeJsonbObject } from "../../values/jsonb-order.ts";
import { parseNumeric } from "../../values/numeric.ts";
import { ELEMENTS_PER_STEP, longCall, mapElements } from "../long-call.ts";
import { outputFunction } from "../output.ts";
import { fieldName, isoText, jsonCategory } from "./serialize.ts";

export type NodeMaker = (context: EvaluationContext, value: Datum) => JsonbNode;

export const NULL_NODE: JsonbNode = { kind: "null" };

export function nodeMaker(type: number): NodeMaker {
  const make = makeMaker(type);
  return (context, value) => (value === null ? NULL_NODE : make(context, value));
}

function makeMaker(type: number): NodeMaker {
  const base = baseTypeOid(type);
  const output = outputFunction(base);
  switch (jsonCategory(type)) {
    case "boolean":
      return (_, value) => ({ kind: "boolean", value: value === true });
    case "number":
      return (context, value) =>
        numberNode(base === NUMERIC ? (value as Numeric) : parseNumeric(output(context, value)));
    case "datetime":
      return (context, value) => ({ kind: "string", value: isoText(context, base, value) });
    case "json":
      return (context, value) => parseJsonb(value as string, context.longCalls).root;
    case "jsonb":
      return (_, value) => (value as Jsonb).root;
    case "array":
      return arrayMaker(baseElementTypeOid(type));
    case "composite":
      return recordNode;
    case "text":
      return (context, value) => ({ kind: "string", value: output(context, value) });
  }
}

/** NaN and the infinities are no JSON numbers and become strings. */
function numberNode(value: Numeric): JsonbNode {
  if (value.kind === "finite") return { kind: "number", value };
  const text = value.kind === "nan" ? "NaN" : value.kind === "infinity" ? "Infinity" : "-Infinity";
  return { kind: "string", value: text };
}

function arrayMaker(elementType: number): NodeMaker {
  return (context, value) => {
    const array = value as ArrayValue;
    const make = nodeMaker(elementType);
    if (array.dims.length === 1 && array.elements.length > ELEMENTS_PER_STEP) {
      return longCall(context, function* made() {
        const items = yield* mapElements(array.elements, (each) => make(context, each));
        return { kind: "array", items } as const;
      });
    }
    let next = 0;
    const level = (depth: number): JsonbNode => {
      const items: JsonbNode[] = [];
      for (let count = array.dims[depth] ?? 0; count > 0; count--) {
        const inner = depth + 1 < array.dims.length;
        items.push(inner ? level(depth + 1) : make(context, array.elements[next++] ?? null));
      }
      return { kind: "array", items };
    };
    return level(0);
  };
}

function recordNode(context: EvaluationContext, value: Datum): JsonbNode {
  const record = value as RecordValue;
  return makeJsonbObject(
    record.fields.map(
      (field, index) =>
        [fieldName(record, index), nodeMaker(record.types[index] ?? 0)(context, field)] as const,
    ),
  );
}
