import { code, type Part, vector } from './check.ts';

const SAFEGUARDS = 'test/guard/safeguards.test.ts';
const GENERATION = 'src/guard/key-generation.ts';
const OTHER_KEY = 'test/token/other-key.test.ts';
const PROCESS = 'test/token/process.test.ts';

/** What is held of HSMs, and of the keys that are made on them. */
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
        'test/guard/refusals.test.ts',
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
      code(
        'A key that an interruption has left is taken up only where it is one that was asked for.',
        GENERATION,
        SAFEGUARDS,
        'is refused when it is a sound one of another algorithm, new or left by an interruption',
      ),
      code(
        'A key that is not active signs nothing: one in pre-activation its own certificate, and what shows that it is possessed.',
        'src/guard/key-state.ts',
        'test/guard/key-state.test.ts',
        'a key that was made and not certified signs nothing but its own certificate, and a request for itself',
      ),
      vector('That a key has become active is not recorded.', 'key-state', 'not-recorded'),
      vector('A key has another state, and nothing was done that made it so.', 'key-state', 'from-nothing'),
    ],
  },
];
