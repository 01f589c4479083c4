import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { Authority, signingKey } from './certs.ts';

describe('Authority', () => {
  const authority = new Authority('test');
  const ca = new X509Certificate(authority.cert);

  it('is an authority that signs itself', () => {
    expect(ca.ca).toBe(true);
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(ca.checkIssued(ca)).toBe(true);
  });

  it('issues certificates that name user and groups as Kubernetes reads them', () => {
    const { cert, key } = authority.issue({ user: 'jane', groups: ['system:masters', 'ops'] });
    const certificate = new X509Certificate(cert);
    expect(certificate.subject.split('\n')).toEqual(['O=system:masters', 'O=ops', 'CN=jane']);
    expect(certificate.checkIssued(ca)).toBe(true);
    expect(certificate.verify(ca.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(certificate.ca).toBe(false);
  });

  it('gives every certificate another serial number', () => {
    const serials = Array.from(
      { length: 20 },
      () => new X509Certificate(authority.issue({ user: 'x' }).cert).serialNumber,
    );
    expect(new Set(serials).size).toBe(20);
  });

  it('is valid now and for weeks', () => {
    const certificate = new X509Certificate(authority.issue({ user: 'x' }).cert);
    expect(certificate.validFromDate.getTime()).toBeLessThan(Date.now());
    expect(certificate.validToDate.getTime()).toBeGreaterThan(Date.now() + 14 * 86_400_000);
  });

  it('serves TLS for its hosts only, to clients of the same authority only', async () => {
    const serving = authority.issue({ user: 'server', hosts: ['127.0.0.1', 'kubernetes.default.svc'] });
    const names = new X509Certificate(serving.cert);
    expect(names.subjectAltName).toBe('IP Address:127.0.0.1, DNS:kubernetes.default.svc');
    const server = createServer(
      { ...serving, ca: authority.cert, requestCert: true },
      ({ socket }, response) => {
        if (!(socket instanceof TLSSocket)) throw new Error('no TLS');
        response.end(
          JSON.stringify({ authorized: socket.authorized, user: socket.getPeerCertificate().subject.CN }),
        );
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ask = (client: { cert: string; key: string }) =>
      new Promise<string>((resolve, reject) => {
        request({ port, host: '127.0.0.1', ca: authority.cert, ...client }, (response) => {
          response.once('data', (chunk: Buffer) => resolve(chunk.toString()));
        })
          .once('error', reject)
          .end();
      });
    const stranger = new Authority('other').issue({ user: 'jane' });
    expect(JSON.parse(await ask(authority.issue({ user: 'jane' })))).toEqual({
      authorized: true,
      user: 'jane',
    });
    await expect(ask(stranger)).rejects.toThrow();
    server.close();
  });
});

describe('signingKey', () => {
  it('gives a private key in the form that every Kubernetes program reads', () => {
    expect(signingKey().privateKey).toMatch(/^-----BEGIN EC PRIVATE KEY-----/);
  });
});
