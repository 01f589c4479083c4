import { causes } from '#src/runtime/errors.ts';

/** An error as the log shows it. */
export interface ErrorFields {
  type: string;
  message: string;
  /** Messages of what caused it, outermost first, as far as they say something new. */
  causes?: string[];
  code?: string | number;
  reason?: string;
  stack?: string;
}

/** Credentials as they stand in headers, in URLs and in JSON Web Tokens quoted anywhere. */
const CREDENTIALS =
  /((?:Bearer|Basic)\s+)[^\s"'@]+|(\/\/[^\s/:@]+:)[^\s"'@]+(?=@)|eyJ[\w-]{8,}\.[\w-]{8,}(\.[\w-]*)?/gi;

/** The text without credentials that somebody else's message may have quoted. */
export function withoutCredentials(text: string): string {
  return text.replace(
    CREDENTIALS,
    (_all, scheme?: string, user?: string) => `${scheme ?? user ?? ''}[redacted]`,
  );
}

/** What is worth logging of a thrown value. Only these fields: others may hold requests with their headers. */
export function errorFields(error: unknown): ErrorFields {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutCredentials(String(error)) };
  const [, ...behind] = causes(error);
  const news = behind.map(({ message }) => message).filter((text) => !error.message.includes(text));
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  return {
    type: error.name,
    message: withoutCredentials(error.message),
    ...(news.length > 0 ? { causes: news.map(withoutCredentials) } : {}),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(error.stack === undefined ? {} : { stack: withoutCredentials(error.stack) }),
  };
}
