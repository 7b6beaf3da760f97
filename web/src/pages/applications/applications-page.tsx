import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { TabbedPage } from '../../shell/tabbed-page.tsx';
import { ImportSection } from './import-section.tsx';
import { ResourcesSection } from './resources-section.tsx';
import { SitesSection } from './sites-section.tsx';

const sections: readonly { id: string; href: string; Content: ComponentType }[] = [
  { id: 'list', href: '/applications', Content: ResourcesSection },
  { id: 'sites', href: '/applications/sites', Content: SitesSection },
  { id: 'import', href: '/applications/import', Content: ImportSection },
];

/** Published applications and desktops: what rules can name, under the names that people know. */
export default function ApplicationsPage() {
  const { t } = useTranslation();
  return (
    <TabbedPage
      title={t('applications.title')}
      description={t('applications.description')}
      sections={sections.map((section) => ({ ...section, label: t(`applications.tab.${section.id}`) }))}
    />
  );
}
