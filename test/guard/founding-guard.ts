import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GuardClient } from '../../src/adapters/guard-client.ts';
import { canonicalJson, type JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { Caller } from '../../src/channel/requests.ts';
import type { EnrolledToken, EnrolRequest } from '../../src/ports.ts';
import { OPERATION_CLASSES, type OperationClass } from '../../src/quorum/classes.ts';
import { foundingRosterBytes, readEnrolment } from '../../src/quorum/enrolment.ts';
import { serialShown } from '../../src/quorum/serial.ts';
import { readCast } from '../../src/rehearsal/cast.ts';
import type { Card } from '../../src/rehearsal/enrol.ts';
import { type StageSet, setStage } from '../../src/rehearsal/stage.ts';
import { startGuard } from '../../src/supervisor/processes.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { startTokenProcess, type TokenProcess } from '../../src/token/client.ts';
import { utc } from './staged-guard.ts';

const CAST = {
  seats: {
    administrator: { of: 1, present: 1 },
    'crypto-officer': { of: 3, present: 3 },
    'policy-authority': { of: 2, present: 2 },
    witness: { of: 1, present: 1 },
  },
  tokens: [],
  media: {},
  quorums: { administer: 2 },
  materials: {},
  vendor: [],
  enrols: { 'crypto-officer': 1, 'policy-authority': 1 },
};

export const HOLDERS = [
  'crypto-officer-1',
  'crypto-officer-2',
  'crypto-officer-3',
  'policy-authority-1',
  'policy-authority-2',
] as const;

/** Real SoftHSM tokens of people whom nobody has enrolled. */
export class FoundingStage {
  readonly stage: StageSet;
  readonly folder: string;

  private constructor(stage: StageSet, folder: string) {
    this.stage = stage;
    this.folder = folder;
  }

  /** @param cardsAs what the tokens are played as */
  static async lay(
    enrols: Readonly<Record<string, number>> = CAST.enrols,
    cardsAs?: string,
    more: JsonObject = {},
  ): Promise<FoundingStage> {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-founding-'));
    const window = { from: utc(Date.now() - 3_600_000), until: utc(Date.now() + 3_600_000) };
    const digests = { script: sha256('script'), program: sha256('program') };
    return new FoundingStage(
      await setStage({
        cast: readCast({ ...CAST, enrols, ...more }),
        folder,
        ...digests,
        window,
        ...(cardsAs === undefined ? {} : { cardsAs }),
      }),
      folder,
    );
  }

  card(seat: string, index = 0): Card {
    const card = this.stage.cards.filter(({ person }) => person.seat === seat)[index];
    assert.ok(card, `${seat} has no token ${index}`);
    return card;
  }

  /** A guard that knows nothing of any before it. */
  async guard(ceremony = sha256(randomBytes(32)), change: (start: JsonObject) => JsonObject = (start) => start) {
    return await FoundingGuard.start(this, ceremony, change);
  }

  /** The holder uses the token in private, with other software. */
  async alone<T>(seat: string, use: (client: TokenProcess, serial: string) => Promise<T>, index = 0): Promise<T> {
    const { serial, pin } = this.card(seat, index);
    const [library = ''] = this.stage.modules;
    const environment = { SOFTHSM2_CONF: join(this.folder, 'cards', 'softhsm2.conf') };
    const client = await startTokenProcess({ programRoot: PROGRAM_ROOT, library, environment });
    try {
      await client.login({ serial }, 'user', Buffer.from(pin));
      return await use(client, serial);
    } finally {
      await client.end();
    }
  }

  async privateKeys(seat: string, index = 0): Promise<readonly string[]> {
    return await this.alone(
      seat,
      async (client, serial) =>
        (await client.inventory({ serial })).flatMap((one) => (one.class === 'private-key' ? [one.label ?? ''] : [])),
      index,
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A guard process in a first enrolment; the test is its supervisor, its core and its people. */
export class FoundingGuard {
  readonly client: GuardClient;
  readonly ceremony: string;
  /** Everything the guard has shown on its terminal. */
  screen = '';
  /** PINs that are typed instead of the right ones, by seat. */
  readonly pins = new Map<string, Uint8Array>();
  /** What people answer when the guard asks whether those signed who seem to have. */
  word = 'signed';
  readonly #stage: FoundingStage;
  readonly #close: () => Promise<void>;

  private constructor(stage: FoundingStage, client: GuardClient, ceremony: string, close: () => Promise<void>) {
    this.#stage = stage;
    this.client = client;
    this.ceremony = ceremony;
    this.#close = close;
  }

  static async start(
    stage: FoundingStage,
    ceremony: string,
    change: (start: JsonObject) => JsonObject,
  ): Promise<FoundingGuard> {
    const process = startGuard(stage.stage.modules, 'pipe');
    const close = async () => {
      process.child.kill('SIGKILL');
      await process.exited;
    };
    try {
      await new Caller(process.pipe(3), 'the guard', 'GUARD_DIED').call('start', change(stage.stage.start));
    } catch (error) {
      await close();
      throw error;
    }
    const client = new GuardClient(new Caller(process.pipe(4), 'the guard', 'GUARD_DIED'));
    const guard = new FoundingGuard(stage, client, ceremony, close);
    const terminal = process.pipe(5);
    terminal.on('data', (chunk: Buffer) => {
      guard.screen += chunk.toString('utf8');
      const answer = guard.#answer(guard.screen.slice(guard.screen.lastIndexOf('\n') + 1));
      if (answer) terminal.write(Buffer.concat([answer, Buffer.from('\n')]));
    });
    await client.begin(ceremony);
    return guard;
  }

  close(): Promise<void> {
    return this.#close();
  }

  #answer(prompt: string): Uint8Array | undefined {
    if (/^Type "signed" .*: $/.test(prompt)) return Buffer.from(this.word);
    if (/, type "approve" or "decline": $/.test(prompt)) {
      this.screen += '\n';
      return Buffer.from('approve');
    }
    const [, seat = '', serial] = /^(\S+), PIN of token (.+): $/.exec(prompt) ?? [];
    if (serial === undefined) return undefined;
    this.screen += '\n';
    const { cards } = this.#stage.stage;
    const hasSerial = (card: Card) => serialShown(card.shown.serial) === serial;
    const isAsked = (card: Card) => card.person.seat === seat && hasSerial(card);
    // A card may be handed to somebody else than it was made for, before it is enrolled.
    return this.pins.get(seat) ?? (cards.find(isAsked) ?? cards.find(hasSerial))?.pin;
  }

  request(seat: string, change: Partial<EnrolRequest> = {}, index = 0): EnrolRequest {
    const { shown, adopts, person } = this.#stage.card(seat, index);
    return {
      seat,
      role: person.role,
      ...shown,
      keys: 'generated',
      algorithm: 'ecdsa-p256',
      sign: null,
      open: null,
      key: null,
      validity: 'P20Y',
      ...adopts,
      ...change,
    };
  }

  async enrol(seat: string, change: Partial<EnrolRequest> = {}, index = 0): Promise<EnrolledToken> {
    return await this.client.enrol(this.request(seat, change, index));
  }

  async enrolAll(): Promise<EnrolledToken[]> {
    const enrolled: EnrolledToken[] = [];
    for (const seat of HOLDERS) enrolled.push(await this.enrol(seat));
    return enrolled;
  }

  async signAll(roster: Uint8Array, seats: readonly string[] = HOLDERS): Promise<Map<string, Uint8Array>> {
    const signatures = new Map<string, Uint8Array>();
    for (const seat of seats) signatures.set(seat, (await this.client.signRoster(seat, roster)).signature);
    return signatures;
  }
}

const CLASSES = new Map<OperationClass, { role: string; need: number }>(
  OPERATION_CLASSES.map((one) => [one, { role: one === 'authorize' ? 'policy-authority' : 'crypto-officer', need: 2 }]),
);

// biome-ignore lint/suspicious/noExplicitAny: a document that a test takes apart
type Mutable = any;

/** The roster of these enrolments, as the steps make it; with a change as a dishonest core would make it. */
export function rosterOf(
  enrolled: readonly Pick<EnrolledToken, 'statement'>[],
  change: (roster: Mutable) => void = () => undefined,
): Uint8Array {
  const enrolments = enrolled.map(({ statement }) => readEnrolment(statement));
  const seats = [...new Map(enrolments.map(({ seat, role }) => [seat, role]))];
  const members = [['administrator-1', 'administrator'] as const, ...seats].map(([seat, role]) => ({
    seat,
    role,
    tokens: enrolments.filter((one) => one.seat === seat).map((one) => one.entry),
  }));
  const document = JSON.parse(Buffer.from(foundingRosterBytes(members, CLASSES)).toString('utf8')) as Mutable;
  change(document);
  return Buffer.from(canonicalJson(document));
}
