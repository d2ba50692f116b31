import type { PlannedStep } from './plan.ts';

/**
 * Steps of people alone: nothing of them reaches an HSM or a token's PIN, or ends the record. What is not listed here, a
 * later step type too, is never left out.
 */
const HUMAN: readonly string[] = [
  'adjourn',
  'attest',
  'break',
  'check-materials',
  'compare',
  'confirm',
  'hand-over',
  'read-input',
  'record',
  'revoke',
  'seal',
  'sign-in',
  'sign-out',
  'transcribe',
  'unseal',
  'verify-elsewhere',
];

/** Of those, the ones whose statement lies in a file of its own name: a second one would take its place. */
const ONCE: readonly string[] = ['attest'];

/** Of those, the ones that check something before a write: they may be done again, and never left out. */
const CHECKS: readonly string[] = ['compare', 'read-input', 'revoke', 'transcribe', 'unseal', 'verify-elsewhere'];

/** Whether a deviation may end this step without what its type demands. */
export function mayBeSkipped(step: Pick<PlannedStep, 'type' | 'operation'>): boolean {
  return isHuman(step) && !CHECKS.includes(step.type);
}

/** Whether a deviation may have this step run again. */
export function mayBeRepeated(step: Pick<PlannedStep, 'type' | 'operation'>): boolean {
  return isHuman(step) && !ONCE.includes(step.type);
}

function isHuman(step: Pick<PlannedStep, 'type' | 'operation'>): boolean {
  return step.operation === null && HUMAN.includes(step.type);
}
