// Property tests draw the same inputs in each run, so that a commit is judged by what it changed. Others are drawn with
// BENCHMATE_SEED=<number>, or `random`; what fails there becomes a named test.
import * as fc from 'fast-check';

const seed = process.env.BENCHMATE_SEED ?? '1';
if (seed !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
