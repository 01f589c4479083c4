import { request } from 'node:https';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import { faultOf } from './fault.ts';
import type { ProbeClock } from './run.ts';
import type { HttpsAnswer } from './spec.ts';

/** Why a certificate is not trusted, in words; other codes are OpenSSL's own. */
const WORDS: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate comes from another authority than the given one',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate comes from another authority than the given one',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate comes from another authority than the given one',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate comes from another authority than the given one',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet: one of the two clocks is off',
};

/**
 * Sends one GET without credentials. The handshake is let through whatever the certificate is, so that a wrong one can
 * be shown; the answer is not `ok` then.
 */
export function probeHttps(
  { url, ca }: { url: string; ca: string },
  timeoutMs: number,
  clock: ProbeClock,
): Promise<HttpsAnswer> {
  const started = clock.monotonic();
  const shown: Pick<HttpsAnswer, 'certificate' | 'error'> = {};
  return new Promise((resolve) => {
    const end = (rest: Pick<HttpsAnswer, 'ok' | 'status' | 'date' | 'error'>) =>
      resolve({ url, ...shown, ...rest, latencyMs: clock.monotonic() - started });
    const signal = AbortSignal.timeout(timeoutMs);
    const asked = request(url, { ca, rejectUnauthorized: false, agent: false, signal });
    asked.once('socket', (socket) =>
      socket.once('secureConnect', () => {
        if (socket instanceof TLSSocket) Object.assign(shown, lookAt(socket));
      }),
    );
    asked.once('response', (response) => {
      response.destroy();
      const { statusCode: status, headers } = response;
      end({
        ok: shown.error === undefined,
        ...(status !== undefined && { status }),
        ...(headers.date !== undefined && { date: headers.date }),
      });
    });
    asked.once('error', (error) => {
      // Once a reply is here the rest is of no matter: a promise settles once.
      const fault = signal.aborted ? `no answer within ${timeoutMs} ms` : faultOf(error);
      end({ ok: false, error: shown.error ?? fault });
    });
    asked.end();
  });
}

function lookAt(socket: TLSSocket): Pick<HttpsAnswer, 'certificate' | 'error'> {
  const certificate = describe(socket.getPeerCertificate());
  if (socket.authorized) return { certificate };
  const code = String(socket.authorizationError);
  return { certificate, error: WORDS[code] ?? `the certificate is not trusted: ${code}` };
}

function describe(shown: PeerCertificate): NonNullable<HttpsAnswer['certificate']> {
  const { subject, issuer, subjectaltname = '', valid_to: validTo } = shown;
  return {
    subject: nameOf(subject),
    // `DNS:hub.example, IP Address:10.0.0.1`
    altNames: subjectaltname
      .split(/, /)
      .flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? []),
    issuer: nameOf(issuer),
    validTo,
  };
}

function nameOf(name: PeerCertificate['subject'] | undefined): string {
  return [name?.CN ?? name?.O ?? ''].flat().join(', ');
}
