import {
  type DerNode,
  derOf,
  enter,
  finish,
  nextTag,
  readDer,
  refuse,
  take,
  takeAny,
  takeOptional,
} from '../der/reader.ts';
import { contextConstructed, TAG } from '../der/tags.ts';
import { timeOf } from '../der/time.ts';
import { smallInteger } from '../der/values.ts';
import { readAlgorithm, readExtensions, readName, readSignature } from './fields.ts';
import type { CertificateList, TbsCertList } from './model.ts';
import { readRevoked } from './revoked-entries.ts';

/** About five million entries. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * A CRL from its DER (RFC 5280 §5.1). Time is linear in its length; entries are checked here and are not kept, so that it
 * takes no memory but its bytes.
 * @param name what to call it in messages
 * @throws CeremonyError DER_INVALID
 */
export function parseCrl(der: Uint8Array, name = 'CRL'): CertificateList {
  const cursor = enter(readDer(der, name, { maxBytes: MAX_BYTES }), 'CertificateList');
  const tbs = readTbs(take(cursor, TAG.sequence, 'tbsCertList'));
  const { signatureAlgorithm, signature } = readSignature(cursor);
  finish(cursor, 'CertificateList');
  return { ...tbs, der, signatureAlgorithm, signature };
}

/** The to-be-signed part alone. @throws CeremonyError DER_INVALID */
export function parseTbsCertList(der: Uint8Array, name = 'TBSCertList'): TbsCertList {
  return readTbs(readDer(der, name, { maxBytes: MAX_BYTES }));
}

function readTbs(node: DerNode): TbsCertList {
  const cursor = enter(node, 'tbsCertList');
  const versionNode = takeOptional(cursor, TAG.integer, 'version');
  const version = versionNode ? smallInteger(versionNode, 'version', 1) + 1 : 1;
  // RFC 5280 §5.1.2.1: version 1 has no such field.
  if (versionNode && version === 1)
    refuse(versionNode.source, versionNode.at, 'expected version 2 or no version field, found 1');
  const tbsSignatureAlgorithm = readAlgorithm(take(cursor, TAG.sequence, 'signature'), 'signature');
  const issuer = readName(take(cursor, TAG.sequence, 'issuer'), 'issuer');
  const thisUpdate = timeOf(takeAny(cursor, 'thisUpdate'), 'thisUpdate');
  const isTime = nextTag(cursor) === TAG.utcTime || nextTag(cursor) === TAG.generalizedTime;
  const nextUpdate = isTime ? timeOf(takeAny(cursor, 'nextUpdate'), 'nextUpdate') : undefined;
  const revokedNode = takeOptional(cursor, TAG.sequence, 'revokedCertificates');
  const revoked = readRevoked(revokedNode);
  const wrapper = takeOptional(cursor, contextConstructed(0), 'crlExtensions');
  const wrapped = wrapper ? enter(wrapper, 'crlExtensions', contextConstructed(0)) : undefined;
  const extensions = wrapped ? readExtensions(take(wrapped, TAG.sequence, 'crlExtensions'), 'crlExtensions') : [];
  if (wrapped) finish(wrapped, 'crlExtensions');
  finish(cursor, 'tbsCertList');
  return {
    tbs: derOf(node),
    version,
    tbsSignatureAlgorithm,
    issuer,
    thisUpdate,
    nextUpdate,
    revokedPresent: revokedNode !== undefined,
    revoked,
    extensionsPresent: wrapped !== undefined,
    extensions,
  };
}
