import assert from 'node:assert/strict';
import { it } from 'node:test';
import { profileWords } from '../../src/pki/profile-words.ts';
import { profileOf, rootProfile, SCRIPTED } from './fixtures.ts';

it('the fields of a profile are said as people compare them', () => {
  assert.deepEqual(profileWords(rootProfile({ policies: ['1.2.3', '1.2.4'] }).fields), [
    ['basic constraints', 'ca'],
    ['key usage', 'keyCertSign, cRLSign'],
    ['subject key identifier', 'rfc7093-method-1'],
    ['authority key identifier', 'key-identifier'],
    ['policies', '1.2.3, 1.2.4'],
  ]);
});

it('constraints and qualifiers are said part by part, with nothing left out', () => {
  const words = (name: string) => profileWords(profileOf(name, SCRIPTED[name]).fields).slice(5);
  assert.deepEqual(words('private-service-ca'), [
    ['extended key usage', 'serverAuth, clientAuth'],
    ['policies', '1.3.6.1.4.1.99999.2 (CPS http://pki.example.com/cps, notice "Für Dienste von Example.")'],
    ['permitted dns', 'svc.example.com, corp.example.net'],
    ['permitted ip', '10.0.0.0/8, fd00::/8'],
    ['require explicit policy', '0'],
    ['inhibit policy mapping', '200'],
    ['inhibit any policy', '0'],
    ['crl', 'http://pki.example.com/root.crl'],
  ]);
  const partner = { permitted: { directory: [{ O: 'Partner', C: 'DE' }, { DC: ['example', 'partner'] }] } };
  const fields = {
    ...profileOf('spiffe-ca', SCRIPTED['spiffe-ca']).fields,
    'name-constraints': { ...partner, excluded: { dns: [''], email: ['root@example.com'] } },
  };
  assert.deepEqual(profileWords(fields).slice(6), [
    ['permitted directory', 'C=DE, O=Partner'],
    ['permitted directory', 'DC=example, DC=partner'],
    ['excluded dns', 'every name'],
    ['excluded email', 'root@example.com'],
  ]);
});
