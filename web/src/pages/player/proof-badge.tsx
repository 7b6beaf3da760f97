import type { PlayerState, ProofState } from '@afterimage/player';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Popover from '@cloudscape-design/components/popover';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { type ProofStanding, standingOf } from './proof-standing.ts';
import type { UsedProof } from './use-recording-proof.ts';

export interface ProofBadgeProps {
  proof: UsedProof;
  player: PlayerState | undefined;
  formatTime(positionMs: number): string;
}

type ShownProof = NonNullable<ProofState['proof']>;

const types: Record<ProofStanding, StatusIndicatorProps.Type> = {
  'so-far': 'info',
  live: 'info',
  unread: 'warning',
  refused: 'warning',
  complete: 'success',
  declared: 'warning',
  open: 'warning',
  altered: 'error',
};

/** Findings beyond these are for the command line, which lists all. */
const shownFindings = 5;

/** What is proven of the recording so far, and the button that proves the rest. */
export function ProofBadge({ proof, player, formatTime }: ProofBadgeProps) {
  const { t } = useTranslation();
  const standing = standingOf(proof.state, player);
  const label = useLabel(standing, proof.state?.proof, player, formatTime);
  const isLive = standing === 'live';
  return (
    <Popover
      header={t('player.proof.title')}
      size="large"
      position="bottom"
      content={
        <SpaceBetween size="s">
          <Box>{t(`player.proof.${isLive ? 'so-far' : standing}-detail`)}</Box>
          {isLive && <Box>{t('player.proof.live-detail')}</Box>}
          {proof.state?.proof !== undefined && <Facts proof={proof.state.proof} />}
          {proof.state !== undefined && <VerifyAll state={proof.state} onVerify={proof.verifyAll} />}
        </SpaceBetween>
      }
    >
      <StatusIndicator type={types[standing]}>{label}</StatusIndicator>
    </Popover>
  );
}

function useLabel(
  standing: ProofStanding,
  proof: ShownProof | undefined,
  player: PlayerState | undefined,
  formatTime: ProofBadgeProps['formatTime'],
): string {
  const { t } = useTranslation();
  if (standing === 'live') return t('player.proof.so-far');
  if (standing === 'open') return t('player.proof.open', { time: formatTime(proof?.untilMs ?? 0) });
  if (standing !== 'altered') return t(`player.proof.${standing}`);
  const [damage] = player?.altered ?? [];
  if (proof === undefined && damage !== undefined) {
    return t('player.proof.altered', { place: formatTime(damage.fromMs) });
  }
  const sequences = proof?.findings.find((finding) => finding.sequences !== undefined)?.sequences;
  if (sequences === undefined) return t('player.proof.altered-somewhere');
  const [from, to] = sequences;
  const place = t(from === to ? 'player.proof.place-segment' : 'player.proof.place-segments', { from, to });
  return t('player.proof.altered', { place });
}

function Facts({ proof }: { proof: ShownProof }) {
  const { t } = useTranslation();
  const { segmentCount, keyId, hostName, manifest, findings } = proof;
  return (
    <SpaceBetween size="s">
      <KeyValuePairs
        columns={2}
        items={[
          { label: t('player.proof.segments'), value: segmentCount },
          { label: t('player.proof.version'), value: manifest.manifestVersion },
          { label: t('player.proof.host'), value: hostName ?? '–' },
          { label: t('player.proof.signed-by'), value: <Box variant="code">{keyId}</Box> },
        ]}
      />
      {findings.length > 0 && (
        <div>
          <Box variant="awsui-key-label">{t('player.proof.findings')}</Box>
          <ul className="player-findings">
            {findings.slice(0, shownFindings).map(({ reason, detail, sequences, byteRange }) => (
              <li key={`${reason} ${sequences} ${byteRange} ${detail}`}>
                <Box variant="code">
                  {[reason, sequences && [...new Set(sequences)].join('–')].filter(Boolean).join(' ')}
                </Box>{' '}
                {detail}
              </li>
            ))}
          </ul>
        </div>
      )}
    </SpaceBetween>
  );
}

function VerifyAll({ state, onVerify }: { state: ProofState; onVerify: () => void }) {
  const { t } = useTranslation();
  const { reading, progress } = state;
  if (reading === 'done') return null;
  if (reading === 'under-way') {
    const percent = Math.round(progress * 100);
    return <ProgressBar value={percent} label={t('player.proof.verifying', { percent })} />;
  }
  const hasFailed = reading === 'failed' && state.manifest !== 'refused';
  return (
    <SpaceBetween size="xs">
      {hasFailed && (
        <StatusIndicator type="warning">{`${t('player.proof.failed')}. ${t('player.proof.failed-detail')}`}</StatusIndicator>
      )}
      {state.manifest !== 'refused' && (
        <Button onClick={onVerify}>{t(hasFailed ? 'player.proof.verify-again' : 'player.proof.verify-all')}</Button>
      )}
    </SpaceBetween>
  );
}
