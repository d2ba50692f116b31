import type { JsonObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import type { Authorization } from '../quorum/authorization.ts';
import { type Member, memberOf, type Roster } from '../quorum/roster.ts';
import { digestLines } from '../quorum/statement-screen.ts';
import type { Attend, TokenProcess } from '../token/client.ts';
import { ONE_SIGNATURE, People } from './people.ts';
import type { GuardTerminal } from './terminal.ts';
import { Waiting } from './waiting.ts';

export interface SigningSetup {
  /** By whose modules the quorum tokens are reached. */
  readonly authorization: Authorization;
  readonly roster: Roster;
  /** Taken when the first person is asked. */
  readonly terminal: () => Promise<GuardTerminal>;
  readonly startToken: (module: string, attend: Attend) => Promise<TokenProcess>;
}

/** A document that several people sign, one after the other. */
export interface Document {
  /** In capitals, as it heads a page: `AUTHORIZATION`. */
  readonly name: string;
  /** What tokens sign. */
  readonly bytes: Uint8Array;
  /** All of it, in lines for people. */
  readonly screen: readonly string[];
  /** How far the signatures are, given how many there are. */
  readonly progress: (signed: number) => string;
  /** Why somebody with a token may not sign it, besides that they have. */
  readonly whyNot: (member: Member) => string | undefined;
}

const STOP = 'stop';

/**
 * People sign a document away from any ceremony: they say who does, read all of it, decide, and present their token. What
 * a token signs is the very bytes that this process has rendered.
 */
export class Signing {
  readonly #setup: SigningSetup;
  readonly #document: Document;
  readonly #digest: Sha256;
  readonly #signed: Set<string>;
  readonly #declined = new Map<string, string>();
  #people: { readonly terminal: GuardTerminal; readonly at: People } | undefined;

  /** @param signed who has signed it before */
  constructor(setup: SigningSetup, document: Document, signed: Iterable<string> = []) {
    this.#setup = setup;
    this.#document = document;
    this.#digest = sha256(document.bytes);
    this.#signed = new Set(signed);
  }

  /** Seats, sorted. */
  get signed(): readonly string[] {
    return [...this.#signed].sort();
  }

  /**
   * Asks who signs next, and has them read, decide and present their token.
   * @returns `{ seat, signature }` in base64, or `{ seat, reason }` of who declined; empty when the people stop
   */
  async next(): Promise<JsonObject> {
    const { terminal } = await this.#take();
    for (;;) {
      const member = await terminal.session(() => this.#ask(terminal));
      if (!member) return {};
      const done = await this.#askToSign(terminal, member);
      if (done !== 'other') return done;
    }
  }

  /** Ends the token process of the quorum tokens. */
  async end(): Promise<void> {
    await this.#people?.at.end();
  }

  async #take() {
    if (!this.#people) {
      const { authorization, roster, startToken } = this.#setup;
      const terminal = await this.#setup.terminal();
      const waiting = new Waiting(terminal);
      this.#people = {
        terminal,
        // An authorization is signed without a ledger: whether a token was lost the guard of the ceremony says, and refuses it.
        at: new People({ authorization, roster: () => roster, terminal, startToken, waiting, isLost: () => false }),
      };
    }
    return this.#people;
  }

  async #ask(terminal: GuardTerminal): Promise<Member | undefined> {
    const able = this.#setup.roster.members.filter((member) => this.#whyNot(member.seat) === undefined);
    await terminal.show([
      `THE ${this.#document.name.padEnd(16)}${this.#document.progress(this.#signed.size)}`,
      ...this.signed.map((seat) => `${seat}: has signed`),
      ...[...this.#declined].map(([seat, reason]) => `${seat}: has declined: ${reason}`),
      '',
      `Who may sign: ${able.map(({ seat }) => seat).join(', ') || 'nobody else'}`,
    ]);
    for (;;) {
      const seat = await unlessLeft(terminal.readText(`Who signs next? Type the seat, or "${STOP}":`), STOP);
      if (seat === STOP) return undefined;
      const why = this.#whyNot(seat);
      if (why === undefined) return memberOf(this.#setup.roster, seat);
      await terminal.show([why]);
    }
  }

  /** @returns why that person does not sign; undefined when they may */
  #whyNot(seat: string): string | undefined {
    const member = memberOf(this.#setup.roster, seat);
    if (!member) return `"${escapeForeign(seat)}" is not on the roster.`;
    const why = this.#document.whyNot(member);
    if (why !== undefined) return why;
    if (member.tokens.length === 0) return `"${seat}" has no token to sign with.`;
    if (this.#signed.has(seat)) return `"${seat}" has signed already; one person counts once.`;
    return undefined;
  }

  /** The person reads all of it and decides; then their token is asked for, as often as people say. */
  async #askToSign(terminal: GuardTerminal, { seat }: Member): Promise<JsonObject | 'other'> {
    let reason: string | undefined;
    try {
      reason = await terminal.session(async () => {
        await terminal.show([...this.#document.screen]);
        return await terminal.readDecision(seat);
      });
    } catch (error) {
      if (isLeft(error)) return 'other';
      throw error;
    }
    if (reason !== undefined) {
      const why = escapeForeign(reason) || 'no reason given';
      this.#declined.set(seat, why);
      return { seat, reason: why };
    }
    for (;;) {
      try {
        return { seat, signature: await this.#sign(seat) };
      } catch (error) {
        if (!(error instanceof CeremonyError)) throw error;
        const choice = await terminal.session(() => askAfter(terminal, error));
        if (choice === STOP) return {};
        if (choice === 'other') return 'other';
      }
    }
  }

  async #sign(seat: string): Promise<string> {
    const { name, bytes } = this.#document;
    const { at } = await this.#take();
    const lines = [`${seat} SIGNS THE ${name}`, ...digestLines(this.#digest), ''];
    const signature = await at.present(seat, lines, ONE_SIGNATURE, (card) => card.sign(bytes));
    this.#signed.add(seat);
    this.#declined.delete(seat);
    return Buffer.from(signature).toString('base64');
  }
}

/** After a token that did not sign, the people say how it goes on: no try is spent unasked. */
async function askAfter(terminal: GuardTerminal, error: CeremonyError): Promise<string> {
  await terminal.show([`${error.code}: ${error.message}`, ...(error.hint === undefined ? [] : [error.hint]), '']);
  for (;;) {
    const choice = await unlessLeft(terminal.readText(`Type "again", "other" for another person, or "${STOP}":`), STOP);
    if (['again', 'other', STOP].includes(choice)) return choice;
  }
}

async function unlessLeft(answer: Promise<string>, left: string): Promise<string> {
  try {
    return await answer;
  } catch (error) {
    if (isLeft(error)) return left;
    throw error;
  }
}

/** Whether the question was left with Ctrl-C. */
function isLeft(error: unknown): boolean {
  return error instanceof CeremonyError && error.code === 'PRESENTATION_CANCELLED';
}
