import { ENDPOINT_LINE_MAX_LENGTH, ENDPOINT_LINE_PATTERN } from '#apis/hub/endpoint-line.ts';
import type { Endpoint, EndpointConditions } from '#apis/kubernetes/endpoint-slice.ts';

const LINE = new RegExp(ENDPOINT_LINE_PATTERN);
const PLAIN_VALUE = /^[A-Za-z0-9_.~-]*$/;

/**
 * One endpoint as one line: `198.18.1.7 RSt hostname=db-0 zone=zone-a` (apis/hub/endpoint-line.ts has the
 * grammar). Carries addresses, conditions, hostname and zone; a condition that is unset stays unset.
 */
export function encodeEndpoint(endpoint: Endpoint): string {
  const { conditions, hostname, zone } = endpoint;
  let line = `${endpoint.addresses.join(',')} `;
  line += letter(conditions?.ready, 'R', 'r');
  line += letter(conditions?.serving, 'S', 's');
  line += letter(conditions?.terminating, 'T', 't');
  if (typeof hostname === 'string') line += ` hostname=${encodeValue(hostname)}`;
  if (typeof zone === 'string') line += ` zone=${encodeValue(zone)}`;
  return line;
}

/**
 * Reads what encodeEndpoint wrote, in this or any later version. Undefined: the line is malformed, or longer
 * than any line may be. Addresses and hostnames are taken as they are; checking them is the importer's duty.
 */
export function decodeEndpoint(line: string): Endpoint | undefined {
  if (line.length > ENDPOINT_LINE_MAX_LENGTH || !LINE.test(line)) return undefined;
  const [addresses = '', flags = '', ...pairs] = line.split(' ');
  const endpoint: Endpoint = { addresses: addresses.split(','), conditions: decodeConditions(flags) };
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const key = pair.slice(0, at);
    if (key !== 'hostname' && key !== 'zone') continue;
    const value = decodeValue(pair.slice(at + 1));
    if (value === undefined) return undefined;
    endpoint[key] = value;
  }
  return endpoint;
}

function letter(condition: boolean | undefined, yes: string, no: string): string {
  if (condition === true) return yes;
  return condition === false ? no : '.';
}

function decodeConditions(flags: string): EndpointConditions {
  const conditions: EndpointConditions = {};
  const [ready, serving, terminating] = flags;
  if (ready !== '.') conditions.ready = ready === 'R';
  if (serving !== '.') conditions.serving = serving === 'S';
  if (terminating !== '.') conditions.terminating = terminating === 'T';
  return conditions;
}

function encodeValue(value: string): string {
  // encodeURIComponent throws on half a surrogate pair, which JSON can smuggle in.
  return PLAIN_VALUE.test(value) ? value : encodeURIComponent(value.toWellFormed());
}

function decodeValue(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // Percent signs that do not spell UTF-8.
  }
}
