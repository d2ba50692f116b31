import assert from 'node:assert/strict';
import { hash, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { signedAttributes } from '../../src/cms/signed-attributes.ts';
import { assembleSignedData, verifyDetached } from '../../src/cms/signed-data.ts';
import type { SourceFault } from '../../src/pack/source.ts';
import type { Question } from '../../src/ports.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import type { Event } from '../../src/transcript/event.ts';
import type { Derivations } from '../../src/verify/options.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { ANSWERING } from '../../src/verify/withheld.ts';
import { assertRefuses } from '../der/refusal.ts';
import { onEvent } from '../forge/edit.ts';
import type { Faults } from '../forge/faults.ts';
import { forge } from '../forge/forge.ts';
import { MemorySource } from '../forge/memory-source.ts';
import { onePerKind } from '../forge/one-per-kind.ts';

async function verified(faults: Faults) {
  const { source, options, derive } = await forge(faults);
  return verifyPack(source, options, derive);
}

const idsOf = (findings: readonly { readonly check: string }[]) => [
  ...new Set(findings.map((finding) => finding.check)),
];

describe('what a pack shows', () => {
  it('is proven when the roster is anchored', async () => {
    const { claims } = await verified({});
    const status = Object.fromEntries(claims.map((claim) => [claim.claim, claim.status]));
    assert.equal(status['every HSM operation was approved by the quorum before it was done'], 'proven');
    assert.equal(status['what was signed is, byte for byte, what was approved'], 'proven');
    assert.equal(status['the policy authority authorized script, site and roster'], 'proven');
    assert.equal(status['what dana, ivo did and saw'], 'asserted');
    assert.equal(status['the time of each event'], 'asserted');
    assert.equal(status['the attributes of keys, and which HSM it was'], 'stated');
    assert.equal(status['the HSM was used for nothing else'], 'not shown');
  });

  it('comes with a list of the code that also ran the ceremony', async () => {
    const { shared } = await verified({});
    assert.ok(shared.some((line) => line.startsWith('script, plan, steps')));
  });

  it('is consistent and not anchored without a digest from outside', async () => {
    const { claims, findings } = await verified({ anchor: 'none' });
    assert.match(
      findings[0]?.message ?? '',
      /^consistent, not anchored: no digest from outside the pack says that [0-9a-f]{64} is the true roster$/,
    );
    assert.ok(claims.every((claim) => claim.status !== 'proven'));
    assert.ok(claims.some((claim) => claim.status === 'not anchored'));
  });

  it('is not proven by a pack that is perfect with a foreign roster', async () => {
    const { claims, findings } = await verified({ anchor: 'other' });
    assert.deepEqual(idsOf(findings), ['ANCHOR-ROSTER']);
    assert.ok(claims.every((claim) => claim.status !== 'proven'));
  });

  it('has no authority behind it when a rehearsal is not authorized by signatures', async () => {
    const unsigned = (files: Map<string, Uint8Array>) => {
      for (const path of [...files.keys()]) if (path.startsWith('authorization/')) files.delete(path);
    };
    const rehearsal = await verified({ before: unsigned });
    assert.deepEqual(rehearsal.findings, []);
    assert.deepEqual(rehearsal.notes, ['the authorization is not signed, as a rehearsal may have it']);
    assert.equal(rehearsal.claims.find((claim) => claim.claim.startsWith('the policy authority'))?.status, 'not shown');
    const production = await verified({ record: { mode: 'production' }, before: unsigned });
    assert.deepEqual(idsOf(production.findings), ['AUTHORIZATION-COUNT']);
  });

  it('is the same for production, where nothing is marked', async () => {
    const { findings, notRun } = await verified({ record: { mode: 'production' } });
    assert.deepEqual({ findings, notRun }, { findings: [], notRun: [] });
  });
});

describe('a manifest of another record', () => {
  const followed = 'script and plan were followed, step by step';
  const saidOf = async (faults: Faults) => {
    const { findings, claims } = await verified(faults);
    const said = new Map(claims.map(({ claim, status, detail }) => [claim, `${status}: ${detail}`]));
    return { findings, said };
  };
  const beginOf = async (step: string) => {
    const { files } = await forge();
    const lines = Buffer.from(files.get('events.jsonl') ?? '')
      .toString()
      .split('\n');
    return lines.findIndex((line) => line.includes(`"phase":"begin","salt":`) && line.includes(`"step":"${step}"`)) + 1;
  };

  it('covers nothing of this one, whoever signed it: what people signed before does', async () => {
    // The last to sign off signed the record up to the beginning of their step.
    const last = await beginOf('sign-off@ivo');
    const token = await beginOf('sign-off@gus');
    assert.ok(token > 0 && last > token);
    for (const manifest of [{ head: 'ab'.repeat(32) }, { events: 7 }]) {
      const { findings, said } = await saidOf({ manifest: (document) => void Object.assign(document, manifest) });
      assert.match(findings[0]?.check ?? '', /^MANIFEST-(HEAD|EVENTS)$/);
      assert.match(
        said.get(followed) ?? '',
        new RegExp(`^proven: .* of \\d+ steps; up to event ${token}, the last that a signature covers$`),
      );
      assert.equal(
        said.get('the record is whole and in order'),
        'faulty: see the findings; the manifest is of another record, signed by 6 of 6 people who must (alice, bob, carol, dave, erin, gus)',
      );
      assert.match(said.get(`what happened after event ${token}`) ?? '', /^not shown: is covered by no signature/);
      assert.match(said.get('the ledger follows from the record') ?? '', /^not shown: .* of another record/);
    }
  });

  it('nor do any signatures cover what lies behind a break of the chain', async () => {
    const changed = await beginOf('hsm-seen');
    const { findings, said } = await saidOf({
      sealed: (files) => {
        const lines = Buffer.from(files.get('events.jsonl') ?? '')
          .toString()
          .split('\n');
        lines[changed] = (lines[changed] ?? '').replace(/"mechanisms":\[[^\]]+\]/, '"mechanisms":[]');
        files.set('events.jsonl', Buffer.from(lines.join('\n')));
      },
    });
    assert.deepEqual(idsOf(findings), ['CHAIN-LEAF', 'SUMS-DIGEST']);
    assert.equal(
      said.get(followed),
      'not shown: no step had ended by event 1, the last that a signature covers',
      'only those who were called had signed before, and they signed the first event',
    );
  });
});

describe('what cannot be read', () => {
  it('is a finding of one check, and the checks that need it say that they did not run', async () => {
    const { findings, notRun } = await verified({
      documents: (documents) => {
        documents.script += 'broken: [';
      },
    });
    assert.deepEqual(idsOf(findings), ['PLAN-DERIVE']);
    const kept = notRun.map((one) => one.check);
    for (const id of ['PLAN-DERIVED', 'QUORUM-COUNT', 'STEP-ORDER', 'STEP-VERIFY', 'LEDGER-DERIVED'])
      assert.ok(kept.includes(id), id);
    assert.match(notRun[0]?.because ?? '', /^script\.yaml: .* \(PLAN-DERIVE\)$/);
    assert.ok(!kept.includes('APPROVAL-SIGNATURE'));
  });

  it('is said once however much depends on it', async () => {
    const { findings, notRun } = await verified({ files: (files) => void files.delete('roster/roster.json') });
    assert.deepEqual(idsOf(findings), ['PACK-MISSING']);
    assert.deepEqual(
      findings.map((finding) => finding.where),
      ['roster/roster.json'],
    );
    assert.ok(notRun.length > 20);
  });

  it('is not a pack at all', async () => {
    const { options, derive } = await forge();
    const source = new MemorySource(new Map([['readme.txt', Buffer.from('x')]]));
    assertRefuses(
      () => verifyPack(source, options, derive),
      'PACK_UNREADABLE',
      'there is neither events.jsonl nor manifest.json: this is no evidence pack',
    );
  });

  it('may be anything: empty, huge, binary, cut', async () => {
    const forged = await forge();
    const contents = [
      Buffer.alloc(0),
      Buffer.from('{}'),
      Buffer.from('[]'),
      Buffer.from('null\n'),
      Buffer.alloc(100_000, 0x7b),
      Buffer.alloc(300, 0xff),
      Buffer.from('"\\ud800"'),
    ];
    for (const path of onePerKind(forged.files)) {
      for (const content of contents) {
        const { findings } = verifyPack(
          new MemorySource(new Map(forged.files).set(path, content)),
          forged.options,
          forged.derive,
        );
        assert.ok(findings.length > 0, `${path} of ${content.length} bytes`);
      }
    }
  });
});

describe('findings', () => {
  it('are listed up to a number, and the rest is counted', async () => {
    const source: SourceFault[] = Array.from({ length: 250 }, (_, index) => ({
      kind: 'link',
      path: `link-${index}`,
      message: 'it is a link',
    }));
    const { findings } = await verified({ source });
    assert.equal(findings.length, 101);
    assert.deepEqual(findings.at(-1), { check: 'PACK-LINK', where: '', message: '150 more findings of this check' });
  });

  it('show foreign text so that it cannot change what people read', async () => {
    const { findings } = await verified({ source: [{ kind: 'link', path: 'a\u202eb\nc\\d', message: 'x\u001b[2Jy' }] });
    assert.deepEqual(findings, [{ check: 'PACK-LINK', where: 'a\\u{202E}b\\u{A}c\\u{5C}d', message: 'x\\u{1B}[2Jy' }]);
  });
});

describe('the report', () => {
  const claim = 'views/report.pdf shows what the record says';
  const judged = async (report: Derivations['report'], faults: Faults = {}) => {
    const { source, options, derive } = await forge(faults);
    const { report: _, ...rest } = derive;
    const verification = verifyPack(source, options, report ? { ...rest, report } : rest);
    const { status, detail } = verification.claims.find((one) => one.claim === claim) ?? {};
    return { ...verification, said: `${status}: ${detail}` };
  };
  const other = (files: Map<string, Uint8Array>) => void files.set('views/report.pdf', Buffer.from('%PDF of another'));

  it('is proven when it renders to the same bytes', async () => {
    const { claims } = await verified({});
    assert.equal(claims.find((one) => one.claim === claim)?.status, 'proven');
  });

  it('is not shown, and no false finding, where it was not or cannot be compared', async () => {
    const cases: readonly [Derivations['report'], Faults, string][] = [
      [{ because: '--no-report was given' }, {}, '--no-report was given'],
      [{ because: '--no-report was given' }, { sealed: other }, '--no-report was given'],
      [{ because: 'it could not be rendered: \u001b[2J' }, {}, 'it could not be rendered: \\u{1B}[2J'],
      [{ version: '2', bytes: Buffer.from('x') }, {}, 'it is of version 1, and this program renders 2'],
      [undefined, {}, 'it was not rendered again'],
      [
        { version: '1', bytes: Buffer.from('x') },
        { withhold: (event) => event.type === 'answer', options: { withheld: 'allowed' } },
        'lines that it was made from are withheld',
      ],
    ];
    for (const [report, faults, because] of cases) {
      const { findings, notes, said } = await judged(report, faults);
      assert.deepEqual(findings, []);
      assert.equal(said, `not shown: views/report.pdf was not compared: ${because}`);
      assert.ok(notes.includes(`views/report.pdf was not compared: ${because}`), notes.join('\n'));
    }
  });
});

describe('what is not checked', () => {
  it('is named: files that anybody may have added, and a guide that is not of this version', async () => {
    const { findings, notes } = await verified({
      files: (files) => void files.set('verify.sh', Buffer.from('#!/bin/sh\necho "0 faults"\n')),
      sealed: (files) => {
        files.set('timestamps/manifest.tsr', Buffer.from('x'));
      },
    });
    assert.deepEqual(findings, []);
    assert.deepEqual(notes, [
      '"timestamps/manifest.tsr" is not checked: anybody may have added it',
      "verify.sh in this pack is not this version's: another version may have written it, or somebody else; run your own copy",
    ]);
  });

  it('is counted from a hundred names on', async () => {
    const { notes } = await verified({
      sealed: (files) => {
        for (let count = 0; count < 130; count++) files.set(`timestamps/${count}`, Buffer.from('x'));
      },
    });
    assert.equal(notes.length, 101);
    assert.equal(notes.at(-1), '30 more files of timestamps/ are not checked');
  });

  it('is which of the two encodings an ECDSA signature has: anybody can make one of the other', async () => {
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const { findings } = await verified({
      sign: (path, content, { tokenOf }) => {
        if (path !== 'signatures/alice.p7s') return undefined;
        const { signing: certificate, signingKey: key } = tokenOf('alice');
        const attributes = signedAttributes(hash('sha256', content, 'buffer'), certificate);
        const raw = sign('sha256', attributes, { key, dsaEncoding: 'ieee-p1363' }).toString('hex');
        const signatures = [raw.slice(64), (order - BigInt(`0x${raw.slice(64)}`)).toString(16).padStart(64, '0')].map(
          (s) => ecdsaDer(raw.slice(0, 64), s),
        );
        const files = signatures.map((signature) => assembleSignedData({ attributes, signature, certificate }));
        assert.notDeepEqual(files[0], files[1]);
        for (const file of files) verifyDetached(file, content, certificate);
        return files[1];
      },
    });
    assert.deepEqual(findings, []);
  });
});

/** ECDSA-Sig-Value (RFC 3279, 2.2.3) of two numbers of 32 octets in hexadecimal. */
function ecdsaDer(...numbers: readonly string[]): Buffer {
  const integers = numbers.map((number) => {
    const digits = number.replace(/^(00)+/, '');
    const body = Buffer.from(/^[89a-f]/.test(digits) ? `00${digits}` : digits, 'hex');
    return Buffer.concat([Buffer.from([2, body.length]), body]);
  });
  const content = Buffer.concat(integers);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
}

describe('withheld answers', () => {
  const withhold = (event: Event) => event.type === 'answer';
  const followed = 'script and plan were followed, step by step';

  it('leave the steps that hang on them not shown, and are findings', async () => {
    const { findings, claims, notRun } = await verified({ withhold });
    assert.deepEqual(notRun, []);
    assert.deepEqual(idsOf(findings), ['STEP-WITHHELD']);
    assert.match(findings[0]?.message ?? '', /^an answer of step "documents" is withheld: the step is not judged$/);
    const claim = claims.find((one) => one.claim === followed);
    assert.equal(claim?.status, 'not shown');
    assert.match(claim?.detail ?? '', /^for \d+ of \d+ steps \(.*documents.*\): .*events of it are withheld/);
    for (const step of ['documents', 'film', 'camera', 'no-camera', 'key-read'])
      assert.ok(claim?.detail.includes(step), step);
  });

  it('are no finding to a reader who was told, and the claim stays', async () => {
    const { findings, claims } = await verified({ withhold, options: { withheld: 'allowed' } });
    assert.deepEqual(findings, []);
    assert.equal(claims.find((one) => one.claim === followed)?.status, 'not shown');
  });

  it('are told from other lines by where they stand: a claim over events is one over the lines shown', async () => {
    const { claims } = await verified({ withhold, options: { withheld: 'allowed' } });
    const quorum = claims.find((one) => one.claim.startsWith('every HSM operation'));
    assert.equal(quorum?.status, 'proven');
    assert.match(quorum?.detail ?? '', /^of the lines shown: 5 operations: /);
    const { claims: all } = await verified({});
    assert.match(all.find((one) => one.claim.startsWith('every HSM operation'))?.detail ?? '', /^5 operations: /);
  });

  it('come of the step types that ask for one, and of no other', () => {
    // By a line of their own, or by what several step types share.
    const ways = ["type: 'answer',", 'printShares(', 'runCustody(', 'sayDone(', 'typedFields(', 'typePhrase('];
    const answering = [...STEP_TYPES.keys()].filter((name) => {
      // What is said of the copies of a key that is adopted stands in the ledger: nobody withholds it.
      if (name === 'adopt-ca') return false;
      const source = readFileSync(new URL(`../../src/steps/${name}.ts`, import.meta.url), 'utf8');
      return ways.some((way) => source.includes(way));
    });
    assert.deepEqual(answering, ANSWERING.toSorted());
  });

  it('are none in the midst of an operation, whatever level a chain line gives itself', async () => {
    const hidden = (event: Event) => event.type === 'file' && event.path === 'certificates/root.txt';
    const { findings } = await verified({
      withhold: hidden,
      chainLine: (line, event) => (hidden(event) ? { ...line, level: 'restricted' } : undefined),
      options: { withheld: 'allowed' },
    });
    const message = 'the event is withheld, in the midst of step "root-certificate", where nobody is asked anything';
    assert.ok(
      findings.some((finding) => finding.check === 'CHAIN-LEVEL' && finding.message === message),
      JSON.stringify(findings),
    );
  });

  it('hide no fault of what the program saw', async () => {
    const hidden: readonly [string, string, string][] = [
      ['environment', 'coreLimit', '0 / unlimited'],
      ['lock', 'privateObjectsVisible', 'many'],
    ];
    for (const [step, fact, value] of hidden) {
      const { findings } = await verified({
        event: onEvent(
          'observation',
          (event) => event.step === step,
          (event) => ({ ...event, facts: { ...event.facts, [fact]: value } }),
        ),
        withhold: (event) => event.type === 'observation',
        options: { withheld: 'allowed' },
      });
      assert.ok(idsOf(findings).includes('CHAIN-LEVEL'), idsOf(findings).join());
    }
  });
});

describe('a ceremony that was aborted', () => {
  const refuse = ({ step }: Question) => step === 'key-read';
  const refuseInOpening = ({ step }: Question) => step === 'film';

  it('verifies as such', async () => {
    for (const record of [{ refuse }, { refuse: refuseInOpening }]) {
      const { findings, notRun } = await verified({ record, options: { outcome: 'aborted' } });
      assert.deepEqual({ findings, notRun }, { findings: [], notRun: [] });
    }
  });

  it('claims nothing of the step in which that was', async () => {
    const { claims, notes } = await verified({ record: { refuse }, options: { outcome: 'aborted' } });
    assert.match(
      claims.find((one) => one.claim === 'script and plan were followed, step by step')?.detail ?? '',
      /^for 1 of 19 steps \(key-read\): the ceremony was aborted in it$/,
    );
    assert.ok(notes.includes('step "key-read" is not judged again: the ceremony was aborted in it'), notes.join());
  });

  it('claims nothing that it has no evidence of', async () => {
    const { findings, claims } = await verified({
      record: { refuse: refuseInOpening },
      options: { outcome: 'aborted' },
    });
    assert.deepEqual(findings, []);
    const said = new Map(claims.map(({ claim, status, detail }) => [claim, `${status}: ${detail}`]));
    assert.equal(
      said.get('the record is whole and in order'),
      'proven: chained by SHA-256, closed by the signatures over the manifest; ' +
        'signed by 6 of 6 people who must (alice, bob, carol, dave, erin, gus)',
    );
    for (const claim of [
      'every HSM operation was approved by the quorum before it was done',
      'what was signed is, byte for byte, what was approved',
      'people with a token were present and stated what is recorded',
    ]) {
      assert.equal(said.get(claim), 'not shown: there is nothing of it in this pack', claim);
    }
  });

  it('proves nothing of the record when nobody has signed it, whoever made it', async () => {
    const { findings, claims } = await verified({
      record: { refuse: refuseInOpening },
      options: { outcome: 'aborted' },
      sealed: (files) => {
        for (const path of [...files.keys()]) if (path.startsWith('signatures/')) files.delete(path);
      },
    });
    assert.deepEqual(
      findings.map(({ check, message }) => `${check} ${message}`),
      ['alice', 'bob', 'carol', 'dave', 'erin', 'gus'].map(
        (seat) => `SIGNATURE-MISSING "${seat}" has not signed it: there is no signatures/${seat}.p7s`,
      ),
    );
    const said = new Map(claims.map(({ claim, status, detail }) => [claim, `${status}: ${detail}`]));
    assert.equal(
      said.get('the record is whole and in order'),
      'faulty: see the findings; the manifest is signed by 0 of 6 people who must (nobody)',
    );
    assert.equal(said.get('script and plan were followed, step by step'), 'not shown: no signature covers any of it');
    assert.match(said.get('the ledger follows from the record') ?? '', /^not shown: /);
  });

  it('is a finding unless it is named', async () => {
    const { findings } = await verified({ record: { refuse } });
    assert.deepEqual(findings, [
      { check: 'OUTCOME-EXPECTED', where: 'events.jsonl', message: 'the outcome is "aborted"; expected "complete"' },
    ]);
  });

  it('voids what was proposed before', async () => {
    const { findings } = await verified({
      record: { refuse },
      options: { outcome: 'aborted' },
      events: (events) => {
        const proposed = events.find((event) => event.type === 'proposed' && event.step === 'root-key');
        const intent = events.find((event) => event.type === 'intent' && event.proposal === proposed?.seq);
        const abort = events.findIndex((event) => event.type === 'abort');
        const result = events.find((event) => event.type === 'result' && event.proposal === proposed?.seq);
        const moved = [intent, result].filter((event) => event !== undefined);
        const rest = events.filter((event) => !moved.includes(event));
        const at = rest.findIndex((event) => event.type === 'abort') + 1;
        const late = moved.map((event) => ({ ...event, at: events[abort]?.at ?? '' }));
        return [...rest.slice(0, at), ...late, ...rest.slice(at)];
      },
    });
    assert.ok(idsOf(findings).includes('PROPOSAL-VOID'), idsOf(findings).join());
  });
});

describe('answers about things that are withheld', () => {
  const vault = { record: { vault: true } } as const;
  const withhold = (event: Event) => event.type === 'answer' && event.step === 'hsm-out';

  it('are no finding to a reader who was told: what follows from them is not judged, and that is said', async () => {
    const { findings, notes } = await verified({ ...vault, withhold, options: { withheld: 'allowed' } });
    assert.deepEqual(findings, []);
    assert.ok(notes.includes('where things are, as the ledger says it, is not derived again: answers are withheld'));
    assert.ok(notes.some((note) => note.startsWith('step "hsm-away" is not judged again: what is withheld before')));
  });

  it('leave what came before them judged', async () => {
    const { notes } = await verified({ ...vault, withhold, options: { withheld: 'allowed' } });
    assert.ok(!notes.some((note) => note.includes('"cards-out@alice"')), notes.join('\n'));
  });
});
