import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';

/** A refusal of `use` comes with these facts in its details: what is certain by then. */
export async function knowing<T>(facts: JsonObject, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new CeremonyError(error.code, error.message, {
      ...hint,
      details: { ...error.details, ...facts },
      cause: error,
    });
  }
}

/** What is done on the way out may be refused; anything else is a fault of ours. */
export function refusalsOnly(error: unknown): void {
  if (!(error instanceof CeremonyError)) throw error;
}
