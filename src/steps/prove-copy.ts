import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { isKeyAlgorithmName, KEY_ALGORITHMS } from '../pki/algorithms.ts';
import { isKeyOn, PROVES_COPY } from '../plan/key-places.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { keyFacts, resultOf } from '../plan/record.ts';
import { defineStep } from '../plan/step-type.ts';
import { algorithmIdentifier } from '../quorum/mechanism.ts';
import { copyStatement, type Operation } from '../quorum/operation.ts';
import { distinct, name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { parseSpki } from '../x509/public-key.ts';
import { verifySignature } from '../x509/signature.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import { keyLine, seen, tokenParts } from './paper-parts.ts';
import { approvedAtOnce, executeRound, roundApprovals } from './rounds.ts';

/**
 * Shows that several HSMs hold one key: each signs, by its serial, that it does, and every signature verifies with the one
 * public key. Until then the ledger has the copy as one that is not proven.
 */
export const proveCopy = defineStep({
  name: PROVES_COPY,
  version: 1,
  summary: 'Show by a signature from each HSM that they hold the same key.',
  irreversible: false,
  rounds: (params) => params.tokens,
  operation: () => 'prove-key' as const,
  proposesItself: true,
  needs: ['operations'],
  schema: z.strictObject({ key: name, tokens: distinct(name, 2) }),
  simulate(params, world, { step, report }) {
    const key = world.keys.get(params.key);
    const token = step.token ?? '';
    const path = ['with', 'tokens', params.tokens.indexOf(token)];
    if (!key) {
      report('PLAN_NAME', ['with', 'key'], `no key "${params.key}" is made before this`);
    } else if (!world.tokens.has(token)) {
      report('PLAN_TOKEN', path, `the script has no token "${token}"`);
    } else if (!isKeyOn(key, token, world)) {
      report(
        'PLAN_ORDER',
        path,
        `nothing puts the key "${params.key}" on "${token}" before this`,
        'a "vendor" step whose "changes" say so copies it',
      );
    }
    if (world.tokens.get(token)?.active)
      report(
        'PLAN_ACTIVATION',
        path,
        `"${token}" is active here: it is logged in to for the proof alone, and logged out after it`,
        'end the activation with a "deactivate" step before it',
      );
    return world;
  },
  describe: (params, step) => [
    `The key "${params.key}" on "${step.token ?? ''}" signs that it is there: this ceremony, its digest, the serial.`,
    'The signature is verified with the public key that was read before. It is no certificate and no CRL.',
    approvedAtOnce(params.tokens, step.token ?? '', 'signatures of'),
  ],
  paper: (params, step, plan) => [
    ...tokenParts(plan, step, step.token ?? '', [['key', keyLine(plan, params.key)]]),
    ...roundApprovals(params.tokens, step.token ?? '', 'prove-key'),
    seen('the serial on the screen is that of this HSM', 'the signature verifies'),
  ],
  propose: async (params, step, { ceremony }) => ({
    operation: proofAsPlanned(params.key, step, ceremony.plan, ceremony.events()),
    payload: null,
    lint: [],
  }),
  async *run(_params, step, { operations, ceremony }) {
    yield* executeRound(step, ceremony.plan, operations);
  },
  verify(params, step, own, { ceremony, plan, events }) {
    const fault = (message: string) => ({
      check: 'STEP-COPY',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const differences = unplanned(step, own, events, (_proposed, before) =>
      proofAsPlanned(params.key, step, plan, before),
    );
    const facts = resultOf(events, step.key)?.facts;
    const key = keyFacts(plan, events, params.key);
    if (!facts || !key) return [...differences, 'no key has signed that it is on this HSM'].map(fault);
    const planned = proofAsPlanned(params.key, step, plan, events);
    const { serial } = planned.hsm;
    const [spki, signature] = [key['spki'], facts['signature']].map((one) => Buffer.from(String(one), 'base64'));
    const statement = copyStatement(ceremony, String(key['spkiSha256']), serial ?? '');
    const faults = [
      ...(facts['key'] === key['spkiSha256'] ? [] : ['another key has signed']),
      ...(facts['serial'] === serial ? [] : [`the HSM with serial ${String(facts['serial'])} signed, not ${serial}`]),
      ...(isSigned(spki as Buffer, planned.mechanism, statement, signature as Buffer)
        ? []
        : ['the signature does not show that the key is on this HSM']),
    ];
    return [...differences, ...faults].map(fault);
  },
});

/**
 * One login, one signature: no activation is held for it.
 * @throws CeremonyError HSM_OBJECT_MISSING when the key has not been generated before
 */
function proofAsPlanned(
  key: string,
  step: PlannedStep,
  plan: Plan,
  before: readonly Event[],
): Extract<Operation, { op: 'prove-key' }> {
  const facts = keyFacts(plan, before, key);
  const algorithm = String(facts?.['algorithm']);
  if (!facts || !isKeyAlgorithmName(algorithm))
    throw new CeremonyError('HSM_OBJECT_MISSING', `the key "${key}" has not been generated`);
  return {
    op: 'prove-key',
    ...commonAsPlanned(plan, before, step, step.token ?? ''),
    hold: null,
    key: String(facts['spkiSha256']),
    mechanism: KEY_ALGORITHMS[algorithm].signature,
  };
}

/** What a record calls a key may be none: then nothing is signed. */
function isSigned(spki: Uint8Array, mechanism: string, statement: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verifySignature(parseSpki(spki), algorithmIdentifier(mechanism), statement, signature);
  } catch (error) {
    if (error instanceof CeremonyError) return false;
    throw error;
  }
}
