import assert from 'node:assert/strict';

export interface Property {
  readonly name: string;
  readonly parameters: string;
  readonly value: string;
}

export interface Component {
  readonly name: string;
  readonly properties: readonly Property[];
  readonly components: readonly Component[];
}

/**
 * Reads an iCalendar object as RFC 5545 has it, and asserts what its grammar asks for: line ends, lengths, whole
 * characters in each line, nesting, the required properties, and that none of them stands twice.
 */
export function readIcs(bytes: Uint8Array): Component {
  const whole = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  assert.ok(whole.endsWith('\r\n'), 'the last line has no end');
  assert.ok(!/\r(?!\n)|(?<!\r)\n/.test(whole), 'a line end other than CRLF');
  const raw = Buffer.from(bytes).toString('latin1').split('\r\n').slice(0, -1);
  for (const line of raw) {
    assert.ok(line.length <= 75, `a line of ${line.length} octets`);
    // A character that was cut would not decode.
    new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(line, 'latin1'));
  }
  const lines = whole.replaceAll('\r\n ', '').split('\r\n').slice(0, -1);
  const top: { name: string; properties: Property[]; components: Component[] } = {
    name: '',
    properties: [],
    components: [],
  };
  const open = [top];
  for (const line of lines) {
    const match = /^([A-Z-]+)((?:;[A-Z-]+=[^:;"]*)*):(.*)$/.exec(line);
    assert.ok(match, `no content line: ${line}`);
    const [, name = '', parameters = '', value = ''] = match;
    if (name === 'BEGIN') {
      const component = { name: value, properties: [], components: [] };
      open.at(-1)?.components.push(component);
      open.push(component);
    } else if (name === 'END') {
      assert.equal(open.pop()?.name, value, 'what ends is not what began last');
    } else {
      open.at(-1)?.properties.push({ name, parameters, value });
    }
  }
  assert.equal(open.length, 1, 'something has not ended');
  assert.deepEqual(top.properties, []);
  assert.equal(top.components.length, 1);
  const [calendar] = top.components as [Component];
  check(calendar, 'VCALENDAR', ['PRODID', 'VERSION']);
  assert.ok(calendar.components.length > 0, 'a calendar without a component (§3.6)');
  for (const event of calendar.components) {
    check(event, 'VEVENT', ['UID', 'DTSTAMP', 'DTSTART', 'SUMMARY']);
    assert.match(theOnly(event, 'DTSTAMP'), /^\d{8}T\d{6}Z$/);
    const start = event.properties.find(({ name }) => name === 'DTSTART');
    assert.match(start?.value ?? '', start?.parameters === ';VALUE=DATE' ? /^\d{8}$/ : /^\d{8}T\d{6}Z$/);
    for (const name of ['SUMMARY', 'DESCRIPTION']) meant(theOnly(event, name));
    for (const alarm of event.components) {
      check(alarm, 'VALARM', ['ACTION', 'TRIGGER', 'DESCRIPTION']);
      assert.equal(theOnly(alarm, 'ACTION'), 'DISPLAY');
      assert.match(theOnly(alarm, 'TRIGGER'), /^-P\d+D$/);
    }
  }
  return calendar;
}

/** @throws AssertionError where the property is not there exactly once */
export function theOnly(component: Component, name: string): string {
  const found = component.properties.filter((property) => property.name === name);
  assert.equal(found.length, 1, `${component.name} has ${found.length} ${name}`);
  return found[0]?.value ?? '';
}

/** A TEXT value as it is meant (§3.3.11). */
export function meant(value: string): string {
  assert.ok(!/(?<!\\)(?:\\\\)*[;,]/.test(value), `a separator that is not escaped: ${value}`);
  return value.replaceAll(/\\(.)/gs, (_, character: string) => {
    assert.ok('\\;,nN'.includes(character), `the escape "\\${character}" is not one`);
    return /n/i.test(character) ? '\n' : character;
  });
}

function check(component: Component, name: string, required: readonly string[]): void {
  assert.equal(component.name, name);
  for (const property of required) theOnly(component, property);
}
