import { canonicalBytes, canonicalJson, type Json, type JsonObject } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, type Sha256, sha256 } from '../../src/base/digest.ts';
import { lastRowOf } from '../../src/base/words.ts';
import {
  approvalPayloadPath,
  approvalSignaturePath,
  approvalStatementPath,
  PATH,
  statementSignaturePath,
} from '../../src/pack/layout.ts';
import { deviationStatementBytes } from '../../src/quorum/deviation.ts';
import { possessionStatement } from '../../src/quorum/operation.ts';
import { approvalBytes, attestationBytes, presenceBytes } from '../../src/quorum/statement.ts';
import type { ChainLine } from '../../src/transcript/chain.ts';
import { type Event, LEVEL_OF } from '../../src/transcript/event.ts';
import type { Faults } from './faults.ts';
import { hsmKeyOf, hsmSign } from './guard-double.ts';
import type { Recording } from './record.ts';

export interface Replayed {
  readonly files: Map<string, Uint8Array>;
  readonly events: readonly Event[];
  readonly ceremony: Sha256;
  readonly head: Sha256;
}

/** Signs as a seat; where a fault wants it, with another key or over other bytes. */
export type SignAs = (seat: string, path: string, content: Uint8Array) => Uint8Array;

/**
 * Links a list of events again from the first to the last, so that whatever was changed in it stays consistent: what
 * depends on the chain (statements, approvals, their digests, heads) is made again and signed again on the way.
 * @param before what lay in the folder before the first event
 */
export function replay(
  events: readonly Event[],
  recording: Recording,
  before: ReadonlyMap<string, Uint8Array>,
  signAs: SignAs,
  faults: Faults,
): Replayed {
  return new Replay(recording, before, signAs, faults).run(events);
}

class Replay {
  readonly #files: Map<string, Uint8Array>;
  readonly #recording: Recording;
  readonly #before: ReadonlyMap<string, Uint8Array>;
  readonly #authorization: Sha256;
  readonly #signAs: SignAs;
  readonly #faults: Faults;
  readonly #linked: Event[] = [];
  readonly #eventLines: string[] = [];
  readonly #chainLines: string[] = [];
  /** Seq in the recording → seq here, and the statement that approvers of it sign. */
  readonly #seqs = new Map<number, number>();
  readonly #statements = new Map<number, Uint8Array>();
  /** Seq in the list → seq here, of every event; what is named by its seq follows. */
  readonly #places = new Map<number, number>();
  #paused: Sha256 = NO_DIGEST;
  #ceremony: Sha256 = NO_DIGEST;
  #begun: Sha256 = NO_DIGEST;

  constructor(recording: Recording, before: ReadonlyMap<string, Uint8Array>, signAs: SignAs, faults: Faults) {
    this.#recording = recording;
    this.#before = before;
    this.#authorization = sha256(before.get(PATH.authorization) ?? '');
    this.#signAs = signAs;
    this.#faults = faults;
    this.#files = new Map([...recording.files].filter(([path]) => !path.startsWith('approvals/')));
    for (const [path, bytes] of before) this.#files.set(path, bytes);
  }

  run(events: readonly Event[]): Replayed {
    for (const event of events) this.#link(this.#renew(event, events), event);
    this.#files.set(PATH.events, lines(this.#eventLines));
    this.#files.set(PATH.chain, lines(this.#chainLines));
    return { files: this.#files, events: this.#linked, ceremony: this.#ceremony, head: this.#head };
  }

  get #head(): Sha256 {
    const last = this.#chainLines.at(-1);
    return last === undefined ? NO_DIGEST : sha256(last);
  }

  #link(renewed: Event, original: Event): void {
    const seq = this.#linked.length + 1;
    const event = this.#faults.event?.({ ...renewed, seq }, original) ?? { ...renewed, seq };
    const plain = canonicalJson(event);
    const line = this.#faults.eventLine?.(plain, seq) ?? plain;
    const chained: ChainLine = { leaf: sha256(line), level: LEVEL_OF[event.type] ?? 'public', prev: this.#head, seq };
    const chainText = canonicalJson(this.#faults.chainLine?.(chained, event) ?? chained);
    this.#linked.push(event);
    this.#eventLines.push(this.#faults.withhold?.(event) ? '' : line);
    this.#chainLines.push(this.#faults.chainText?.(chainText, seq) ?? chainText);
    if (seq === 1) this.#ceremony = sha256(line);
    if (event.type === 'step' && event.phase === 'begin') this.#begun = this.#head;
    if (!this.#places.has(original.seq)) this.#places.set(original.seq, seq);
    if (event.type === 'proposed') this.#propose(event, original.seq);
    if (event.type === 'deviation') this.#deviate(event, original.seq);
  }

  #deviate({ seq, step, what, why, effect, names }: Extract<Event, { type: 'deviation' }>, before: number): void {
    const statement = deviationStatementBytes({
      ceremony: this.#ceremony,
      deviation: this.#head,
      event: seq,
      step,
      what,
      why,
      effect,
      names,
    });
    this.#seqs.set(before, seq);
    this.#statements.set(seq, statement);
    this.#files.set(approvalStatementPath(seq), statement);
  }

  #propose(event: Extract<Event, { type: 'proposed' }>, before: number): void {
    this.#seqs.set(before, event.seq);
    const statement = approvalBytes({
      ceremony: this.#ceremony,
      digest: event.digest,
      expires: event.expires,
      operation: event.operation,
      proposal: this.#head,
      step: String(event.descriptor['step']),
    });
    this.#statements.set(event.seq, statement);
    this.#files.set(approvalStatementPath(event.seq), statement);
  }

  #seqOf(before: number): number {
    return this.#seqs.get(before) ?? before;
  }

  #placeOf(before: number): number {
    return this.#places.get(before) ?? before;
  }

  /** The event with everything in it that depends on the events before it. */
  #renew(event: Event, all: readonly Event[]): Event {
    switch (event.type) {
      case 'proposed':
        return this.#renewProposed(event);
      case 'approval':
        return this.#renewApproval(event);
      case 'declined':
      case 'intent':
        return { ...event, proposal: this.#seqOf(event.proposal) };
      case 'refusal':
        return event.proposal === null ? event : { ...event, proposal: this.#seqOf(event.proposal) };
      case 'result':
        return this.#renewResult(event);
      case 'file':
        return this.#renewFile(event, all);
      case 'statement':
        return this.#renewStatement(event);
      case 'pause':
        if (event.phase === 'begin') this.#paused = this.#head;
        return { ...event, head: this.#paused };
      case 'correction':
        return { ...event, answer: this.#placeOf(event.answer) };
      case 'decision':
        return { ...event, about: this.#placeOf(event.about) };
      case 'resume':
        return {
          ...event,
          head: this.#head,
          open: event.open === null ? null : this.#seqOf(event.open),
          voided: event.voided.map((seq) => this.#seqOf(seq)),
        };
      case 'reconciliation':
        return { ...event, proposal: this.#seqOf(event.proposal) };
      case 'key-state':
        return event.proposal === null ? event : { ...event, proposal: this.#seqOf(event.proposal) };
      case 'answer':
        return this.#renewAnswer(event);
      case 'observation':
        if (event.subject === 'roster' && typeof event.facts['previous'] === 'string')
          return { ...event, facts: { ...event.facts, previous: this.#rosterDigest, roster: this.#nextDigest } };
        if (event.subject === 'roster' && this.#files.has(PATH.roster))
          return { ...event, facts: { ...event.facts, roster: this.#rosterDigest } };
        if (event.subject === 'second-screen' || event.subject === 'sheet') return this.#renewExamined(event);
        return event.subject === 'medium' ? this.#renewCopy(event) : event;
      default:
        return event;
    }
  }

  get #nextDigest(): Sha256 {
    return sha256(this.#files.get(PATH.nextRoster) ?? '');
  }

  /** The next roster names the one before it as it is here, and what is approved names both; what was falsified stays. */
  #renewRosterChange(path: string): void {
    const recorded = (name: string) => sha256(this.#recording.folder.get(name) ?? '');
    const there = this.#files.get(path);
    if (!there || (path !== PATH.nextRoster && path !== PATH.rosterChange)) return;
    const document = JSON.parse(Buffer.from(there).toString()) as Record<string, Json>;
    const renew = (member: string, was: Sha256, is: Sha256) => {
      if (document[member] === was) document[member] = is;
    };
    renew('previous', recorded(PATH.roster), this.#rosterDigest);
    if (path === PATH.rosterChange) {
      renew('roster', recorded(PATH.nextRoster), this.#nextDigest);
      renew('authorization', recorded(PATH.authorization), this.#authorization);
      document['ceremony'] = this.#ceremony;
    }
    this.#files.set(path, objectBytes(document as JsonObject));
  }

  get #rosterDigest(): Sha256 {
    return sha256(this.#files.get(PATH.roster) ?? '');
  }

  /** People compared the roster that was made with their paper, or typed a head that another computer found. */
  #renewAnswer(event: Extract<Event, { type: 'answer' }>): Event {
    if (typeof event.values['words'] === 'string') {
      const recorded = this.#recording.events.find((one) => one.type === 'answer' && one.step === event.step);
      // What somebody falsified stays as it is.
      if (recorded?.type !== 'answer' || recorded.values['words'] !== event.values['words']) return event;
      const events = this.#places.get(Number(event.values['events'])) ?? 0;
      const words = lastRowOf(sha256(this.#chainLines[events - 1] ?? ''));
      return { ...event, values: { events: String(events), words } };
    }
    const words = event.values['words'] as JsonObject | undefined;
    const [made, digest] =
      words?.['next-roster.roster'] === undefined
        ? (['first-roster.roster', this.#rosterDigest] as const)
        : (['next-roster.roster', this.#nextDigest] as const);
    if (words?.[made] === undefined) return event;
    return { ...event, values: { ...event.values, words: { ...words, [made]: lastRowOf(digest) } } };
  }

  /** People held a proposal to what they had of it elsewhere. What somebody falsified stays as it is. */
  #renewExamined(event: Extract<Event, { type: 'observation' }>): Event {
    const before = event.facts['proposal'];
    if (typeof before !== 'number') return event;
    const proposal = this.#seqOf(before);
    const of = (events: readonly Event[], seq: number) => {
      const proposed = events.find((one) => one.type === 'proposed' && one.seq === seq);
      const { digest = '', descriptor = {} } = proposed?.type === 'proposed' ? proposed : {};
      return [digest, String((descriptor['payload'] as JsonObject | undefined)?.['sha256'])] as const;
    };
    const [was, is] = [of(this.#recording.events, before), of(this.#linked, proposal)];
    const files = Object.entries((event.facts['files'] ?? {}) as JsonObject).map(([path, digest]) => {
      const index = was.indexOf(String(digest));
      return [path.replace(`/${before}-`, `/${proposal}-`), is[index] ?? digest] as const;
    });
    const words = event.facts['words'] === lastRowOf(was[0]) ? lastRowOf(is[0]) : event.facts['words'];
    return {
      ...event,
      facts: {
        ...event.facts,
        proposal,
        words: words as Json,
        ...(event.subject === 'sheet' ? {} : { files: Object.fromEntries(files) }),
      },
    };
  }

  #renewProposed(event: Extract<Event, { type: 'proposed' }>): Event {
    const payload = event.payload === null ? undefined : this.#recording.files.get(event.payload);
    if (!payload) return event;
    const path = approvalPayloadPath(this.#linked.length + 1);
    this.#files.set(path, payload);
    return { ...event, payload: path };
  }

  #renewApproval(event: Extract<Event, { type: 'approval' }>): Event {
    const proposal = this.#seqOf(event.proposal);
    const path = approvalSignaturePath(proposal, event.seat);
    const statement = this.#statements.get(proposal);
    if (!statement) return { ...event, proposal };
    const signature = this.#files.get(path) ?? this.#signAs(event.seat, path, statement);
    this.#files.set(path, signature);
    return { ...event, proposal, signature: sha256(signature) };
  }

  #renewResult(event: Extract<Event, { type: 'result' }>): Event {
    const { possession, spkiSha256 } = event.facts;
    const renewed = { ...event, proposal: this.#seqOf(event.proposal) };
    if (typeof possession !== 'string') return renewed;
    const key = hsmKeyOf(String(spkiSha256));
    const signature = hsmSign(key, possessionStatement(this.#ceremony, String(spkiSha256)));
    return { ...renewed, facts: { ...event.facts, possession: Buffer.from(signature).toString('base64') } };
  }

  /** What lay in the folder by now, as it is copied onto a medium. */
  #renewCopy(event: Extract<Event, { type: 'observation' }>): Event {
    const step = this.#recording.plan.acts.flatMap((act) => act.steps).find((one) => one.key === event.step);
    const runs = this.#linked.filter(
      (one) => one.type === 'step' && one.step === event.step && one.phase === 'begin',
    ).length;
    const folder = runs > 1 ? `provisional-${runs}` : 'provisional';
    const prefix = step?.params['files'] === 'pack' ? `${folder}/` : '';
    const recorded = this.#linked.flatMap((one) => (one.type === 'file' && one.medium === null ? [one.path] : []));
    const there = new Map(
      [...this.#files].filter(
        ([path]) => this.#before.has(path) || recorded.includes(path) || path.startsWith('approvals/'),
      ),
    );
    there.set(PATH.events, lines(this.#eventLines)).set(PATH.chain, lines(this.#chainLines));
    const rows = [...there]
      .filter(([path]) => prefix !== '' || path.startsWith(`${String(step?.params['files'])}/`))
      .map(([path, bytes]) => `${sha256(bytes)}  ${prefix}${path}\n`);
    return { ...event, facts: { ...event.facts, files: rows.length, listing: sha256(rows.sort().join('')) } };
  }

  /** The first event that records a statement's file makes the statement and its signature. */
  #renewFile(event: Extract<Event, { type: 'file' }>, all: readonly Event[]): Event {
    const path = event.path.replace(/\.p7s$/, '.json');
    const statement = all.find((one) => one.type === 'statement' && one.statement === path);
    if (event.medium !== null || statement?.type !== 'statement') {
      const [, seat] = /^roster\/([a-z0-9-]+)\.p7s$/.exec(event.path) ?? [];
      const roster = this.#files.get(PATH.roster);
      if (seat !== undefined && roster) this.#files.set(event.path, this.#signAs(seat, event.path, roster));
      this.#renewRosterChange(event.path);
      const [, of, by] = /^roster\/(next|change)\/([a-z0-9-]+)\.p7s$/.exec(event.path) ?? [];
      const signed = this.#files.get(of === 'next' ? PATH.nextRoster : PATH.rosterChange);
      if (by !== undefined && signed) this.#files.set(event.path, this.#signAs(by, event.path, signed));
      const bytes = this.#files.get(event.path);
      return event.medium === null && bytes ? { ...event, sha256: sha256(bytes), size: bytes.length } : event;
    }
    if (!this.#files.has(path)) this.#state(statement, path, event.step);
    const bytes = this.#files.get(event.path) as Uint8Array;
    return { ...event, sha256: sha256(bytes), size: bytes.length };
  }

  #state(statement: Extract<Event, { type: 'statement' }>, path: string, step: string): void {
    const { seat } = statement;
    const planned = this.#recording.plan.acts.flatMap((act) => act.steps).find((one) => one.key === step);
    const text = planned?.say || 'The ceremony was done as recorded; the HSM is not to be used any more.';
    const bytes =
      statement.kind === 'enrolment'
        ? this.#enrolment(path)
        : statement.kind === 'presence'
          ? presenceBytes({ ceremony: this.#ceremony, authorization: this.#authorization, seat })
          : attestationBytes({ ceremony: this.#ceremony, head: this.#begun, seat, step, text });
    const content = this.#faults.statement?.(bytes, statement) ?? bytes;
    this.#files.set(path, content);
    this.#files.set(statementSignaturePath(path), this.#signAs(seat, statementSignaturePath(path), content));
  }

  #enrolment(path: string): Uint8Array {
    const recorded = JSON.parse(Buffer.from(this.#recording.folder.get(path) ?? '').toString()) as JsonObject;
    return objectBytes({ ...recorded, ceremony: this.#ceremony, authorization: this.#authorization });
  }

  #renewStatement(event: Extract<Event, { type: 'statement' }>): Event {
    const facts = 'head' in event.facts ? { ...event.facts, head: this.#begun } : event.facts;
    const signature = event.statement === null ? undefined : this.#files.get(statementSignaturePath(event.statement));
    return { ...event, facts, signature: signature ? sha256(signature) : event.signature };
  }
}

function lines(texts: readonly string[]): Uint8Array {
  return Buffer.from(texts.map((text) => `${text}\n`).join(''));
}

export function objectBytes(object: JsonObject): Uint8Array {
  return canonicalBytes(object as Json);
}
