import { type Session, SessionFlag } from 'graphene-pk11';
import { CeremonyError } from '../base/errors.ts';
import type { Announce } from './announced.ts';
import { cryptoki, onTheWayOut } from './cryptoki-errors.ts';
import { endedByKernelAfter } from './hardening.ts';
import { LONGEST_CALL_SECONDS } from './limits.ts';
import { CKU, type Pin, type PinFunctions } from './pin-functions.ts';
import { nameOf, type Token } from './pkcs11-module.ts';
import type { TokenName, User } from './replies.ts';

/** A token, and by what it was asked for when its login began. */
export interface Named {
  readonly token: Token;
  readonly name: TokenName;
}

interface Activation extends Named {
  readonly session: Session;
  readonly user: User;
  /** performance.now() at which the process must end. */
  readonly deadline: number;
}

const READ_WRITE = SessionFlag.SERIAL_SESSION | SessionFlag.RW_SESSION;

/**
 * The logins of this process, by slot, since a serial may not be one token's alone: one read-write session each, and
 * the time limit that ends them.
 */
export class Activations {
  readonly #pins: PinFunctions;
  readonly #expired: () => void;
  readonly #announce: Announce;
  readonly #held = new Map<string, Activation>();
  #timer: NodeJS.Timeout | undefined;

  /** @param expired called once when the first time limit has run out; it must end the process */
  constructor(pins: PinFunctions, expired: () => void, announce: Announce) {
    this.#pins = pins;
    this.#expired = expired;
    this.#announce = announce;
  }

  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  /** The token of a login under that name, as it was then. Undefined when this process is not logged in by it. */
  tokenOf(name: TokenName): Token | undefined {
    return this.#named(name)?.token;
  }

  #named(name: TokenName): Activation | undefined {
    return [...this.#held.values()].find(({ name: asked }) =>
      'serial' in name ? 'serial' in asked && asked.serial === name.serial : 'key' in asked && asked.key === name.key,
    );
  }

  /**
   * One C_Login, never a second: a wrong PIN costs a try.
   * @param seconds until the process ends itself
   * @throws CeremonyError the token's refusals; PKCS11_ARGUMENT when logged in already
   */
  async login({ token, name }: Named, user: User, pin: Pin, seconds: number): Promise<void> {
    const where = nameOf(token);
    const held = this.#held.get(slotOf(token));
    if (held) {
      throw new CeremonyError(
        'PKCS11_ARGUMENT',
        `token "${where}" is logged in already, as ${held.user}; log out first`,
      );
    }
    const session = open(token, READ_WRITE);
    try {
      await this.#announce('C_Login');
      this.#pins.login(session.handle, user === 'so' ? CKU.so : CKU.user, pin, where);
    } catch (error) {
      onTheWayOut(() => close(session, where));
      throw error;
    }
    this.#held.set(slotOf(token), { token, name, session, user, deadline: performance.now() + seconds * 1000 });
    this.#arm();
  }

  /** Nothing to do is done at once. @throws CeremonyError the token's refusal: it may still be logged in */
  logout(name: TokenName): void {
    const held = this.#named(name);
    if (held) this.#end(held);
  }

  #end(held: Activation): void {
    this.#held.delete(slotOf(held.token));
    this.#arm();
    const { slot } = held.token;
    const where = nameOf(held.token);
    // Closing the last session logs out as well (PKCS #11 v2.40 base, C_CloseAllSessions).
    const closeAll = () => cryptoki('C_CloseAllSessions', where, () => slot.closeAll());
    try {
      cryptoki('C_Logout', where, () => held.session.logout());
    } catch (error) {
      onTheWayOut(closeAll);
      throw error;
    }
    closeAll();
  }

  logoutAll(): void {
    for (const held of [...this.#held.values()]) {
      try {
        this.#end(held);
      } catch {
        // The process is about to end, which closes whatever is left; the other tokens must have their logout first.
      }
    }
  }

  /** With the session of the login, or a public one that is closed afterwards. */
  async reading<T>(token: Token, use: (session: Session) => T | Promise<T>): Promise<T> {
    const held = this.#held.get(slotOf(token));
    return held ? await use(held.session) : await within(token, SessionFlag.SERIAL_SESSION, use);
  }

  /** With the session of the login, whoever is logged in; else a read-write public one. */
  async writing<T>(token: Token, use: (session: Session) => T | Promise<T>): Promise<T> {
    const held = this.#held.get(slotOf(token));
    return held ? await use(held.session) : await within(token, READ_WRITE, use);
  }

  /** With the session of the user's login. @throws CeremonyError HSM_NOT_ACTIVE */
  async active<T>(token: Token, user: User, use: (session: Session) => T | Promise<T>): Promise<T> {
    this.#demand(token, user);
    return await this.writing(token, use);
  }

  /**
   * With a session of its own, which shares the user's login: an operation that was begun and failed goes with it,
   * and so do its session objects.
   * @throws CeremonyError HSM_NOT_ACTIVE
   */
  async operating<T>(token: Token, use: (session: Session) => T | Promise<T>): Promise<T> {
    this.#demand(token, 'user');
    return await within(token, SessionFlag.SERIAL_SESSION, use);
  }

  #demand(token: Token, user: User): void {
    const { loginRequired } = token.facts;
    const held = this.#held.get(slotOf(token));
    if (held?.user === user || (!held && user === 'user' && !loginRequired)) return;
    const state = held ? `logged in as ${held.user}` : 'not logged in';
    throw new CeremonyError('HSM_NOT_ACTIVE', `token "${nameOf(token)}" is ${state}, expected a login as ${user}`);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const deadline = Math.min(...[...this.#held.values()].map((held) => held.deadline));
    if (deadline === Number.POSITIVE_INFINITY) {
      endedByKernelAfter(0);
      return;
    }
    const milliseconds = Math.max(1, deadline - performance.now());
    this.#timer = setTimeout(this.#expired, milliseconds);
    // A call that is under way may overrun the limit: a key that is being generated must not be torn apart.
    endedByKernelAfter(Math.ceil(milliseconds / 1000) + LONGEST_CALL_SECONDS);
  }
}

function slotOf({ slot }: Token): string {
  return slot.handle.toString('hex');
}

function open(token: Token, flags: number): Session {
  return cryptoki('C_OpenSession', nameOf(token), () => token.slot.open(flags));
}

function close(session: Session, where: string): void {
  cryptoki('C_CloseSession', where, () => session.close());
}

async function within<T>(token: Token, flags: number, use: (session: Session) => T | Promise<T>): Promise<T> {
  const session = open(token, flags);
  try {
    return await use(session);
  } finally {
    onTheWayOut(() => close(session, nameOf(token)));
  }
}
