import { hexGroups, type Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { isLastRow, lastRowOf, wordRows } from '../base/words.ts';
import { comparedInput, comparedOf } from '../plan/inputs.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import type { SimulateContext } from '../plan/step-type.ts';
import { type World, withEntry } from '../plan/world.ts';
import type { Terminal } from '../ports.ts';
import type { Authorization } from '../quorum/authorization.ts';

/*
 * The key of a request comes on a medium, and so do the requests of a folder; the digest comes another way, in the
 * authorization and on the requester's paper. All three are held to each other.
 */

type Authorized = Pick<Authorization, 'references'>;

/** Name of the authorization's reference with which a value is compared; undefined where it is of nothing that came in. */
export function referenceFor(plan: Pick<Plan, 'inputs'>, value: string, against: string): string | undefined {
  return against === 'authorization' ? comparedInput(plan, value)?.reference : undefined;
}

/** @returns the world in which the key of this request was compared, or this folder of them */
export function holdInput(
  input: string,
  path: readonly (string | number)[],
  world: World,
  { plan, report }: SimulateContext,
): World {
  const read = world.inputs.get(input);
  const { spki, sha256 } = plan.inputs?.[input] ?? {};
  if (spki === undefined && sha256 === undefined)
    report(
      'PLAN_PARAMETER',
      path,
      `the authorization has no digest of the key of "${input}"`,
      `"spki: independent" of the input has the authorization name it, as "${comparedOf(plan, input)?.reference ?? ''}"`,
    );
  if (!read) {
    report('PLAN_ORDER', path, `the input "${input}" has not been read yet: no "read-input" step comes before`);
    return world;
  }
  return { ...world, inputs: withEntry(world.inputs, input, { ...read, compared: true }) };
}

/** @throws CeremonyError REQUEST_REFERENCE */
export function holdToReference(one: string, digest: string, reference: string, { references }: Authorized): void {
  const named = references.get(reference);
  if (named === digest) return;
  throw new CeremonyError(
    'REQUEST_REFERENCE',
    `"${one}" is ${digest}, and the authorization names ${named ?? 'nothing'} as "${reference}"`,
    { hint: 'what is on the medium is not what was authorized: stop and find out whose it is' },
  );
}

/**
 * The same when it is read, while its requester can still bring the right one. Of neither digest anything is said: it is
 * yet to come from paper.
 * @param what the file, as people know it
 * @throws CeremonyError REQUEST_REFERENCE
 */
export function holdToAuthorization(reference: string, digest: Sha256, what: string, { references }: Authorized): void {
  if (references.get(reference) === digest) return;
  throw new CeremonyError(
    'REQUEST_REFERENCE',
    `${what}: its key is not the one that the authorization names as "${reference}"`,
    { hint: 'it is not the request that was authorized: find out whose it is; its requester brings the right one' },
  );
}

/** Nothing of the digest is on the screen before its last row has come from paper; then people hear all of it. */
export async function rowFromOwnPaper(
  terminal: Terminal,
  step: PlannedStep,
  one: string,
  digest: Sha256,
): Promise<string> {
  const seat = step.by[0] as string;
  const expected = lastRowOf(digest);
  const answer = await terminal.ask({
    step: step.key,
    seat,
    text: `From your own paper: type the last row of the words of "${one}"`,
    kind: 'words',
    against: 'authorization',
    subject: one,
    problem: (given) => (isLastRow(given, digest) ? undefined : 'it is not the last row of this value'),
  });
  if (!isLastRow(answer, digest))
    throw new CeremonyError(
      'COMPARISON_FAILED',
      `"${one}": typed "${answer}" from paper, what came in and the authorization have "${expected}"`,
      { hint: 'the paper is of something else than came in: stop and find out which is wrong' },
    );
  await terminal.say([
    one,
    ...hexGroups(digest),
    ...wordRows(digest).map((row) => `${row.number}  ${row.words.join('  ')}`),
  ]);
  const same = await terminal.ask({
    step: step.key,
    seat,
    text: `Read all rows of "${one}" aloud from your own paper: are they all the same here?`,
    kind: 'yes-no',
  });
  if (same === 'yes') return expected;
  throw new CeremonyError('COMPARISON_FAILED', `"${one}": not all rows are the same on paper`, {
    hint: 'the paper is of something else than came in: stop and find out which is wrong',
  });
}
