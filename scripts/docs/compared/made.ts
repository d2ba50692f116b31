import { line, type Matter } from './line.ts';

/** From what is configured to the profile of a certificate. */
export const MADE: readonly Matter[] = [
  {
    matter: 'Configuration and files',
    lines: [
      line(
        'A kind of ceremony that the program does not know is refused, and the known ones are named.',
        ['C407', 'C400'],
        'There are no kinds of ceremony: a script is made of steps, and of an unknown one the nearest is named.',
      ),
      line('A key that the configuration does not have is refused.', ['C401']),
      line('The same key twice in one mapping is refused.', ['C402']),
      line('An empty file, a second document and anything after the first are refused.', ['C403', 'C404']),
      line(
        'The module and the label on the token are required; slot 0 and an empty PIN are taken for what they are.',
        ['C405', 'C416', 'C330', 'C333'],
        'No slot is ever named, and no PIN stands in any file; where the device asks for it, it gets none from here.',
      ),
      line(
        'The algorithm of a key is one of few, with the length or the curve that belongs to it and no other field.',
        ['C408'],
        'One word says both, so that no two fields can contradict each other.',
      ),
      line('A file that is needed and not named is asked for by its name.', ['C405']),
      line(
        'A file that is to be written must not be there when the configuration is checked.',
        ['C421', 'C414', 'C415', 'C78'],
        'A script names files of the pack alone, and that is a folder which is new.',
      ),
      line('It is created exclusively when it is written.', ['C78']),
      line('Dates are taken in one form alone, in UTC.', ['C409']),
      line('A rule that is to be passed over has to exist.', ['C410', 'C83']),
      line('A subject has common name, organisation and country.', ['C8']),
      line(
        'The address of the certification practice statement is required, and one of a fixed version.',
        ['C406', 'cabf-tls/policies-qualifiers-absent'],
        'The script names document, version and sections, and people authorize its digest. An address in certificates is up to the profile: the TLS requirements do not recommend it.',
      ),
    ],
  },
  {
    matter: 'Making a key',
    lines: [
      line('No object of that label is on the token.', ['C89']),
      line('The template is for a key that stays: sensitive, not extractable, for signing.', ['C334']),
      line('Both halves have one label and one random id of the token.', ['C335', 'C89']),
      line('The exponent of an RSA key is asked for and read back.', ['C341', 'C349']),
      line('Its length is read back.', ['C340', 'C349']),
      line('The curve of an EC key is read back; its point may be raw or wrapped, and is on the curve.', [
        'C339',
        'C342',
      ]),
      line('The public key is written to a new file and logged.', ['C78', 'C347']),
    ],
  },
  {
    matter: 'Finding the key that signs',
    lines: [
      line('It is found by what it is, not by its label alone, and the private half by the id of the public one.', [
        'C88',
      ]),
      line('None, or more than one, is an error.', ['C88', 'C348', 'C330']),
      line('It is the key in the certificate of the issuer.', ['C94']),
      line(
        'A digest has the length of its hash, and its prefix is a known one, before it is signed.',
        ['C363', 'C361', 'C364'],
        'Nobody hands in a digest: it is made beside the key from the bytes that were approved.',
      ),
    ],
  },
  {
    matter: 'Sound keys',
    lines: [
      line('An RSA modulus has one of the usual lengths, and the exponent is 65537.', ['C6', 'C340', 'C341']),
      line('It is odd, without a small factor.', ['C6', 'cabf-tls/public-key-quality', 'private/public-key-quality']),
      line('It is not of the faulty library of CVE-2017-15361.', ['cabf-tls/rsa-roca', 'private/rsa-weakness', 'C152']),
      line('Its primes are not close to each other.', ['cabf-tls/rsa-close-primes', 'private/rsa-weakness']),
      line(
        'An EC key is on one of two curves.',
        ['cabf-tls/public-key-algorithm', 'mozilla/public-key-algorithm'],
        'The packs have three: P-521 is allowed by all of them that name curves. Each script names one.',
      ),
      line('Its point is a sound one: finite, with coordinates of the field, and on the curve.', [
        'C343',
        'C342',
        'C6',
      ]),
    ],
  },
  {
    matter: 'The profile of a certificate',
    lines: [
      line('The signature is of a known algorithm, with SHA-256 or longer.', ['C5']),
      line('There is a key usage, of those that a CA has.', ['C10', 'rfc5280/key-usage-not-empty']),
      line('A root has no policies.', ['C22']),
      line('A root has no purposes.', ['C22']),
      line('A root lives for 25 years at most, its last second counted.', ['C21', 'C71']),
      line('A CA below it says where its CRL and its issuer are.', ['C34']),
      line(
        'It has one reserved policy, and nothing else.',
        ['C35'],
        'Which of the reserved ones, the script says: not every hierarchy is for domain validation.',
      ),
      line(
        'It lives for less than eight years.',
        ['C134', 'C32'],
        'No requirement has such a limit: it is one operator’s own. Here a script says how long, and its issuer bounds it.',
      ),
      line('It is for servers; for clients besides only until a day in 2026.', ['C36']),
      line(
        'An intermediate has the path length 0.',
        ['C133', 'private/path-length-nested', 'C79'],
        'Templates set 0, and a script that needs a deeper hierarchy opens it: it is held to those above.',
      ),
      line('A request to another CA says nothing but name and key.', ['C376']),
      line('A serial number is a constant octet and 128 random bits of the HSM.', ['C4', 'C362']),
      line('Its key identifier comes from the key by SHA-256, and it names that of its issuer.', ['C11']),
      line('That it is a CA is said, and critical.', ['C10']),
    ],
  },
  {
    matter: 'Certifying a CA that has a certificate',
    lines: [
      line('Its key identifier is copied, never computed.', ['rfc5280/cross-key-identifier-kept', 'C39']),
      line(
        'Its path length 0 is copied.',
        ['C373', 'private/cross-constraints-kept'],
        'Of any path length: the new certificate may have a smaller one, and no larger.',
      ),
      line('Its name is the same, byte for byte.', ['cabf-tls/cross-subject-identical', 'C81']),
      line('The new certificate does not begin before the existing one.', ['cabf-tls/cross-not-before']),
      line(
        'It has the purposes of the existing one, or those of servers where that has none.',
        ['C373', 'C190', 'cabf-tls/cross-tls-purposes'],
        'It may have fewer.',
      ),
      line(
        'It is of the organisation of its issuer.',
        ['cabf-tls/cross-extended-key-usage-restricted', 'cabf-tls/policies-any-affiliated'],
        'A CA of others may be certified: it is then restricted to purposes, and who is affiliated is for people to say.',
      ),
    ],
  },
];
