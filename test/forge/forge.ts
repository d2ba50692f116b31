import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { wordRows } from '../../src/base/words.ts';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { rosterChangedIn } from '../../src/ledger/former.ts';
import {
  authorizationSignaturePath,
  isListed,
  manifestSignaturePath,
  PATH,
  statementSignaturePath,
} from '../../src/pack/layout.ts';
import { buildManifest, manifestFile } from '../../src/pack/manifest.ts';
import { buildSums } from '../../src/pack/sums.ts';
import { pemOf } from '../../src/pki/pem.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planAfter } from '../../src/plan/plan-in-force.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { NO_ROSTER, readRoster } from '../../src/quorum/roster.ts';
import { rosterCertificatePath, rosterSignaturePath } from '../../src/quorum/roster-files.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import type { Event } from '../../src/transcript/event.ts';
import type { Derivations, VerifyOptions } from '../../src/verify/options.ts';
import { derivePlan } from './derive-plan.ts';
import type { Documents, Faults, SignTools } from './faults.ts';
import { MemorySource } from './memory-source.ts';
import { planBytes, type Recording, type RecordOptions, recordCeremony } from './record.ts';
import { objectBytes, type Replayed, replay, type SignAs } from './replay.ts';
import { restated } from './restated.ts';
import { onRoster, signWith } from './stage.ts';

export interface Forged {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly source: MemorySource;
  readonly options: VerifyOptions;
  readonly derive: Derivations;
}

const recordings = new Map<string, Promise<Recording>>();

/** Records each kind of ceremony once: it is the slow part. */
async function recordingOf(record: RecordOptions, before: Faults['follows']): Promise<Recording> {
  const options = before ? { ...record, follows: (await forge(before === true ? {} : before)).files } : record;
  // Another pack before is another ceremony.
  if (before !== undefined && before !== true) return await recordCeremony(options);
  if (record.follows) return await recordCeremony(options);
  // What people want once they do not want again: such a ceremony is not the same a second time.
  if (options.interject || options.choose || options.people || options.guard) return recordCeremony(options);
  const key = `${options.mode} ${options.founding} ${options.changing} ${options.spare} ${options.vault} ${options.backup} ${options.hierarchy} ${options.follows !== undefined} ${options.example} ${options.script} ${options.refuse}`;
  const made = recordings.get(key) ?? recordCeremony(options);
  recordings.set(key, made);
  return made;
}

const TEMPLATES = new URL('../../templates/verify/', import.meta.url);
const GUIDE = new Map(
  [PATH.verifyText, PATH.verifyShell].map((name) => [name, readFileSync(new URL(name, TEMPLATES))] as const),
);

/** A complete, sealed evidence pack, with what is asked for made wrong and all else right. */
export async function forge(faults: Faults = {}): Promise<Forged> {
  const { record = {}, follows } = faults;
  const recording = await recordingOf(record, follows);
  const documents = documentsOf(recording, faults);
  const signAs = signerOf(recording, faults);
  const isMade = recording.roster.length === 0;
  const plan = planOf(documents, recording);
  const planned = faults.plan ? objectBytes(faults.plan(plan) as JsonObject) : planBytes(plan);
  const planFile = faults.planBytes?.(planned) ?? planned;
  const opened = reopen(recording.events, documents, sha256(planFile));
  const recorded = new Map(recording.files);
  const changed: Recording = { ...recording, files: recorded, plan };
  await faults.recorded?.(recorded, changed);
  const events = faults.events?.(opened, changed) ?? opened;
  const before = new Map(documents).set(PATH.plan, planFile);
  for (const [path, bytes] of recording.files) if (path.startsWith('previous/')) before.set(path, bytes);
  if (!isMade) addRoster(before, { ...recording, members: onRoster(recording.members) }, signAs);
  faults.before?.(before);
  const { files, ceremony, head, events: linked } = replayed(events, changed, before, signAs, faults);
  files.set(PATH.ledger, ledgerOf(plan, linked, files, recording, faults));
  for (const [path, bytes] of GUIDE) files.set(path, bytes);
  faults.files?.(files);
  const close = linked.findLast((event) => event.type === 'close');
  const isChanged = rosterChangedIn(linked) !== undefined;
  const facts = {
    ceremony,
    head,
    events: linked.length,
    outcome: close?.outcome ?? 'complete',
    mode: recording.mode,
    authorization: sha256(documents.get(PATH.authorization) ?? ''),
    // The one in force at the end.
    roster: digestOrNone(files.get(isChanged ? PATH.nextRoster : PATH.roster)),
  } as const;
  const inForce = planAfter(plan, linked, plan.quorums['administer'] ?? Number.POSITIVE_INFINITY);
  const members = isChanged ? recording.members : onRoster(recording.members);
  const report = seal(files, facts, inForce, { ...recording, members }, signAs, faults);
  faults.sealed?.(files, toolsOf(recording));
  const anchor = faults.anchor ?? 'true';
  return {
    files,
    source: new MemorySource(files, faults.source ?? []),
    options: {
      expect: recording.mode,
      ...(anchor === 'none' ? {} : { roster: anchor === 'true' ? facts.roster : sha256('another roster') }),
      ...faults.options,
    },
    derive: { plan: derivePlan, steps: STEP_TYPES, report: { version: '1', bytes: report }, guide: GUIDE },
  };
}

/** The record as it is linked again; where a fault leads to other states of keys, those are recorded. */
function replayed(
  events: readonly Event[],
  recording: Recording,
  before: ReadonlyMap<string, Uint8Array>,
  signAs: SignAs,
  faults: Faults,
): Replayed {
  const first = replay(events, recording, before, signAs, faults);
  if (faults.states === 'as-given') return first;
  const { isAsRecorded, events: other } = restated(events, first.events, recording.plan, recording.before);
  return isAsRecorded ? first : replay(other, recording, before, signAs, faults);
}

function documentsOf(recording: Recording, faults: Faults): Map<string, Uint8Array> {
  const json = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as JsonObject;
  const documents: Documents = {
    script: Buffer.from(recording.script).toString(),
    site: Buffer.from(recording.site).toString(),
    people: json(recording.people),
    roster: recording.roster.length === 0 ? {} : json(recording.roster),
    authorization: json(recording.authorization),
  };
  faults.documents?.(documents);
  const made = new Map<string, Uint8Array>();
  const add = (path: string, bytes: Uint8Array) => made.set(path, faults.documentBytes?.(path, bytes) ?? bytes);
  add(PATH.script, Buffer.from(documents.script));
  add(PATH.site, Buffer.from(documents.site));
  add(PATH.people, objectBytes(documents.people));
  if (recording.roster.length > 0) add(PATH.roster, objectBytes(documents.roster));
  const digest = (path: string) => sha256(made.get(path) ?? '');
  const authorization = {
    ...documents.authorization,
    script: digest(PATH.script),
    site: digest(PATH.site),
    roster: digestOrNone(made.get(PATH.roster)),
  };
  faults.authorization?.(authorization);
  add(PATH.authorization, objectBytes(authorization as JsonObject));
  return made;
}

function planOf(documents: ReadonlyMap<string, Uint8Array>, recording: Recording): Plan {
  const bytes = (path: string) => documents.get(path) as Uint8Array;
  try {
    return derivePlan({
      script: bytes(PATH.script),
      site: bytes(PATH.site),
      roster: documents.has(PATH.roster) ? readRoster(bytes(PATH.roster)) : NO_ROSTER,
      authorization: readAuthorization(bytes(PATH.authorization)),
      ledger: recording.before,
    });
  } catch (error) {
    // A fault may make the documents unusable; the plan is then the recording's.
    if (error instanceof CeremonyError) return recording.plan;
    throw error;
  }
}

function digestOrNone(bytes: Uint8Array | undefined): string {
  return bytes ? sha256(bytes) : NO_DIGEST;
}

/** The recorded events, their opening naming the documents of this pack. */
function reopen(events: readonly Event[], documents: ReadonlyMap<string, Uint8Array>, plan: string): readonly Event[] {
  const [opening, ...rest] = events;
  if (opening?.type !== 'opening') throw new Error('the recording does not begin with its opening');
  const digest = (path: string) => sha256(documents.get(path) ?? '');
  const digests = {
    script: digest(PATH.script),
    site: digest(PATH.site),
    roster: digestOrNone(documents.get(PATH.roster)),
    people: digest(PATH.people),
    authorization: digest(PATH.authorization),
  };
  return [{ ...opening, ...digests, plan }, ...rest.map((event) => retyped(event, digests.authorization))];
}

/** People compared the authorization with print: the words that they typed are those of its digest. */
function retyped(event: Event, authorization: string): Event {
  const words = event.type === 'answer' ? (event.values['words'] as JsonObject | undefined) : undefined;
  if (event.type !== 'answer' || words?.['authorization'] === undefined) return event;
  const row = wordRows(authorization).at(-1)?.words.join(' ') ?? '';
  return { ...event, values: { ...event.values, words: { ...words, authorization: row } } };
}

function toolsOf(recording: Recording): SignTools {
  return {
    tokenOf: (seat, index = 0) => {
      const token = recording.members.find((member) => member.seat === seat)?.tokens[index];
      if (!token) throw new Error(`${seat} has no token`);
      return token;
    },
    signWith,
  };
}

function signerOf(recording: Recording, faults: Faults): SignAs {
  const tools = toolsOf(recording);
  const enrolments = recording.events.flatMap((event) =>
    event.type === 'statement' && event.kind === 'enrolment' && event.statement !== null
      ? [statementSignaturePath(event.statement)]
      : [],
  );
  return (seat, path, content) => {
    const anew = recording.members.find((member) => member.seat === seat)?.anew;
    const token = anew && enrolments.includes(path) ? anew : tools.tokenOf(seat);
    return faults.sign?.(path, content, tools) ?? signWith(token, content);
  };
}

function addRoster(files: Map<string, Uint8Array>, recording: Recording, signAs: SignAs): void {
  for (const { seat, role, tokens } of recording.members) {
    if (tokens.length === 0) continue;
    for (const [index, token] of tokens.entries()) {
      files.set(rosterCertificatePath(seat, index), Buffer.from(pemOf('CERTIFICATE', token.signing)));
    }
    files.set(rosterSignaturePath(seat), signAs(seat, rosterSignaturePath(seat), files.get(PATH.roster) as Uint8Array));
    if (role !== 'policy-authority') continue;
    const path = authorizationSignaturePath(seat);
    files.set(path, signAs(seat, path, files.get(PATH.authorization) as Uint8Array));
  }
}

function ledgerOf(
  plan: Plan,
  events: readonly Event[],
  files: ReadonlyMap<string, Uint8Array>,
  recording: Recording,
  faults: Faults,
): Uint8Array {
  let ledger: Record<string, unknown>;
  try {
    ledger = { ...deriveLedger(plan, events, (path) => files.get(path), recording.before) };
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    // A fault may make it impossible; the ledger is then that of the ceremony without the fault.
    ledger = {
      ...deriveLedger(recording.plan, recording.events, (path) => recording.files.get(path), recording.before),
    };
  }
  faults.ledger?.(ledger);
  return objectBytes(ledger as JsonObject);
}

function seal(
  files: Map<string, Uint8Array>,
  facts: Parameters<typeof buildManifest>[0],
  plan: Plan,
  recording: Recording,
  signAs: SignAs,
  faults: Faults,
): Uint8Array {
  const listed = [...files].filter(([path]) => isListed(path)).map(([path, bytes]) => manifestFile(path, bytes));
  const document = JSON.parse(Buffer.from(buildManifest(facts, listed)).toString()) as Record<string, unknown>;
  faults.manifest?.(document);
  const plain = objectBytes(document as JsonObject);
  const manifest = faults.manifestBytes?.(plain) ?? plain;
  files.set(PATH.manifest, manifest);
  for (const seat of Object.values(plan.seats).flat()) {
    const member = recording.members.find((one) => one.seat === seat);
    if (!member || member.tokens.length === 0) continue;
    files.set(manifestSignaturePath(seat), signAs(seat, manifestSignaturePath(seat), manifest));
  }
  const report = Buffer.from(`%PDF of ${sha256(manifest)}`);
  files.set(PATH.report, report);
  let sums: string;
  try {
    sums = Buffer.from(buildSums(manifest, files.get(PATH.events) ?? new Uint8Array())).toString();
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    sums = '';
  }
  files.set(PATH.sums, Buffer.from(faults.sums?.(sums) ?? sums));
  return report;
}
