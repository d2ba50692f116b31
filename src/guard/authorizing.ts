import type { JsonObject } from '../base/canonical-json.ts';
import { authorizersAmong, holdToNamed } from '../quorum/authorization.ts';
import { authorizationScreen } from '../quorum/authorization-screen.ts';
import { holdWindow } from '../quorum/authorization-window.ts';
import { type ClassRule, ruleFor } from '../quorum/roster.ts';
import { moduleAsAuthorized } from './module-file.ts';
import { Signing, type SigningSetup } from './signing.ts';
import type { Start } from './start.ts';

export interface AuthorizingSetup extends Start, Pick<SigningSetup, 'terminal' | 'startToken'> {
  /** UTC, whole seconds. */
  readonly now: () => string;
}

/**
 * Has the policy authority sign an authorization, days before the ceremony. Who may sign is decided here, by the class
 * `authorize` of the roster.
 */
export class Authorizing {
  readonly #rule: ClassRule;
  readonly #signing: Signing;

  /**
   * @throws CeremonyError AUTHORIZATION_* when something that it names is not what is here, or its window cannot be
   *   signed; APPROVAL_* for a signature beside it that is not what it says
   */
  constructor(setup: AuthorizingSetup) {
    const { authorization, authorizationBytes, measured, signatures, roster, now } = setup;
    const rule = ruleFor(roster, 'authorize');
    this.#rule = rule;
    holdToNamed(authorization, measured);
    holdWindow(authorization, now());
    for (const name of authorization.modules.keys()) moduleAsAuthorized(authorization, name);
    this.#signing = new Signing(
      setup,
      {
        name: 'AUTHORIZATION',
        bytes: authorizationBytes,
        screen: authorizationScreen(authorization),
        progress: (signed) => `${signed} of ${rule.need} that are needed have signed, of role ${rule.role}`,
        whyNot: ({ seat, role }) =>
          role === rule.role ? undefined : `"${seat}" is ${role}; an authorization is signed by ${rule.role}.`,
      },
      authorizersAmong(authorizationBytes, signatures, roster),
    );
  }

  /** How far the signatures are. */
  state(): JsonObject {
    return { role: this.#rule.role, need: this.#rule.need, signed: [...this.#signing.signed] };
  }

  /** As `Signing.next`. */
  async next(): Promise<JsonObject> {
    return await this.#signing.next();
  }

  /** Ends the token process of the quorum tokens. */
  async end(): Promise<void> {
    await this.#signing.end();
  }
}
