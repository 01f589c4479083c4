import { type Random, shuffled } from '../stats/random.ts';

/**
 * The order of `rounds` rounds, each with every lane once: a random order, then the same order backwards,
 * and so on (ABBA), so that no lane is always the one that follows another and slow drift hits all alike.
 */
export function roundOrders<T>(lanes: readonly T[], rounds: number, random: Random): T[][] {
  const orders: T[][] = [];
  while (orders.length < rounds) {
    const order = shuffled(lanes, random);
    orders.push(order, order.toReversed());
  }
  return orders.slice(0, rounds);
}
