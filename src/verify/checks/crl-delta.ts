import { CeremonyError } from '../../base/errors.ts';
import type { Octets } from '../../base/octets.ts';
import type { LastCrl } from '../../pki/last-crl.ts';
import { followed, lastCrlIn } from '../../plan/last-crl.ts';
import { type Plan, stepsOf } from '../../plan/plan.ts';
import { combinationFaults, constructedCrl, isDelta } from '../../x509/constructed-crl.ts';
import { cRLNumber } from '../../x509/crl-extensions.ts';
import { scopeKey, scopeOf } from '../../x509/crl-scope.ts';
import type { RevokedEntry, TbsCertList } from '../../x509/model.ts';
import { defineCheck } from '../check.ts';

/** RFC 5280 §5.2.3: what is issued at one time has one number, and says the same. */
export const crlDelta = defineCheck({
  id: 'CRL-DELTA',
  title: 'a delta CRL and the complete one that it starts from say what the complete one of its number and date says',
  needs: ['crls', 'plan'],
  run({ crls, plan }, { pack, report }) {
    for (const { path, content, done, item } of crls) {
      if (!isDelta(content)) continue;
      const last = lastOf(plan, done.proposal.event.step, (file) => pack.octets(file));
      const number = cRLNumber(content.extensions);
      const beside = crls.find(
        (one) =>
          !isDelta(one.content) &&
          one.item.key === item.key &&
          scopeKey(scopeOf(one.content)) === scopeKey(scopeOf(content)) &&
          cRLNumber(one.content.extensions) === number,
      );
      // That it goes with what it starts from at all is a rule, and so judged with the rules.
      if (!last || !beside || combinationFaults(last.complete, content).length > 0) continue;
      if (content.thisUpdate.at !== beside.content.thisUpdate.at)
        report(
          path,
          `it begins at ${content.thisUpdate.at}, and "${beside.path}", which has its number ${number}, at ${beside.content.thisUpdate.at}`,
        );
      for (const [serial, says, saysBeside] of others(constructedCrl(last.complete, content), beside.content))
        report(path, `with the CRL it starts from it says of ${serial} ${says}; "${beside.path}" says ${saysBeside}`);
    }
  },
});

function lastOf(plan: Plan, step: string, file: (path: string) => Octets | undefined): LastCrl | undefined {
  const params = stepsOf(plan).find(({ key }) => key === step)?.params ?? {};
  try {
    return lastCrlIn(plan, followed(params), file);
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}

/** Of which certificates two CRLs say different things, and what. */
function* others(one: TbsCertList, other: TbsCertList): Generator<readonly [serial: string, string, string]> {
  for (const entry of one.revoked) {
    const [says, saysOther] = [words(entry), words(other.revoked.find(entry.serial))];
    if (says !== saysOther) yield [entry.serial, says, saysOther];
  }
  for (const entry of other.revoked)
    if (one.revoked.find(entry.serial) === undefined) yield [entry.serial, words(undefined), words(entry)];
}

function words(entry: RevokedEntry | undefined): string {
  if (!entry) return 'nothing';
  return [entry.at.at, ...entry.extensions.map(({ der }) => Buffer.from(der).toString('hex'))].join(' ');
}
