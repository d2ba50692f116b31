import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { SCRIPTED } from '../pki/fixtures.ts';
import { ALL_ACCEPT, ALL_REFUSE, judgeChain, type Usage } from './chain-judges.ts';
import { judge, type Leaf, makeCa, makeLeaf, rootPem } from './chain-maker.ts';

/** Of each other template that takes name constraints: a leaf inside and one outside what SCRIPTED, or the row itself, permits. */
const CONFINED: readonly {
  readonly template: string;
  /** Instead of SCRIPTED: a fourth of what stands there GnuTLS and NSS do not know, and refuse where it is critical. */
  readonly fields?: JsonObject;
  readonly usage: Usage;
  readonly purpose: string;
  readonly inside: Leaf;
  readonly outside: Leaf;
}[] = [
  {
    template: 'tls-issuing-ca',
    usage: 'tls-server',
    purpose: 'serverAuth',
    inside: { subject: '/C=US/O=Example Org', names: 'DNS:www.example.com' },
    outside: { subject: '/C=US/O=Example Org', names: 'DNS:www.example.org' },
  },
  {
    template: 'private-service-ca',
    fields: { 'name-constraints': { permitted: { dns: ['svc.example.com'], ip: ['10.0.0.0/8', 'fd00::/8'] } } },
    usage: 'tls-server',
    purpose: 'serverAuth',
    inside: { subject: '/O=Example Org/OU=service', names: 'DNS:a.svc.example.com,IP:10.1.2.3' },
    outside: { subject: '/O=Example Org/OU=service', names: 'DNS:a.svc.example.com,IP:192.0.2.1' },
  },
  {
    template: 'client-ca',
    fields: { 'name-constraints': { permitted: { email: ['example.com'] } } },
    usage: 'tls-client',
    purpose: 'clientAuth',
    inside: { subject: '/O=Example Org/OU=person', names: 'email:user@example.com' },
    outside: { subject: '/O=Example Org/OU=person', names: 'email:user@example.net' },
  },
  {
    template: 'device-ca',
    fields: {
      'extended-key-usage': ['clientAuth'],
      'name-constraints': { permitted: { dns: ['devices.example.com'] }, excluded: { ip: 'all' } },
    },
    usage: 'tls-client',
    purpose: 'clientAuth',
    inside: { subject: '/O=Example Org/OU=device', names: 'DNS:one.devices.example.com' },
    outside: { subject: '/O=Example Org/OU=device', names: 'IP:192.0.2.1' },
  },
  {
    template: 'smime-ca',
    usage: 'email',
    purpose: 'emailProtection',
    inside: { subject: '/O=Example Org/OU=person', names: 'email:user@example.com' },
    outside: { subject: '/O=Example Org/OU=person', names: 'email:user@example.org' },
  },
  {
    template: 'cross-ca',
    fields: {
      ...SCRIPTED['cross-ca'],
      'name-constraints': { permitted: { dns: ['partner.example'] }, excluded: { ip: 'all' } },
    },
    usage: 'tls-server',
    purpose: 'serverAuth',
    inside: { subject: '/O=Partner', names: 'DNS:www.partner.example' },
    outside: { subject: '/O=Partner', names: 'DNS:www.example.com' },
  },
];

const CRL = { crl: 'http://pki.example.com/root.crl' };

describe('a leaf of a CA with name constraints', () => {
  for (const { template, fields = SCRIPTED[template], usage, purpose, inside, outside } of CONFINED) {
    it(`${template}: three libraries accept the one inside, and refuse the one outside`, async () => {
      const ca = await makeCa(`confined-${template}`, template, { ...CRL, ...fields });
      const judged = (leaf: Leaf) => judge(ca, makeLeaf(ca, { ...leaf, more: [`extendedKeyUsage=${purpose}`] }), usage);
      assert.deepEqual([judged(inside), judged(outside)], [ALL_ACCEPT, ALL_REFUSE]);
    });
  }
});

/** As the script says it, of the profile that its device CAs are made by. */
function shippedProfile(script: string): { readonly template: string; readonly fields: JsonObject } {
  const text = readFileSync(join(PROGRAM_ROOT, 'ceremonies', `${script}.yaml`), 'utf8');
  const { extends: template, ...fields } =
    (parse(text) as { profiles: Record<string, JsonObject> }).profiles['site-ca'] ?? {};
  return { template: String(template), fields };
}

describe('a device below a CA as a shipped script has it made', () => {
  const subject = '/C=US/O=Example Org/OU=device';
  const INSIDE: readonly Leaf[] = [
    { subject, names: 'DNS:one.devices.example.com' },
    { subject: `${subject}/CN=4711` },
  ];
  const OUTSIDE: readonly Leaf[] = [
    { subject, names: 'DNS:www.example.com' },
    { subject, names: 'DNS:one.devices.example.com,DNS:notdevices.example.com' },
    { subject, names: 'DNS:one.devices.example.com,IP:192.0.2.1' },
  ];
  for (const script of ['device-batch', 'compromise-rollover'])
    it(`${script}: three libraries accept it inside the name constraints, and refuse it outside`, async () => {
      const { template, fields } = shippedProfile(script);
      const ca = await makeCa(`shipped-${script}`, template, fields);
      const judged = (leaf: Leaf) =>
        judge(ca, makeLeaf(ca, { ...leaf, more: ['extendedKeyUsage=clientAuth'] }), 'tls-client');
      for (const leaf of INSIDE) assert.deepEqual(judged(leaf), ALL_ACCEPT, JSON.stringify(leaf));
      for (const leaf of OUTSIDE) assert.deepEqual(judged(leaf), ALL_REFUSE, JSON.stringify(leaf));
      // GnuTLS holds nobody to constraints of directory names.
      const other = { subject: '/C=US/O=Another/OU=device', names: 'DNS:one.devices.example.com' };
      assert.deepEqual(judged(other), { ...ALL_REFUSE, gnutls: true });
    });
});

describe('what GnuTLS or NSS does not know in a CA', () => {
  for (const [what, fields, verdicts] of [
    ['policy constraints', { 'policy-constraints': { 'require-explicit-policy': 1 } }, { gnutls: false, nss: false }],
    ['inhibit-any-policy', { 'inhibit-any-policy': 1 }, { gnutls: true, nss: false }],
  ] as const)
    it(`is refused, since it is critical: ${what}`, async () => {
      const ca = await makeCa('unknown', 'client-ca', { ...CRL, policies: ['1.3.6.1.4.1.99999.2'], ...fields });
      const leaf = makeLeaf(ca, {
        subject: '/O=Example Org/OU=person',
        more: ['extendedKeyUsage=clientAuth', 'certificatePolicies=1.3.6.1.4.1.99999.2'],
      });
      assert.deepEqual(judge(ca, leaf, 'tls-client'), { openssl: true, ...verdicts });
    });

  for (const [purpose, nss] of [
    ['anyExtendedKeyUsage', false],
    ['serverAuth', true],
  ] as const)
    it(`is refused by NSS, or not, as a CA of TLS servers: ${purpose}`, async () => {
      const ca = await makeCa(purpose, 'cross-ca', { ...SCRIPTED['cross-ca'], 'extended-key-usage': [purpose] });
      const [root, own] = [rootPem, ca].map((file) => readFileSync(file, 'utf8'));
      assert.deepEqual(judgeChain(root ?? '', own ?? '', 'tls-ca'), { ...ALL_ACCEPT, nss });
    });
});
