import { readdirSync, readFileSync } from 'node:fs';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { ledgerBytes } from '../../src/ledger/ledger.ts';
import { readProfileTemplate } from '../../src/pki/profile-template.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { isFounding } from '../../src/quorum/roster.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import type { Derivations } from '../../src/verify/options.ts';

const FOLDER = new URL('../../templates/profiles/', import.meta.url);
const TEMPLATES = new Map(
  readdirSync(FOLDER).map((file) => {
    const name = file.replace(/\.json$/, '');
    return [name, readProfileTemplate(readFileSync(new URL(file, FOLDER), 'utf8'), name)] as const;
  }),
);

const made = new Map<string, Plan>();

/** The plan that script and site make: what the command line gives the verifier. Each is made once in a test run. */
export const derivePlan: Derivations['plan'] = (from) => {
  const { script, site, roster, authorization, ledger } = from;
  const before = ledger ? sha256(ledgerBytes(ledger)) : '';
  const key = [sha256(script), sha256(site), roster.digest, authorization.digest, before].join();
  const plan = made.get(key) ?? makeOne(from);
  made.set(key, plan);
  return plan;
};

const makeOne: Derivations['plan'] = ({ script, site, roster, authorization, ledger }) => {
  const { plan, problems } = makePlan({
    script: readScript(script, 'script.yaml', STEP_TYPES),
    site: readSite(site, 'site.yaml'),
    // A first enrolment is planned without a roster, which it makes.
    ...(isFounding(authorization) ? {} : { roster }),
    authorization,
    ...(ledger ? { ledger } : {}),
    stepTypes: STEP_TYPES,
    templates: TEMPLATES,
    window: [authorization.notBefore, authorization.notAfter],
  });
  if (!plan) {
    const list = problems.map((problem) => `${problem.code} ${problem.line}: ${problem.text}`);
    throw new CeremonyError('SCRIPT_REFUSED', `script and site make no plan: ${list.join('; ')}`);
  }
  return plan;
};
