import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Sha256, sha256 } from '../base/digest.ts';
import type { CardPersonality } from './card-personalities.ts';
import { playingModule } from './played-hsm.ts';
import { type SoftHsm, withoutMechanisms } from './soft-hsm.ts';

/**
 * Puts the module that plays cards in front of SoftHSM tokens that have their keys already.
 * @param folder of the tokens
 * @param control for the module's control file; made
 * @throws CeremonyError REHEARSAL_SETUP when that module was not built
 */
export function playCards(
  soft: SoftHsm,
  folder: string,
  control: string,
  { plays, lacks }: CardPersonality,
): { readonly soft: SoftHsm; readonly librarySha256: Sha256 } {
  const library = playingModule();
  mkdirSync(control, { mode: 0o700 });
  writeFileSync(join(control, 'control'), `${plays.join('\n')}\n`, { flag: 'wx', mode: 0o600 });
  const behind = withoutMechanisms(folder, lacks);
  return {
    soft: {
      ...behind,
      library,
      environment: { ...behind.environment, FAULT_MODULE: soft.library, FAULT_FOLDER: control },
    },
    librarySha256: sha256(readFileSync(library)),
  };
}
