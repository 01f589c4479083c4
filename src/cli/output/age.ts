/**
 * How long ago, in kubectl's words (apimachinery's HumanDuration): `45s`, `5m3s`, `3h20m`, `12d`. `<unknown>` for
 * what is no time; `0s` for one that lies ahead, since clocks differ.
 */
export function age(since: string | undefined, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since ?? '')) / 1000));
  if (!Number.isFinite(seconds)) return '<unknown>';
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (hours < 3) return `${minutes}m`;
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (days < 8) return two(days, 'd', hours % 24, 'h');
  return days < 730 ? `${days}d` : `${Math.floor(days / 365)}y`;
}

/** For how much longer, in the same words: `6d23h`; `0s` for what is over, empty for what has no end. */
export function left(until: string | undefined, now: number): string {
  if (until === undefined) return '';
  return age(new Date(now).toISOString(), Date.parse(until));
}

function two(count: number, unit: string, rest: number, smaller: string): string {
  return rest === 0 ? `${count}${unit}` : `${count}${unit}${rest}${smaller}`;
}
