import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../time/format.ts';
import { type Simulation, transitionsOf } from './simulation.ts';
import { TransitionList } from './transition-list.tsx';

export interface ComparedTotalsProps {
  result: Simulation;
  isDone: boolean;
  days: number;
}

/** Before and after, side by side: what would be recorded, who would be told, and what it would take. */
export function ComparedTotals({ result, isDone, days }: ComparedTotalsProps) {
  const { t, i18n } = useTranslation();
  const { before, after, changedCount, measured } = result;
  const number = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
  const bytes = (value: number) => formatBytes(value, i18n.language);
  const share = Math.round((100 * changedCount) / Math.max(1, before.sessions));
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={t('policies.simulate.looked-at', {
            sessions: number(before.sessions),
            days: t('policies.simulate.days-value', { count: days }),
          })}
        >
          {changedCount === 0
            ? t(isDone ? 'policies.simulate.no-change' : 'policies.simulate.no-change-yet')
            : t('policies.simulate.changed', { count: changedCount, formatted: number(changedCount), share })}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <div className="policy-totals">
          {(['recorded', 'eventsOnly', 'told'] as const).map((name) => (
            <ComparedTotal
              key={name}
              label={t(`policies.simulate.total.${name}`)}
              before={before[name]}
              after={after[name]}
              scale={before.sessions}
              format={number}
            />
          ))}
          <ComparedTotal
            label={t('policies.simulate.total.bytes')}
            before={before.bytes}
            after={after.bytes}
            scale={Math.max(before.bytes, after.bytes)}
            format={bytes}
          />
        </div>
        {changedCount > 0 && <TransitionList transitions={transitionsOf(result.changed)} />}
        {measured !== undefined && (
          <Box variant="small" color="text-body-secondary">
            {measured.recordings === 0
              ? t('policies.simulate.not-measured')
              : t('policies.simulate.measured', {
                  count: measured.recordings,
                  screen: bytes(measured.screenBytesPerHour),
                  events: bytes(measured.eventBytesPerHour),
                })}
          </Box>
        )}
      </SpaceBetween>
    </Container>
  );
}

interface ComparedTotalProps {
  label: string;
  before: number;
  after: number;
  /** What a full bar stands for. */
  scale: number;
  format(value: number): string;
}

function ComparedTotal({ label, before, after, scale, format }: ComparedTotalProps) {
  const { t, i18n } = useTranslation();
  const difference = after - before;
  const sign = difference > 0 ? '+' : difference < 0 ? '−' : '±';
  const percent =
    before === 0
      ? ''
      : ` (${new Intl.NumberFormat(i18n.language, { style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: 0 }).format(difference / before).replace('-', '−')})`;
  return (
    <div className="policy-total">
      <Box variant="awsui-key-label">{label}</Box>
      <div className="policy-total-after">{format(after)}</div>
      <Box color="text-body-secondary">
        {difference === 0
          ? t('policies.simulate.same')
          : t('policies.simulate.difference', { difference: `${sign}${format(Math.abs(difference))}${percent}` })}
      </Box>
      <Bar
        label={t('policies.simulate.before')}
        share={before / Math.max(1, scale)}
        text={format(before)}
        kind="before"
      />
      <Bar label={t('policies.simulate.after')} share={after / Math.max(1, scale)} text={format(after)} kind="after" />
    </div>
  );
}

function Bar({ label, share, text, kind }: { label: string; share: number; text: string; kind: 'before' | 'after' }) {
  return (
    <div className="policy-bar-row">
      <span>{label}</span>
      <span className="policy-bar">
        <span className="policy-bar-fill" data-kind={kind} style={{ inlineSize: `${Math.min(100, 100 * share)}%` }} />
      </span>
      <span className="tabular">{text}</span>
    </div>
  );
}
