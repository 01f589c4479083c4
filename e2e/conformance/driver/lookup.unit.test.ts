import { expect, it } from 'vitest';
import { lookUpCommand, type Question, repliesIn } from './lookup.ts';

const QUESTIONS: Question[] = [
  { name: 'web.shop.svc.clusterset.local', type: 'A', protocol: 'udp' },
  { name: '_http._tcp.web.shop.svc.clusterset.local', type: 'SRV', protocol: 'tcp' },
  { name: 'nobody.shop.svc.clusterset.local', type: 'AAAA', protocol: 'udp' },
  { name: 'dns-version.clusterset.local', type: 'TXT', protocol: 'udp' },
];

const PRINTED = `;; the next question
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1
;; ANSWER SECTION:
web.shop.svc.clusterset.local. 0 IN\tA\t198.18.201.7
web.shop.svc.clusterset.local. 0 IN\tA\t198.18.1.7
;; the next question
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 2
;; ANSWER SECTION:
_http._tcp.web.shop.svc.clusterset.local. 0 IN SRV 0 100 80 web.shop.svc.clusterset.local.
;; the next question
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 3
;; the next question
;; communications error to 198.18.201.10#53: timed out
;; no servers could be reached
`;

it('every question gets its own reply, records as they are compared', () => {
  expect(repliesIn(PRINTED, QUESTIONS)).toEqual([
    { status: 'NOERROR', answers: ['198.18.1.7', '198.18.201.7'] },
    { status: 'NOERROR', answers: ['web.shop.svc.clusterset.local:80'] },
    { status: 'NXDOMAIN', answers: [] },
    { status: 'no answer', answers: [] },
  ]);
});

it('records of another type than was asked are no answer', () => {
  const printed = PRINTED.split(';; the next question')[1] ?? '';
  const [reply] = repliesIn(`;; the next question${printed}`, [
    { name: 'web', type: 'AAAA', protocol: 'udp' },
  ]);
  expect(reply).toEqual({ status: 'NOERROR', answers: [] });
});

it('a command that ended early is an error, not an empty answer', () => {
  expect(() => repliesIn('', QUESTIONS)).toThrow('0 replies to 4 questions');
});

it('names are asked whole, over the wanted protocol', () => {
  expect(lookUpCommand(QUESTIONS.slice(0, 2)).slice(-6)).toEqual([
    '+notcp',
    'web.shop.svc.clusterset.local.',
    'A',
    '+tcp',
    '_http._tcp.web.shop.svc.clusterset.local.',
    'SRV',
  ]);
});
