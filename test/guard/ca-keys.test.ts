import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { assembleCertificate, buildTbsCertificate } from '../../src/issue/certificate.ts';
import { assembleCrl, buildTbsCertList } from '../../src/issue/crl.ts';
import { KEY_ALGORITHMS } from '../../src/pki/algorithms.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { serialNumber } from '../../src/pki/request.ts';
import { algorithmIdentifier } from '../../src/quorum/mechanism.ts';
import { type Operation, possessionStatement } from '../../src/quorum/operation.ts';
import { parseSpki } from '../../src/x509/public-key.ts';
import { verifySignature } from '../../src/x509/signature.ts';
import { ask, put } from '../issue/judges.ts';
import { CA_ALGORITHMS, type CaAlgorithm, crlRequest, rootRequest } from '../issue/software-ca.ts';
import { hsm, keyOperation, OFFICERS, StagedGuard } from './staged-guard.ts';

const THREE = OFFICERS.slice(0, 3);
/** One activation for all of it. */
const HOLD = { operations: 3 * CA_ALGORITHMS.length, seconds: 1800 };

interface Made {
  readonly spki: Buffer;
  readonly facts: Readonly<Record<string, unknown>>;
  certificate: Uint8Array;
  crl: Uint8Array;
}

/** Each kind of key on real SoftHSM under one quorum: what it signs is judged by openssl and certtool. */
describe('a CA key by quorum', { concurrency: false }, () => {
  const made = new Map<CaAlgorithm, Made>();
  const of = (algorithm: CaAlgorithm) => made.get(algorithm) ?? assert.fail(`there is no key of ${algorithm}`);
  let staged: StagedGuard;
  let envelopes: ReadonlyMap<string, Uint8Array>;

  /** Three officers approve all of it at once; each is carried out. */
  async function carryOut(proposals: readonly (readonly [Operation, Uint8Array | null])[]) {
    const ids: string[] = [];
    for (const [operation, payload] of proposals) ids.push((await staged.propose(operation, payload)).id);
    const signatures = ids.map(() => [] as { seat: string; signature: Uint8Array }[]);
    for (const seat of THREE) {
      const own = new Map([...envelopes].filter(([name]) => name.includes(`-${seat}-v1`)));
      const { decisions } = await staged.guard.approve(seat, ids, own);
      for (const [index, decision] of decisions.entries())
        if (decision && 'signature' in decision) signatures[index]?.push({ seat, signature: decision.signature });
    }
    const results: Awaited<ReturnType<typeof staged.guard.execute>>[] = [];
    for (const [index, id] of ids.entries()) results.push(await staged.guard.execute(id, signatures[index] ?? []));
    return results;
  }

  before(async () => {
    staged = await StagedGuard.start();
    const prepared = await staged.prepare();
    // That of the security officer is for preparing alone.
    envelopes = new Map(
      [...prepared.envelopes].filter(([name]) =>
        name.includes(String(prepared.sets.find(({ kind }) => kind === 'user')?.id)),
      ),
    );
    const on = hsm(prepared.serial);
    const keys = await carryOut(
      CA_ALGORITHMS.map((algorithm, index) => {
        const operation = keyOperation(prepared.serial, `0a0b0c0${index}`, HOLD, `rehearsal-${algorithm}`);
        return [{ ...operation, algorithm } as Operation, null] as const;
      }),
    );
    for (const [index, algorithm] of CA_ALGORITHMS.entries()) {
      const facts = keys[index]?.facts ?? {};
      const spki = Buffer.from(String(facts['spki']), 'base64');
      made.set(algorithm, { spki, facts, certificate: new Uint8Array(), crl: new Uint8Array() });
    }
    /** Has every key sign one such document. */
    const sign = async (kind: 'certificate' | 'crl', tbsOf: (algorithm: CaAlgorithm) => Promise<Uint8Array>) => {
      const proposals: [Operation, Uint8Array][] = [];
      for (const algorithm of CA_ALGORITHMS) {
        const tbs = await tbsOf(algorithm);
        proposals.push([
          {
            op: 'sign',
            hsm: on,
            step: kind,
            index: 0,
            hold: HOLD,
            key: sha256(of(algorithm).spki),
            mechanism: KEY_ALGORITHMS[algorithm].signature,
            kind,
            payload: { sha256: sha256(tbs), size: tbs.length },
            out: `${algorithm}.${kind}`,
          },
          tbs,
        ]);
      }
      const results = await carryOut(proposals);
      for (const [index, algorithm] of CA_ALGORITHMS.entries()) {
        const assemble = kind === 'certificate' ? assembleCertificate : assembleCrl;
        const [tbs, bytes] = [proposals[index]?.[1], results[index]?.bytes];
        assert.ok(tbs && bytes);
        const document = assemble(tbs, KEY_ALGORITHMS[algorithm].signature, bytes);
        if (kind === 'certificate') of(algorithm).certificate = document;
        else of(algorithm).crl = document;
      }
    };
    await sign('certificate', async (algorithm) => {
      const serial = serialNumber(await staged.guard.random('root-hsm', 16));
      return await buildTbsCertificate(rootRequest(algorithm), { spki: of(algorithm).spki, serial });
    });
    await sign('crl', async (algorithm) => wholeOf(buildTbsCertList(crlRequest(of(algorithm).certificate, algorithm))));
  });
  after(() => staged.close());

  for (const algorithm of CA_ALGORITHMS) {
    test(`of ${algorithm} proves possession, and signs a root certificate and its first CRL`, () => {
      const { spki, facts, certificate, crl } = of(algorithm);
      const { spkiIdentifier, signature, bits, type } = KEY_ALGORITHMS[algorithm];
      const key = parseSpki(spki);
      assert.equal(Buffer.from(key.algorithm.der).toString('hex'), spkiIdentifier);
      const statement = possessionStatement(staged.ceremony, sha256(spki));
      const possession = Buffer.from(String(facts['possession']), 'base64');
      assert.ok(verifySignature(key, algorithmIdentifier(signature), statement, possession));

      const root = put(`${algorithm}.pem`, pemOf('CERTIFICATE', certificate));
      const list = put(`${algorithm}.crl`, pemOf('X509 CRL', crl));
      const strict = ['-x509_strict', '-check_ss_sig', '-crl_check', '-CRLfile', list, '-CAfile', root, root];
      assert.deepEqual(ask('openssl', 'verify', ...strict), { status: 0, text: `${root}: OK\n` });
      const chain = ask('certtool', '--verify-chain', '--infile', root);
      assert.match(chain.text, /Chain verification output: Verified\. The certificate is trusted\./);
      const judged = ask('certtool', '--verify-crl', '--load-ca-certificate', root, '--infile', list);
      assert.match(judged.text, /Verification output: Verified\. The certificate is trusted\./);
      const { text } = ask('openssl', 'x509', '-in', root, '-noout', '-text');
      assert.match(text, type === 'ed25519' ? /ED25519 Public-Key:/ : new RegExp(`Public-Key: \\(${bits} bit\\)`));
    });
  }
});
