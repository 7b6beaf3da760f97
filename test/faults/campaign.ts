import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enrolAgent } from '@afterimage/agent';
import { listQueues, type RecordingId } from '@afterimage/contracts';
import { runForJson } from '../support/command-line.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';
import { type CampaignReport, emptyReport, noteFindings, noteRound } from './campaign-report.ts';
import { checkRecording } from './check-recording.ts';
import { finishHosts, sealedRecording } from './deliver-all.ts';
import { FaultRandom } from './fault-random.ts';
import { FaultRound } from './fault-round.ts';
import { RecordedHost } from './recorded-host.ts';
import { truthByRecording } from './recording-truth.ts';
import { FaultyService } from './service-faults.ts';
import { readStoredRecording } from './stored-recording.ts';
import { readTruth } from './truth-log.ts';

export interface CampaignOptions {
  readonly kills: number;
  readonly seed: number;
  readonly assemblyDirectory: string;
  readonly onRound?: (report: CampaignReport) => void;
}

const hostCount = 5;
const killsPerRound = 40;

/**
 * Rounds of recording under faults, each followed by a reckoning: everything is delivered, sealed, read back through the
 * routes of playback and compared with what the hosts know to have happened. Stops at the first round with a violation
 * and keeps its directory.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const directory = mkdtempSync(join(tmpdir(), 'afterimage-faults-'));
  process.env.NODE_COMPILE_CACHE = join(directory, 'compiled');
  const report = emptyReport(options.seed);
  const stack = await startStack({
    assemblyDirectory: options.assemblyDirectory,
    directory: join(directory, 'stack'),
    allowFaults: true,
  });
  const campaign = new Campaign(options, report, stack, directory);
  try {
    await campaign.run();
  } finally {
    await campaign.close();
  }
  if (report.violations.length === 0) rmSync(directory, { recursive: true, force: true });
  else report.keptDirectory = directory;
  return report;
}

class Campaign {
  readonly #options: CampaignOptions;
  readonly #report: CampaignReport;
  readonly #stack: Stack;
  readonly #truth: StoredTruth;
  readonly #random: FaultRandom;
  readonly #directory: string;
  readonly #service: FaultyService;
  readonly #hosts: RecordedHost[] = [];
  readonly #checked = new Set<RecordingId>();

  constructor(options: CampaignOptions, report: CampaignReport, stack: Stack, directory: string) {
    this.#options = options;
    this.#report = report;
    this.#stack = stack;
    this.#truth = new StoredTruth(stack);
    this.#random = new FaultRandom(options.seed);
    this.#directory = directory;
    this.#service = new FaultyService(stack);
  }

  async run(): Promise<void> {
    for (let index = 0; index < hostCount; index++) this.#hosts.push(await this.#enrolledHost(index));
    while (this.#report.kills < this.#options.kills && this.#report.violations.length === 0) {
      const startedMs = performance.now();
      await this.#round();
      this.#report.elapsedSeconds += (performance.now() - startedMs) / 1000;
      this.#options.onRound?.(this.#report);
    }
  }

  async close(): Promise<void> {
    for (const host of this.#hosts) await host.close();
    this.#truth.close();
    await this.#stack.kill();
  }

  async #enrolledHost(index: number): Promise<RecordedHost> {
    const directory = join(this.#directory, `host-${index}`);
    mkdirSync(directory);
    const host = await RecordedHost.prepare({
      directory,
      seed: this.#options.seed * 1_000 + index,
      pictureEveryMs: 100 + index * 30,
      uploadIntervalMs: 300 + index * 300,
      compileCache: join(this.#directory, 'compiled'),
    });
    const { endpoint: serverUrl, enrolmentToken: token } = this.#stack;
    await enrolAgent({ serverUrl, token, dataDirectory: host.dataDirectory });
    return host;
  }

  async #round(): Promise<void> {
    const left = this.#options.kills - this.#report.kills;
    for (const host of this.#hosts) host.start();
    const round = new FaultRound({
      hosts: this.#hosts,
      service: this.#service,
      truth: this.#truth,
      random: this.#random,
      kills: Math.min(killsPerRound, left),
    });
    await round.run();
    noteRound(this.#report, round.counts);
    const late = await finishHosts(this.#hosts);
    for (const host of late) {
      this.#report.violations.push(`${host.options.directory} did not deliver everything: ${host.errors}`);
    }
    for (const host of this.#hosts) await this.#checkHost(host);
    await this.#checkQueues();
  }

  async #checkHost(host: RecordedHost): Promise<void> {
    const known = truthByRecording(readTruth(host.truthFile));
    for (const [recordingId, truth] of known) {
      if (this.#checked.has(recordingId)) continue;
      this.#checked.add(recordingId);
      try {
        const { neededSweeper } = await sealedRecording(this.#stack, this.#truth, recordingId);
        const stored = await readStoredRecording(this.#stack.api(people.reviewer), recordingId);
        const findings = checkRecording(truth, stored, host.options.seed);
        noteFindings(this.#report, findings, { neededSweeper, isIntact: await this.#isIntact(recordingId) });
      } catch (error) {
        this.#report.violations.push(`${recordingId}: ${String(error)}`);
      }
    }
  }

  async #isIntact(recordingId: RecordingId): Promise<boolean> {
    const command = ['recordings', 'verify', recordingId];
    const { verdict } = await runForJson<{ verdict: string }>(this.#stack, people.reviewer, ...command);
    return verdict === 'intact-and-complete';
  }

  async #checkQueues(): Promise<void> {
    const { queues } = await this.#stack.api(people.administrator)(listQueues, {});
    this.#report.deadLetters = queues.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  }
}
