export { type Agent, AgentNotEnrolledError, type AgentOptions, createAgent } from './agent.ts';
export { type EnrolOptions, enrolAgent } from './enrol-agent.ts';
export { createJsonLogger, type Logger, silentLogger } from './log/logger.ts';
export type { RecordedSession, RecordSessionOptions, SessionOutcome } from './recorded-session.ts';
export { BrowserSource, type BrowserSourceOptions } from './sources/browser/browser-source.ts';
export { ChromiumProcess } from './sources/browser/chromium-process.ts';
export type { RawFrame } from './sources/browser/screencast.ts';
export type { CapturedEvent, CapturedFrame, CaptureListener, CaptureSource } from './sources/capture-source.ts';
export { systemClock } from './time/clock.ts';
