import { CeremonyError } from '../base/errors.ts';

/** The message of the DER_INVALID that `read` throws, as a list; empty where it reads. */
export function derFault(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof CeremonyError && error.code === 'DER_INVALID') return [error.message];
    throw error;
  }
}
