import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isNormalHttpUrl, normalHttpUrl } from '../../src/base/http-url.ts';

const NORMAL = 'http://pki.example.com/root-a.crl';

describe('an http URL', () => {
  const OTHERWISE: readonly (readonly [string, string])[] = [
    ['a scheme in upper case', 'HTTP://pki.example.com/root-a.crl'],
    ['a host in upper case', 'http://PKI.EXAMPLE.COM/root-a.crl'],
    ['an escaped host', 'http://%70ki.example.com/root-a.crl'],
    ['the port 80', 'http://pki.example.com:80/root-a.crl'],
    ['a dot at the end of the host', 'http://pki.example.com./root-a.crl'],
    ['a dot segment', 'http://pki.example.com/./root-a.crl'],
    ['two dots', 'http://pki.example.com/x/../root-a.crl'],
    ['an escaped dot segment', 'http://pki.example.com/%2e/root-a.crl'],
    ['an escape that is not needed', 'http://pki.example.com/root%2da.crl'],
    ['the same in upper case', 'http://pki.example.com/root%2Da.crl'],
    ['an empty query', 'http://pki.example.com/root-a.crl?'],
    ['a fragment', 'http://pki.example.com/root-a.crl#x'],
    ['a user name', 'http://x@pki.example.com/root-a.crl'],
    ['a NUL at its end', 'http://pki.example.com/root-a.crl\0'],
    ['a blank at its end', 'http://pki.example.com/root-a.crl '],
    ['a line break in it', 'http://pki.example.com/root-\na.crl'],
    ['backslashes', 'http:\\\\pki.example.com\\root-a.crl'],
  ];
  for (const [what, text] of OTHERWISE)
    test(`has one normal form: ${what}`, () => {
      assert.equal(normalHttpUrl(text), NORMAL);
      assert.equal(isNormalHttpUrl(text), false);
    });

  for (const text of [
    NORMAL,
    'http://pki.example.com:8080/a%2Fb%20c.crl?x=1&y=%25',
    'http://[2001:db8::1]/a.crl',
    'http://pki.example.com/',
    'http://xn--bcher-kva.example/a.crl',
  ])
    test(`is in it: ${text}`, () => assert.equal(isNormalHttpUrl(text), true));

  for (const [text, normal] of [
    ['http://pki.example.com/a%2fb.crl', 'http://pki.example.com/a%2Fb.crl'],
    ['http://pki.example.com', 'http://pki.example.com/'],
    ['http://pki.example.com/%252d.crl', 'http://pki.example.com/%252d.crl'],
    ['http://pki.example.com/%zz.crl', 'http://pki.example.com/%zz.crl'],
    ['http://pki.example.com/a|b.crl', 'http://pki.example.com/a|b.crl'],
  ] as const)
    test(`keeps what means something else: ${text}`, () => {
      assert.equal(normalHttpUrl(text), normal);
      assert.equal(isNormalHttpUrl(text), text === normal && /^[^|]*$/.test(text) && !text.includes('%zz'));
    });

  for (const text of ['https://pki.example.com/a.crl', 'ldap://pki.example.com/cn=a', 'root-a.crl', ''])
    test(`is none: ${text || 'nothing'}`, () => {
      assert.equal(normalHttpUrl(text), undefined);
      assert.equal(isNormalHttpUrl(text), false);
    });
});
