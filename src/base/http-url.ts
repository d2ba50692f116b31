/*
 * http URLs are compared byte for byte wherever a relying party holds a CRL to a certificate, and by their meaning wherever the file
 * is fetched: two spellings of one are told apart by the one and taken for the same by the other. So each is written in one way.
 */

/** RFC 3986 §2.3: escaped or not, they mean the same (§6.2.2.2). */
const UNRESERVED = /^[A-Za-z0-9._~-]$/;

/** Characters of RFC 3986 §2, each `%` with two digits in upper case; no user name and no fragment. */
const WRITTEN = /^http:\/\/(?:[A-Za-z0-9\-._~:/?[\]!$&'()*+,;=]|%[0-9A-F]{2})+$/;

/**
 * The one way in which an http URL is written: scheme and host in lower case, without the port 80, a dot at the end of the host, dot
 * segments, an empty query, a fragment, a user name, or an escaped character that needs none (RFC 3986 §6.2.2, §6.2.3; RFC 5280 §7.4).
 * @returns undefined for what is no http URL
 */
export function normalHttpUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:') return undefined;
  const host = url.host.replace(/\.(?=$|:)/, '');
  const written = `http://${host}${url.pathname}${url.search}`;
  return written.replaceAll(/%([0-9a-f]{2})/gi, (escaped, digits: string) => {
    const character = String.fromCharCode(Number.parseInt(digits, 16));
    return UNRESERVED.test(character) ? character : escaped.toUpperCase();
  });
}

/** Whether it is an http URL in its normal form. */
export function isNormalHttpUrl(text: string): boolean {
  return WRITTEN.test(text) && normalHttpUrl(text) === text;
}
