import { canonicalBytes } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Finding } from '../base/finding.ts';
import { wholeOf } from '../base/octets.ts';
import { isKeyAlgorithmName } from '../pki/algorithms.ts';
import type { LintProblem } from '../pki/lint.ts';
import { type CertificateHoles, SERIAL_RANDOM_BYTES, serialNumber } from '../pki/request.ts';
import {
  BATCH,
  type BatchItem,
  type BatchParameters,
  batchItems,
  batchRequest,
  holdFreeFiles,
  kindOfBatch,
} from '../plan/batch.ts';
import { filesBelow, folderPath, requestsRead } from '../plan/folder-input.ts';
import type { IssuerFacts } from '../plan/issuing.ts';
import { type PlannedStep, stepsOf } from '../plan/plan.ts';
import { proposalOf, resultOf } from '../plan/record.ts';
import type { ProposalMaterial, RunContext, Running, StepEvidence } from '../plan/step-type.ts';
import { readDescriptor } from '../quorum/operation.ts';
import { bytesOf, toBeSigned } from '../quorum/sign-list.ts';
import type { Event } from '../transcript/event.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { Certificate } from '../x509/model.ts';
import { listAsPlanned, payloadIn, unplanned } from './as-planned.ts';
import {
  assembled,
  certificateFiles,
  differencesOf,
  draftCertificate,
  type PackFile,
  requestOf,
} from './certificates.ts';
import { type Asked, aboveIn } from './certificates-asked.ts';
import { holdFit, issuedBefore, takeSerial } from './issued-before.ts';
import { above, certifierOf, issuerCertificate, issuerKey, requireSigner } from './issuers.ts';

/*
 * Many certificates under one approval: from the requests of a folder to the bytes that people approve, and from the
 * signatures to the files. What there is to be read is read once for all of them.
 */

/** All of them, each compared with what was asked by other code and linted. @throws CeremonyError by what is wrong, naming the request */
export async function proposeBatch(
  params: BatchParameters,
  step: PlannedStep,
  context: RunContext<'guard' | 'issue' | 'pack'>,
  at: string,
): Promise<ProposalMaterial> {
  const { guard, issue, pack, ceremony } = context;
  const { plan } = ceremony;
  const events = ceremony.events();
  const signer = issuerKey(plan, events, params.issuer);
  const { issuer, identity, dates } = await above(plan, params.issuer, (one) =>
    issuerCertificate(plan, one, events, pack, issue),
  );
  const paths = await pack.list();
  const items = await itemsIn(params, context, paths);
  holdFreeFiles(plan, step.key, items, paths);
  const before = await issuedBefore(context);
  const random = await guard.random(signer.token, SERIAL_RANDOM_BYTES, items.length);
  const facts = { identity, keyAlgorithm: signer.algorithm, dates };
  const kind = kindOfBatch(plan, params.profile) ?? 'subordinate-ca';
  const drafts = new Map<string, { readonly tbs: Uint8Array; readonly unsigned: Certificate }>();
  const waived = new Map<string, LintProblem>();
  for (const [index, item] of items.entries()) {
    const serial = serialNumber(random.subarray(index * SERIAL_RANDOM_BYTES, (index + 1) * SERIAL_RANDOM_BYTES));
    takeSerial(serial, `the certificate of ${item.file}`, before);
    const request = requestOf(batchRequest(plan, params, facts, item, at));
    const { lint, ...draft } = await naming(item.file, () =>
      draftCertificate(request, { spki: item.spki, serial }, { kind, issuer }, context, at),
    );
    for (const one of lint) waived.set(`${one.rule} ${one.message}`, one);
    drafts.set(item.out, draft);
  }
  holdFit(new Map([...drafts].map(([out, { unsigned }]) => [out, unsigned])), at, before);
  const list = [...drafts].map(([out, { tbs }]) => ({ out, tbs }));
  const operation = listAsPlanned(plan, events, step, signer.name, list);
  requireSigner(operation, issuer.spki.der);
  return {
    operation,
    payload: Buffer.concat(list.map(({ tbs }) => tbs)),
    lint: [...waived.values()],
  };
}

/** One message names one of a thousand. */
async function naming<T>(file: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    throw new CeremonyError(error.code, `${file}: ${error.message}`, { cause: error });
  }
}

async function itemsIn(
  params: BatchParameters,
  { pack, ceremony }: RunContext<'pack'>,
  paths: readonly string[],
): Promise<readonly BatchItem[]> {
  const { plan } = ceremony;
  const files = new Map<string, Uint8Array>();
  for (const path of filesBelow(paths, folderPath(ceremony.events(), params.input) ?? 'inputs').values())
    files.set(path, await pack.read(path));
  const requests = requestsRead(ceremony.events(), paths, (path) => files.get(path), params.input);
  return batchItems(params, requests, plan.marking.commonName);
}

/**
 * Has the approved list signed. Every certificate is assembled and judged before the first is written: a wrong one stops all.
 * @throws CeremonyError HSM_SIGNATURE, PAYLOAD_DIGEST, LINT_FAILED, naming the file
 */
export async function* signBatch(
  params: BatchParameters,
  step: PlannedStep,
  { operations, issue, pack, ceremony }: RunContext<'operations' | 'issue' | 'pack'>,
): Running {
  const { signatures, payload } = yield* operations.execute(step);
  const { plan } = ceremony;
  const kind = kindOfBatch(plan, params.profile) ?? 'subordinate-ca';
  const by = await certifierOf(kind, plan, params.issuer, pack);
  const proposed = proposalOf(ceremony.events(), step.key);
  if (!proposed) throw new CeremonyError('PROPOSAL_UNKNOWN', `nothing was proposed for step "${step.key}"`);
  const { operation } = readDescriptor(canonicalBytes(proposed.descriptor));
  const made: (readonly [out: string, certificate: Certificate])[] = [];
  for (const one of toBeSigned(operation)) {
    const refusal = `its signature does not verify with the certificate "${params.issuer}"`;
    const signed = {
      tbs: bytesOf(one, wholeOf(payload)),
      signature: signatures[one.index] ?? new Uint8Array(),
      mechanism: one.mechanism,
    };
    const certificate = await naming(one.out, async () =>
      assembled(signed, { ...by, refusal }, { issue, plan }, proposed.at),
    );
    made.push([one.out, certificate]);
  }
  yield* pack.add(step, filesOf(made, by.chain));
}

/** Of all of them; made one after another, as they are written. */
function* filesOf(
  made: Iterable<readonly [out: string, certificate: Certificate]>,
  chain: readonly Certificate[],
): Iterable<PackFile> {
  for (const [out, certificate] of made) yield* certificateFiles(out, certificate, chain);
}

/** Judges what the step left: that what was asked for was proposed, and is what is there, each of them. */
export function judgeBatch(
  params: BatchParameters,
  step: PlannedStep,
  own: readonly Event[],
  evidence: StepEvidence,
): readonly Finding[] {
  const { plan, events } = evidence;
  const fault = (message: string, where = 'certificates') => ({
    check: 'STEP-CERTIFICATE',
    message: `step ${step.number} "${step.key}": ${message}`,
    where,
  });
  const proposed = proposalOf(events, step.key);
  if (!proposed || !resultOf(events, step.key) || !own.some((event) => event.type === 'result'))
    return [fault('no certificates were signed')];
  try {
    const items = itemsAsked(params, evidence);
    const facts = factsIn(params, evidence);
    const differences = unplanned(step, own, events, (one, before) => {
      const { operation } = readDescriptor(canonicalBytes(one.descriptor));
      const payload = payloadIn(one, evidence);
      const list = toBeSigned(operation).map((signed) => bytesOf(signed, payload));
      return listAsPlanned(
        plan,
        before,
        step,
        issuerKey(plan, events, params.issuer).name,
        items.map(({ out }, index) => ({ out, tbs: list[index] ?? new Uint8Array() })),
      );
    });
    return [
      ...differences.map((message) => fault(message)),
      ...items.flatMap((item) => {
        const where = `certificates/${item.out}`;
        return certificateFaults(params, item, facts, proposed.at, evidence).map((message) => fault(message, where));
      }),
    ];
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    return [fault(error.message)];
  }
}

type Evidence = Pick<StepEvidence, 'plan' | 'events' | 'paths' | 'file'>;

/** What is asked for, rebuilt from plan and record. @throws CeremonyError for what is not there */
function itemsAsked(params: BatchParameters, { plan, events, paths, file }: Evidence): readonly BatchItem[] {
  return batchItems(params, requestsRead(events, paths, file, params.input), plan.marking.commonName);
}

/** What was asked of each certificate of all batches that were proposed, by its path in the pack. @throws CeremonyError */
export function batchesAsked(evidence: Evidence): ReadonlyMap<string, Asked> {
  const { plan, events } = evidence;
  const asked = new Map<string, Asked>();
  for (const { type, key, params } of stepsOf(plan)) {
    const proposed = type === BATCH ? proposalOf(events, key) : undefined;
    if (!proposed) continue;
    const batch = params as unknown as BatchParameters;
    const facts = factsIn(batch, evidence);
    for (const item of itemsAsked(batch, evidence)) {
      const { request } = batchRequest(plan, batch, facts, item, proposed.at);
      if (request) asked.set(`certificates/${item.out}`, { request, spki: item.spki });
    }
  }
  return asked;
}

function factsIn(params: BatchParameters, evidence: Evidence): IssuerFacts {
  const { identity, dates } = aboveIn(params.issuer, evidence);
  return { identity, dates, keyAlgorithm: issuerKey(evidence.plan, evidence.events, params.issuer).algorithm };
}

function certificateFaults(
  params: BatchParameters,
  item: BatchItem,
  facts: IssuerFacts,
  at: string,
  { plan, file }: Evidence,
): readonly string[] {
  const der = file(`certificates/${item.out}`);
  if (!der) return [`the certificate of ${item.file} is not in the pack`];
  try {
    const certificate = parseCertificate(der);
    const { request } = isKeyAlgorithmName(facts.keyAlgorithm) ? batchRequest(plan, params, facts, item, at) : {};
    if (!request) return ['what was asked for cannot be rebuilt from the plan'];
    const holes: CertificateHoles = { spki: item.spki, serial: Buffer.from(certificate.serial.hex, 'hex') };
    return differencesOf(certificate, request, holes).map((message) => `${item.file}: ${message}`);
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    return [`${item.file}: ${error.message}`];
  }
}
