import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formsOf, REDACTED, redact, redactText } from './redact.ts';

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = fc
  .tuple(fc.string({ minLength: 3 }), fc.uint8Array({ minLength: 16, maxLength: 64 }))
  .map(([sub, signature]) =>
    [base64url({ alg: 'RS256' }), base64url({ sub }), Buffer.from(signature).toString('base64url')].join('.'),
  );
const key = fc
  .uint8Array({ minLength: 48, maxLength: 200 })
  .map((bytes) => Buffer.from(bytes).toString('base64'))
  .map((body) => ({ body, pem: `-----BEGIN EC PRIVATE KEY-----\n${body}\n-----END EC PRIVATE KEY-----\n` }));
/** What a person would not take for an ordinary word. */
const password = fc.stringMatching(/^[A-Za-z0-9!#%*]{8,30}$/);
/** Text around a secret that is no part of one. */
const around = fc.constantFrom('', ' ', ': ', 'level=info msg=', '\n', '"', ', ', '(');

describe('whatever is around it, there is nothing left of', () => {
  it('a token', () => {
    fc.assert(
      fc.property(around, token, around, (before, secret, after) => {
        expect(redactText(before + secret + after)).not.toContain(secret.split('.')[1]);
      }),
    );
  });

  it('a private key, in plain or in base64 as kubeconfigs have it', () => {
    fc.assert(
      fc.property(around, key, around, (before, { body, pem }, after) => {
        const encoded = Buffer.from(pem).toString('base64');
        const clean = redactText(`${before}${pem}${after}\nclient-key-data: ${encoded}\nx: "${encoded}"`);
        expect(clean).not.toContain(body);
        expect(clean).not.toContain(encoded);
      }),
    );
  });

  it('a secret that is known, in plain or in base64, in any place of any object', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 3 }),
        password,
        fc.array(around, { maxLength: 2 }),
        (rest, secret, glue) => {
          const encoded = Buffer.from(secret).toString('base64');
          const text = glue.join('') + secret;
          const object = { rest, list: [text, { deep: { [secret]: encoded } }], log: `a ${text} b` };
          const clean = JSON.stringify(redact(object, formsOf([secret])));
          expect(clean).not.toContain(JSON.stringify(secret).slice(1, -1));
          expect(clean).not.toContain(encoded);
        },
      ),
    );
  });
});

it('what was redacted is redacted', () => {
  fc.assert(
    fc.property(fc.jsonValue(), token, (value, secret) => {
      const once = redact({ value, password: secret, text: `token=${secret}` });
      expect(redact(once)).toEqual(once);
    }),
  );
});

it('an object keeps all that is no secret', () => {
  const pod = {
    metadata: {
      name: 'db-0',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":"hunter2"}', note: 'kept' },
      managedFields: [{}],
    },
    spec: {
      automountServiceAccountToken: true,
      containers: [
        {
          args: ['--hub-credential-secret=tombolo-hub', '--token-file=/etc/tombolo/hub/token'],
          env: [
            { name: 'PASSWORD', value: 'hunter2' },
            { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          ],
        },
      ],
      volumes: [{ secret: { secretName: 'tombolo-hub', items: [{ key: 'token', path: 'token' }] } }],
    },
  };
  expect(redact(pod)).toEqual({
    metadata: { name: 'db-0', annotations: { note: 'kept' } },
    spec: {
      ...pod.spec,
      containers: [
        {
          args: pod.spec.containers[0]?.args,
          env: [{ name: 'PASSWORD', value: REDACTED }, pod.spec.containers[0]?.env[1]],
        },
      ],
    },
  });
});

it.each([
  ['user: {token: abc123def}', `user: {token: ${REDACTED}}`],
  ['{"password":"a b c","user":"me"}', `{"password":"${REDACTED}","user":"me"}`],
  ['Authorization: Bearer abcdef123456', `Authorization: Bearer ${REDACTED}`],
  ['proxy http://me:hunter2@proxy:3128', `proxy http://${REDACTED}@proxy:3128`],
  ['cannot reach 198.18.1.7: no token was given', 'cannot reach 198.18.1.7: no token was given'],
])('%s', (text, clean) => {
  expect(redactText(text)).toBe(clean);
});

it('values of a Secret are never kept, whatever they are', () => {
  const secret = {
    kind: 'Secret',
    metadata: { name: 'a' },
    data: { any: 'dGhpbmc=' },
    stringData: { x: 'y' },
  };
  expect(redact(secret)).toEqual({ ...secret, data: { any: REDACTED }, stringData: { x: REDACTED } });
});
