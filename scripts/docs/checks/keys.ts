import { code, type Part, vector } from './check.ts';

const SAFEGUARDS = 'test/guard/safeguards.test.ts';
const REFUSALS = 'test/guard/refusals.test.ts';
const GENERATION = 'src/guard/key-generation.ts';
const OTHER_KEY = 'test/token/other-key.test.ts';
const PROCESS = 'test/token/process.test.ts';

/** What is held of HSMs, of the keys that are made on them, and of each use of these. */
export const KEYS: readonly Part[] = [
  {
    part: 'HSMs and their keys',
    first: 330,
    checks: [
      code(
        'An HSM is meant by its serial number, or as a blank one of its model; unless exactly one is there, none is used.',
        'src/token/pkcs11-module.ts',
        'test/token/token-life.test.ts',
        'a token that is not there, once, is named with how many were found',
      ),
      code(
        'It is of the model that was authorized.',
        'src/guard/hsm.ts',
        'test/guard/hsm-session.test.ts',
        'a token in an error state, of another model, gone or doubled is told apart, before any login',
      ),
      code(
        'Its module is the file that was authorized.',
        'src/guard/module-file.ts',
        SAFEGUARDS,
        'loads no module whose file is not the authorized one, also when it was exchanged after the start',
      ),
      code(
        'A module that cannot be loaded, or is none, is refused.',
        'src/token/pkcs11-module.ts',
        PROCESS,
        'a library that is missing, no library, or no PKCS#11 module is refused, and no process is left',
      ),
      code(
        'A key’s template states every flag: for signing alone, never to leave the HSM; any other is refused.',
        'src/quorum/key-template.ts',
        REFUSALS,
        'a key whose templates say something else than the screen does',
      ),
      code(
        'Its id is random, from the HSM.',
        'src/steps/generate-key.ts',
        'test/steps/generate-key.test.ts',
        'an id of 128 bits from the HSM; never to leave it, for signing alone',
      ),
      code(
        'Every attribute is read back as it was asked for.',
        GENERATION,
        SAFEGUARDS,
        'is refused when the token reads ',
      ),
      code(
        'It decrypts, unwraps, wraps and derives nothing, whether its template says so or not.',
        GENERATION,
        SAFEGUARDS,
        "['public', 'DERIVE', true, 'false']",
      ),
      code(
        'What the HSM does not report is accepted by the quorum, by name, or the key is not used.',
        GENERATION,
        SAFEGUARDS,
        'of which the token does not report all is taken once the quorum has accepted just that, and never before',
      ),
      code(
        'An EC key is on the curve that was asked for.',
        'src/token/key-pairs.ts',
        OTHER_KEY,
        'a key on another curve',
      ),
      code(
        'An RSA key has the length that was asked for.',
        'src/token/key-pairs.ts',
        OTHER_KEY,
        'an RSA key of another length',
      ),
      code(
        'An RSA key has the exponent that was asked for, 65537.',
        'src/token/key-pairs.ts',
        OTHER_KEY,
        'an RSA key with another exponent',
      ),
      code(
        'A point is taken raw or wrapped, and only where it is on its curve.',
        'src/token/public-key.ts',
        'test/token/public-key.test.ts',
        'a point that is not on the curve, compressed, or in another wrapping is refused; another curve is not ours',
      ),
      code(
        'A point is not at infinity; its coordinates are below the prime.',
        'src/x509/key-check.ts',
        'test/x509/public-key.test.ts',
        "['infinity', ec(",
      ),
      code(
        'A public key is sound before anything is signed with it.',
        GENERATION,
        SAFEGUARDS,
        'is refused when its public key is weak, before anything is signed with it',
      ),
      code(
        'A key that no certificate proves signs a statement of its own, which has to verify.',
        GENERATION,
        SAFEGUARDS,
        'is an orphan when its proof of possession does not verify',
      ),
      code(
        'That statement can be read as nothing that a CA signs.',
        'src/guard/payload.ts',
        'test/guard/payload.test.ts',
        'for (const statement of [possessionStatement(digest, digest)',
      ),
      vector('The digest of a new key is not that of its public key.', 'key-read', 'other-digest'),
      code(
        'Of two keys under one label and id neither is used.',
        'src/token/key-pairs.ts',
        'test/token/objects.test.ts',
        'two keys under one label and id: neither is used, neither is destroyed',
      ),
    ],
  },
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
        'src/token/handlers.ts',
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
