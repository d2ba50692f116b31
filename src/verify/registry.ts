import type { Check } from './check.ts';
import { addendumDigest } from './checks/addendum-digest.ts';
import { addendumMissing } from './checks/addendum-missing.ts';
import { addendumNumber } from './checks/addendum-number.ts';
import { addendumPack } from './checks/addendum-pack.ts';
import { addendumRead } from './checks/addendum-read.ts';
import { addendumSignature } from './checks/addendum-signature.ts';
import { addendumStranger } from './checks/addendum-stranger.ts';
import { addendumStray } from './checks/addendum-stray.ts';
import { anchorMissing } from './checks/anchor-missing.ts';
import { anchorRoster } from './checks/anchor-roster.ts';
import { approvalDuplicate } from './checks/approval-duplicate.ts';
import { approvalFile } from './checks/approval-file.ts';
import { approvalLost } from './checks/approval-lost.ts';
import { approvalRole } from './checks/approval-role.ts';
import { approvalSignature } from './checks/approval-signature.ts';
import { approvalStatement } from './checks/approval-statement.ts';
import { approvalStray } from './checks/approval-stray.ts';
import { approvalTime } from './checks/approval-time.ts';
import { approvalToken } from './checks/approval-token.ts';
import { authorizationCount } from './checks/authorization-count.ts';
import { authorizationHsm } from './checks/authorization-hsm.ts';
import { authorizationMode } from './checks/authorization-mode.ts';
import { authorizationNumber } from './checks/authorization-number.ts';
import { authorizationPrevious } from './checks/authorization-previous.ts';
import { authorizationProgram } from './checks/authorization-program.ts';
import { authorizationRead } from './checks/authorization-read.ts';
import { authorizationRoster } from './checks/authorization-roster.ts';
import { authorizationScript } from './checks/authorization-script.ts';
import { authorizationSignature } from './checks/authorization-signature.ts';
import { authorizationSite } from './checks/authorization-site.ts';
import { authorizationToken } from './checks/authorization-token.ts';
import { authorizationWindow } from './checks/authorization-window.ts';
import { certificateCopies } from './checks/certificate-copies.ts';
import { certificateHierarchy } from './checks/certificate-hierarchy.ts';
import { certificateIssuer } from './checks/certificate-issuer.ts';
import { certificateKey } from './checks/certificate-key.ts';
import { certificateLint } from './checks/certificate-lint.ts';
import { certificateMissing } from './checks/certificate-missing.ts';
import { certificateRead } from './checks/certificate-read.ts';
import { certificateResult } from './checks/certificate-result.ts';
import { certificateSignature } from './checks/certificate-signature.ts';
import { certificateTbs } from './checks/certificate-tbs.ts';
import { chainCount } from './checks/chain-count.ts';
import { chainLeaf } from './checks/chain-leaf.ts';
import { chainLevel } from './checks/chain-level.ts';
import { chainPrev } from './checks/chain-prev.ts';
import { chainRead } from './checks/chain-read.ts';
import { chainSeq } from './checks/chain-seq.ts';
import { correctionChecked } from './checks/correction-checked.ts';
import { correctionTarget } from './checks/correction-target.ts';
import { crlCopies } from './checks/crl-copies.ts';
import { crlDelta } from './checks/crl-delta.ts';
import { crlLint } from './checks/crl-lint.ts';
import { crlMissing } from './checks/crl-missing.ts';
import { crlPartition } from './checks/crl-partition.ts';
import { crlRead } from './checks/crl-read.ts';
import { crlResult } from './checks/crl-result.ts';
import { crlSignature } from './checks/crl-signature.ts';
import { crlTbs } from './checks/crl-tbs.ts';
import { custodyAnswer } from './checks/custody-answer.ts';
import { custodyLeft } from './checks/custody-left.ts';
import { decisionAbort } from './checks/decision-abort.ts';
import { decisionAbout } from './checks/decision-about.ts';
import { deviationApproved } from './checks/deviation-approved.ts';
import { deviationFrame } from './checks/deviation-frame.ts';
import { deviationQuirk } from './checks/deviation-quirk.ts';
import { deviationResume } from './checks/deviation-resume.ts';
import { deviationScope } from './checks/deviation-scope.ts';
import { eventFile } from './checks/event-file.ts';
import { eventMedium } from './checks/event-medium.ts';
import { eventRead } from './checks/event-read.ts';
import { eventSalt } from './checks/event-salt.ts';
import { eventSeq } from './checks/event-seq.ts';
import { eventShape } from './checks/event-shape.ts';
import { eventText } from './checks/event-text.ts';
import { eventTime } from './checks/event-time.ts';
import { keyAlgorithm } from './checks/key-algorithm.ts';
import { keyAttributes } from './checks/key-attributes.ts';
import { keyKnown } from './checks/key-known.ts';
import { keyPossession } from './checks/key-possession.ts';
import { keyQuality } from './checks/key-quality.ts';
import { keyRead } from './checks/key-read.ts';
import { keyState } from './checks/key-state.ts';
import { ledgerDerived } from './checks/ledger-derived.ts';
import { ledgerRead } from './checks/ledger-read.ts';
import { manifestAuthorization } from './checks/manifest-authorization.ts';
import { manifestCeremony } from './checks/manifest-ceremony.ts';
import { manifestDigest } from './checks/manifest-digest.ts';
import { manifestEvents } from './checks/manifest-events.ts';
import { manifestHead } from './checks/manifest-head.ts';
import { manifestMissing } from './checks/manifest-missing.ts';
import { manifestMode } from './checks/manifest-mode.ts';
import { manifestOutcome } from './checks/manifest-outcome.ts';
import { manifestRead } from './checks/manifest-read.ts';
import { manifestRoster } from './checks/manifest-roster.ts';
import { manifestUnlisted } from './checks/manifest-unlisted.ts';
import { modeExpected } from './checks/mode-expected.ts';
import { modeMarking } from './checks/mode-marking.ts';
import { ocspCopies } from './checks/ocsp-copies.ts';
import { ocspLint } from './checks/ocsp-lint.ts';
import { ocspMissing } from './checks/ocsp-missing.ts';
import { ocspRead } from './checks/ocsp-read.ts';
import { ocspResponder } from './checks/ocsp-responder.ts';
import { ocspResult } from './checks/ocsp-result.ts';
import { ocspSignature } from './checks/ocsp-signature.ts';
import { ocspStatus } from './checks/ocsp-status.ts';
import { ocspTbs } from './checks/ocsp-tbs.ts';
import { openingAuthorization } from './checks/opening-authorization.ts';
import { openingFirst } from './checks/opening-first.ts';
import { openingPeople } from './checks/opening-people.ts';
import { openingPlan } from './checks/opening-plan.ts';
import { openingRoster } from './checks/opening-roster.ts';
import { openingScript } from './checks/opening-script.ts';
import { openingSite } from './checks/opening-site.ts';
import { openingTitle } from './checks/opening-title.ts';
import { openingVersions } from './checks/opening-versions.ts';
import { outcomeAbort } from './checks/outcome-abort.ts';
import { outcomeClose } from './checks/outcome-close.ts';
import { outcomeExpected } from './checks/outcome-expected.ts';
import { outcomeSignOff } from './checks/outcome-sign-off.ts';
import { packFile } from './checks/pack-file.ts';
import { packLayout } from './checks/pack-layout.ts';
import { packLink } from './checks/pack-link.ts';
import { packMissing } from './checks/pack-missing.ts';
import { packName } from './checks/pack-name.ts';
import { packPublished } from './checks/pack-published.ts';
import { packSize } from './checks/pack-size.ts';
import { packUnrecorded } from './checks/pack-unrecorded.ts';
import { paperApproved } from './checks/paper-approved.ts';
import { pauseFrame } from './checks/pause-frame.ts';
import { pauseHead } from './checks/pause-head.ts';
import { pauseIdle } from './checks/pause-idle.ts';
import { planDerive } from './checks/plan-derive.ts';
import { planDerived } from './checks/plan-derived.ts';
import { planMode } from './checks/plan-mode.ts';
import { planRead } from './checks/plan-read.ts';
import { previousFile } from './checks/previous-file.ts';
import { previousLedger } from './checks/previous-ledger.ts';
import { previousManifest } from './checks/previous-manifest.ts';
import { previousRoster } from './checks/previous-roster.ts';
import { proposalAgain } from './checks/proposal-again.ts';
import { proposalConsumed } from './checks/proposal-consumed.ts';
import { proposalDescriptor } from './checks/proposal-descriptor.ts';
import { proposalDigest } from './checks/proposal-digest.ts';
import { proposalExpired } from './checks/proposal-expired.ts';
import { proposalExpiry } from './checks/proposal-expiry.ts';
import { proposalHold } from './checks/proposal-hold.ts';
import { proposalLint } from './checks/proposal-lint.ts';
import { proposalPayload } from './checks/proposal-payload.ts';
import { proposalRepeated } from './checks/proposal-repeated.ts';
import { proposalResult } from './checks/proposal-result.ts';
import { proposalStep } from './checks/proposal-step.ts';
import { proposalUnknown } from './checks/proposal-unknown.ts';
import { proposalVoid } from './checks/proposal-void.ts';
import { protectionMeans } from './checks/protection-means.ts';
import { quorumApprovers } from './checks/quorum-approvers.ts';
import { quorumCount } from './checks/quorum-count.ts';
import { quorumRecipients } from './checks/quorum-recipients.ts';
import { quorumShares } from './checks/quorum-shares.ts';
import { reconciliationOf } from './checks/reconciliation-of.ts';
import { requestCopies } from './checks/request-copies.ts';
import { requestMissing } from './checks/request-missing.ts';
import { requestRead } from './checks/request-read.ts';
import { requestResult } from './checks/request-result.ts';
import { requestSignature } from './checks/request-signature.ts';
import { requestTbs } from './checks/request-tbs.ts';
import { resumeHead } from './checks/resume-head.ts';
import { resumeOpen } from './checks/resume-open.ts';
import { resumeProgram } from './checks/resume-program.ts';
import { resumeRecovered } from './checks/resume-recovered.ts';
import { resumeVoided } from './checks/resume-voided.ts';
import { rosterApproved } from './checks/roster-approved.ts';
import { rosterFollows } from './checks/roster-follows.ts';
import { rosterNext } from './checks/roster-next.ts';
import { rosterPem } from './checks/roster-pem.ts';
import { rosterPeople } from './checks/roster-people.ts';
import { rosterRead } from './checks/roster-read.ts';
import { rosterSignature } from './checks/roster-signature.ts';
import { rosterSigners } from './checks/roster-signers.ts';
import { signatureManifest } from './checks/signature-manifest.ts';
import { signatureMissing } from './checks/signature-missing.ts';
import { signatureStranger } from './checks/signature-stranger.ts';
import { statementAttestation } from './checks/statement-attestation.ts';
import { statementEvidence } from './checks/statement-evidence.ts';
import { statementFile } from './checks/statement-file.ts';
import { statementPresence } from './checks/statement-presence.ts';
import { statementSignature } from './checks/statement-signature.ts';
import { statementStray } from './checks/statement-stray.ts';
import { stepCalled } from './checks/step-called.ts';
import { stepFrame } from './checks/step-frame.ts';
import { stepOrder } from './checks/step-order.ts';
import { stepPeople } from './checks/step-people.ts';
import { stepRespondent } from './checks/step-respondent.ts';
import { stepSkip } from './checks/step-skip.ts';
import { stepVerify } from './checks/step-verify.ts';
import { stepWithheld } from './checks/step-withheld.ts';
import { sumsDigest } from './checks/sums-digest.ts';
import { sumsList } from './checks/sums-list.ts';
import { sumsRead } from './checks/sums-read.ts';
import { viewReport } from './checks/view-report.ts';

/** Every check, sorted by id. */
export const CHECKS: readonly Check[] = [
  addendumDigest,
  addendumMissing,
  addendumNumber,
  addendumPack,
  addendumRead,
  addendumSignature,
  addendumStranger,
  addendumStray,
  anchorMissing,
  anchorRoster,
  approvalDuplicate,
  approvalFile,
  approvalLost,
  approvalRole,
  approvalSignature,
  approvalStatement,
  approvalStray,
  approvalTime,
  approvalToken,
  authorizationCount,
  authorizationHsm,
  authorizationMode,
  authorizationNumber,
  authorizationPrevious,
  authorizationProgram,
  authorizationRead,
  authorizationRoster,
  authorizationScript,
  authorizationSignature,
  authorizationSite,
  authorizationToken,
  authorizationWindow,
  certificateCopies,
  certificateHierarchy,
  certificateIssuer,
  certificateKey,
  certificateLint,
  certificateMissing,
  certificateRead,
  certificateResult,
  certificateSignature,
  certificateTbs,
  chainCount,
  chainLeaf,
  chainLevel,
  chainPrev,
  chainRead,
  chainSeq,
  correctionChecked,
  correctionTarget,
  crlCopies,
  crlDelta,
  crlLint,
  crlMissing,
  crlPartition,
  crlRead,
  crlResult,
  crlSignature,
  crlTbs,
  custodyAnswer,
  custodyLeft,
  decisionAbort,
  decisionAbout,
  deviationApproved,
  deviationFrame,
  deviationQuirk,
  deviationResume,
  deviationScope,
  eventFile,
  eventMedium,
  eventRead,
  eventSalt,
  eventSeq,
  eventShape,
  eventText,
  eventTime,
  keyAlgorithm,
  keyAttributes,
  keyKnown,
  keyPossession,
  keyQuality,
  keyRead,
  keyState,
  ledgerDerived,
  ledgerRead,
  manifestAuthorization,
  manifestCeremony,
  manifestDigest,
  manifestEvents,
  manifestHead,
  manifestMissing,
  manifestMode,
  manifestOutcome,
  manifestRead,
  manifestRoster,
  manifestUnlisted,
  modeExpected,
  modeMarking,
  ocspCopies,
  ocspLint,
  ocspMissing,
  ocspRead,
  ocspResponder,
  ocspResult,
  ocspSignature,
  ocspStatus,
  ocspTbs,
  openingAuthorization,
  openingFirst,
  openingPeople,
  openingPlan,
  openingRoster,
  openingScript,
  openingSite,
  openingTitle,
  openingVersions,
  outcomeAbort,
  outcomeClose,
  outcomeExpected,
  outcomeSignOff,
  packFile,
  packLayout,
  packLink,
  packMissing,
  packName,
  packPublished,
  packSize,
  packUnrecorded,
  paperApproved,
  pauseFrame,
  pauseHead,
  pauseIdle,
  planDerive,
  planDerived,
  planMode,
  planRead,
  previousFile,
  previousLedger,
  previousManifest,
  previousRoster,
  proposalAgain,
  proposalConsumed,
  proposalDescriptor,
  proposalDigest,
  proposalExpired,
  proposalExpiry,
  proposalHold,
  proposalLint,
  proposalPayload,
  proposalRepeated,
  proposalResult,
  proposalStep,
  proposalUnknown,
  proposalVoid,
  protectionMeans,
  quorumApprovers,
  quorumCount,
  quorumRecipients,
  quorumShares,
  reconciliationOf,
  requestCopies,
  requestMissing,
  requestRead,
  requestResult,
  requestSignature,
  requestTbs,
  resumeHead,
  resumeOpen,
  resumeProgram,
  resumeRecovered,
  resumeVoided,
  rosterApproved,
  rosterFollows,
  rosterNext,
  rosterPem,
  rosterPeople,
  rosterRead,
  rosterSignature,
  rosterSigners,
  signatureManifest,
  signatureMissing,
  signatureStranger,
  statementAttestation,
  statementEvidence,
  statementFile,
  statementPresence,
  statementSignature,
  statementStray,
  stepCalled,
  stepFrame,
  stepOrder,
  stepPeople,
  stepRespondent,
  stepSkip,
  stepVerify,
  stepWithheld,
  sumsDigest,
  sumsList,
  sumsRead,
  viewReport,
];
