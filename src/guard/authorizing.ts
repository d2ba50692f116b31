import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import { authorizersAmong, holdToNamed } from '../quorum/authorization.ts';
import { authorizationScreen } from '../quorum/authorization-screen.ts';
import { holdWindow } from '../quorum/authorization-window.ts';
import { type ClassRule, type Member, memberOf, ruleFor } from '../quorum/roster.ts';
import { digestLines } from '../quorum/statement-screen.ts';
import type { Attend, TokenProcess } from '../token/client.ts';
import { moduleAsAuthorized } from './module-file.ts';
import { ONE_SIGNATURE, People } from './people.ts';
import type { Start } from './start.ts';
import type { GuardTerminal } from './terminal.ts';
import { Waiting } from './waiting.ts';

export interface AuthorizingSetup extends Start {
  /** Taken when the first person is asked. */
  readonly terminal: () => Promise<GuardTerminal>;
  readonly startToken: (module: string, attend: Attend) => Promise<TokenProcess>;
  /** UTC, whole seconds. */
  readonly now: () => string;
}

const STOP = 'stop';

/**
 * Has the policy authority sign an authorization, days before the ceremony. Who may sign is decided here, by the class
 * `authorize` of the roster; what their tokens sign is the very bytes that this process has rendered.
 */
export class Authorizing {
  readonly #setup: AuthorizingSetup;
  readonly #rule: ClassRule;
  readonly #signed: Set<string>;
  readonly #declined = new Map<string, string>();
  #people: { readonly terminal: GuardTerminal; readonly at: People } | undefined;

  /**
   * @throws CeremonyError AUTHORIZATION_* when something that it names is not what is here, or its window cannot be
   *   signed; APPROVAL_* for a signature beside it that is not what it says
   */
  constructor(setup: AuthorizingSetup) {
    const { authorization, authorizationBytes, measured, signatures, roster, now } = setup;
    this.#setup = setup;
    this.#rule = ruleFor(roster, 'authorize');
    holdToNamed(authorization, measured);
    holdWindow(authorization, now());
    for (const name of authorization.modules.keys()) moduleAsAuthorized(authorization, name);
    this.#signed = new Set(authorizersAmong(authorizationBytes, signatures, roster));
  }

  /** How far the signatures are. */
  state(): JsonObject {
    return { role: this.#rule.role, need: this.#rule.need, signed: [...this.#signed].sort() };
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
        at: new People({ authorization, roster: () => roster, terminal, startToken, waiting }),
      };
    }
    return this.#people;
  }

  async #ask(terminal: GuardTerminal): Promise<Member | undefined> {
    const { role, need } = this.#rule;
    const able = this.#setup.roster.members.filter((member) => this.#whyNot(member.seat) === undefined);
    await terminal.show([
      `THE AUTHORIZATION   ${this.#signed.size} of ${need} that are needed have signed, of role ${role}`,
      ...[...this.#signed].sort().map((seat) => `${seat}: has signed`),
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
    const { role } = this.#rule;
    if (member.role !== role) return `"${seat}" is ${member.role}; an authorization is signed by ${role}.`;
    if (member.tokens.length === 0) return `"${seat}" has no token to sign with.`;
    if (this.#signed.has(seat)) return `"${seat}" has signed already; one person counts once.`;
    return undefined;
  }

  /** The person reads all of it and decides; then their token is asked for, as often as people say. */
  async #askToSign(terminal: GuardTerminal, { seat }: Member): Promise<JsonObject | 'other'> {
    const { authorization } = this.#setup;
    let reason: string | undefined;
    try {
      reason = await terminal.session(async () => {
        await terminal.show(authorizationScreen(authorization));
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
    const { authorization, authorizationBytes } = this.#setup;
    const { at } = await this.#take();
    const lines = [`${seat} SIGNS THE AUTHORIZATION`, ...digestLines(authorization.digest), ''];
    const signature = await at.present(seat, lines, ONE_SIGNATURE, (card) => card.sign(authorizationBytes));
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
