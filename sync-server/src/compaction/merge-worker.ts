// A thread that merges documents, so that the loop which serves everybody never waits for a large one.
import { parentPort } from 'node:worker_threads';
import { compact, lacking, merge } from './merge.ts';
import { unpacked, type MergeAnswer, type MergeOrder } from './merge-order.ts';

parentPort?.on('message', (order: MergeOrder) => {
  parentPort?.postMessage(answer(order), []);
});

function answer(order: MergeOrder): MergeAnswer {
  try {
    const parts = unpacked(order);
    if (order.work === 'diff') return { state: lacking(parts[0]!, parts[1]!), stateVector: parts[1]! };
    return order.work === 'compact' ? compact(parts) : merge(parts);
  } catch (error) {
    return { error: String(error) };
  }
}
