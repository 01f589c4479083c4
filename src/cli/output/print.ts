/** Writes data to standard output; resolves when the system has taken it, however slowly somebody reads. */
export async function print(text: string): Promise<void> {
  if (text === '') return;
  const { stdout } = process;
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error & { code?: string }) => {
      // Whoever read has seen enough, as `head` does.
      if (error.code === 'EPIPE') resolve();
      else reject(error);
    };
    stdout.once('error', onError);
    stdout.write(text, (error) => {
      if (error) return onError(error);
      stdout.off('error', onError);
      resolve();
    });
  });
}

/** Says something to the person who waits: progress, a warning, the next command. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
