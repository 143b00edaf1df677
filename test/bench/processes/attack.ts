// attack.ts URL FRAMES SEED: sends malformed frames and prints with which codes their connections ended.
import { attack } from '../../chaos/frames-attack.ts';

const [url, frames, seed] = process.argv.slice(2);
const codes = await attack({ url: url!, document: 'attacked', frames: Number(frames), seed: Number(seed) });
console.log(JSON.stringify(codes));
