import { canonicalJson } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { isKeyAlgorithmName, KEY_ALGORITHMS } from '../pki/algorithms.ts';
import { keyNamed } from '../plan/known.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { holdOf, hsmName } from '../plan/record.ts';
import type { StepEvidence } from '../plan/step-type.ts';
import { descriptorOf, type Operation, type SignedKind } from '../quorum/operation.ts';
import type { Event, ProposedEvent } from '../transcript/event.ts';

/*
 * The operation that plan and record lead to. A step's `propose` makes it and its `verify` makes it again: what only the
 * HSM or chance can give (an id, share sets, bytes with a serial number) is given to both, and all else is compared.
 */

type Proposed = Event & ProposedEvent;

/** What every descriptor of a step says, whatever its operation is. */
export function commonAsPlanned(plan: Plan, before: readonly Event[], step: PlannedStep, token: string) {
  return { hsm: hsmName(plan, before, token), step: step.key, index: 0, hold: holdOf(plan, step) };
}

/**
 * One signature over `tbs` with a key that was made here or is used: for a certificate or CRL, its issuer's; for a request, the one that it is for.
 * @param key the script's name for it
 * @throws CeremonyError HSM_OBJECT_MISSING when the key has not been generated before
 */
export function signatureAsPlanned(
  plan: Plan,
  before: readonly Event[],
  step: PlannedStep,
  { key, kind, tbs }: { readonly key: string; readonly kind: SignedKind; readonly tbs: Octets },
): Operation {
  const named = keyNamed(plan, before, key);
  if (!named || !isKeyAlgorithmName(named.algorithm))
    throw new CeremonyError('HSM_OBJECT_MISSING', `the key "${key}" has not been generated`);
  return {
    op: 'sign',
    ...commonAsPlanned(plan, before, step, named.token),
    key: named.spkiSha256,
    mechanism: KEY_ALGORITHMS[named.algorithm].signature,
    kind,
    payload: { sha256: sha256(tbs), size: tbs.length },
    out: step.out ?? '',
  };
}

/**
 * The same for a list of certificates that one key signs.
 * @param items to-be-signed bytes of each, with the file that it gets, in ascending order of these
 * @throws CeremonyError HSM_OBJECT_MISSING when the key has not been generated before
 */
export function listAsPlanned(
  plan: Plan,
  before: readonly Event[],
  step: PlannedStep,
  key: string,
  items: readonly { readonly out: string; readonly tbs: Uint8Array }[],
): Operation {
  const payload = Buffer.concat(items.map(({ tbs }) => tbs));
  const { out: _out, ...signed } = signatureAsPlanned(plan, before, step, {
    ...{ key, kind: 'certificate', tbs: payload },
  }) as Extract<Operation, { readonly op: 'sign' }>;
  return {
    ...signed,
    ...{ op: 'sign-list', kind: 'certificate' },
    items: items.map(({ out, tbs }) => ({ out, payload: { sha256: sha256(tbs), size: tbs.length } })),
  };
}

/**
 * Where the proposals of a step differ from the plan: each is compared whole, the ones that were declined too.
 * @param planned the operation that was due at that proposal, given the events before it; may throw CeremonyError
 * @returns one message for each member that differs
 */
export function unplanned(
  step: PlannedStep,
  own: readonly Event[],
  events: readonly Event[],
  planned: (proposed: Proposed, before: readonly Event[]) => Operation,
): string[] {
  return own
    .filter((event): event is Proposed => event.type === 'proposed' && event.step === step.key)
    .flatMap((proposed) => {
      const found = proposed.descriptor;
      const due = plannedOr(() =>
        descriptorOf(
          planned(
            proposed,
            events.filter((event) => event.seq < proposed.seq),
          ),
        ),
      );
      if (typeof due === 'string') return [`what event ${proposed.seq} proposes cannot be rebuilt: ${due}`];
      return [...new Set([...Object.keys(due), ...Object.keys(found)])].flatMap((member) => {
        const [is, asked] = [found, due].map((one) => canonicalJson(one[member] ?? null));
        return is === asked ? [] : [`event ${proposed.seq} proposes "${member}" ${is}; planned was ${asked}`];
      });
    });
}

/** The to-be-signed bytes of a proposal. @throws CeremonyError FILE_MISSING */
export function payloadIn(
  { payload }: Pick<ProposedEvent, 'payload'>,
  { file }: Pick<StepEvidence, 'file'>,
): Uint8Array {
  const bytes = payload === null ? undefined : file(payload);
  if (!bytes) throw new CeremonyError('FILE_MISSING', 'the bytes to be signed are not in the pack');
  return bytes;
}

function plannedOr<T>(make: () => T): T | string {
  try {
    return make();
  } catch (error) {
    if (error instanceof CeremonyError) return error.message;
    throw error;
  }
}
