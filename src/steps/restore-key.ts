import { z } from 'zod';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { isKeyAlgorithmName, KEY_ALGORITHMS } from '../pki/algorithms.ts';
import { usedBackup } from '../plan/known.ts';
import { hasSite, type Plan, type PlannedStep } from '../plan/plan.ts';
import { hsmName, orphanOf, resultOf } from '../plan/record.ts';
import { defineStep } from '../plan/step-type.ts';
import { withEntry } from '../plan/world.ts';
import type { Medium } from '../ports.ts';
import { WRAP_ALGORITHM } from '../quorum/key-backup.ts';
import { restoredTemplate } from '../quorum/key-template.ts';
import { namedSet } from '../quorum/named-set.ts';
import { copyStatement, type Operation } from '../quorum/operation.ts';
import { name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import { copiesPart, seen, tokenParts } from './paper-parts.ts';
import { objectIn } from './recorded-facts.ts';
import { isSigned, requireWrapping } from './wrapping.ts';

/** Subject of the observation that a wrapped key was read from a medium, and is the one of the ledger. */
const READ = 'wrapped-key';

/** A wrapped key has a few thousand bytes: a larger file is none. */
const LARGEST = 8192;

/** Makes a key again on another HSM from its wrapped backup, not to be extracted there. */
export const restoreKey = defineStep({
  name: 'restore-key',
  version: 1,
  summary: 'Restore a wrapped key on an HSM that does not have it.',
  irreversible: true,
  operation: () => 'unwrap-key' as const,
  proposesItself: true,
  makes: 'key',
  needs: ['guard', 'operations', 'media'],
  schema: z.strictObject({ backup: name, token: name, envelopes: name, backups: name }),
  simulate(params, world, { step, act, plan, report }) {
    const backup = usedBackup(plan, params.backup);
    const token = world.tokens.get(params.token);
    const made = step.makes['key'];
    if (made === undefined)
      report('PLAN_NAME', [], 'the key gets no name for later steps', 'add "makes: { key: NAME }"');
    else if (world.keys.has(made)) report('PLAN_NAME', ['makes', 'key'], `there is a key "${made}" already`);
    for (const medium of ['envelopes', 'backups'] as const)
      if (hasSite(plan) && (plan.media[params[medium]]?.length ?? 0) === 0)
        report('PLAN_MEDIUM', ['with', medium], `the site has no medium "${params[medium]}"`);
    if (!backup)
      report(
        'PLAN_NAME',
        ['with', 'backup'],
        `the script uses no backup "${params.backup}"`,
        `under "uses": ${params.backup}: { backup: latest, of: LABEL OF THE KEY }`,
      );
    if (!token) report('PLAN_TOKEN', ['with', 'token'], `the script has no token "${params.token}"`);
    if (!backup || !token) return world;
    const serial = plan.tokens.find((one) => one.name === params.token)?.serial ?? null;
    if (token.state === 'blank')
      report('PLAN_ORDER', ['with', 'token'], `"${params.token}" is blank here`, 'prepare the token first');
    if (token.labels.has(backup.label) || (serial !== null && backup.places.includes(serial)))
      report(
        'PLAN_TOKEN',
        ['with', 'token'],
        `"${params.token}" has the key "${backup.name}" already: it is restored on an HSM that has not`,
      );
    const tokens = withEntry(world.tokens, params.token, {
      ...token,
      active: act.activation !== null,
      labels: new Set(token.labels).add(backup.label),
    });
    if (made === undefined) return { ...world, tokens };
    const { label, algorithm, places: elsewhere } = backup;
    return {
      ...world,
      tokens,
      // An earlier ceremony has made it, and it has its certificate since.
      keys: withEntry(world.keys, made, { name: made, token: params.token, label, algorithm, elsewhere, step: null }),
    };
  },
  describe: (params, _step, plan) => {
    const backup = usedBackup(plan, params.backup);
    return [
      `The key "${backup?.name ?? params.backup}" is restored on "${params.token}" from its wrapped backup, not to be extracted there.`,
      `The file is read from "${params.backups}", and held to the ledger before the HSM is used.`,
      `${backup ? `${backup.set.threshold} of its ${backup.set.shares.length}` : 'Enough'} custodians open their shares, from "${params.envelopes}"; the wrapping key exists in memory alone.`,
      'The restored key signs that it is there, and the signature verifies with the public key of the ledger.',
    ];
  },
  paper: (params, step, plan) => {
    const backup = usedBackup(plan, params.backup);
    return [
      ...tokenParts(plan, step, params.token, [
        ['key', backup?.label ?? params.backup],
        ['share set', hasSite(plan) && backup ? backup.set.id : 'as the ledger of before has it'],
        ['wrapped key', hasSite(plan) && backup ? backup.wrapped.file : 'as the ledger of before has it'],
      ]),
      copiesPart(plan, params.backups, 'wrapped key read from:'),
      { kind: 'approvals', operations: ['unwrap-key'] },
      seen('the serial on the screen is that of this HSM', 'the signature verifies'),
    ];
  },
  async *run(params, step, { guard, operations, media, ceremony }) {
    if (operations.isDone(step)) return;
    const { plan, events } = ceremony;
    const backup = backupOf(params.backup, plan);
    requireWrapping(params.token, await guard.inspect(params.token));
    const { bytes, medium } = await readWrapped(backup, media(params.backups));
    const { file } = backup.wrapped;
    yield {
      type: 'observation',
      step: step.key,
      subject: READ,
      facts: { file, sha256: sha256(bytes), size: bytes.length, medium },
    };
    yield* operations.put(step, () => ({
      operation: restorationAsPlanned(params, step, plan, events()),
      payload: null,
      wrapped: bytes,
      lint: [],
    }));
    yield* operations.collectQuorum([step]);
    yield* operations.execute(step);
  },
  verify(params, step, own, { ceremony, plan, events }) {
    const fault = (message: string) => ({
      check: 'STEP-RESTORE',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const backup = usedBackup(plan, params.backup);
    const result = resultOf(events, step.key);
    const faults = unplanned(step, own, events, (_proposed, before) =>
      restorationAsPlanned(params, step, plan, before),
    );
    if (!backup || !result) return [...faults, 'the key was not restored'].map(fault);
    const { facts } = result;
    const all = events.filter((event) => 'step' in event && event.step === step.key);
    const wasRead = all.some(
      (event) =>
        event.type === 'observation' &&
        event.subject === READ &&
        event.facts['sha256'] === backup.wrapped.sha256 &&
        event.seq < result.proposal,
    );
    if (!wasRead) faults.push('no wrapped key that is the one of the ledger was read before it was proposed');
    const { serial } = hsmName(plan, events, params.token);
    const due = {
      ...{ key: backup.spkiSha256, spkiSha256: backup.spkiSha256, spki: backup.spki, serial, set: backup.set.id },
      ...{ sha256: backup.wrapped.sha256, label: backup.label, id: backup.id, algorithm: backup.algorithm },
    };
    for (const [member, value] of Object.entries(due))
      if (facts[member] !== value)
        faults.push(
          `the result states "${member}" ${JSON.stringify(facts[member] ?? null)}; it was ${JSON.stringify(value)}`,
        );
    const half = objectIn(facts['private']);
    if (half['EXTRACTABLE'] !== false || half['SENSITIVE'] !== true) faults.push('the restored key may leave its HSM');
    const statement = copyStatement(ceremony, backup.spkiSha256, serial ?? '');
    if (
      !isSigned(backup.spki, restorationAsPlanned(params, step, plan, events).mechanism, statement, facts['signature'])
    )
      faults.push('no signature shows that the key is on this HSM');
    return faults.map(fault);
  },
});

type Backup = NonNullable<ReturnType<typeof usedBackup>>;
type Restoration = Extract<Operation, { op: 'unwrap-key' }>;

/** @throws CeremonyError HSM_OBJECT_MISSING */
function backupOf(name: string, plan: Plan): Backup {
  const backup = usedBackup(plan, name);
  if (backup) return backup;
  throw new CeremonyError('HSM_OBJECT_MISSING', `the script uses no backup "${name}"`);
}

/**
 * The first copy that is the one of the ledger.
 * @throws CeremonyError MEDIUM_DIFFERS when none is, with what each is
 */
async function readWrapped(
  { wrapped }: Backup,
  media: readonly Medium[],
): Promise<{ readonly bytes: Uint8Array; readonly medium: string }> {
  const faults: string[] = [];
  for (const medium of media) {
    try {
      const bytes = await medium.files.read(wrapped.file, LARGEST);
      const digest = sha256(bytes);
      if (digest === wrapped.sha256 && bytes.length === wrapped.size) return { bytes, medium: medium.name };
      faults.push(`on ${medium.at} it has SHA-256 ${digest}`);
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      faults.push(`on ${medium.at} it cannot be read: ${error.message}`);
    }
  }
  throw new CeremonyError(
    'MEDIUM_DIFFERS',
    `the wrapped key "${wrapped.file}" has SHA-256 ${wrapped.sha256} by the ledger; ${faults.join('; ') || 'no medium is there'}`,
    { hint: 'bring the other copy; nothing was sent to an HSM' },
  );
}

/** @throws CeremonyError HSM_OBJECT_MISSING */
function restorationAsPlanned(
  params: { readonly backup: string; readonly token: string },
  step: PlannedStep,
  plan: Plan,
  before: readonly Event[],
): Restoration {
  const { label, id, algorithm, spkiSha256, set, wrapped } = backupOf(params.backup, plan);
  if (!isKeyAlgorithmName(algorithm))
    throw new CeremonyError('HSM_OBJECT_MISSING', `the key labelled "${label}" is of an algorithm that is not known`);
  return {
    op: 'unwrap-key',
    ...commonAsPlanned(plan, before, step, params.token),
    key: spkiSha256,
    mechanism: KEY_ALGORITHMS[algorithm].signature,
    algorithm: WRAP_ALGORITHM,
    set: namedSet(set),
    blob: { sha256: wrapped.sha256, size: wrapped.size },
    label,
    id,
    publicTemplate: restoredTemplate('public', label, id),
    privateTemplate: restoredTemplate('private', label, id),
    adopts: orphanOf(step.key, before) ? spkiSha256 : null,
  };
}
