import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { Needs } from '../plan/step-type.ts';
import type { FileEvent } from '../transcript/event.ts';

/**
 * Reads from a medium what was just written there.
 * @param hint what people do where it is another
 * @returns the event that says that it lies there
 * @throws CeremonyError MEDIUM_DIFFERS
 */
export async function readBack(
  step: PlannedStep,
  file: string,
  bytes: Uint8Array,
  medium: ReturnType<Needs['media']>[number],
  hint?: string,
): Promise<FileEvent> {
  const digest = sha256(bytes);
  if (sha256(await medium.files.read(file)) !== digest)
    throw new CeremonyError(
      'MEDIUM_DIFFERS',
      `"${file}" reads back differently from ${medium.at}`,
      hint === undefined ? {} : { hint },
    );
  return { type: 'file', step: step.key, path: file, sha256: digest, size: bytes.length, medium: medium.name };
}
