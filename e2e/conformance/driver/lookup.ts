export type RecordType = 'A' | 'AAAA' | 'SRV' | 'TXT';

export interface Question {
  name: string;
  type: RecordType;
  protocol: 'udp' | 'tcp';
}

/** What the cluster's DNS said. */
export interface Reply {
  /** `NOERROR`, `NXDOMAIN`, …, or `no answer`. */
  status: string;
  /** The records of the asked type, sorted, names without the dot at their end; of SRV only `target:port`. */
  answers: string[];
}

const MARK = ';; the next question';

/** One dig per question: its own exit and the order are then no riddle. */
const LOOK_UP = `
while [ $# -ge 3 ]; do
  echo '${MARK}'
  dig +time=3 +tries=1 +noall +comments +answer "$1" -q "$2" -t "$3"
  shift 3
done
exit 0
`;

/** The command that asks all of them in turn, in an image with sh and dig. No search list is tried. */
export function lookUpCommand(questions: readonly Question[]): string[] {
  const args = questions.flatMap(({ name, type, protocol }) => [
    `+${protocol === 'tcp' ? '' : 'no'}tcp`,
    `${name}.`,
    type,
  ]);
  return ['sh', '-c', LOOK_UP, 'look-up', ...args];
}

/** Reads what that command printed: one reply per question, in order. Throws where some are missing. */
export function repliesIn(stdout: string, questions: readonly Question[]): Reply[] {
  const parts = stdout.split(MARK).slice(1);
  if (parts.length !== questions.length) {
    throw new Error(`${parts.length} replies to ${questions.length} questions: ${stdout.slice(-200)}`);
  }
  return questions.map(({ type }, n) => replyIn(parts[n] ?? '', type));
}

function replyIn(text: string, type: RecordType): Reply {
  const records = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .map((line) => line.split(/\s+/));
  return {
    status: /status: (\w+)/.exec(text)?.[1] ?? 'no answer',
    answers: records
      .filter(([, , , recordType]) => recordType === type)
      .map(([, , , , ...data]) => (type === 'SRV' ? targetAndPort(data) : data.join(' ').replaceAll('"', '')))
      .sort(),
  };
}

/** Priority and weight are the server's choice. */
function targetAndPort([, , port = '', target = '']: string[]): string {
  return `${target.replace(/\.$/, '')}:${port}`;
}
