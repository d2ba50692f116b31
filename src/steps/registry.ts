import type { StepType } from '../plan/step-type.ts';
import { adjourn } from './adjourn.ts';
import { adoptCa } from './adopt-ca.ts';
import { approve } from './approve.ts';
import { attest } from './attest.ts';
import { backUpKey } from './back-up-key.ts';
import { breakStep } from './break.ts';
import { changeRoster } from './change-roster.ts';
import { checkClock } from './check-clock.ts';
import { checkEnvironment } from './check-environment.ts';
import { checkMaterials } from './check-materials.ts';
import { close } from './close.ts';
import { compare } from './compare.ts';
import { confirm } from './confirm.ts';
import { deactivate } from './deactivate.ts';
import { destroyKey } from './destroy-key.ts';
import { destroyMaterial } from './destroy-material.ts';
import { destructionRecordStep } from './destruction-record.ts';
import { enrol } from './enrol.ts';
import { generateKey } from './generate-key.ts';
import { handOver } from './hand-over.ts';
import { inspectToken } from './inspect-token.ts';
import { issueBatch } from './issue-batch.ts';
import { issueCrl } from './issue-crl.ts';
import { issueCrossCertificate } from './issue-cross-certificate.ts';
import { issueIntermediate } from './issue-intermediate.ts';
import { issueOcspResponder } from './issue-ocsp-responder.ts';
import { issueRootCertificate } from './issue-root-certificate.ts';
import { makeCsr } from './make-csr.ts';
import { makeRoster } from './make-roster.ts';
import { prepareToken } from './prepare-token.ts';
import { presignOcsp } from './presign-ocsp.ts';
import { proveCopy } from './prove-copy.ts';
import { readInput } from './read-input.ts';
import { record } from './record.ts';
import { recordLoss } from './record-loss.ts';
import { reissueCertificate } from './reissue-certificate.ts';
import { restoreKey } from './restore-key.ts';
import { revoke } from './revoke.ts';
import { rollCall } from './roll-call.ts';
import { rotateActivation } from './rotate-activation.ts';
import { seal } from './seal.ts';
import { setKeyState } from './set-key-state.ts';
import { signIn } from './sign-in.ts';
import { signOff } from './sign-off.ts';
import { signOut } from './sign-out.ts';
import { transcribe } from './transcribe.ts';
import { transcribeEarlier } from './transcribe-earlier.ts';
import { unseal } from './unseal.ts';
import { vendor } from './vendor.ts';
import { verifyElsewhere } from './verify-elsewhere.ts';
import { writeMedia } from './write-media.ts';
import { zeroizeToken } from './zeroize-token.ts';

/** Every step type, sorted by name. */
const ALL = [
  adjourn,
  adoptCa,
  approve,
  attest,
  backUpKey,
  breakStep,
  changeRoster,
  checkClock,
  checkEnvironment,
  checkMaterials,
  close,
  compare,
  confirm,
  deactivate,
  destroyKey,
  destroyMaterial,
  destructionRecordStep,
  enrol,
  generateKey,
  handOver,
  inspectToken,
  issueBatch,
  issueCrl,
  issueCrossCertificate,
  issueIntermediate,
  issueOcspResponder,
  issueRootCertificate,
  makeCsr,
  makeRoster,
  prepareToken,
  presignOcsp,
  proveCopy,
  readInput,
  record,
  recordLoss,
  reissueCertificate,
  restoreKey,
  revoke,
  rollCall,
  rotateActivation,
  seal,
  setKeyState,
  signIn,
  signOff,
  signOut,
  transcribe,
  transcribeEarlier,
  unseal,
  vendor,
  verifyElsewhere,
  writeMedia,
  zeroizeToken,
];

/** By name. Each keeps its own parameter type; here they are one, since a script chooses at run time. */
export const STEP_TYPES: ReadonlyMap<string, StepType> = new Map(
  ALL.map((type) => [type.name, type as unknown as StepType]),
);
