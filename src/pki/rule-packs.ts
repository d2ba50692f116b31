import { canonicalBytes } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import type { Rule, RulePack } from './rule.ts';
import { apple } from './rules/apple/pack.ts';
import { cabfCs } from './rules/cabf-cs/pack.ts';
import { cabfSmime } from './rules/cabf-smime/pack.ts';
import { cabfTls } from './rules/cabf-tls/pack.ts';
import { chrome } from './rules/chrome/pack.ts';
import { microsoft } from './rules/microsoft/pack.ts';
import { mozilla } from './rules/mozilla/pack.ts';
import { privateHierarchy } from './rules/private/pack.ts';
import { rfc5280 } from './rules/rfc5280/pack.ts';

/** The packs that a script may name, in the order in which one adds to another. */
export const RULE_PACKS: ReadonlyMap<string, RulePack> = new Map(
  [rfc5280, cabfTls, cabfSmime, cabfCs, mozilla, chrome, apple, microsoft, privateHierarchy].map((pack) => [
    pack.name,
    pack,
  ]),
);

const DIGESTS = new Map<RulePack, Sha256>();

/** SHA-256 of the canonical list of the rules: two packs with one digest judge alike. Computed once. */
export function packDigest(pack: RulePack): Sha256 {
  const known = DIGESTS.get(pack);
  if (known !== undefined) return known;
  const rules = pack.rules.map(({ id, clause, severity, appliesTo, version = 1, effective = {} }) => ({
    id,
    clause,
    severity,
    appliesTo,
    version,
    from: effective.from ?? null,
    until: effective.until ?? null,
  }));
  const digest = sha256(canonicalBytes({ name: pack.name, version: pack.version, rules }));
  DIGESTS.set(pack, digest);
  return digest;
}

/** Whether the rule holds on the day of signing (UTC), both ends of its dates included. */
export function isInForce({ effective = {} }: Rule, plannedAt: string): boolean {
  const day = plannedAt.slice(0, 10);
  return (
    (effective.from === undefined || effective.from <= day) && (effective.until === undefined || day <= effective.until)
  );
}
