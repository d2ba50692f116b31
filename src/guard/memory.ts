import type { Sha256 } from '../base/digest.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Custody } from './custody.ts';
import { Deviations } from './deviations.ts';
import { Executed } from './executed.ts';
import { Hsms } from './hsms.ts';
import type { InForce } from './in-force.ts';
import { Destructions } from './key-destruction.ts';
import { KeyStates } from './key-state.ts';
import { Losses } from './losses.ts';
import { SignedCrls } from './ocsp-payload.ts';
import { PaperPages } from './paper-pages.ts';
import type { Known } from './payload.ts';
import { Proposals } from './proposals.ts';
import { Restorations } from './restorations.ts';
import type { GuardSetup } from './setup.ts';
import { Sightings } from './sightings.ts';
import { ToldCrls } from './told-crls.ts';

/** All that one guard holds of one ceremony. It lives as long as the process. */
export class Memory {
  readonly hsms = new Hsms();
  readonly proposals = new Proposals();
  readonly custody = new Custody();
  readonly executed = new Executed();
  readonly pages = new PaperPages();
  readonly deviations: Deviations;
  readonly sightings = new Sightings();
  readonly destructions = new Destructions(this.sightings);
  readonly restorations = new Restorations();
  readonly states: KeyStates;
  readonly losses: Losses;
  /** Random bytes, hex, that an HSM gave in this ceremony: a serial number must be one of them. */
  readonly drawn = new Set<string>();
  readonly crls = new SignedCrls();
  readonly toldCrls = new ToldCrls();
  /** Digests of keys that only a certificate has shown. */
  readonly shown = new Set<Sha256>();
  /** Of the pack before this ceremony; null for the first of a CA. */
  readonly ledger: Ledger | null;
  /** What payloads are held to. */
  readonly known: Known;

  constructor({ ledger = null, resumes, now }: Pick<GuardSetup, 'ledger' | 'resumes' | 'now'>, inForce: InForce) {
    this.ledger = ledger;
    this.deviations = new Deviations(() => inForce.roster, resumes);
    this.states = new KeyStates(ledger);
    this.losses = new Losses(ledger);
    this.known = {
      drawn: this.drawn,
      crls: this.crls,
      ledger,
      spkiOf: (key) => this.hsms.knownKey(key).spki,
      now,
    };
  }

  /** Shares are kept only while somebody's approved proposal waits for them and no activation stands instead. */
  forgetIdle(now: string): void {
    for (const hsm of this.hsms.all()) {
      const { name } = hsm.authorized;
      if (hsm.active || !this.proposals.isAwaited(name, now)) this.custody.forget(name);
    }
  }

  /** Share sets that were made under a roster are put to use under it or never: the next one seals to other tokens. */
  dropUnusedSets(): void {
    for (const hsm of this.hsms.all()) this.custody.dropUnused(hsm.authorized.name, hsm.serial !== null);
  }

  /** Every activation ends, and every opened share is forgotten. */
  async lockAll(): Promise<void> {
    for (const hsm of this.hsms.all()) {
      await hsm.deactivate();
      this.custody.forget(hsm.authorized.name);
    }
  }
}
