import type { PolicyChange } from '@afterimage/contracts';
import Badge, { type BadgeProps } from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ChangeInWords, useChangeWords } from './use-change-words.ts';
import './policies.css';

const colours: Record<ChangeInWords['mark'], NonNullable<BadgeProps['color']>> = {
  added: 'green',
  removed: 'red',
  changed: 'blue',
};

/** More than these are shown when somebody asks for them. */
const shownAtFirst = 20;

/** What is different, in words. */
export function ChangesList({ changes, empty }: { changes: readonly PolicyChange[]; empty: string }) {
  const { t } = useTranslation();
  const said = useChangeWords(changes);
  const [showsAll, setShowsAll] = useState(false);
  if (said.length === 0) return <Box color="text-body-secondary">{empty}</Box>;
  const shown = showsAll ? said : said.slice(0, shownAtFirst);
  return (
    <SpaceBetween size="s">
      {shown.map(({ key, mark, title, lines }) => (
        <div key={key} className="policy-change">
          <Badge color={colours[mark]}>{t(`policies.change.mark-${mark}`)}</Badge>
          <div>
            <Box variant="strong">{title}</Box>
            <ul className="policy-lines">
              {lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </div>
        </div>
      ))}
      {shown.length < said.length && (
        <Button variant="link" onClick={() => setShowsAll(true)}>
          {t('policies.change.show-all', { count: said.length })}
        </Button>
      )}
    </SpaceBetween>
  );
}
