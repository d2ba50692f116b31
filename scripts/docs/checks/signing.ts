import { code, type Part } from './check.ts';

const SAFEGUARDS = 'test/guard/safeguards.test.ts';
const REFUSALS = 'test/guard/refusals.test.ts';
const PROCESS = 'test/token/process.test.ts';

/** What is held of each use of a key, and of the end of the process that used it. */
export const SIGNING: readonly Part[] = [
  {
    part: 'What is signed, and how that ends',
    first: 360,
    checks: [
      code('No key signs without its quorum.', 'src/quorum/count.ts', REFUSALS, 'fewer than M'),
      code(
        'What is hashed and signed are the bytes whose digest was approved, of the kind that was approved.',
        'src/guard/proposals.ts',
        REFUSALS,
        'a payload that is not the one whose digest is described, or not what it is called',
      ),
      code(
        'A serial number is of random bytes that the HSM gave in this ceremony.',
        'src/guard/payload.ts',
        REFUSALS,
        'a certificate whose serial number the HSM did not give',
      ),
      code(
        'A token process signs by the mechanisms of its list, and by no other.',
        'src/token/object-handlers.ts',
        'test/token/arguments.test.ts',
        'every parameter of every request with values of every wrong kind: refused, and the process lives',
      ),
      code(
        'No signature leaves the guard before it verifies.',
        'src/guard/key-use.ts',
        SAFEGUARDS,
        'signs nothing that leaves the guard unverified',
      ),
      code(
        'Signed bytes that are not the approved ones give no certificate.',
        'src/steps/certificates.ts',
        'test/steps/issue-intermediate.test.ts',
        'other bytes than the approved ones give no certificate, whoever signed them',
      ),
      code(
        'Signed bytes that are not the approved ones give no CRL.',
        'src/steps/issue-crl.ts',
        'test/steps/issue-crl.test.ts',
        'other bytes than the approved ones give no CRL, whoever signed them',
      ),
      code(
        'A CRL lists what the one before lists, by the guard’s own ledger.',
        'src/guard/crl-payload.ts',
        'test/guard/crl-payload.test.ts',
        'a CRL is not of less than the one before it',
      ),
      code(
        'People see what a CRL adds, changes and leaves out before they approve it.',
        'src/quorum/crl-changes.ts',
        'test/guard/crl-payload.test.ts',
        'what is gone or says something else is listed too',
      ),
      code(
        'What is revoked is a certificate that this CA has issued.',
        'src/steps/decision.ts',
        'test/steps/revoke.test.ts',
        'the certificate of another CA lies in its place',
      ),
      code(
        'No revocation is later than its CRL.',
        'src/pki/revocation-list.ts',
        'test/steps/revoke.test.ts',
        'it is revoked later than the CRL',
      ),
      code(
        'A certificate that comes in is one of a CA.',
        'src/pki/certificate-intake.ts',
        'test/pki/certificate-intake.test.ts',
        "'no CA'",
      ),
      code(
        'Its signature verifies, where it is its own.',
        'src/pki/certificate-intake.ts',
        'test/pki/certificate-intake.test.ts',
        'another signature than its own',
      ),
      code(
        'A certificate beside another of the same CA allows no more than it, and no longer.',
        'src/plan/hierarchy-existing.ts',
        'test/plan/hierarchy.test.ts',
        'allows no more than it, and no longer',
      ),
      code(
        'A certificate is planned only where the issuer’s key can make its signature.',
        'src/plan/hierarchy.ts',
        'test/plan/hierarchy.test.ts',
        "are refused where the issuer's key cannot make the signature",
      ),
      code(
        'No key identifier is of two keys.',
        'src/plan/hierarchy.ts',
        'test/plan/hierarchy.test.ts',
        'one key identifier of two keys',
      ),
      code(
        'A request to another CA asks for nothing that is for that CA to say.',
        'src/pki/own-request.ts',
        'test/issue/request.test.ts',
        'leaves to the one that signs what is of its own',
      ),
      code(
        'A clock that is off ends the ceremony before a key is used.',
        'src/steps/check-clock.ts',
        'test/steps/check-clock.test.ts',
        'refuses a clock that is a second too far off, after recording it',
      ),
      code(
        'No PIN, share or secret is in an argument, the environment, the output, the record or on the media.',
        'src/guard/token-pins.ts',
        'test/ceremony/secrets.test.ts',
        'no PIN, share or secret is in the pack, on the media, in output, argv or the environment',
      ),
      code(
        'A token process logs out and ends when it is asked to.',
        'src/token/handlers.ts',
        PROCESS,
        'asked to end, it logs out of every token, answers, and ends',
      ),
      code(
        'It does so when whoever started it is gone.',
        'src/token/handlers.ts',
        PROCESS,
        'when its pipe closes, the process logs out and ends by itself',
      ),
      code(
        'It does so when the time of an activation is over.',
        'src/token/activations.ts',
        PROCESS,
        'when the time limit of a login runs out, the process logs out and ends',
      ),
      code(
        'A module that hangs while it ends is killed.',
        'src/token/client.ts',
        PROCESS,
        'a module that hangs in its logout or its end is killed',
      ),
      code(
        'The examples of the documentation do what it says of them.',
        'scripts/docs/checks.ts',
        'test/docs/commands.test.ts',
        'the commands of the pages',
      ),
    ],
  },
];
