// A thread that reads: started by `storage/reader-pool.ts` when something heavy is asked for.
import { serveReads } from '../storage/reader-thread.ts';
import { engineReads } from './reads.ts';

serveReads(engineReads);
