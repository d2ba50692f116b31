import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { folderDigest, keysOf } from '../../src/plan/folder-input.ts';
import { ownKeys } from '../../src/plan/inputs.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { DIGEST, FILES, FOLDER, PAIRS, withFolder, withFolderInbox } from '../forge/folder-intake.ts';
import {
  authorizationDocument,
  documentBytes,
  makeVaultMembers,
  rosterDocument,
  vaultSiteText,
  WINDOW,
} from '../forge/stage.ts';
import { spkiOf } from '../pki/requests.ts';
import { type Edit, edited, TEMPLATES } from './planned.ts';

const SCRIPT = withFolder(
  readFileSync(new URL('../../ceremonies/root-generation-vault.yaml', import.meta.url), 'utf8'),
);
const SITE = withFolderInbox(vaultSiteText('rehearsal'));
const MEMBERS = makeVaultMembers();

function planned(
  script: readonly Edit[] = [],
  site: readonly Edit[] = [],
  references: Record<string, string> = { 'requests-sha256': DIGEST },
) {
  const reading = readScript(Buffer.from(edited(SCRIPT, script)), 'script.yaml', STEP_TYPES);
  const roster = documentBytes(rosterDocument(MEMBERS));
  const digests = { script: reading.sha256, site: '00'.repeat(32), roster: readRoster(roster).digest };
  const permit = { ...authorizationDocument(digests, MEMBERS, 'rehearsal'), references };
  const { plan, problems } = makePlan({
    script: reading,
    site: readSite(Buffer.from(edited(SITE, site)), 'site.yaml'),
    roster: readRoster(roster),
    authorization: readAuthorization(documentBytes(permit)),
    stepTypes: STEP_TYPES,
    templates: TEMPLATES,
    window: [WINDOW.from, WINDOW.until],
  });
  const refused = problems.filter(({ severity }) => severity === 'problem');
  return { plan, problems: refused.map(({ code, file, text: said }) => `${code} ${file}: ${said}`) };
}

const COMPARED = 'value: requests.sha256, against: authorization';
const SECOND: Edit = ['inputs:\n', `inputs:\n  ${FOLDER}: { type: csr-folder, on: inbox, sha256: independent }\n`];

describe('a folder of requests is planned', () => {
  test('with its medium, by the name that the site says, or by its own', () => {
    assert.deepEqual(planned().problems, []);
    assert.equal(planned().plan?.inputs?.['requests']?.file, FOLDER);
    const noName: Edit = [`inputs:\n  requests: { file: ${FOLDER} }\n`, ''];
    assert.equal(planned([], [noName]).plan?.inputs?.['requests']?.file, 'requests');
  });

  const cases: readonly (readonly [string, Parameters<typeof planned>, readonly string[]])[] = [
    [
      'a reference that the authorization lacks',
      [[], [], { 'requests-spki': DIGEST }],
      [
        'PLAN_AUTHORIZATION script.yaml: the authorization has no reference "requests-sha256", the SHA-256 of the folder "requests"',
      ],
    ],
    [
      'no word of its digest',
      [[[', sha256: independent,', ',']]],
      ['KEY_MISSING script.yaml: "sha256" is missing in "requests"'],
    ],
    [
      'more stand-ins than it may have requests',
      [[['stand-ins: 7', 'stand-ins: 1001']]],
      ['VALUE_REFUSED script.yaml: "stand-ins" is 1001'],
    ],
    [
      'two of them at one place',
      [[SECOND]],
      [
        `PLAN_AUTHORIZATION script.yaml: the authorization has no reference "${FOLDER}-sha256", the SHA-256 of the folder "${FOLDER}"`,
        `PLAN_MEDIUM script.yaml: "${FOLDER}" is the folder "${FOLDER}" on "inbox" too`,
        `PLAN_ORDER script.yaml: the input "${FOLDER}" is never read`,
      ],
    ],
    [
      'a folder that is never compared',
      [[[COMPARED, 'value: system-image, against: authorization']]],
      [
        'PLAN_ORDER script.yaml: the folder "requests" is never compared with what arrives another way',
        'PLAN_PARAMETER script.yaml: "system-image" cannot be compared with authorization here',
      ],
    ],
    [
      'a comparison of the key of a folder',
      [[[COMPARED, 'value: requests.spki, against: authorization']]],
      [
        'PLAN_ORDER script.yaml: the folder "requests" is never compared with what arrives another way',
        'PLAN_PARAMETER script.yaml: "requests.spki" cannot be compared with authorization here',
      ],
    ],
    [
      'a comparison with paper',
      [[[COMPARED, 'value: requests.sha256, against: paper']]],
      [
        'PLAN_ORDER script.yaml: the folder "requests" is never compared with what arrives another way',
        'PLAN_NAME script.yaml: there is no value "requests.sha256" to compare',
        'PLAN_PARAMETER script.yaml: "requests.sha256" cannot be compared with paper',
      ],
    ],
    [
      'the SHA-256 of what has none',
      [[[COMPARED, 'values: [requests.sha256, script.sha256], against: authorization']]],
      ['PLAN_PARAMETER script.yaml: "script.sha256" cannot be compared with authorization here'],
    ],
    [
      'what it must equal',
      [[['sha256: independent,', 'sha256: independent, must-equal: requests,']]],
      [
        'NAME_UNKNOWN script.yaml: there is no thing from an earlier ceremony called "requests"',
        'SCRIPT_NOT_SUPPORTED script.yaml: not supported yet: must-equal of an input',
      ],
    ],
  ];
  for (const [name, change, expected] of cases)
    test(`and refused: ${name}`, () => {
      const { problems } = planned(...change);
      const found = problems.map((problem) => expected.find((one) => problem.startsWith(one)) ?? problem);
      assert.deepEqual(found.sort(), [...expected].sort());
    });
});

describe('the digest of a folder', () => {
  test('is that of what sha256sum prints', () => {
    const folder = mkdtempSync(join(tmpdir(), 'quorate-'));
    try {
      for (const [name, bytes] of FILES) writeFileSync(join(folder, name), bytes);
      const printed = execFileSync('sh', ['-c', 'LC_ALL=C sha256sum *.csr | LC_ALL=C sha256sum'], { cwd: folder });
      assert.equal(`${folderDigest(FILES)}  -\n`, printed.toString());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('does not depend on the order in which they were read, and does on each name and byte', () => {
    const entries = [...FILES];
    assert.equal(folderDigest(new Map(entries.toReversed())), DIGEST);
    const [[first, bytes]] = entries as [[string, Uint8Array]];
    assert.notEqual(folderDigest(new Map([...entries.slice(1), ['a.csr', bytes]])), DIGEST);
    assert.notEqual(folderDigest(new Map([...entries.slice(1), [first, bytes.subarray(1)]])), DIGEST);
  });
});

test('the keys of a folder are known to whatever is read after it', () => {
  const { plan } = planned();
  assert.ok(plan);
  const paths = new Map([...FILES.keys()].map((name) => [`inputs/requests/${name}`, `the request "${name}"`]));
  const keys = keysOf(paths, (path) => FILES.get(path.slice('inputs/requests/'.length)));
  const known = ownKeys(plan, [], 'request', undefined, keys);
  assert.deepEqual(
    PAIRS.map((pair) => known.get(sha256(spkiOf(pair)))),
    ['the request "alpha.csr"', 'the request "beta-2.csr"', 'the request "beta.csr"'],
  );
});
