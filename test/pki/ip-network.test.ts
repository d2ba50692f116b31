import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import { describe, it } from 'node:test';
import { formatIpNetwork, maskOf, parseIpNetwork } from '../../src/pki/ip-network.ts';

/** A small generator, so that a failure can be seen again. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}

const next = numbers(7);
/** Runs of zeros are frequent, so that `::` is. */
const randomGroups = () => Array.from({ length: 8 }, () => (next() % 3 === 0 ? next() & 0xffff : 0));

describe('an IP network', () => {
  it('has the one form that URLs have too, whatever its groups', () => {
    for (let round = 0; round < 2000; round++) {
      const text = randomGroups()
        .map((group) => group.toString(16))
        .join(':');
      const network = parseIpNetwork(`${text}/128`) ?? assert.fail(text);
      const formatted = formatIpNetwork(network);
      assert.equal(formatted, `${new URL(`http://[${text}]/`).hostname.slice(1, -1)}/128`);
      assert.deepEqual(parseIpNetwork(formatted), network);
    }
  });

  it('holds the addresses that Node says it holds', () => {
    for (const [bits, family] of [
      [32, 'ipv4'],
      [128, 'ipv6'],
    ] as const) {
      for (let prefix = 0; prefix <= bits; prefix++) {
        const address = Uint8Array.from({ length: bits / 8 }, () => next() & 0xff);
        const network = { address, prefix };
        const mask = maskOf(network);
        const [first = ''] = formatIpNetwork(network).split('/');
        assert.equal(isIP(first), family === 'ipv4' ? 4 : 6);
        const block = new BlockList();
        block.addSubnet(first, prefix, family);
        const inside = address.map((octet, index) => (octet & mask[index]!) | (next() & ~mask[index]! & 0xff));
        const host = formatIpNetwork({ address: inside, prefix: bits }).split('/')[0] ?? '';
        assert.equal(block.check(host, family), true, `${host} in ${first}/${prefix}`);
        if (prefix === 0) continue;
        const outside = Uint8Array.from(inside);
        outside[(prefix - 1) >> 3]! ^= 0x80 >> ((prefix - 1) & 7);
        const stranger = formatIpNetwork({ address: outside, prefix: bits }).split('/')[0] ?? '';
        assert.equal(block.check(stranger, family), false, `${stranger} in ${first}/${prefix}`);
      }
    }
  });

  it('is not any other text', () => {
    const texts = ['', '/8', '1.2.3.4', '1.2.3.4/', '1.2.3.4/08', '1.2.3.4/33', '256.0.0.0/8', '1.2.3.4.5/8', '::/129'];
    texts.push(
      ':::/8',
      '1::2::3/8',
      '1:2:3:4:5:6:7/8',
      '1:2:3:4:5:6:7:8:9/8',
      '1:2:3:4:5:6:7:8::/8',
      '12345::/8',
      'g::/8',
    );
    texts.push('1.2.3.4/8 ', ' ::/0', '::/-1', '%::/0', ':1:2:3:4:5:6:7/8');
    for (const text of texts) assert.equal(parseIpNetwork(text), undefined, text);
  });
});
