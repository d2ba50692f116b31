import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { isCarriedCertificate, PREVIOUS_LEDGER } from '../ledger/carried.ts';
import { readLedger } from '../ledger/read.ts';
import { KEY_ALGORITHMS, type KeyAlgorithmName } from '../pki/algorithms.ts';
import { type Expected, MAX_FILE_BYTES, type RequestOfMany, takeRequests } from '../pki/request-intake.ts';
import { holdBatches } from '../plan/batch.ts';
import {
  type FolderFiles,
  filesBelow,
  folderDigest,
  keysOf,
  MOST_FOLDER_BYTES,
  MOST_REQUESTS,
  namesInFolder,
  otherFolders,
} from '../plan/folder-input.ts';
import { digestReference, INPUT_READ, inputOf, ownKeys } from '../plan/inputs.ts';
import { revokingStep } from '../plan/known.ts';
import type { Plan, PlannedInput, PlannedStep } from '../plan/plan.ts';
import type { RunContext, Running, StepEvidence } from '../plan/step-type.ts';
import type { Medium } from '../ports.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Event } from '../transcript/event.ts';
import { listOfPlan, lookedUpWords, lookupFacts, unplannedLookup } from './looked-up.ts';
import { partitionOf } from './revocations.ts';

/*
 * A folder of certificate requests that comes in on a medium: each is judged as one alone is, and all of them together have
 * the digest that the authorization names.
 */

/** Where it lies in the pack. Nothing is overwritten: where the step is done again, another folder may lie on the medium. */
export function folderOf(input: string, runs: number): string {
  return `inputs/${input}${runs > 1 ? `.${runs}` : ''}`;
}

/** Sentences of the step for people. */
export function folderWords(name: string, { file, on }: PlannedInput, key: string): readonly string[] {
  return [
    `Read the folder of certificate requests "${file}" from the medium "${on}": at most ${MOST_REQUESTS}.`,
    'It is refused unless it holds requests alone, NAME.csr, and no two of one key.',
    `Each is refused unless it is strict DER, is signed with its own key, and has ${key}.`,
    `All of it is held to the digest "${digestReference(name)}" of the authorization.`,
  ];
}

type Context = RunContext<'attempts' | 'media' | 'pack' | 'terminal' | 'weakKeys'>;

/** Reads it, once its medium is plugged in, and keeps its files as they came. People may bring another for one that is refused. */
export async function* readFolder(
  name: string,
  input: PlannedInput,
  step: PlannedStep,
  runs: number,
  { attempts, media, pack, terminal, weakKeys, ceremony }: Context,
): Running {
  const { plan, authorization } = ceremony;
  const [medium] = media(input.on) as readonly [Medium];
  const expected = {
    ...expectedOf(name, plan, ceremony.events(), await carriedFor(name, { pack, ceremony })),
    weakKeys: listOfPlan(plan, weakKeys),
  };
  const there = await pack.list();
  const { files, taken } = await attempts.attended(async () => {
    const read = await readAll(medium, input.file);
    const where = `"${input.file}" on "${medium.name}"`;
    const judged = takeRequests(read, where, expected);
    holdToFolderReference(name, read, where, authorization);
    holdBatches(plan, name, judged, there);
    return { files: read, taken: judged };
  });
  const folder = folderOf(name, runs);
  yield* pack.add(
    step,
    [...files].map(([file, bytes]) => [`${folder}/${file}`, bytes] as const),
  );
  const facts = { ...folderFacts(name, input, folder, files), ...lookupFacts(plan, taken.some(isRsa)) };
  yield { type: 'observation', step: step.key, subject: INPUT_READ, facts };
  await terminal.say([
    `The ${taken.length} requests of "${name}" are each signed with their own key: ${keyWords(taken)}.`,
    ...lookedUpWords(plan, taken.some(isRsa)),
    `They are kept in ${folder}.`,
    'The digest of the folder comes from paper: it is shown once it has been typed from there.',
    `The authorization has it as "${digestReference(name)}".`,
  ]);
}

/**
 * What of the pack an input that is read is held to: the ledger of the one before, the requests of other folders, and of a list for
 * the CRL of a partition the certificates that the CA has issued.
 */
export async function carriedFor(name: string, { pack, ceremony }: RunContext<'pack'>): Promise<FolderFiles> {
  const there = await pack.list();
  const others = otherFolders(ceremony.plan, ceremony.events(), there, name);
  const carried = new Map<string, Uint8Array>();
  const isPartitioned = partitionOf(revokingStep(ceremony.plan, name)) !== undefined;
  for (const path of there)
    if (path === PREVIOUS_LEDGER || others.has(path) || (isPartitioned && isCarriedCertificate(path)))
      carried.set(path, await pack.read(path));
  return carried;
}

/** The same, as a verifier has it. */
export function carriedAmong(
  name: string,
  { plan, paths, file }: Pick<StepEvidence, 'plan' | 'paths' | 'file'>,
  events: readonly Event[],
): FolderFiles {
  const carried = new Map<string, Uint8Array>();
  const isPartitioned = partitionOf(revokingStep(plan, name)) !== undefined;
  const certificates = isPartitioned ? paths.filter(isCarriedCertificate) : [];
  for (const path of [PREVIOUS_LEDGER, ...otherFolders(plan, events, paths, name).keys(), ...certificates]) {
    const bytes = file(path);
    if (bytes) carried.set(path, bytes);
  }
  return carried;
}

/** A medium that is not the right one: people can do something about it, and are told of it by its name. */
async function readAll({ files, name: medium }: Medium, folder: string): Promise<FolderFiles> {
  const where = `"${folder}" on "${medium}"`;
  try {
    const names = namesInFolder(await files.entries(folder, MOST_REQUESTS), where);
    const read = new Map<string, Uint8Array>();
    let size = 0;
    for (const name of names) {
      const bytes = await files.read(`${folder}/${name}`, MAX_FILE_BYTES);
      size += bytes.length;
      if (size > MOST_FOLDER_BYTES)
        throw new CeremonyError('INPUT_FOLDER', `${where} has more than ${MOST_FOLDER_BYTES} bytes`);
      read.set(name, bytes);
    }
    return read;
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    if (error.code === 'FILE_MISSING')
      throw new CeremonyError('FILE_MISSING', `"${folder}" is not on the medium "${medium}"`, {
        cause: error,
        hint: 'is it plugged in, and the one that the requester brought? The folder lies there under this name',
      });
    if (error.code !== 'PATH_REFUSED') throw error;
    throw new CeremonyError('FILE_UNREADABLE', `on "${medium}" ${error.message}`, { cause: error });
  }
}

/** The same of the folder as the pack has it, as a verifier judges it. @returns what is wrong */
export function folderFaults(
  name: string,
  input: PlannedInput,
  runs: number,
  observation: { readonly seq: number; readonly facts: JsonObject },
  evidence: StepEvidence,
): readonly string[] {
  const { plan, events, paths, file, authorization } = evidence;
  const folder = folderOf(name, runs);
  const files = new Map<string, Uint8Array>();
  for (const [called, path] of filesBelow(paths, folder)) {
    const bytes = file(path);
    if (bytes) files.set(called, bytes);
  }
  const before = events.filter(({ seq }) => seq < observation.seq);
  let facts: JsonObject;
  try {
    namesInFolder(
      [...files.keys()].map((called) => ({ name: called, kind: 'file' })),
      folder,
    );
    const taken = takeRequests(files, folder, expectedOf(name, plan, before, carriedAmong(name, evidence, before)));
    facts = { ...folderFacts(name, input, folder, files), ...lookupFacts(plan, taken.some(isRsa)) };
    holdToFolderReference(name, files, folder, authorization);
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    return [error.message];
  }
  const unlike = Object.entries(facts).flatMap(([member, value]) =>
    observation.facts[member] === value
      ? []
      : [
          `the record says ${JSON.stringify(observation.facts[member] ?? null)} as "${member}" of what was read, expected ${JSON.stringify(value)}`,
        ],
  );
  return [...unlike, ...unplannedLookup(facts, observation.facts)];
}

function isRsa({ algorithm }: Pick<RequestOfMany, 'algorithm'>): boolean {
  return algorithm.startsWith('rsa-');
}

function folderFacts(name: string, { on: medium, file }: PlannedInput, folder: string, files: FolderFiles): JsonObject {
  const size = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  return { input: name, medium, file, folder, count: files.size, size, sha256: folderDigest(files) };
}

/** @param carried what of the pack it is held to */
export function expectedOf(name: string, plan: Plan, events: readonly Event[], carried: FolderFiles): Expected {
  const ledger = carried.get(PREVIOUS_LEDGER);
  const inFolders = keysOf(otherFolders(plan, events, [...carried.keys()], name), (path) => carried.get(path));
  return {
    key: inputOf(plan, name)?.key as KeyAlgorithmName | undefined,
    ownKeys: ownKeys(plan, events, name, ledger && readLedger(ledger), inFolders),
  };
}

/** Neither digest is said: it is yet to come from paper. @throws CeremonyError REQUEST_REFERENCE */
function holdToFolderReference(
  name: string,
  files: FolderFiles,
  where: string,
  { references }: Pick<Authorization, 'references'>,
): void {
  const reference = digestReference(name);
  if (references.get(reference) === folderDigest(files)) return;
  throw new CeremonyError(
    'REQUEST_REFERENCE',
    `${where}: its ${files.size} requests are not those that the authorization names as "${reference}"`,
    { hint: 'it is not the folder that was authorized: find out whose it is; its requester brings the right one' },
  );
}

/** `900 of ECDSA P-256, 100 of RSA 4096` */
function keyWords(taken: readonly RequestOfMany[]): string {
  const counts = new Map<KeyAlgorithmName, number>();
  for (const { algorithm } of taken) counts.set(algorithm, (counts.get(algorithm) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} of ${KEY_ALGORITHMS[name].title}`).join(', ');
}
