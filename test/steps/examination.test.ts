import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { lastRowOf } from '../../src/base/words.ts';
import type { PutUp } from '../../src/plan/step-type.ts';
import { describeOperation } from '../../src/quorum/operation.ts';
import { examine } from '../../src/steps/examination.ts';
import type { Event } from '../../src/transcript/event.ts';
import { EVENTS, judges } from './vault.ts';

const STEP = 'step 17 "cert-agreed"';
const seqOf = (key: string) =>
  EVENTS.findLast((event) => event.type === 'proposed' && event.step === key)?.seq as number;
const [CERTIFICATE, CRL] = [seqOf('root-certificate'), seqOf('first-crl')];
const about = (subject: string, proposal: number) => (event: Event) =>
  event.type === 'observation' && event.subject === subject && event.facts['proposal'] === proposal;
const without = (subject: string, proposal: number) => ({
  keep: (event: Event) => !about(subject, proposal)(event),
});
const changed = (subject: string, proposal: number, change: (facts: Record<string, unknown>) => void) => ({
  event: (event: Event) => {
    if (about(subject, proposal)(event)) change((event as { facts: Record<string, unknown> }).facts);
  },
});

judges('cert-agreed', [
  [
    'the second screen was left out',
    without('second-screen', CRL),
    `STEP-SECOND-SCREEN ${STEP}: proposal ${CRL} of "first-crl" was signed by a token before it was held to the second-screen`,
  ],
]);
