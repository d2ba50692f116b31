import { line, type Matter } from './line.ts';

/** Linting and signing, and CRLs. */
export const SIGNED: readonly Matter[] = [
  {
    matter: 'Linting and signing',
    lines: [
      line('What is to be linted is signed by a throw-away key of the type of the real one.', ['C70', 'C72']),
      line('Its issuer is a stand-in that has everything of the real one, the bytes of its name too.', ['C72', 'C81']),
      line(
        'A whole library of rules is asked, and rules of the operator besides.',
        ['C70', 'C412', 'C411'],
        'The rules are this project’s own, in packs that a script names; each has a case that breaks it.',
      ),
      line('Whatever a rule finds refuses, unless that rule is waived by its name.', ['C83', 'C86']),
      line('The issuer of what was linted is the subject of its issuer, byte for byte.', ['C30']),
      line('What was not linted is not signed.', ['C73', 'C102', 'C361']),
      line(
        'Signing in software gets no random bytes, so that a key in software cannot have signed.',
        ['C362'],
        'It does not apply: nothing that is issued is signed in software, and the one file that may sign there, for linting, makes a throw-away key each time ([architecture.md](architecture.md#who-may-import-whom)).',
      ),
      line('What is signed is what was linted, byte for byte.', ['C74', 'C365']),
      line('The signature verifies with the issuer, which is a CA that may sign.', ['C90', 'C31', 'C364']),
      line('The result is read and linted once more, beside its issuer and the existing certificate.', ['C96', 'C79']),
    ],
  },
  {
    matter: 'CRLs',
    lines: [
      line(
        'Both dates are there, and a number that is not 0.',
        ['rfc5280/crl-next-update-present', 'C52', 'C409'],
        'People name no number: it is that of the last CRL and one more.',
      ),
      line(
        'What is revoked comes with certificate, date and reason; the certificate is read, is sound, and is one of a CA.',
        ['C369', 'C370', 'C54'],
        'It is one that the ledger has of this CA, by name or serial number, so that nobody brings it.',
      ),
      line('A reason is one that is known and allowed, and not critical.', ['C54', 'C55']),
      line('A CRL does not end before it begins.', ['rfc5280/crl-update-order']),
      line('It begins and ends while its CA is valid.', ['rfc5280/crl-within-issuer-validity']),
      line(
        'It is for a year at most; one of subscribers’ certificates for ten days.',
        ['cabf-tls/crl-span'],
        'A CA that issues to subscribers is not offline: its CRLs are not signed in ceremonies.',
      ),
      line(
        'It says critically that it is of CA certificates alone, and nothing else.',
        ['C58'],
        'Here a CRL is of all that its CA has issued, or of a partition: then it says so critically, with its address.',
      ),
      line(
        'It has the identifier of its issuer’s key and a number of the right form; dates have the right type; it is full and direct; an empty list is absent.',
        [
          ...['C50', 'C51', 'C52', 'C58', 'rfc5280/crl-number-not-critical', 'rfc5280/crl-time-encoding'],
          ...['rfc5280/crl-issuer-present', 'cabf-tls/crl-other-extensions-absent'],
        ],
      ),
      line('Its issuer is the subject of its CA, byte for byte.', ['C51']),
    ],
  },
];
