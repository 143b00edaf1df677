import type { BenchEvent } from '../domain/bench-event.ts';

const verdictWords = {
  approve: 'approved',
  'request-changes': 'asked for changes to',
  comment: 'commented on',
} as const;
const named = (people: readonly { name: string }[]): string => people.map(({ name }) => name).join(', ');

/** One sentence for people. */
export function eventSentence({ type, data }: BenchEvent): string {
  switch (type) {
    case 'review.asked': {
      const wanted = Object.entries(data.approvals).map(([alias, count]) => `${count} for ${alias}`);
      return `${data.by.name} registered ${data.model} v${data.version}, which needs approvals: ${wanted.join(', ')}.`;
    }
    case 'review.requested':
      return `${data.by.name} asks ${named(data.asked)} to review ${data.model} v${data.version}.`;
    case 'review.withdrawn':
      return `${data.by.name} no longer asks ${named(data.asked)} to review ${data.model} v${data.version}.`;
    case 'review.declined':
      return `${data.by.name} will not review ${data.model} v${data.version}.`;
    case 'review.verdict':
      return `${data.by.name} ${verdictWords[data.verdict]} ${data.model} v${data.version}${data.verdict === 'comment' ? ', without a vote' : ''}.`;
    case 'alias.set':
      return `${data.by.name} promoted ${data.model} v${data.version} to ${data.alias}.`;
    case 'alias.contested': {
      const rivals = data.claims.map(({ version, by: who }) => `v${version} by ${who.name}`).join(' and ');
      const until = data.serving === null ? 'none serves' : `v${data.serving} serves`;
      return `${data.alias} of ${data.model} is contested: ${rivals}; ${until} until somebody chooses.`;
    }
    case 'alias.resolved':
      return `${data.by.name} chose ${data.model} v${data.version} as ${data.alias}.`;
    case 'run.finished':
      return `Run ${data.name} finished.`;
    case 'run.failed':
      return `Run ${data.name} ${data.status === 'KILLED' ? 'was killed' : 'failed'}.`;
    case 'job.failed':
      return data.state === 'lost'
        ? `Job ${data.jobId} vanished.`
        : `Job ${data.jobId} failed${data.exitCode === null ? '' : ` with exit code ${data.exitCode}`}.`;
  }
}
