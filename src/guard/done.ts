import type { JsonObject } from '../base/canonical-json.ts';

/** What an operation came to: facts for the record, and bytes that were made, if any. */
export interface Done {
  readonly facts: JsonObject;
  readonly bytes: Uint8Array;
}

export const NO_BYTES = new Uint8Array(0);
