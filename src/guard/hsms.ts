import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { HsmSession, KnownKey } from './hsm.ts';

/** The HSMs that the authorization names, by name. */
export class Hsms {
  readonly #sessions = new Map<string, HsmSession>();

  add(session: HsmSession): void {
    this.#sessions.set(session.authorized.name, session);
  }

  /** @throws CeremonyError AUTHORIZATION_TOKEN */
  get(name: string): HsmSession {
    const hsm = this.#sessions.get(name);
    if (!hsm) throw new CeremonyError('AUTHORIZATION_TOKEN', `no HSM "${name}" is named in the authorization`);
    return hsm;
  }

  all(): MapIterator<HsmSession> {
    return this.#sessions.values();
  }

  /**
   * A key that this guard saw made or the ledger has, on whichever HSM: its copies are on others.
   * @throws CeremonyError HSM_OBJECT_MISSING
   */
  knownKey(digest: Sha256): KnownKey {
    for (const { keys } of this.all()) {
      const key = keys.get(digest);
      if (key) return key;
    }
    throw new CeremonyError('HSM_OBJECT_MISSING', `no key with SPKI digest ${digest} is known in this ceremony`);
  }
}
