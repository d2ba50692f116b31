import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machineFacts } from '../../src/supervisor/machine.ts';
import { peersIn } from '../../src/supervisor/network-peers.ts';

const HEADING = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid';
const row = (local: string, remote: string) =>
  `   0: ${local}:0016 ${remote}:C350 01 00000000:00000000 02:00000000 00000000 0`;
const table = (...rows: readonly (readonly [string, string])[]) =>
  [HEADING, ...rows.map(([local, remote]) => row(local, remote)), ''].join('\n');

const ARP = `IP address       HW type     Flags       HW address            Mask     Device
192.168.0.2      0x1         0x2         00:11:22:33:44:55     *        enp3s0
192.168.0.9      0x1         0x0         00:00:00:00:00:00     *        enp3s0
192.168.0.7      0x1         0x6         00:11:22:33:44:66     *        enp3s0
`;

test('who answers on a cable, and the other end of each connection, are peers', () => {
  const files: Record<string, string> = {
    arp: ARP,
    // Listening; to itself; to 10.1.2.3.
    tcp: table(['00000000', '00000000'], ['0100007F', '0100007F'], ['0200A8C0', '0302010A']),
    tcp6: table(
      ['00000000000000000000000000000000', '00000000000000000000000000000000'],
      ['00000000000000000000000001000000', '00000000000000000000000001000000'],
      // ::ffff:10.1.2.4, fe80::1234:0:0:1 and 2001:db8::1
      ['00000000000000000000000000000000', '0000000000000000FFFF00000402010A'],
      ['00000000000000000000000000000000', '000080FE000000000000341201000000'],
      ['00000000000000000000000000000000', 'B80D0120000000000000000001000000'],
    ),
    udp: table(['00000000', '0802A8C0']),
    udp6: '',
  };
  assert.deepEqual(
    peersIn((name) => files[name] ?? ''),
    ['10.1.2.3', '10.1.2.4', '192.168.0.2', '192.168.0.7', '192.168.2.8', '2001:db8::1', 'fe80::1234:0:0:1'],
  );
});

test('without files of the kernel, and with rows that are none, nobody is there', () => {
  assert.deepEqual(
    peersIn(() => ''),
    [],
  );
  assert.deepEqual(
    peersIn(() => `${HEADING}\n\n  x y\n`),
    [],
  );
});

test('the computer reports them, and which interfaces are on', () => {
  const { peers, interfacesOn } = machineFacts();
  for (const list of [peers, interfacesOn]) assert.ok(Array.isArray(list));
});
