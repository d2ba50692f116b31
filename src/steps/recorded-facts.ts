import type { Json, JsonObject } from '../base/canonical-json.ts';

/*
 * Facts as a record has them: whoever wrote it may have written anything. What is of another kind than expected counts
 * as empty, and fails the judgement that rests on it; it must not end the verifier.
 */

export function objectIn(value: Json | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map((item) => objectIn(item)) : [];
}
