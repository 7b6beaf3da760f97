export { type Agent, AgentNotEnrolledError, type AgentOptions, createAgent } from './agent.ts';
export { AlreadyEnrolledError, type EnrolOptions, enrolAgent, isEnrolled } from './enrol-agent.ts';
export { createJsonLogger, type Logger, silentLogger } from './log/logger.ts';
export { BrowserNoticePresenter } from './notice/browser-notice-presenter.ts';
export {
  type NoticeAnswer,
  NoticeNotShownError,
  type NoticePresenter,
  type ShownNotice,
} from './notice/notice-presenter.ts';
export { X11NoticePresenter } from './notice/x11-notice-presenter.ts';
export type { RecordedSession, RecordSessionOptions, SessionOutcome } from './sessions/recorded-session.ts';
export type { ControlledSession, ControlOutcome, ControlResult, SessionControl } from './sessions/session-control.ts';
export { BrowserSource, type BrowserSourceOptions } from './sources/browser/browser-source.ts';
export { ChromiumProcess } from './sources/browser/chromium-process.ts';
export { DevToolsConnection } from './sources/browser/devtools-connection.ts';
export { decodePng } from './sources/browser/png-decoder.ts';
export type { RawFrame } from './sources/browser/screencast.ts';
export type {
  CapturedCursor,
  CapturedEvent,
  CapturedFrame,
  CaptureExtent,
  CaptureListener,
  CaptureSource,
  CursorShape,
} from './sources/capture-source.ts';
export { X11Error, type X11ErrorCode } from './sources/x11/x11-error.ts';
export { X11Source, type X11SourceOptions } from './sources/x11/x11-source.ts';
export { type Clock, systemClock } from './time/clock.ts';
