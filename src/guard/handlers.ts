import type { Json, JsonObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { wholeOf } from '../base/octets.ts';
import { describe, type Handlers, type Request } from '../channel/requests.ts';
import { MEMBER_ALGORITHMS } from '../quorum/member-keys.ts';
import { Shape } from '../quorum/shape.ts';
import { SET_ID } from '../quorum/share-set.ts';
import { MOST_SIGNED_AT_ONCE } from '../quorum/sign-list.ts';
import { tokenMilliseconds } from '../token/client.ts';
import type { Decided } from './approving.ts';
import type { PresentedCard } from './cards.ts';
import type { EnrolRequest } from './enrolling.ts';
import type { GuardMachine } from './guard.ts';
import { partsOf } from './request-parts.ts';

const CODE = 'DESCRIPTOR_INVALID';
const NAME = /^[a-z][a-z0-9-]{0,63}$/;

/** What the core may ask of the guard, and nothing else: every parameter is read strictly. Binary travels as base64, since nothing here is secret. */
export function guardHandlers(guard: GuardMachine): Handlers {
  return {
    begin: (request) => {
      const shape = read(request, 'begin');
      const ceremony = shape.digest('ceremony');
      shape.end();
      guard.begin(ceremony);
      return undefined;
    },
    inspect: async (request) => {
      const shape = read(request, 'inspect');
      const hsm = shape.text('hsm');
      const left = shape.any('left') === null ? null : shape.text('left');
      shape.end();
      return { value: await guard.inspect(hsm, left) };
    },
    random: async (request) => {
      const shape = read(request, 'random');
      const hsm = shape.text('hsm');
      const length = shape.integer('length', 1, 1024);
      const count = shape.integer('count', 1, MOST_SIGNED_AT_ONCE);
      shape.end();
      return { bytes: await guard.random(hsm, length, count) };
    },
    'roll-call': async (request) => {
      const { statement, signature, card } = await guard.rollCall(only(request, 'roll-call', 'seat'));
      return { value: { ...presented(card), statement: base64(statement), signature: base64(signature) } };
    },
    enrol: async (request) => {
      const { statement, signature, card, fingerprint, attributes } = await guard.enrol(readEnrolRequest(request));
      return {
        value: {
          ...presented(card),
          statement: base64(statement),
          signature: base64(signature),
          fingerprint,
          attributes,
        },
      };
    },
    'recall-enrolment': async (request) => {
      const shape = read(request, 'recall-enrolment');
      const [statement, signature] = [shape.base64('statement'), shape.base64('signature')];
      shape.end();
      const signed = await guard.recallEnrolment(statement, signature);
      return { value: { ...presented(signed.card), signature: base64(signed.signature) } };
    },
    'sign-roster': async (request) => {
      const shape = read(request, 'sign-roster');
      const seat = shape.text('seat');
      const roster = shape.base64('roster');
      shape.end();
      const { signature, card } = await guard.signRoster(seat, roster);
      return { value: { ...presented(card), signature: base64(signature) } };
    },
    'enact-roster': async (request) => {
      const shape = read(request, 'enact-roster');
      const roster = shape.base64('roster');
      const signatures = shape.map('signatures', (item, name, where) =>
        new Shape({ [name]: item }, CODE, where).base64(name),
      );
      shape.end();
      await guard.enactRoster(roster, signatures);
      return undefined;
    },
    'sign-next-roster': async (request) => {
      const shape = read(request, 'sign-next-roster');
      const seat = shape.text('seat');
      const roster = shape.base64('roster');
      shape.end();
      const { signature, approval, card } = await guard.signNextRoster(seat, roster);
      return {
        value: {
          ...presented(card),
          signature: signature && base64(signature),
          approval: approval && base64(approval),
        },
      };
    },
    'enact-next-roster': async (request) => {
      const shape = read(request, 'enact-next-roster');
      const roster = shape.base64('roster');
      const signed = (key: string) =>
        shape.map(key, (item, name, where) => new Shape({ [name]: item }, CODE, where).base64(name));
      const [signatures, approvals] = [signed('signatures'), signed('approvals')];
      shape.end();
      await guard.enactNextRoster(roster, signatures, approvals);
      return undefined;
    },
    'make-share-sets': async (request) => {
      const shape = read(request, 'make-share-sets');
      const wanted = {
        hsm: shape.text('hsm'),
        label: shape.text('label'),
        holders: shape.list('holders', text),
        userThreshold: shape.integer('userThreshold', 1, 255),
        soThreshold: shape.integer('soThreshold', 1, 255),
      };
      shape.end();
      const sealed = await guard.sealing.makeShareSets(wanted);
      const envelopes: Record<string, string> = {};
      for (const one of sealed) for (const [name, bytes] of one.envelopes) envelopes[name] = base64(bytes);
      return { value: { sets: sealed.map((one) => one.set) as unknown as Json, envelopes } };
    },
    'make-next-share-set': async (request) => {
      const shape = read(request, 'make-next-share-set');
      const wanted = {
        hsm: shape.text('hsm'),
        kind: shape.literal('kind', 'user', 'so'),
        holders: shape.list('holders', text),
        threshold: shape.integer('threshold', 1, 255),
      };
      shape.end();
      const { set, envelopes } = await guard.sealing.makeNextShareSet(wanted);
      const sealed = Object.fromEntries([...envelopes].map(([name, bytes]) => [name, base64(bytes)]));
      return { value: { set: set as unknown as Json, envelopes: sealed } };
    },
    propose: (request) => {
      const shape = read(request, 'propose');
      const descriptor = shape.base64('descriptor');
      const names = ['payload', 'previous', 'delta', 'wrapped', 'certificates'] as const;
      const parts = partsOf(shape, request, ...names);
      const [payload = null, previous = null, delta = null, ...others] = parts;
      const [wrapped = null, certificates = null] = others.map((part) => part && wholeOf(part));
      const proposal = shape.digest('proposal');
      const expires = shape.utc('expires');
      shape.end();
      return {
        bytes: guard.propose({ descriptor, payload, previous, delta, wrapped, certificates, proposal, expires }),
      };
    },
    approve: async (request) => {
      const shape = read(request, 'approve');
      const seat = shape.text('seat');
      const proposals = shape.list('proposals', text);
      const envelopes = shape.map('envelopes', (_item, name, where) =>
        new Shape({ [name]: _item }, CODE, where).base64(name),
      );
      shape.end();
      return { value: decided(seat, await guard.approve(seat, proposals, envelopes)) };
    },
    'make-kek-set': async (request) => {
      const shape = read(request, 'make-kek-set');
      const wanted = { hsm: shape.text('hsm'), key: shape.digest('key'), holders: shape.list('holders', text) };
      shape.end();
      const { set, envelopes } = await guard.sealing.makeKekSet(wanted);
      const sealed = Object.fromEntries([...envelopes].map(([name, bytes]) => [name, base64(bytes)]));
      return { value: { set: set as unknown as Json, envelopes: sealed } };
    },
    'prove-kek-set': async (request) => {
      const shape = read(request, 'prove-kek-set');
      const [hsm, set] = [shape.text('hsm'), shape.text('set')];
      shape.end();
      return { value: await guard.sealing.proveKekSet(hsm, set) };
    },
    'prove-share-sets': async (request) => ({
      value: await guard.sealing.proveShareSets(only(request, 'prove-share-sets', 'hsm')),
    }),
    'print-share': async (request) => {
      const shape = read(request, 'print-share');
      const wanted = {
        hsm: shape.text('hsm'),
        set: shape.text('set', SET_ID),
        seat: shape.text('seat', NAME),
        ca: shape.text('ca', /^[^\p{C}]{1,100}$/u),
        before: shape.literal('before', 'none', 'printing', 'read-back'),
      };
      shape.end();
      return { value: { ...(await guard.sealing.printShare(wanted)) } };
    },
    recall: async (request) => {
      const shape = read(request, 'recall');
      const [payload] = partsOf(shape, request, 'payload');
      const past = {
        descriptor: shape.base64('descriptor'),
        proposal: shape.digest('proposal'),
        expires: shape.utc('expires'),
        approvals: shape.list('approvals', readApproval),
        serial: shape.any('serial') === null ? null : shape.text('serial'),
        keys: shape.list('keys', (item, where) => {
          const one = new Shape(item, CODE, where);
          const key = { spki: one.base64('spki'), label: one.text('label') };
          one.end();
          return key;
        }),
        ...(payload ? { payload } : {}),
        ...(shape.has('signature') ? { signature: shape.base64('signature') } : {}),
      };
      shape.end();
      await guard.recall(past);
      return undefined;
    },
    deviate: (request) => {
      const shape = read(request, 'deviate');
      const statement = shape.base64('statement');
      const approvals = shape.list('approvals', readApproval);
      shape.end();
      guard.deviate(statement, approvals);
      return undefined;
    },
    'approve-deviation': async (request) => {
      const shape = read(request, 'approve-deviation');
      const seat = shape.text('seat');
      const statement = shape.base64('statement');
      shape.end();
      return { value: decided(seat, await guard.approveDeviation(seat, statement)) };
    },
    lock: async () => {
      await guard.lock();
      return undefined;
    },
    withdraw: (request) => {
      guard.withdraw(only(request, 'withdraw', 'proposal'));
      return undefined;
    },
    execute: async (request) => {
      const shape = read(request, 'execute');
      const proposal = shape.digest('proposal');
      const approvals = shape.list('approvals', readApproval);
      shape.end();
      const done = await guard.execute(proposal, approvals);
      return { value: done.facts, bytes: done.bytes };
    },
    deactivate: async (request) => ({ value: await guard.deactivate(only(request, 'deactivate', 'hsm')) }),
    attest: async (request) => {
      const shape = read(request, 'attest');
      const seat = shape.text('seat');
      const statement = shape.base64('statement');
      shape.end();
      const { signature, card } = await guard.attest(seat, statement);
      return { value: { ...presented(card), signature: base64(signature) } };
    },
    'token-milliseconds': () => ({ value: Math.round(tokenMilliseconds()) }),
    'sign-off': async () => {
      await guard.signOff();
      return undefined;
    },
    'sign-manifest': async (request) => {
      const seat = only(request, 'sign-manifest', 'seat');
      const manifest = Buffer.from(request.aside ? wholeOf(request.aside) : request.bytes);
      const { signature, card } = await guard.signManifest(seat, manifest);
      return { value: { ...presented(card), manifest: sha256(manifest), signature: base64(signature) } };
    },
  };
}

function read(request: Request, method: string): Shape {
  return new Shape(request.params, CODE, `the request "${method}"`);
}

function readEnrolRequest(request: Request): EnrolRequest {
  const shape = read(request, 'enrol');
  const label = (name: string) => (shape.any(name) === null ? null : shape.text(name, /^[^\p{C}]{1,255}$/u));
  const wanted: EnrolRequest = {
    seat: shape.text('seat', NAME),
    role: shape.text('role', NAME),
    serial: shape.text('serial', /^[\x20-\x7e]{0,64}$/),
    model: shape.text('model', /^[\x20-\x7e]{0,64}$/),
    keys: shape.literal('keys', 'generated', 'adopted'),
    algorithm: shape.literal('algorithm', ...MEMBER_ALGORITHMS),
    labels: { sign: label('sign'), open: label('open') },
    key: shape.any('key') === null ? null : shape.digest('key'),
    validity: shape.text('validity', /^P[1-9][0-9]{0,2}[YMD]$/),
  };
  shape.end();
  return wanted;
}

function readApproval(item: Json, where: string): { seat: string; signature: Uint8Array } {
  const one = new Shape(item, CODE, where);
  const approval = { seat: one.text('seat'), signature: one.base64('signature') };
  one.end();
  return approval;
}

function only(request: Request, method: string, key: string): string {
  const shape = read(request, method);
  const value = shape.text(key);
  shape.end();
  return value;
}

function text(item: Json, where: string): string {
  return new Shape({ item }, CODE, where).text('item');
}

function presented(card: PresentedCard): JsonObject {
  return { seat: card.member.seat, token: card.token.serial, origin: card.token.origin, tries: card.tries };
}

function decided(seat: string, { decisions, opened, card, failure }: Decided): JsonObject {
  return {
    ...(card ? presented(card) : { seat }),
    decisions: decisions.map((one) => (one && 'signature' in one ? { signature: base64(one.signature) } : one)),
    opened,
    failure: failure && describe(failure),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
