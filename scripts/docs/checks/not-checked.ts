/** What a reader may take to be checked and is not. */
export interface NotChecked {
  readonly what: string;
  readonly why: string;
  /** What people do instead. */
  readonly instead: string;
}

export const NOT_CHECKED: readonly NotChecked[] = [
  {
    what: 'Where the site names no list: a key that comes in is none of the weak ones of Debian’s OpenSSL (CVE-2008-0166; TLS BR §6.1.1.3).',
    why: 'The program brings no list of them, and there is no package of one that could be locked.',
    instead:
      'It is looked up before the authorization is signed, which then names its digest: [script.md](formats/script.md#what-comes-in).',
  },
  {
    what: 'A key that comes in has been reported as compromised to nobody (TLS BR §6.1.1.3).',
    why: 'The room has no network. Of this CA’s own CRLs the last is there: a key that it has revoked for that is refused.',
    instead: 'The same.',
  },
  {
    what: 'A certificate that is brought is not revoked by whoever issued it.',
    why: 'Its CRL lies elsewhere, and the certificate may be a root, of which no CRL speaks.',
    instead: 'Who signs the authorization that names its digest asks its owner.',
  },
  {
    what: 'CRL and issuer can be fetched where a certificate says.',
    why: 'The room has no network.',
    instead: 'They are fetched once they are published, before anything relies on the certificate.',
  },
];
