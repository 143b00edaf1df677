import type { Random } from '../../host/clock.ts';

const adjectives =
  `able agile amber ample apt bold brave breezy bright brisk calm candid clear clever cosy crisp curious deft eager
  early fair fleet fond frank fresh gentle glad golden grand handy happy hardy honest humble jolly keen kind light
  lively loyal lucid lucky mellow merry mild modest neat nimble noble patient placid plucky polite prime proud quick
  quiet rapid ready rosy serene sharp silver smart snug solid spry steady stout sunny swift tidy trusty upbeat vivid
  warm wise witty zesty`.split(/\s+/);

const animals =
  `badger bat bear beaver bee bison bream carp cat chough clam cod colt condor crab crane crow deer dove duck eagle
  eel elk ermine falcon fawn finch fox frog gecko goat goose grouse gull hare hawk heron horse ibex jay kestrel kite
  koala lark lemur linnet lion llama lynx magpie marmot mole moose mouse newt octopus oriole osprey otter owl panda
  perch pike pony puffin quail rabbit raven robin rook salmon seal shrew skua snail snipe sparrow squid stoat stork
  swan swift tapir tern thrush tiger toad trout turtle vole weasel whale wolf wren yak zebra`.split(/\s+/);

/** A name like `tidy-otter-12`, for a run that came without one. */
export function runName(random: Random): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = random(5);
  return `${pick(adjectives, a)}-${pick(animals, b * 256 + c)}-${(d * 256 + e) % 1000}`;
}

const pick = (words: readonly string[], number: number) => words[number % words.length] ?? '';
