import type { Json, JsonObject } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type Caller, type CallOptions, described, type Reply } from '../channel/requests.ts';
import type {
  Approved,
  EnrolledToken,
  EnrolRequest,
  Guard,
  GuardProposal,
  Presented,
  RollCall,
  SignedRosterChange,
} from '../ports.ts';
import type { ShareSet } from '../quorum/share-set.ts';

/** Whoever looks at the screen while the guard is asked. */
export interface GuardWatch {
  /** Before a request is made, which waits for it: the guard may take the screen then. */
  ready(method: string): Promise<void>;
}

/** The guard at the other end of its pipe. It asks; the guard decides. */
export class GuardClient implements Guard {
  readonly #caller: Caller;
  readonly #watch: GuardWatch | undefined;

  /** @param watch told of every request, for those who look at the screen */
  constructor(caller: Caller, watch?: GuardWatch) {
    this.#caller = caller;
    this.#watch = watch;
  }

  async begin(ceremony: Sha256): Promise<void> {
    await this.#ask('begin', { ceremony });
  }

  async inspect(hsm: string, left?: string): Promise<JsonObject> {
    return await this.#ask('inspect', { hsm, left: left ?? null });
  }

  async random(hsm: string, length: number, count = 1): Promise<Uint8Array> {
    return (await this.#call('random', { hsm, length, count })).bytes;
  }

  async rollCall(seat: string): Promise<RollCall> {
    const answer = await this.#ask('roll-call', { seat });
    return { ...presented(answer), statement: bytesOf(answer, 'statement'), signature: bytesOf(answer, 'signature') };
  }

  async enrol(request: EnrolRequest): Promise<EnrolledToken> {
    const answer = await this.#ask('enrol', { ...request });
    return {
      ...presented(answer),
      statement: bytesOf(answer, 'statement'),
      signature: bytesOf(answer, 'signature'),
      fingerprint: String(answer['fingerprint']),
      attributes: answer['attributes'] as JsonObject,
    };
  }

  async recallEnrolment(statement: Uint8Array, signature: Uint8Array): Promise<{ signature: Uint8Array } & Presented> {
    const answer = await this.#ask('recall-enrolment', { statement: base64(statement), signature: base64(signature) });
    return { ...presented(answer), signature: bytesOf(answer, 'signature') };
  }

  async signRoster(seat: string, roster: Uint8Array): Promise<{ signature: Uint8Array } & Presented> {
    const answer = await this.#ask('sign-roster', { seat, roster: base64(roster) });
    return { ...presented(answer), signature: bytesOf(answer, 'signature') };
  }

  async enactRoster(roster: Uint8Array, signatures: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const signed = Object.fromEntries([...signatures].map(([seat, bytes]) => [seat, base64(bytes)]));
    await this.#ask('enact-roster', { roster: base64(roster), signatures: signed });
  }

  async signNextRoster(seat: string, roster: Uint8Array): Promise<SignedRosterChange> {
    const answer = await this.#ask('sign-next-roster', { seat, roster: base64(roster) });
    const part = (key: string) => (answer[key] === null ? null : bytesOf(answer, key));
    return { ...presented(answer), signature: part('signature'), approval: part('approval') };
  }

  async enactNextRoster(
    roster: Uint8Array,
    signatures: ReadonlyMap<string, Uint8Array>,
    approvals: ReadonlyMap<string, Uint8Array>,
  ): Promise<void> {
    const named = (all: ReadonlyMap<string, Uint8Array>) =>
      Object.fromEntries([...all].map(([seat, bytes]) => [seat, base64(bytes)]));
    const params = { roster: base64(roster), signatures: named(signatures), approvals: named(approvals) };
    await this.#ask('enact-next-roster', params);
  }

  async makeShareSets(request: Parameters<Guard['makeShareSets']>[0]): ReturnType<Guard['makeShareSets']> {
    const answer = await this.#ask('make-share-sets', { ...request, holders: [...request.holders] });
    return { sets: answer['sets'] as unknown as readonly ShareSet[], envelopes: envelopesOf(answer) };
  }

  async makeNextShareSet(request: Parameters<Guard['makeNextShareSet']>[0]): ReturnType<Guard['makeNextShareSet']> {
    const answer = await this.#ask('make-next-share-set', { ...request, holders: [...request.holders] });
    return { set: answer['set'] as unknown as ShareSet, envelopes: envelopesOf(answer) };
  }

  async makeKekSet(request: Parameters<Guard['makeKekSet']>[0]): ReturnType<Guard['makeKekSet']> {
    const answer = await this.#ask('make-kek-set', { ...request, holders: [...request.holders] });
    return { set: answer['set'] as unknown as ShareSet, envelopes: envelopesOf(answer) };
  }

  async propose({
    descriptor,
    payload,
    previous,
    delta,
    wrapped,
    certificates,
    proposal,
    expires,
  }: GuardProposal): Promise<Uint8Array> {
    const params = {
      ...{ descriptor: base64(descriptor), proposal, expires },
      ...(payload ? { payload: payload.length } : {}),
      ...(previous ? { previous: previous.length } : {}),
      ...(delta ? { delta: delta.length } : {}),
      ...(wrapped ? { wrapped: wrapped.length } : {}),
      ...(certificates ? { certificates: certificates.length } : {}),
    };
    const bytes = [payload, previous, delta, wrapped, certificates].filter((part) => part != null);
    return (await this.#call('propose', params, { bytes })).bytes;
  }

  async approve(
    seat: string,
    proposals: readonly Sha256[],
    envelopes: ReadonlyMap<string, Uint8Array>,
  ): Promise<Approved> {
    const sealed = Object.fromEntries([...envelopes].map(([name, bytes]) => [name, base64(bytes)]));
    const answer = await this.#ask('approve', { seat, proposals: [...proposals], envelopes: sealed });
    return approvedOf(answer);
  }

  async proveShareSets(hsm: string): Promise<JsonObject> {
    return await this.#ask('prove-share-sets', { hsm });
  }

  async proveKekSet(hsm: string, set: string): Promise<JsonObject> {
    return await this.#ask('prove-kek-set', { hsm, set });
  }

  async printShare(request: Parameters<Guard['printShare']>[0]): ReturnType<Guard['printShare']> {
    const { seat, printedAt, pages } = await this.#ask('print-share', request);
    return { seat: String(seat), printedAt: printedAt === null ? null : String(printedAt), pages: Number(pages) };
  }

  async recall({ descriptor, approvals, payload, signature, ...past }: Parameters<Guard['recall']>[0]): Promise<void> {
    const signed = approvals.map(({ seat, signature }) => ({ seat, signature: base64(signature) }));
    const keys = past.keys.map((key) => ({ ...key }));
    const params = {
      ...past,
      ...{ keys, descriptor: base64(descriptor), approvals: signed },
      ...(payload ? { payload: payload.length } : {}),
      ...(signature ? { signature: base64(signature) } : {}),
    };
    await this.#call('recall', params, { bytes: payload ? [payload] : [] });
  }

  async deviate(
    statement: Uint8Array,
    approvals: readonly { seat: string; signature: Uint8Array }[] = [],
  ): Promise<void> {
    const signed = approvals.map(({ seat, signature }) => ({ seat, signature: base64(signature) }));
    await this.#ask('deviate', { statement: base64(statement), approvals: signed });
  }

  async approveDeviation(seat: string, statement: Uint8Array): Promise<Approved> {
    return approvedOf(await this.#ask('approve-deviation', { seat, statement: base64(statement) }));
  }

  async lock(): Promise<void> {
    await this.#ask('lock', {});
  }

  async withdraw(proposal: Sha256): Promise<void> {
    await this.#ask('withdraw', { proposal });
  }

  async execute(
    proposal: Sha256,
    approvals: readonly { seat: string; signature: Uint8Array }[],
  ): Promise<{ facts: JsonObject; bytes: Uint8Array }> {
    const signed = approvals.map(({ seat, signature }) => ({ seat, signature: base64(signature) }));
    const { value, bytes } = await this.#call('execute', { proposal, approvals: signed });
    return { facts: value as JsonObject, bytes };
  }

  async deactivate(hsm: string): Promise<JsonObject> {
    return await this.#ask('deactivate', { hsm });
  }

  async attest(seat: string, statement: Uint8Array): Promise<{ signature: Uint8Array } & Presented> {
    const answer = await this.#ask('attest', { seat, statement: base64(statement) });
    return { ...presented(answer), signature: bytesOf(answer, 'signature') };
  }

  async signOff(): Promise<void> {
    await this.#ask('sign-off', {});
  }

  async signManifest(seat: string, manifest: Uint8Array): Promise<{ signature: Uint8Array } & Presented> {
    const { value } = await this.#call('sign-manifest', { seat }, { bytes: manifest });
    const answer = value as JsonObject;
    return { ...presented(answer), signature: bytesOf(answer, 'signature') };
  }

  /** How long the guard has waited for tokens so far, in whole milliseconds: for measuring. */
  async tokenMilliseconds(): Promise<number> {
    return Number((await this.#call('token-milliseconds')).value);
  }

  async #call(method: string, params: Json = {}, options: CallOptions = {}): Promise<Reply> {
    await this.#watch?.ready(method);
    return await this.#caller.call(method, params, options);
  }

  async #ask(method: string, params: Json): Promise<JsonObject> {
    return ((await this.#call(method, params)).value ?? {}) as JsonObject;
  }
}

function approvedOf(answer: JsonObject): Approved {
  const decisions = (answer['decisions'] as readonly (JsonObject | null)[]).map((one) => {
    if (one === null) return null;
    if (typeof one['declined'] === 'string') return { declined: one['declined'] };
    return { signature: bytesOf(one, 'signature'), token: String(answer['token']), origin: String(answer['origin']) };
  });
  const failure = answer['failure'] ? described(answer['failure'] as JsonObject, 'the guard') : undefined;
  if (failure && !(failure instanceof CeremonyError)) throw failure;
  const opened = answer['opened'] as readonly string[];
  return { seat: String(answer['seat']), decisions, opened, ...(failure ? { failure } : {}) };
}

function presented(answer: JsonObject): Presented {
  return {
    seat: String(answer['seat']),
    token: String(answer['token']),
    origin: String(answer['origin']),
    tries: String(answer['tries']),
  };
}

function envelopesOf(answer: JsonObject): Map<string, Uint8Array> {
  const named = Object.entries(answer['envelopes'] as JsonObject);
  return new Map(named.map(([name, text]) => [name, Buffer.from(String(text), 'base64')]));
}

function bytesOf(answer: JsonObject, key: string): Uint8Array {
  return Buffer.from(String(answer[key]), 'base64');
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
