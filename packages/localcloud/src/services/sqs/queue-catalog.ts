import { invalidParameter, queueDoesNotExist } from './errors.ts';
import { allowsSource, type Queue } from './queue.ts';

/** The queues that the template declares. Their messages are in the database, by queue name. */
export class QueueCatalog {
  private readonly queues = new Map<string, Queue>();

  define(queue: Queue): void {
    const deadLetterArn = queue.redrive?.deadLetterArn;
    if (deadLetterArn !== undefined) {
      const deadLetter = this.findByArn(deadLetterArn);
      if (deadLetter === undefined) {
        throw invalidParameter('RedrivePolicy', deadLetterArn, 'Dead letter target does not exist.');
      }
      if (!allowsSource(deadLetter, queue.arn)) {
        throw invalidParameter(
          'RedrivePolicy',
          deadLetterArn,
          'Queue is not allowed by the RedriveAllowPolicy of the dead letter target.',
        );
      }
    }
    const policy = this.queues.get(queue.name)?.policy;
    this.queues.set(queue.name, policy === undefined ? queue : { ...queue, policy });
  }

  attachPolicy(name: string, statements: unknown[]): void {
    const queue = this.require(name);
    this.queues.set(name, {
      ...queue,
      policy: { Version: '2012-10-17', Statement: [...(queue.policy?.Statement ?? []), ...statements] },
    });
  }

  find(name: string): Queue | undefined {
    return this.queues.get(name);
  }

  findByArn(arn: string): Queue | undefined {
    return this.all().find((queue) => queue.arn === arn);
  }

  require(name: string): Queue {
    const queue = this.queues.get(name);
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  }

  requireByArn(arn: string): Queue {
    return this.require(arn.slice(arn.lastIndexOf(':') + 1));
  }

  /** Takes the queue out of its URL; only the path counts, as clients may address the endpoint by another name. */
  requireByUrl(url: string): Queue {
    return this.require(url.slice(url.lastIndexOf('/') + 1));
  }

  sourcesOf(deadLetter: Queue): Queue[] {
    return this.all().filter(({ redrive }) => redrive?.deadLetterArn === deadLetter.arn);
  }

  all(): Queue[] {
    return [...this.queues.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }
}
