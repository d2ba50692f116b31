/** Exit codes of the program. Each belongs to one kind of outcome, so that a caller can branch on it. */
export const EXIT = {
  done: 0,
  findings: 1,
  refused: 2,
  quorum: 3,
  token: 4,
  disk: 5,
  adjourned: 6,
  usage: 64,
  bug: 70,
  interrupted: 130,
} as const;

/**
 * The closed list of refusals: code → exit code and meaning. `docs/errors.md` is printed from it.
 * A code never changes its meaning: it stands in transcripts that are read decades later.
 */
export const ERROR_CODES = {
  // usage and input
  USAGE: { exit: EXIT.usage, meaning: 'the command line is not understood' },
  FILE_MISSING: { exit: EXIT.refused, meaning: 'a file that was named does not exist' },
  FILE_UNREADABLE: { exit: EXIT.refused, meaning: 'a file exists but cannot be read, or is not a regular file' },
  FILE_UNKNOWN: { exit: EXIT.refused, meaning: 'a file is of no kind that the command reads' },
  FILE_TOO_LARGE: { exit: EXIT.refused, meaning: 'a file is larger than its kind may be' },
  JSON_NOT_CANONICAL: { exit: EXIT.refused, meaning: 'a JSON document is not in the canonical form of RFC 8785' },
  DER_INVALID: { exit: EXIT.refused, meaning: 'bytes are not strict DER, or not of the expected shape' },
  TEXT_REFUSED: { exit: EXIT.refused, meaning: 'a text holds a character that may hide or change what people read' },
  DATE_INVALID: { exit: EXIT.refused, meaning: 'a time or duration is malformed, or a date cannot be computed' },
  SCRIPT_REFUSED: { exit: EXIT.refused, meaning: 'the ceremony script, site binding or plan has problems' },
  SCRIPT_NOT_SUPPORTED: {
    exit: EXIT.refused,
    meaning: 'the script uses a part of the language this version does not run yet',
  },
  PROFILE_INVALID: { exit: EXIT.refused, meaning: 'a certificate or CRL profile cannot be used as asked' },
  LINT_FAILED: { exit: EXIT.refused, meaning: 'the to-be-signed bytes break a rule of a claimed rule pack' },
  // authorization
  AUTHORIZATION_INVALID: {
    exit: EXIT.refused,
    meaning: 'the authorization is malformed or not signed as the roster demands',
  },
  AUTHORIZATION_SCRIPT: { exit: EXIT.refused, meaning: 'the script is not the one the authorization names' },
  AUTHORIZATION_SITE: { exit: EXIT.refused, meaning: 'the site binding is not the one the authorization names' },
  AUTHORIZATION_ROSTER: { exit: EXIT.refused, meaning: 'the roster is not the one the authorization names' },
  AUTHORIZATION_PROGRAM: { exit: EXIT.refused, meaning: 'the program is not the one the authorization names' },
  AUTHORIZATION_PREVIOUS: {
    exit: EXIT.refused,
    meaning: 'the previous pack is not the one that the authorization or the site names',
  },
  AUTHORIZATION_MODE: { exit: EXIT.refused, meaning: 'the mode is not the one the authorization names' },
  AUTHORIZATION_WINDOW: { exit: EXIT.refused, meaning: 'the clock is outside the window of the authorization' },
  AUTHORIZATION_MODULE: { exit: EXIT.refused, meaning: 'a PKCS#11 module is not one the authorization names' },
  AUTHORIZATION_TOKEN: { exit: EXIT.refused, meaning: 'a token is not one the authorization names' },
  ENVIRONMENT_REFUSED: {
    exit: EXIT.refused,
    meaning: 'the computer is not fit for a ceremony (live network, core dumps, swap)',
  },
  // what comes in
  REQUEST_ALGORITHM: {
    exit: EXIT.refused,
    meaning: 'the key of what comes in is not of the algorithm that the script expects',
  },
  REQUEST_KEY_WEAK: { exit: EXIT.refused, meaning: 'the key of what comes in fails its checks' },
  REQUEST_KEY_KNOWN: { exit: EXIT.refused, meaning: 'the key of what comes in is one that this CA has' },
  REQUEST_SIGNATURE: {
    exit: EXIT.refused,
    meaning: 'a request or a root that comes in is not signed with its own key, or by an algorithm not verified',
  },
  REQUEST_REFERENCE: {
    exit: EXIT.refused,
    meaning: 'what comes in, or its key, is not the one whose digest the authorization has',
  },
  CERTIFICATE_UNFIT: {
    exit: EXIT.refused,
    meaning: 'a certificate that comes in is not one of a CA that another may certify',
  },
  CRL_UNFIT: {
    exit: EXIT.refused,
    meaning: 'a CRL that comes in is not a full CRL of the CA that the script names, signed by it',
  },
  REQUEST_NAME: {
    exit: EXIT.refused,
    meaning: 'a request gives its certificate a name or a file that the script does not let it have',
  },
  INPUT_FOLDER: {
    exit: EXIT.refused,
    meaning: 'a folder of requests is empty, holds too much, or something that is no request',
  },
  REVOCATION_UNFIT: {
    exit: EXIT.refused,
    meaning:
      'a list of what is to be revoked has a line that is malformed, or of no certificate that may be revoked so',
  },
  INPUT_OTHER: {
    exit: EXIT.refused,
    meaning: 'what comes in is not, byte for byte, what it must equal',
  },
  // the room
  SEAL_DIFFERS: { exit: EXIT.refused, meaning: 'a bag does not have the number that is on the list' },
  // quorum
  ROSTER_INVALID: { exit: EXIT.quorum, meaning: 'the roster is malformed, or its digest is not the expected one' },
  DESCRIPTOR_INVALID: {
    exit: EXIT.quorum,
    meaning: 'an operation descriptor is malformed or does not fit the request',
  },
  QUORUM_NOT_MET: { exit: EXIT.quorum, meaning: 'fewer distinct people approved than the operation needs' },
  APPROVAL_DUPLICATE: { exit: EXIT.quorum, meaning: 'the same person approved twice; one person counts once' },
  APPROVAL_STRANGER: { exit: EXIT.quorum, meaning: 'an approval is by somebody who is not on the roster' },
  APPROVAL_ROLE: { exit: EXIT.quorum, meaning: 'an approval is by somebody whose role may not approve this operation' },
  APPROVAL_DIGEST: { exit: EXIT.quorum, meaning: 'an approval is for other bytes than the operation at hand' },
  APPROVAL_SIGNATURE: { exit: EXIT.quorum, meaning: 'the signature of an approval or statement does not verify' },
  PROPOSAL_EXPIRED: { exit: EXIT.quorum, meaning: 'the proposal has expired' },
  PROPOSAL_CONSUMED: { exit: EXIT.quorum, meaning: 'the proposal has been used already' },
  PROPOSAL_UNKNOWN: { exit: EXIT.quorum, meaning: 'there is no such open proposal' },
  PROPOSAL_VOID: { exit: EXIT.quorum, meaning: 'the proposal was declined or voided' },
  PAYLOAD_DIGEST: { exit: EXIT.quorum, meaning: 'the payload is not the one whose digest was approved' },
  DEVIATION_UNAPPROVED: {
    exit: EXIT.quorum,
    meaning: 'a departure from the script has not been approved by its quorum',
  },
  ABORT_REFUSED: { exit: EXIT.refused, meaning: 'the ceremony is being ended in order already' },
  DEVIATION_REFUSED: {
    exit: EXIT.refused,
    meaning: 'a deviation would change what only a new script may change, or nobody can come for somebody so',
  },
  PAUSE_REFUSED: { exit: EXIT.refused, meaning: 'the ceremony cannot pause here' },
  CORRECTION_REFUSED: { exit: EXIT.refused, meaning: 'what was to be corrected cannot be, or not so' },
  CEREMONY_ABORTED: { exit: EXIT.interrupted, meaning: 'people ended the ceremony' },
  CEREMONY_ADJOURNED: { exit: EXIT.adjourned, meaning: 'the day has ended as the script has it; --resume goes on' },
  OFFICER_DECLINED: { exit: EXIT.quorum, meaning: 'an officer declined to approve' },
  CEREMONY_SIGNED_OFF: {
    exit: EXIT.quorum,
    meaning: 'the ceremony has been signed off; the HSM may not be used any more',
  },
  // shares
  SHARE_OPEN_FAILED: {
    exit: EXIT.quorum,
    meaning: 'an envelope could not be opened with this token (one code for every reason)',
  },
  SHARE_ENVELOPE_ALTERED: { exit: EXIT.quorum, meaning: 'an envelope is not the file the record names' },
  SHARE_FOREIGN_SET: { exit: EXIT.quorum, meaning: 'a share belongs to another set' },
  SHARE_POINT: { exit: EXIT.quorum, meaning: 'a share has an x that is not the recorded one, or zero' },
  SHARE_COMMITMENT: { exit: EXIT.quorum, meaning: 'a share does not match its recorded commitment' },
  SHARE_CHECK_VALUE: { exit: EXIT.quorum, meaning: 'the recombined secret does not match its recorded check value' },
  SHARE_CLASS: { exit: EXIT.quorum, meaning: 'a share set may not be opened for an operation of this class' },
  SHARE_ROW: {
    exit: EXIT.quorum,
    meaning: 'what was typed or scanned of a paper share is not what was printed; the message says which row, and how',
  },
  SHARE_DUPLICATE: { exit: EXIT.quorum, meaning: 'a share was presented that has been presented already' },
  SHARE_UNPROVEN: { exit: EXIT.quorum, meaning: 'not every custodian has opened and proved their share' },
  // tokens and HSM
  PRESENTATION_CANCELLED: {
    exit: EXIT.token,
    meaning: 'a question of the guard was left without an answer; no PIN was used',
  },
  TERMINAL_MISSING: { exit: EXIT.usage, meaning: 'a ceremony with people needs a terminal, and there is none' },
  PIN_INCORRECT: { exit: EXIT.token, meaning: 'the PIN was not accepted by the quorum token' },
  PIN_LOCKED: { exit: EXIT.token, meaning: 'the PIN is locked' },
  PIN_LENGTH: { exit: EXIT.token, meaning: 'the PIN has not the length or the characters that the token takes' },
  TOKEN_MISSING: { exit: EXIT.token, meaning: 'no token with that serial or key, or more than one, is present' },
  TOKEN_UNEXPECTED: { exit: EXIT.token, meaning: 'the token is not what the script or the authorization expects' },
  HSM_NOT_ACTIVE: { exit: EXIT.token, meaning: 'the operation needs an activated HSM, and it is not active' },
  HSM_OBJECT_EXISTS: { exit: EXIT.token, meaning: 'an object with that label or id is on the token already' },
  HSM_KEY_NOT_WRAPPABLE: { exit: EXIT.token, meaning: 'the HSM does not let that key out, wrapped or not' },
  HSM_WRAPPED_KEY: {
    exit: EXIT.token,
    meaning: 'the HSM does not unwrap a wrapped key: another key wrapped it, or it was altered',
  },
  HSM_ORPHAN: {
    exit: EXIT.token,
    meaning: 'an interrupted operation left its work on the HSM, and nobody recorded it',
  },
  HSM_OBJECT_MISSING: { exit: EXIT.token, meaning: 'the key is not on the token, or not exactly once' },
  HSM_MECHANISM: { exit: EXIT.token, meaning: 'the HSM has no mechanism for a key that the script asks for' },
  HSM_QUIRK: {
    exit: EXIT.token,
    meaning: 'the HSM does not report an attribute of a new key, and the quorum has not accepted that',
  },
  HSM_ATTRIBUTE: { exit: EXIT.token, meaning: 'an attribute read back from the token is not the one asked for' },
  HSM_KEY_INVALID: { exit: EXIT.token, meaning: 'a public key read from the token fails its checks' },
  HSM_RANDOM: { exit: EXIT.token, meaning: 'a random number that a token generated has come before' },
  HSM_SIGNATURE: { exit: EXIT.token, meaning: 'a signature made by the token does not verify' },
  HSM_PIN_INCORRECT: {
    exit: EXIT.token,
    meaning: 'an HSM did not accept the PIN that its shares recombine to, or that people typed in parts',
  },
  HSM_LOGIN_REFUSED: { exit: EXIT.token, meaning: 'an HSM did not accept what people presented to the device itself' },
  KEY_FILES_DIFFER: {
    exit: EXIT.token,
    meaning:
      'files that hold keys of an HSM are not what they must be: nothing new where a key was made, or changed since',
  },
  HSM_CARD_MISSING: {
    exit: EXIT.token,
    meaning: 'an HSM makes no key while no card of its own is in its slot',
  },
  HSM_REMOVED: { exit: EXIT.token, meaning: 'a token, or the device that holds it, was taken away while it was used' },
  HSM_DEVICE_ERROR: { exit: EXIT.token, meaning: 'a token reports that its device has failed' },
  HSM_SESSION_LOST: { exit: EXIT.token, meaning: 'a token knows the session no more, or no login in it' },
  HSM_WRONG_TOKEN: { exit: EXIT.token, meaning: 'another token is where the HSM of the authorization should be' },
  PKCS11_ERROR: { exit: EXIT.token, meaning: 'the PKCS#11 module returned an error' },
  PKCS11_ARGUMENT: { exit: EXIT.token, meaning: 'an argument was refused before it reached the PKCS#11 module' },
  TOKEN_PROCESS_DIED: { exit: EXIT.token, meaning: 'the token process ended before it answered' },
  TOKEN_PROCESS_TIMEOUT: { exit: EXIT.token, meaning: 'the token process did not answer in time' },
  TOKEN_PROCESS_ENDED: { exit: EXIT.token, meaning: 'the token process did not answer, and people had it ended' },
  GUARD_DIED: { exit: EXIT.token, meaning: 'the guard ended before it answered' },
  REQUEST_UNKNOWN: { exit: EXIT.bug, meaning: 'a process was asked for something it does not do' },
  // disk and transcript
  OUTPUT_EXISTS: { exit: EXIT.disk, meaning: 'the output exists already; nothing is ever overwritten' },
  OUTPUT_HELD: { exit: EXIT.disk, meaning: 'another run of the program works on the output folder' },
  OUTPUT_UNWRITABLE: { exit: EXIT.disk, meaning: 'the output folder cannot be written' },
  OUTPUT_SEALED: {
    exit: EXIT.disk,
    meaning: 'the ceremony is closed and its pack sealed: there is nothing to go on with',
  },
  OUTPUT_FULL: { exit: EXIT.disk, meaning: 'there is not enough room for the whole evidence pack' },
  COPY_LOST: { exit: EXIT.disk, meaning: 'one of the two folders that hold the record can no more be written or read' },
  COPY_DIFFERS: {
    exit: EXIT.disk,
    meaning: 'the two folders that are to hold one record hold different ones, or other files',
  },
  PATH_REFUSED: { exit: EXIT.disk, meaning: 'a path leaves its folder, or is a link where a file must be' },
  TRANSCRIPT_BROKEN: { exit: EXIT.disk, meaning: 'the transcript does not chain' },
  MEDIUM_DIFFERS: { exit: EXIT.disk, meaning: 'what was read back from a medium is not what was written' },
  ADDENDUM_INVALID: { exit: EXIT.refused, meaning: 'the manifest of an addendum is malformed' },
  ADDENDUM_REFUSED: { exit: EXIT.refused, meaning: 'what is to be added to an evidence pack cannot be, or not so' },
  PACK_FINDINGS: {
    exit: EXIT.findings,
    meaning: 'an evidence pack has findings, and nothing is taken from it',
  },
  PACK_UNREADABLE: { exit: EXIT.findings, meaning: 'the evidence pack cannot be read at all' },
  // course of the ceremony
  COMPARISON_FAILED: { exit: EXIT.refused, meaning: 'two values that people compared are not the same' },
  ANSWER_REFUSED: { exit: EXIT.refused, meaning: 'a typed value does not have the declared form' },
  CLOCK_OFFSET: {
    exit: EXIT.refused,
    meaning: 'the clock differs from the independent clocks by more than the script allows',
  },
  CLOCK_BACKWARDS: { exit: EXIT.refused, meaning: 'the clock went backwards' },
  PRINTER_REFUSED: {
    exit: EXIT.refused,
    meaning: 'the printer of paper shares is no device or pipe, or did not take a whole page',
  },
  REHEARSAL_SETUP: { exit: EXIT.token, meaning: 'the stage of a rehearsal could not be set up' },
  INTERRUPTED: { exit: EXIT.interrupted, meaning: 'the program was interrupted' },
} as const satisfies Record<string, { readonly exit: number; readonly meaning: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorOptions {
  /** What to do next, one sentence; printed apart from the message. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Public facts for the record. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * A refusal: something the program understood and will not do. What is not a CeremonyError is a bug,
 * prints its stack and exits 70; it is never dressed as a refusal.
 */
export class CeremonyError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  /** @param message lower case, no full stop, the value quoted, what was expected, where */
  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CeremonyError';
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }

  get exitCode(): number {
    return ERROR_CODES[this.code].exit;
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value);
}
