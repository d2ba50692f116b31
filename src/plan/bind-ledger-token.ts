import { mediumName } from '../ledger/displaced.ts';
import { keyPlaces } from '../ledger/key-places.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Script } from '../script/script.ts';
import type { Site, SiteToken } from '../script/site.ts';
import type { PlannedToken } from './plan.ts';

/** What a site says of a token, in place of the value that it should have: path below the token, and message. */
export interface TokenFault {
  readonly path: readonly string[];
  readonly message: string;
}

type Standing = Pick<PlannedToken, 'holds' | 'sets' | 'envelopes'>;

/**
 * What the ledger of the previous pack knows of an HSM that a script expects as it was left: the keys on it, and what
 * opens it.
 */
export function bindLedgerToken(
  bound: SiteToken,
  ledger: Ledger | undefined,
  script: Script,
  site: Site,
): { readonly standing: Standing; readonly faults: readonly TokenFault[] } {
  const fault = (path: string[], message: string) => ({ standing: {}, faults: [{ path, message }] });
  if (!ledger) return fault([], 'the script expects it as the ledger has it, and the site names no previous pack');
  const known = ledger.tokens.find(({ serial }) => serial === bound.serial);
  if (!known) {
    const serials = ledger.tokens.map(({ serial }) => serial).join(', ');
    const found = bound.serial === undefined ? 'no serial' : `the serial "${bound.serial}"`;
    return fault([], `it has ${found}, and the ledger of the previous pack knows the HSMs ${serials || '(none)'}`);
  }
  const faults: TokenFault[] = [];
  const same = (path: string[], what: string, here: string, there: string) => {
    if (here !== there)
      faults.push({ path, message: `its ${what} is "${here}", and "${there}" in the ledger of the previous pack` });
  };
  same(['label'], 'label', bound.label, known.label);
  same(['model'], 'model', bound.model, known.model);
  same(['activation'], 'activation', bound.activation.means, known.means);
  const ofToken = ledger.shareSets.filter(({ hsm, kind }) => hsm === known.serial && kind !== 'kek');
  const begun = ofToken.find(({ state }) => state === 'begun');
  if (begun)
    faults.push({
      path: [],
      message: `a rotation to the share set ${begun.id} was begun, and whether the HSM took its PIN is not known`,
    });
  const current = ofToken.filter(({ state }) => state === 'current' || state === 'lost');
  const holds = ledger.keys
    .filter((key) => keyPlaces(ledger, key).includes(known.serial))
    .map(({ name, label, spkiSha256 }) => ({ name, label, spkiSha256 }));
  if (known.means !== 'shares') return { standing: { holds }, faults };
  const envelopes = envelopesMedium(
    script,
    site,
    [...current, ...ofToken].flatMap((set) => Object.keys(set.envelopes)),
  );
  if (envelopes === undefined)
    faults.push({ path: [], message: 'the site has no medium with the envelopes of the shares that open it' });
  const sets = current.map(({ id, kind, threshold, check, shares }) => ({ id, kind, threshold, check, shares }));
  return { standing: { holds, sets, ...(envelopes === undefined ? {} : { envelopes }) }, faults };
}

/** The medium that the script brings them on, by the name under which they were written where it brings several; without materials, the one that they were written on under its name of then. */
function envelopesMedium(script: Script, site: Site, written: readonly string[]): string | undefined {
  const materials = Object.entries(script.materials);
  const brought = materials.find(([, one]) => one.kind === 'medium' && one.holds === 'share-envelopes')?.[0];
  const own = written
    .map(mediumName)
    .find((name) =>
      materials.some(([material, one]) => material === name && one.kind === 'medium' && one.arrives === 'sealed'),
    );
  const names = [own, brought].flatMap((name) => name ?? []).concat(written.map(mediumName));
  return names.find((name) => Object.hasOwn(site.media, name));
}
