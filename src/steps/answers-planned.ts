import { areOfOneKey, certificateAtHand, type KeyAtHand, keyAtHand, usedCertificate } from '../plan/known.ts';
import { type AnswersParameters, answersDates, signerOf } from '../plan/ocsp-answers.ts';
import { hasSite } from '../plan/plan.ts';
import type { SimulateContext } from '../plan/step-type.ts';
import { type World, withEntry } from '../plan/world.ts';
import { type CrlScope, scopeKey } from '../x509/crl-scope.ts';

/**
 * What a step that gives OCSP answers beforehand needs, as far as the world knows: the CA, certificates that it has issued, its
 * CRL of this ceremony, and a key that may sign. What the certificates say is held to them where the plan lints.
 * @returns the key that signs, and what is written then
 */
export function holdAnswers(
  params: AnswersParameters,
  world: World,
  { step, steps, plan, window, report }: Pick<SimulateContext, 'step' | 'steps' | 'plan' | 'window' | 'report'>,
): { readonly key: KeyAtHand | undefined; readonly files: World['files'] } {
  const isThere = (parameter: string, name: string, at: readonly (string | number)[] = []) => {
    if (world.certificates.has(name)) return true;
    report('PLAN_NAME', ['with', parameter, ...at], `the certificate "${name}" is not made by an earlier step`);
    return false;
  };
  const { issuer, responder, certificates, crl } = params;
  const knowsIssuer = isThere('issuer', issuer);
  for (const [index, name] of certificates.entries()) {
    if (certificates.indexOf(name) < index)
      report('PLAN_PARAMETER', ['with', 'certificates', index], `"${name}" is named twice`);
    if (!isThere('certificates', name, [index]) || !knowsIssuer) continue;
    if (signsItself(name, world, plan))
      report('PLAN_NAME', ['with', 'certificates', index], `"${name}" signs itself, and nobody asks about a root`);
    else if (!isIssuedBy(name, issuer, world, plan))
      report('PLAN_NAME', ['with', 'certificates', index], `"${name}" is not issued by "${issuer}"`);
  }
  if (responder !== undefined && isThere('responder', responder) && knowsIssuer) {
    const kind = world.certificates.get(responder)?.kind ?? null;
    if (!isIssuedBy(responder, issuer, world, plan))
      report('PLAN_NAME', ['with', 'responder'], `"${responder}" is not issued by "${issuer}" itself`);
    else if (kind !== null && kind !== 'ocsp-responder')
      report('PLAN_NAME', ['with', 'responder'], `"${responder}" is no certificate of an OCSP responder`);
  }
  holdCrl(issuer, crl, world, plan, report);
  holdNoDelta(params, world, { steps, plan, report });
  const signer = certificateAtHand(plan, world, signerOf(params));
  const key = signer?.key === undefined ? undefined : keyAtHand(world, signer.key);
  if (signer && key?.token === undefined)
    report(
      'PLAN_NAME',
      ['with', responder === undefined ? 'issuer' : 'responder'],
      `the key of "${signerOf(params)}" is on no HSM here, and signs nothing`,
    );
  if (step.out === null || !step.out.endsWith('.ors'))
    report('PLAN_FILE', ['out'], 'the OCSP response needs a file', 'add "out: NAME.ors"');
  for (const at of window) {
    const { request, problems } = answersDates(params, at);
    for (const problem of problems) report('PLAN_DATE', ['with', ...problem.path], problem.message);
    if (request && request.nextUpdate <= request.thisUpdate)
      report('PLAN_DATE', ['with', 'next-update'], `next-update ${request.nextUpdate} is not after this-update`);
    if (request && request.thisUpdate > at)
      report('PLAN_DATE', ['with', 'this-update'], `this-update ${request.thisUpdate} is after the proposal, ${at}`);
  }
  return { key, files: withAnswered(certificates, world, { step, plan, report }) };
}

/** A request finds one response: the web server has one file for it. */
function withAnswered(
  certificates: readonly string[],
  world: World,
  { step, plan, report }: Pick<SimulateContext, 'step' | 'plan' | 'report'>,
): World['files'] {
  let { files } = world;
  for (const [index, name] of certificates.entries()) {
    const used = world.certificates.get(name)?.step === null ? usedCertificate(plan, name) : undefined;
    const answer = `the answer about ${used && hasSite(plan) ? used.sha256 : name}`;
    const other = files.get(answer);
    if (other !== undefined && other !== step.id)
      report('PLAN_FILE', ['with', 'certificates', index], `"${other}" answers about "${name}" already`);
    files = withEntry(files, answer, step.id);
  }
  return files;
}

/** By the CRL of this ceremony alone: the guard knows no other, and it is the last one. */
function holdCrl(
  issuer: string,
  name: string,
  world: World,
  plan: SimulateContext['plan'],
  report: SimulateContext['report'],
): void {
  const crl = world.crls.get(name);
  const hint = 'add an "issue-crl" step of that CA before it: what is answered is what its newest CRL says';
  if (!crl) report('PLAN_NAME', ['with', 'crl'], `there is no CRL "${name}" before this step`, hint);
  else if (crl.step === null) report('PLAN_NAME', ['with', 'crl'], `the CRL "${name}" is of an earlier ceremony`, hint);
  else if (crl.delta)
    report(
      'PLAN_NAME',
      ['with', 'crl'],
      `"${name}" is a delta CRL: what is answered is what a complete one says`,
      hint,
    );
  else if (!areOfOneKey(plan, world, crl.issuer, issuer))
    report('PLAN_NAME', ['with', 'crl'], `the CRL "${name}" is of "${crl.issuer}", not of "${issuer}"`);
}

/** The guard answers by what a delta CRL has changed since, and the answers would say what the complete one says. */
function holdNoDelta(
  { issuer, crl }: Pick<AnswersParameters, 'issuer' | 'crl'>,
  world: World,
  { steps, plan, report }: Pick<SimulateContext, 'steps' | 'plan' | 'report'>,
): void {
  const delta = steps.find(
    ({ params }) =>
      params['delta-of'] !== undefined &&
      params['beside'] === undefined &&
      scopeKey(params['partition'] as CrlScope | undefined) === scopeKey(world.crls.get(crl)?.scope) &&
      typeof params['issuer'] === 'string' &&
      areOfOneKey(plan, world, params['issuer'], issuer),
  );
  if (delta)
    report(
      'PLAN_ORDER',
      ['with', 'crl'],
      `the step "${delta.id}" signs a delta CRL of "${issuer}" that says more than its complete one: the answers would not say it`,
      'sign the delta CRL beside the complete one ("beside:"), or in a ceremony of its own',
    );
}

function signsItself(name: string, world: World, plan: SimulateContext['plan']): boolean {
  const certificate = world.certificates.get(name);
  if (certificate?.step !== null) return certificate?.issuer === null;
  const used = usedCertificate(plan, name);
  return hasSite(plan) && used !== undefined && used.spkiSha256 === used.signedBy;
}

/** Without a site nothing is known of what is used. */
function isIssuedBy(name: string, issuer: string, world: World, plan: SimulateContext['plan']): boolean {
  const certificate = world.certificates.get(name);
  if (certificate?.step !== null)
    return certificate?.issuer != null && areOfOneKey(plan, world, certificate.issuer, issuer);
  const [used, above] = [usedCertificate(plan, name), usedCertificate(plan, issuer)];
  if (!hasSite(plan) || !used || !above) return true;
  return used.signedBy === above.spkiSha256;
}
