import Box from '@cloudscape-design/components/box';
import Icon from '@cloudscape-design/components/icon';
import Link from '@cloudscape-design/components/link';
import { useTranslation } from 'react-i18next';
import { ActionLabel } from '../content/action-label.tsx';
import { useAddress } from '../content/use-address.ts';
import { type Transition, transitionKey } from './simulation.ts';

/** From which action to which, and how often; each leads to its sessions. */
export function TransitionList({ transitions }: { transitions: readonly Transition[] }) {
  const { t } = useTranslation();
  const [, setAddress] = useAddress();
  const most = Math.max(1, ...transitions.map(({ count }) => count));
  return (
    <div>
      <Box variant="awsui-key-label">{t('policies.simulate.what')}</Box>
      <ul className="policy-lines policy-transitions">
        {transitions.map((transition) => {
          const key = transitionKey(transition);
          const sessions = t('policies.simulate.sessions-of', { count: transition.count });
          return (
            <li key={key}>
              <span className="policy-transition-ends">
                <ActionLabel action={transition.before} />
                <Icon name="arrow-right" ariaLabel={t('policies.simulate.becomes')} />
                <ActionLabel action={transition.after} />
              </span>
              <span className="policy-bar">
                <span
                  className="policy-bar-fill"
                  data-kind="after"
                  style={{ inlineSize: `${(100 * transition.count) / most}%` }}
                />
              </span>
              <Link onFollow={() => setAddress({ change: key })}>{sessions}</Link>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
