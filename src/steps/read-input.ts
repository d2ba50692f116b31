import { z } from 'zod';
import type { JsonObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { HeldOctets } from '../base/held-octets.ts';
import { type Octets, sameOctets, wholeOf } from '../base/octets.ts';
import { existingAtHand } from '../plan/existing.ts';
import { INPUT_READ, inputOf, spkiReference } from '../plan/inputs.ts';
import { revokingStep, usedCertificate, usedCrl } from '../plan/known.ts';
import type { Plan, PlannedInput, PlannedStep } from '../plan/plan.ts';
import { defineStep, type Report, type Running, type StepEvidence } from '../plan/step-type.ts';
import { type World, withEntry } from '../plan/world.ts';
import type { Medium } from '../ports.ts';
import { name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { holdShown } from './crl-order.ts';
import { holdBaseSigned } from './delta-order.ts';
import { carriedAmong, carriedFor, folderFaults, folderOf, readFolder } from './folder-taken.ts';
import { lastOf, pathOfIssuer, pathsOfLast, wantedOf } from './input-judged-by.ts';
import { copiesOf, factsOf, hasRsaKey, holdToDigest, holdToEqual, type Kind, kindOf, stemOf } from './input-taken.ts';
import { inputWords, shownDigest } from './input-words.ts';
import { listOfPlan, lookedUpWords, unplannedLookup } from './looked-up.ts';
import { seen } from './paper-parts.ts';
import { holdToAuthorization } from './request-compared.ts';
import { shownPath, thisUpdateNow } from './revocations.ts';

/**
 * Reads what comes in on a medium, judges it, and keeps it. Of a certificate request only the public key is taken, and that
 * only where its owner has proven to have the private one; of the certificate of a CA its name and key identifier too; a CRL is
 * one that its CA has signed, and so is each certificate of a list. Of a folder of requests each is one. People may bring
 * another for one that is refused.
 */
export const readInput = defineStep({
  name: 'read-input',
  version: 1,
  summary:
    'Read a certificate request, a folder of them, the certificate of a CA, a CRL, a revocation list or a list of certificates from a medium, judge it, and keep it.',
  irreversible: false,
  needs: ['attempts', 'clock', 'media', 'pack', 'terminal', 'weakKeys'],
  schema: z.strictObject({ input: name }),
  simulate(params, world, { plan, step, steps, report }) {
    const input = inputOf(plan, params.input);
    if (!input) {
      report('PLAN_NAME', ['with', 'input'], `there is no input "${params.input}"`);
      return world;
    }
    const before = world.inputs.get(params.input);
    if (before)
      report('PLAN_NAME', ['with', 'input'], `the input "${params.input}" is read by "${before.step}" already`);
    holdToIssuer(params.input, input, world, plan, report);
    if (input.type === 'revocation-list' && !steps.some(({ params: other }) => other['revoke'] === params.input))
      report(
        'PLAN_NAME',
        ['with', 'input'],
        `no CRL takes up the list "${params.input}": nothing would be revoked by it`,
      );
    holdShown(input, world, plan, report);
    const taking = steps.find((one) => one.type === 'issue-crl' && one.params['revoke'] === params.input);
    holdBaseSigned(taking, world, { steps, report });
    const isAsked = step.when !== null && 'input' in step.when && step.when.input === params.input;
    if (input.optional && !isAsked)
      report(
        'PLAN_CONDITION',
        ['with', 'input'],
        `the input "${params.input}" is optional, and is read whether it is given or not`,
        `add when: { input: ${params.input} }`,
      );
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody brings the medium', 'add "by:"');
    const read = { name: params.input, step: step.id, compared: false };
    return { ...world, inputs: withEntry(world.inputs, params.input, read) };
  },
  describe: (params, _step, plan) => inputWords(params.input, inputOf(plan, params.input), plan),
  paper: (params, _step, plan) => {
    const input = inputOf(plan, params.input);
    return [
      seen(`"${input?.file ?? ''}" was read from "${input?.on ?? ''}"`),
      // Where the digest comes another way, it is not copied from the screen.
      ...(input?.spki || input?.type === 'crl' || input?.type === 'csr-folder' || input?.type.endsWith('-list')
        ? []
        : [{ kind: 'digest', name: `${params.input}.spki`, printed: null } as const]),
    ];
  },
  async *run(params, step, context) {
    const { attempts, clock, media, pack, terminal, weakKeys, ceremony } = context;
    const { plan } = ceremony;
    const input = inputOf(plan, params.input) as PlannedInput;
    const [medium] = media(input.on) as readonly [Medium];
    const typed = await terminal.ask({
      step: step.key,
      seat: step.by[0] as string,
      text: `Plug in the medium "${input.on}": "${input.file}" is read from it`,
      kind: 'confirm',
    });
    if (typed !== 'done') throw new CeremonyError('ANSWER_REFUSED', `"${typed}" is no answer, expected done`);
    const runs = runsOf(step, ceremony.events());
    if (input.type === 'csr-folder') return yield* readFolder(params.input, input, step, runs, context);
    const kind = kindOf(input);
    const carried = await carriedFor(params.input, context);
    const issuerPath = pathOfIssuer(input, plan, ceremony.events());
    const issuer = issuerPath === undefined ? undefined : await pack.read(issuerPath);
    const crls = new Map<string, Octets>();
    for (const path of pathsOfLast(params.input, plan)) crls.set(path, await pack.open(path));
    const last = lastOf(params.input, plan, (path) => crls.get(path));
    const listPath = shownPath(plan, params.input, ceremony.events());
    const shown = listPath === undefined ? undefined : await pack.read(listPath);
    const list = listOfPlan(plan, weakKeys);
    const stem = stemOf(params.input, kind, runs);
    const { file, taken, adding, first } = await attempts.attended(async () => {
      const bytes = await openFile(medium, input.file, kind.limit);
      const what = `"${input.file}" on "${medium.name}", SHA-256 ${sha256(bytes)}`;
      const wanted = wantedOf(params.input, plan, ceremony.events(), {
        ...{ carried, issuer, last, shown },
        thisUpdate: thisUpdateNow(revokingStep(plan, params.input), clock.now()),
      });
      const read = kind.take(kind.derOf(bytes, input.file), what, { ...wanted, weakKeys: list }, params.input);
      if (input.spki && read.spki)
        holdToAuthorization(spkiReference(params.input), sha256(read.spki.der), what, ceremony.authorization);
      holdToDigest(params.input, input, read.der, ceremony.authorization);
      holdToEqual(params.input, input, read.der, plan);
      // Of what is long the first copy is read from the medium once more, which people may have pulled out by now.
      const writing = pack.add(step, copiesOf(stem, kind, read));
      return { file: bytes, taken: read, adding: writing, first: await writing.next(undefined as never) };
    });
    if (file instanceof HeldOctets && taken.der === file) file.movedTo(await pack.open(`${stem}${kind.suffix}`));
    yield* goOn(adding, first);
    yield {
      type: 'observation',
      step: step.key,
      subject: INPUT_READ,
      facts: { ...factsOf(params.input, input, stem, taken, plan), size: file.length, sha256: sha256(file) },
    };
    await terminal.say([
      taken.said,
      ...lookedUpWords(plan, hasRsaKey(taken)),
      ...(input.type === 'revocation-list' ? firstOf(taken.text) : []),
      `It is kept as ${stem}${kind.suffix}.`,
      ...(input.mustEqual ? [`It is "${input.mustEqual}", byte for byte.`] : []),
      ...(input.spki
        ? [
            `The SHA-256 of its key comes from paper: it is shown once it has been typed from there.`,
            `The authorization has it as "${spkiReference(params.input)}".`,
          ]
        : shownDigest(taken)),
    ]);
  },
  verify(params, step, own, evidence) {
    const input = inputOf(evidence.plan, params.input);
    const kind = kindOf(input ?? { type: 'csr' });
    const runs = runsBefore(step, own, evidence);
    const stem = stemOf(params.input, kind, runs);
    const isFolder = input?.type === 'csr-folder';
    const where = isFolder ? folderOf(params.input, runs) : `${stem}${kind.suffix}`;
    const fault = (message: string) => ({
      check: 'STEP-INPUT',
      message: `step ${step.number} "${step.key}": ${message}`,
      where,
    });
    const read = own.filter((event) => event.type === 'observation' && event.subject === INPUT_READ);
    const [observation] = read;
    if (observation?.type !== 'observation' || read.length > 1 || !input)
      return [fault(`${read.length} ${isFolder ? 'folder' : kind.member}s were read, where one is`)];
    if (isFolder) return folderFaults(params.input, input, runs, observation, evidence).map(fault);
    const der = evidence.octets(where);
    if (!der) return [fault(`the ${kind.member} is not in the pack`)];
    try {
      const before = evidence.events.filter(({ seq }) => seq < observation.seq);
      const issuerPath = pathOfIssuer(input, evidence.plan, before);
      const issuer = issuerPath === undefined ? undefined : evidence.file(issuerPath);
      const last = lastOf(params.input, evidence.plan, evidence.octets);
      const listPath = shownPath(evidence.plan, params.input, before);
      const carried = carriedAmong(params.input, evidence, before);
      const wanted = wantedOf(params.input, evidence.plan, before, {
        ...{ carried, issuer, last, shown: listPath === undefined ? undefined : evidence.file(listPath) },
        thisUpdate: thisUpdateNow(revokingStep(evidence.plan, params.input), observation.at),
      });
      const taken = kind.take(der, where, wanted, params.input);
      holdToDigest(params.input, input, der, evidence.authorization);
      holdToEqual(params.input, input, der, evidence.plan);
      return [
        ...unlikeFacts(factsOf(params.input, input, stem, taken, evidence.plan), observation.facts),
        ...unlikeFile(der, observation.facts, kind),
        ...unlikeCopies(copiesOf(stem, kind, taken), kind, evidence),
      ].map(fault);
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      return [fault(error.message)];
    }
  },
});

/** Octets of what is not read into memory. */
const LONG = 1024 * 1024;

/** A medium that is not the right one, a link: people can do something about it, and are told of the medium by its name. */
async function openFile({ files, name: medium }: Medium, path: string, limit: number): Promise<Octets> {
  try {
    const octets = await files.open(path, limit);
    // What is long stays where it is, and is held to what it was at the first look.
    return octets.length <= LONG ? wholeOf(octets) : HeldOctets.of(octets, path);
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    if (error.code === 'FILE_MISSING')
      throw new CeremonyError('FILE_MISSING', `"${path}" is not on the medium "${medium}"`, {
        cause: error,
        hint: 'is it plugged in, and the one that the requester brought? The file lies there under this name',
      });
    if (error.code !== 'PATH_REFUSED') throw error;
    throw new CeremonyError('FILE_UNREADABLE', `on "${medium}" ${error.message}`, { cause: error });
  }
}

/** What is running already, from what it yielded first. */
async function* goOn(running: Running, first: Awaited<ReturnType<Running['next']>>): Running {
  for (let next = first; !next.done; ) next = await running.next(yield next.value);
}

/** The CA that must have signed it has its certificate by then, and what it must equal is of that CA. */
function holdToIssuer(
  name: string,
  { issuer, mustEqual }: PlannedInput,
  world: World,
  plan: Pick<Plan, 'uses' | 'inputs'>,
  report: Report,
): void {
  if (issuer === undefined) return;
  const path = ['with', 'input'];
  if (!existingAtHand(plan, world, issuer))
    report(
      'PLAN_NAME',
      path,
      `the certificate "${issuer}", which must have signed "${name}", is not there before this step`,
    );
  const equal = mustEqual === undefined ? undefined : usedCrl(plan, mustEqual);
  if (equal && usedCertificate(plan, issuer)?.spkiSha256 !== equal.signedBy)
    report('PLAN_NAME', path, `"${name}" must equal the CRL "${mustEqual}", which is not of "${issuer}"`);
}

function runsOf({ key }: Pick<PlannedStep, 'key'>, events: readonly Event[]): number {
  return events.filter((event) => event.type === 'step' && event.step === key && event.phase === 'begin').length;
}

/** The same, of the run that a verifier judges. */
function runsBefore(step: PlannedStep, [begin]: readonly Event[], { events }: StepEvidence): number {
  return runsOf(
    step,
    events.filter(({ seq }) => seq <= (begin?.seq ?? 0)),
  );
}

/** As PEM it is longer than its DER, and other bytes; all else is the one that was kept. */
function unlikeFile(
  der: Octets,
  { size, sha256: digest }: JsonObject,
  { label, limit }: Pick<Kind, 'label' | 'limit'>,
): string[] {
  const isLonger =
    label !== undefined && typeof size === 'number' && size > der.length && size <= limit && digest !== sha256(der);
  const isSame = size === der.length && digest === sha256(der);
  return isLonger || isSame ? [] : ['what the record says of the file on the medium is not of a file that holds this'];
}

function unlikeFacts(expectedFacts: JsonObject, found: JsonObject): string[] {
  const unlike = Object.entries(expectedFacts)
    .filter(([member, value]) => found[member] !== value)
    .map(
      ([member, value]) =>
        `the record says ${JSON.stringify(found[member] ?? null)} as "${member}" of what was read, expected ${JSON.stringify(value)}`,
    );
  return [...unlike, ...unplannedLookup(expectedFacts, found)];
}

/** Each is made, compared and let go of: those of a long CRL are long. */
function* unlikeCopies(
  copies: ReturnType<typeof copiesOf>,
  { member }: Pick<Kind, 'member'>,
  { octets }: Pick<StepEvidence, 'octets'>,
): Generator<string> {
  for (const [path, bytes] of copies)
    if (!sameOctets(octets(path) ?? new Uint8Array(), bytes)) yield `"${path}" is not the same as the ${member}`;
}

/** Of so many lines people are told each; the text in the pack has more. */
const MOST_SAID = 500;

function firstOf(text: Iterable<string>): string[] {
  const lines: string[] = [];
  for (const line of text) {
    if (lines.length === MOST_SAID) return [...lines, '… and more, which are in the text beside it'];
    lines.push(line);
  }
  return lines;
}
